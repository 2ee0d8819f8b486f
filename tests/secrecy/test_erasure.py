"""Erased means gone: the very bytes of grants and records leave the database's pages and its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import LargeBinary, select

from bullying_desk import ticking
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Keyring
from bullying_desk.reports import erasure
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import CaseEpoch, CaseGrant, Record, Report, ReportEpoch, ReportGrant
from tests.moving_clock import MovingClock
from tests.secrecy.searching import database_bytes
from tests.world import World

pytestmark = pytest.mark.sqlite

SLICE, STEP = 32, 250  # bytes; a value is looked for slice by slice, since pages may cut it anywhere
Owner = tuple[type[Base], str]
OF_REPORT: tuple[Owner, ...] = ((ReportGrant, "report_id"), (ReportEpoch, "report_id"), (Record, "owner_id"))
OF_CASE: tuple[Owner, ...] = ((CaseGrant, "case_id"), (CaseEpoch, "case_id"), (Record, "owner_id"))


@dataclass(frozen=True)
class Traces:
    """Slices of every sealed value a report has in the database."""

    slices: frozenset[bytes]

    def still_in(self, path: Path) -> set[bytes]:
        """Return the slices that the database's files still hold."""
        contents = database_bytes(path).values()
        return {one for one in self.slices if any(one in content for content in contents)}


def traces_of(database: Database, report: Report) -> Traces:
    found: set[bytes] = set()
    with database.transaction(write=False) as session:
        for owners, owner in ((OF_REPORT, report.id), (OF_CASE, report.case_id)):
            for model, column in owners:
                table = model.__table__
                sealed = [one for one in table.columns if isinstance(one.type, LargeBinary) and one.name != "key_id"]
                for row in session.execute(select(*sealed).where(table.c[column] == owner)):
                    for value in row:
                        found |= _slices(value or b"")
        found |= _slices(report.locator) | _slices(report.receipt_public_half)
    return Traces(frozenset(found))


def _slices(value: bytes) -> set[bytes]:
    return {value[begin : begin + SLICE] for begin in range(0, len(value) - SLICE + 1, STEP)} or (
        {value} if len(value) >= 24 else set()
    )


def _file(world: World, letters: int) -> Report:
    filed, _receipt = world.file(answers=Answers(1, False, {"text": "x" * letters}))
    return world.report(filed)


@pytest.fixture
def world(world: World, settings: Settings) -> World:
    """Return the small city with three dozen reports of different lengths, committed in between as a year would."""
    dice = Random(5)
    for _ in range(36):
        _file(world, dice.choice([10, 500, 1500, 6000]))
        world.session.commit()
    return world


def test_the_bytes_of_an_erased_report_are_gone_from_pages_and_log(
    world: World, database: Database, settings: Settings, keys: Keyring, clock: MovingClock
) -> None:
    path, dice = settings.instance / "desk.db", Random(9)
    reports = list(world.session.scalars(select(Report)))
    erased = dice.sample(reports, 14)
    gone, kept = [traces_of(database, one) for one in erased], traces_of(database, reports[0])
    for report in erased:
        erasure.erase(world.session, report, clock.today())
    world.session.commit()
    world.session.close()
    for one in gone:  # the control: before, every slice is there but for those a page has cut through
        assert len(one.still_in(path)) > 0.9 * len(one.slices)
    clock.forward(days=6, hours=12)
    assert ticking.tick_once(database, settings, keys, clock)["reports destroyed"] == 0  # the undo lasts seven days
    clock.forward(days=1)
    found = ticking.tick_once(database, settings, keys, clock)
    assert (found["reports destroyed"], found["erased bytes still in the log"]) == (14, 0)
    assert found["erased bytes still in pages"] == 0
    assert [one.still_in(path) for one in gone] == [set()] * 14
    survivors = [one for one in reports if one not in erased]
    assert len(traces_of(database, survivors[0]).still_in(path)) > 10
    assert kept.slices


