"""A city goes from SQLite to PostgreSQL, whole or not at all; copies of PostgreSQL are made and come back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import Clock
from bullying_desk.commands import moving as copying
from bullying_desk.commands.sealed_copies import new_key
from bullying_desk.config import load_settings
from bullying_desk.database import Base, Database
from bullying_desk.keyring import load_keys
from bullying_desk.reports.mailbox.mailbox import find_report
from bullying_desk.reports.models import Report, ReporterState
from bullying_desk.rights.checking import attach
from bullying_desk.sealing.receipts import Receipt
from tests import rights_by_hand
from tests.operations.conftest import Kept, Operator

pytestmark = pytest.mark.postgres
BATCH = 3  # rows: so that a small city needs many


@pytest.fixture
def receipts(operator: Operator, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> list[Receipt]:
    """Return the receipts of the reports of a city: people that point at each other, a trail, and a tombstone."""
    monkeypatch.setattr(copying, "BATCH", BATCH)
    world = kept.world
    for name, by in (("Selin", "Leyla"), ("Jan", "Selin"), ("Leyla", "Tomasz")):
        changed = {"invited_by": world.person(by).id, "compared_by": world.person(by).id}
        rights_by_hand.set_all(world.session, Person, Person.id == world.person(name).id, **changed)
    gone = world.file(world.receipt())[0].report_id
    found = [world.file(world.receipt())[1] for _ in range(4)]
    erasing = {"reporter_state": ReporterState.ERASING, "erase_on": date.today()}
    rights_by_hand.set_all(world.session, Report, Report.id == gone, **erasing)
    trail.record(world.session, Event.PEPPER_CHANGED, Clock().now() - timedelta(minutes=1), pepper=1)  # linked at once
    world.session.commit()
    kept.stop()
    assert "reports destroyed: 1" in operator.done("tick")
    return found


@pytest.fixture
def there(bare_database: Database) -> Iterator[str]:
    """Return the address of a PostgreSQL database without a table."""
    yield bare_database.url
    bare_database.engine.dispose()


def _counts(url: str) -> dict[str, int]:
    database = Database(url)
    with database.engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        found = {each.name: connection.scalar(select(func.count()).select_from(each)) or 0 for each in tables}
    database.engine.dispose()
    return found


def _open(kept: Kept, url: str) -> Database:
    database = Database(url)
    attach(database, load_keys(kept.folder / "keys").pepper_layer, kept.folder)
    return database


def _opens(kept: Kept, url: str, receipts: list[Receipt]) -> int:
    database = _open(kept, url)
    with database.transaction(write=False) as session:
        layer = load_keys(kept.folder / "keys").pepper_layer
        found = {find_report(session, layer, each).id for each in receipts}
    database.engine.dispose()
    return len(found)


def test_a_city_moves_with_everything(operator: Operator, kept: Kept, receipts: list[Receipt], there: str) -> None:
    before = _counts(f"sqlite:///{kept.folder / 'desk.db'}")
    assert min(before[name] for name in ("report", "tombstone", "audit_entry", "audit_link")) > 0
    said = operator.done("move-database", "--to", there)
    assert f"report: {before['report']}" in said
    assert _counts(there) == before
    assert load_settings(kept.folder).url == there
    assert not (kept.folder / "desk.db").exists()
    assert "desk.db.moved" in operator.run("doctor", "--offline").output
    assert "The trail is whole" in operator.done("audit", "verify")
    assert "parts that failed: 0" in operator.done("tick")
    assert "right in" not in operator.run("doctor", "--offline").output
    assert _opens(kept, there, receipts) == 4
    with _open(kept, there).transaction(write=False) as session:
        assert session.get_one(Person, kept.world.person("Jan").id).invited_by == kept.world.person("Selin").id


def test_broken_off_it_is_taken_up(
    operator: Operator, kept: Kept, receipts: list[Receipt], there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = copying._fill
    filled: list[str] = []

    def breaks(source: object, target: object, table: object) -> copying.Content:
        filled.append(getattr(table, "name", ""))
        content = fill(source, target, table)  # type: ignore[arg-type]
        if filled[-1] == "report":
            raise KeyboardInterrupt
        return content

    monkeypatch.setattr(copying, "_fill", breaks)
    assert operator.run("move-database", "--to", there).exit_code != 0
    assert (kept.folder / "desk.db").exists()
    assert load_settings(kept.folder).url.startswith("sqlite:")
    counts = _counts(there)
    assert counts["person"] > 0
    assert counts["report"] == 0  # not half of a table
    first, again = list(filled), list[str]()

    def noted(source: object, target: object, table: object) -> copying.Content:
        again.append(getattr(table, "name", ""))
        return fill(source, target, table)  # type: ignore[arg-type]

    monkeypatch.setattr(copying, "_fill", noted)
    operator.done("move-database", "--to", there)
    assert "person" in first
    assert "person" not in again
    assert _opens(kept, there, receipts) == 4


def test_a_database_that_holds_something_else_is_left_alone(
    operator: Operator, kept: Kept, receipts: list[Receipt], there: str, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    os.environ["BULLYING_DESK_DATABASE_URL"] = there
    try:
        operator.done("migrate", instance=other)
        operator.run("confirm-first", "x@y.example", instance=other)
        operator.run("tick", instance=other)
    finally:
        del os.environ["BULLYING_DESK_DATABASE_URL"]
    before = _counts(there)
    assert sum(before.values()) > 0
    assert "holds other rows there" in operator.refused("move-database", "--to", there)
    assert "no PostgreSQL answers" in operator.refused("move-database", "--to", there + "_nowhere")
    assert "from SQLite to" in operator.refused("move-database", "--to", "sqlite:///x.db")
    assert (kept.folder / "desk.db").exists()


@pytest.mark.parametrize("table", ["audit_entry", "seat", "tombstone"])
def test_what_is_bent_here_is_not_switched(
    operator: Operator, kept: Kept, receipts: list[Receipt], there: str, table: str
) -> None:
    bends = {
        "audit_entry": "UPDATE audit_entry SET event = 'nothing'",
        "seat": "DELETE FROM seat WHERE id = (SELECT min(id) FROM seat)",
        "tombstone": "DELETE FROM tombstone",
    }
    with kept.database.engine.begin() as connection:
        if table == "audit_entry":
            connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text(bends[table]))
    kept.stop()
    assert "nothing was switched" in operator.refused("move-database", "--to", there)
    assert load_settings(kept.folder).url.startswith("sqlite:")


def test_no_id_counts_so_no_sequence_is_to_be_set(operator: Operator, kept: Kept, there: str) -> None:
    kept.stop()
    database = Database(there)
    with database.engine.begin() as connection:
        assert copying.counters(connection) == []
        connection.execute(text("CREATE SEQUENCE counts"))
        assert copying.counters(connection) == ["counts"]  # the control
        connection.execute(text("DROP SEQUENCE counts"))
    database.engine.dispose()


def test_a_copy_of_postgres_is_sealed_tried_out_and_comes_back(
    operator: Operator, kept: Kept, receipts: list[Receipt], there: str, tmp_path: Path
) -> None:
    secret, public = new_key()
    (kept.folder / "settings.toml").write_text(f'backup_recipients = ["{public}"]\n', "utf-8")
    key, copy = tmp_path / "key", tmp_path / "copy.age"
    key.write_text(secret, "ascii")
    operator.done("move-database", "--to", there)
    reading = _open(kept, there)
    with reading.session(write=True) as busy:
        busy.execute(insert(Base.metadata.tables["retention_run"]).values(day=date(2020, 1, 1)))
        operator.done("backup", str(copy))  # while somebody writes, and without what is not committed
        busy.rollback()
    reading.engine.dispose()
    assert "Trail and rights are whole" in operator.done("drill", str(copy), "--identity", str(key))
    assert "not empty" in operator.refused("restore", str(copy), "--identity", str(key))
    before = _counts(there)
    emptied = Database(there)
    with emptied.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    emptied.engine.dispose()
    operator.done("restore", str(copy), "--identity", str(key))
    assert "run `bullying-desk migrate`" in operator.refused("run")
    operator.done("migrate")
    after = _counts(there)
    assert {name for name in after if after[name] != before[name]} <= {"outbox_mail", "audit_entry"}
    assert _opens(kept, there, receipts) == 4
    assert "The trail is whole" in operator.done("audit", "verify")
