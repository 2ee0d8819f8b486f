"""A copy of a running instance, and the way back: everything children wrote, no session, no key."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path
from typing import IO

import click
import pytest

from bullying_desk.app import create_app
from bullying_desk.commands import moving
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import load_keys
from bullying_desk.notices.outbox import write_mail
from bullying_desk.reports import opening
from bullying_desk.reports.mailbox.mailbox import find_report
from bullying_desk.sealing.format.secret_types import ReceiptLocator
from bullying_desk.sealing.keys import ReceiptKey
from bullying_desk.sealing.receipts import Receipt
from tests.operations.conftest import Kept, Operator
from tests.secrecy.searching import find, rows_of
from tests.signing import sign_in

pytestmark = pytest.mark.sqlite
HERE = {"base_url": "https://localhost"}


def _digests(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("desk.db*"))}


def test_a_copy_holds_what_children_wrote_and_nothing_that_lives(
    operator: Operator, kept: Kept, tmp_path: Path
) -> None:
    _filed, receipt = kept.world.file()
    write_mail(kept.world.session, 1, "x@y.example", "Einladung", "/team/einladung/Xk3vP0qLw9", kept.world.clock.now())
    kept.world.session.commit()
    app = create_app(Settings(instance=kept.folder), database=kept.database, keys=kept.keys)
    client = app.test_client()
    sign_in(app, client, kept.world, "Selin")
    assert client.get("/team/konto", **HERE).status_code == 200
    copy = tmp_path / "copy.db"
    operator.done("backup", "--plain", str(copy))
    rows = rows_of(copy)
    assert (rows["web_session"], rows["held_post"], rows["draft"], rows["outbox_mail"]) == ([], [], [], [])
    assert (len(rows["report"]), len(rows["person"])) == (1, 7)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("copy.db-*"))
    live = rows_of(kept.folder / "desk.db")["web_session"][0]
    session_bytes = [cell for cell in live if isinstance(cell, bytes) and len(cell) > 60]
    assert session_bytes
    assert not any(cell in copy.read_bytes() for cell in session_bytes)  # not in free pages either
    assert find({"copy": copy.read_bytes()}, ["Xk3vP0qLw9"]) == []
    keys = [path.read_text("ascii").strip() for path in (kept.folder / "keys").iterdir()]
    assert not any(bytes.fromhex(key) in copy.read_bytes() or key.encode() in copy.read_bytes() for key in keys)
    # The way back: the child finds the report, the counsellor opens it, the old session is dead.
    assert "stop the service" in operator.refused("restore", str(copy), "--yes")
    kept.stop()
    operator.done("restore", str(copy), "--yes")
    database = Database(Settings(instance=kept.folder).url)
    again = create_app(Settings(instance=kept.folder), database=database, keys=load_keys(kept.folder / "keys"))
    with database.transaction() as session:
        report = find_report(session, kept.world.pepper_layer, receipt)
        selin = kept.world.person("Selin").id
        secrets = opening.open_report_secrets(
            session, kept.world.pepper_layer, kept.world.key("Selin"), selin, report, hour=kept.world.clock.hour()
        )
        assert opening.read_answers(session, secrets, report).said["text"] == "Sie lachen mich aus."
    cookie = client.get_cookie("__Host-s", domain="localhost")
    assert cookie is not None
    browser = again.test_client()
    browser.set_cookie("__Host-s", cookie.value, domain="localhost", secure=True)
    answer = browser.get("/team/konto", **HERE)
    assert (answer.status_code, answer.location) == (303, "/team/anmelden")


def test_a_copy_made_by_other_means_brings_no_session_back(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    app = create_app(Settings(instance=kept.folder), database=kept.database, keys=kept.keys)
    sign_in(app, app.test_client(), kept.world, "Selin")
    kept.database.forget_deleted()
    snapshot = tmp_path / "snapshot.db"
    shutil.copy(kept.folder / "desk.db", snapshot)
    assert len(rows_of(snapshot)["web_session"]) == 1  # the control
    kept.stop()
    operator.done("restore", str(snapshot), "--yes")
    assert rows_of(kept.folder / "desk.db")["web_session"] == []


def test_a_running_instance_is_copied_consistently(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    """Reports keep coming in while the copy is made: each is in it whole, or not at all."""
    stop, filed = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            receipt = Receipt(ReceiptLocator.generate(), ReceiptKey.generate())
            filed.append(kept.world.file(receipt)[0].report_id)
            kept.world.session.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            operator.done("backup", "--plain", str(tmp_path / f"{number}.db"))
    finally:
        stop.set()
        writer.join(timeout=60)
    assert len(filed) > 4
    for number in range(4):
        with closing(sqlite3.connect(tmp_path / f"{number}.db")) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
            count = copy.execute("SELECT count(*) FROM report").fetchone()[0]
            for table, each in (("report_epoch", 1), ("record", 3), ("report_grant", 6)):
                assert copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == count * each, table


def test_a_copy_is_refused_where_other_keys_lie(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.db", tmp_path / "other"
    operator.done("backup", "--plain", str(copy))
    operator.done("migrate", instance=other)
    before = _digests(other)
    said = operator.refused("restore", str(copy), "--yes", instance=other)
    assert "keys" in said
    assert _digests(other) == before


def test_a_damaged_or_foreign_copy_changes_nothing(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    operator.done("backup", "--plain", str(copy))
    kept.database.forget_deleted()
    before = _digests(kept.folder)
    whole = copy.read_bytes()
    broken = {
        "cut.db": whole[: len(whole) // 2],
        "noise.db": os.urandom(50_000),
        "empty.db": b"",
        "bent.db": whole[:9000] + os.urandom(4000) + whole[13_000:],
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        operator.refused("restore", str(tmp_path / name), "--yes")
        assert _digests(kept.folder) == before, name
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE recipes (words TEXT)")
    operator.refused("restore", str(tmp_path / "foreign.db"), "--yes")
    assert _digests(kept.folder) == before


def test_nothing_is_replaced_without_being_told(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    operator.done("backup", "--plain", str(copy))
    assert "exists" in operator.refused("backup", "--plain", str(copy))
    assert "--yes" in operator.refused("restore", str(copy))
    operator.refused("backup", "--plain", str(tmp_path / "nowhere" / "copy.db"))
    assert operator.run("restore", str(tmp_path / "missing.db")).exit_code == 2


def test_a_plain_copy_is_private_from_its_first_byte(
    operator: Operator, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes, copy = list[int](), shutil.copyfileobj

    def watch(source: IO[bytes], target: IO[bytes], *more: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(target.fileno()).st_mode))
        copy(source, target, *more)

    monkeypatch.setattr(shutil, "copyfileobj", watch)
    live, before = kept.folder / "desk.db", os.umask(0)
    try:
        operator.done("backup", "--plain", str(tmp_path / "copy.db"))
        kept.stop()
        live.chmod(0o644)
        operator.done("restore", str(tmp_path / "copy.db"), "--yes")
    finally:
        os.umask(before)
    assert modes == [0o600, 0o600]
    assert stat.S_IMODE(live.stat().st_mode) == 0o600


@pytest.mark.parametrize("address", ["portal:geheim@127.0.0.1/portal", "portal@127.0.0.1/portal?password=geheim"])
def test_no_password_of_the_new_database_is_taken_from_the_command_line(
    operator: Operator, kept: Kept, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = operator.refused("move-database", "--to", f"postgresql+psycopg://{address}")
    assert "no password on the command line" in said
    assert "geheim" not in said
    asked = list[str]()

    def note(_desk: object, found: str) -> Database:
        asked.append(found)
        raise click.ClickException("enough")

    monkeypatch.setattr(moving, "_target", note)
    typed = operator.run("move-database", typed="postgresql+psycopg://portal@127.0.0.1/portal\ngeheim\n")
    assert asked == ["postgresql+psycopg://portal:geheim@127.0.0.1/portal"]
    assert "geheim" not in typed.output