def test_what_a_page_kept_of_rows_it_gave_away_goes_when_pages_are_written_anew(tmp_path: Path) -> None:
    """`secure_delete` is not enough: rows move when a page gets full, and their bytes stay in the old page."""
    dice, database = Random(3), Database(f"sqlite:///{tmp_path / 'pages.db'}")
    rows = {dice.getrandbits(63): dice.randbytes(dice.choice([300, 500, 700])) for _ in range(900)}
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.execute("CREATE TABLE sealed (id INTEGER PRIMARY KEY, value BLOB)")
    for row in rows.items():  # one transaction each, as reports come
        cursor.execute("INSERT INTO sealed VALUES (?, ?)", row)
    gone = {row: rows[row] for row in dice.sample(sorted(rows), 300)}
    cursor.executemany("DELETE FROM sealed WHERE id = ?", [(row,) for row in gone])
    raw.close()

    def kept() -> int:
        content = b"".join(database_bytes(tmp_path / "pages.db").values())
        return sum(value[:SLICE] in content or value[-SLICE:] in content for value in gone.values())

    assert database.forget_deleted()
    assert kept() > 0  # the control: they are deleted, and the log is empty
    assert database.write_anew([])
    assert database.forget_deleted()
    assert kept() == 0


def test_a_reader_that_keeps_the_log_open_is_noticed_and_the_next_tick_tries_again(
    world: World,
    database: Database,
    settings: Settings,
    keys: Keyring,
    clock: MovingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = settings.instance / "desk.db"
    report = world.session.scalars(select(Report)).first()
    assert report is not None
    gone = traces_of(database, report)
    erasure.erase(world.session, report, clock.today())
    world.session.commit()
    world.session.close()
    clock.forward(days=8)
    with database.session(write=False) as reader:
        reader.scalars(select(Report)).all()  # an open reading transaction
        reader.connection().exec_driver_sql("SELECT 1")
        monkeypatch.setattr(database, "forget_deleted", _impatient(database))
        found = ticking.tick_once(database, settings, keys, clock)
        assert (found["reports destroyed"], found["erased bytes still in the log"]) == (1, 1)
        assert gone.still_in(path)
    found = ticking.tick_once(database, settings, keys, clock)
    assert (found["reports destroyed"], found["erased bytes still in the log"]) == (0, 0)
    assert gone.still_in(path) == set()


def _impatient(database: Database) -> object:
    """The same checkpoint with a short patience, so that the test does not wait for it."""

    def forget() -> bool:
        raw = database.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA busy_timeout=50")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute("PRAGMA busy_timeout=20000")
        finally:
            raw.close()
        return not busy

    return forget


def test_mails_leave_no_words_behind(database: Database, settings: Settings, keys: Keyring, clock: MovingClock) -> None:
    """An invitation's link must not be in the log for a thief of the disk."""
    from bullying_desk.notices.outbox import write_mail

    link = b"/team/einladung/Xk3vP0qLw9"
    with database.transaction() as session:
        write_mail(session, 1, "x@y.example", "Einladung", link.decode(), clock.now())
    path = settings.instance / "desk.db"
    assert any(link in content for content in database_bytes(path).values())
    ticking.tick_once(database, settings, keys, clock)
    assert not any(link in content for content in database_bytes(path).values())


def test_what_a_person_held_late_is_gone_after_a_day(
    world: World, database: Database, settings: Settings, keys: Keyring, clock: MovingClock
) -> None:
    from bullying_desk.accounts.sign_in import late_posts

    with database.transaction() as session:
        row = late_posts.hold(
            session, world.pepper_layer, world.person("Selin").id, "/team", [("text", "y" * 900)], clock.now()
        )
        assert row is not None
        traces = Traces(frozenset(_slices(row.sealed)))
    path = settings.instance / "desk.db"
    assert traces.still_in(path)
    clock.moment += timedelta(hours=25)
    assert ticking.tick_once(database, settings, keys, clock)["late posts forgotten"] == 1
    assert traces.still_in(path) == set()
