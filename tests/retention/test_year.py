"""A year and more over 300 invented cases, on a clock that jumps: the right ones go, the right ones stay.

The expected result is computed here, from each case's own story, without asking the program. The bytes prove it: every
sealed value is searched in every file of the instance, and each was found there while it existed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import case_retention
from bullying_desk.clock import full_hour
from bullying_desk.commands import main
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.lessons.models import LessonFeedback
from bullying_desk.reports import erasure
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Case, CaseStatus, Record, Report, ReportGrant, Writer
from bullying_desk.ticking import tick_once
from tests.moving_clock import MovingClock
from tests.secrecy.searching import files_of
from tests.serving import open_instance
from tests.world import World, layer_of, make_world

pytestmark = pytest.mark.sqlite

CASES, STEP, MIDDLE, END = 300, 14, 210, 448  # days
FILED_UNTIL = 250
STORIES = ("plain", "plain", "plain", "plain", "unread", "waits", "child", "held", "archive", "mistake", "open")
Pieces = tuple[bytes, ...]
"""Some pieces of a sealed value: a page of the database may cut through one of them, not through all."""
GONE_AFTER = {"case": 365, "talk": 90, "mistake": 30, "undo": 7}


@dataclass
class Story:
    """What happens to one case, on which days, and where its bytes are known from."""

    kind: str
    filed: int
    closed: int
    case_id: int = 0
    report_id: int = 0
    talk: Pieces = ()  # of the sealed report
    grant: Pieces = ()  # of a reader's grant
    note: Pieces = ()  # of the team's note, where there is one

    def talk_gone(self, day: int) -> bool:
        """Whether the conversation must be gone at the end of a day's work."""
        if self.kind in {"unread", "waits", "open", "archive"}:
            return False
        if self.kind == "child":
            return day >= _worked(self.closed) + GONE_AFTER["undo"]
        if self.kind == "held" and day < self.closed + 200:
            return False
        return day > _worked(self.closed) + GONE_AFTER["mistake" if self.kind == "mistake" else "talk"]

    def case_gone(self, day: int) -> bool:
        """Whether everything of the case must be gone at the end of a day's work."""
        if self.kind in {"child", "mistake"}:
            return self.talk_gone(day)
        return self.talk_gone(day) and day > _worked(self.closed) + GONE_AFTER["case"]


def _worked(day: int) -> int:
    """Return the day on which something is done: the clock only stops every STEP days."""
    return -(-day // STEP) * STEP


@dataclass
class Year:
    """The city, its stories, and the days they happen on."""

    folder: Path
    database: Database
    keys: Keyring
    clock: MovingClock
    world: World
    start: datetime
    stories: list[Story] = field(default_factory=list)
    ticks: list[dict[str, int]] = field(default_factory=list)

    @property
    def day(self) -> int:
        """How many days have passed."""
        return (self.clock.moment - self.start).days

    def live_until(self, end: int) -> None:
        """Let the days pass up to one of them."""
        while self.day <= end:
            for story in self.stories:
                if _worked(story.filed) == self.day:
                    self._file(story)
                if _worked(story.closed) == self.day:
                    self._close(story)
            self.world.session.commit()
            self.ticks.append(tick_once(self.database, Settings(instance=self.folder), self.keys, self.clock))
            self.clock.forward(days=STEP)
        self.clock.forward(days=-STEP)

    def _file(self, story: Story) -> None:
        session, world = self.world.session, self.world
        report = world.report(world.file(world.receipt(), answers=Answers(1, False, {"text": f"Nr. {story.filed}"}))[0])
        story.case_id, story.report_id = report.case_id, report.id
        if story.kind not in {"unread", "child"}:
            me = Counsellor(session, world.pepper_layer, world.person("Selin").id, world.key("Selin"), self.clock.now())
            if story.filed % 3 == 0 or story.kind == "held":
                found = find_case(me, story.case_id)
                notes.write_private_note(me, found, "Nur für mich.")
            own = (ReportGrant.report_id == report.id, ReportGrant.person_id == me.person_id)
            session.execute(update(ReportGrant).where(*own).values(seen_letters=report.letters))
        if story.kind not in {"waits", "child"}:
            report.last_writer = Writer.STAFF
        session.flush()
        story.talk = _pieces(session.scalars(select(Record.sealed).where(_is_report(story))).one())
        grants = select(ReportGrant.sealed).where(ReportGrant.report_id == report.id, ReportGrant.state == "open")
        story.grant = _pieces(session.scalars(grants).first() or b"")

    def _close(self, story: Story) -> None:
        session, world = self.world.session, self.world
        case = session.get_one(Case, story.case_id)
        if story.kind == "child":
            erasure.erase(session, session.get_one(Report, story.report_id), self.clock.today())
        elif story.kind != "open":
            case.status, case.closed_hour = CaseStatus.CLOSED, full_hour(self.clock.now())
            case.outcome = "mistake" if story.kind == "mistake" else "stopped"
        me = Counsellor(session, world.pepper_layer, world.person("Selin").id, world.key("Selin"), self.clock.now())
        if story.kind == "archive":
            case_retention.say_archive(me, case, case_retention.Archive.OFFER)
        if story.kind == "held":
            until = self.start.date() + timedelta(days=story.closed + 200)
            case_retention.hold(me, find_case(me, story.case_id).case, until, "Es läuft ein Verfahren.")
            written = select(Record.sealed).where(Record.owner_id == story.case_id)
            story.note = _pieces(session.scalars(written).first() or b"")
        session.flush()

    def check(self) -> None:
        """Compare what is there with what ought to be there, by row and by byte."""
        with self.database.transaction(write=False) as session:
            there = {row.id: row for row in session.scalars(select(Case))}
            talks = set(session.scalars(select(Record.owner_id).where(Record.kind == "report")))
        contents = files_of(self.folder)
        for story in self._begun():
            assert (story.case_id not in there) == story.case_gone(self.day), (self.day, story)
            assert (story.report_id not in talks) == story.talk_gone(self.day), (self.day, story)
            for pieces, gone in (
                (story.talk, story.talk_gone(self.day)),
                (story.grant, story.case_gone(self.day)),
                (story.note, story.case_gone(self.day)),
            ):
                assert not pieces or _found(pieces, contents) != gone, (self.day, story)

    def _begun(self) -> Iterator[Story]:
        return (story for story in self.stories if story.case_id)


def _is_report(story: Story) -> ColumnElement[bool]:
    return and_(Record.owner_id == story.report_id, Record.kind == "report")


def _pieces(value: bytes) -> Pieces:
    return tuple(bytes(value[len(value) * n // 3 :][:24]) for n in (1, 2))


def _found(pieces: Pieces, contents: Mapping[str, bytes]) -> bool:
    return any(piece in content for piece in pieces for content in contents.values())


@pytest.fixture
def year(tmp_path: Path) -> Year:
    folder, dice = tmp_path / "instance", Random(11)
    database, keys = open_instance(folder)
    clock = MovingClock()
    session: Session = database.session(write=True)
    world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    session.add(LessonFeedback(lesson_id="stopp", worked="ja", pace="gut", count=3))
    session.commit()
    stories = [
        Story(kind, filed, filed + dice.randrange(7, 60))
        for kind in (STORIES * 30)[:CASES]
        for filed in [dice.randrange(FILED_UNTIL)]
    ]
    return Year(folder, database, keys, clock, world, clock.moment, stories)


@pytest.mark.slow
def test_a_year_over_300_cases(year: Year, tmp_path: Path) -> None:
    year.live_until(84)
    year.check()  # nearly everything is still there: each slice is found, the positive control of those below
    year.live_until(MIDDLE)
    year.check()
    copy = tmp_path / "middle.db"
    _say(year, "backup", "--plain", str(copy))
    left = year.world.person("Jan")
    left.state, left.left_on = PersonState.LEFT, year.clock.today() - timedelta(days=200)
    year.world.session.commit()
    year.clock.forward(days=STEP)
    year.live_until(END)
    year.check()
    kinds = {story.kind for story in year.stories if story.case_gone(year.day)}
    assert kinds == {"plain", "child", "mistake", "held"}  # some of each went …
    stayed = {story.kind for story in year.stories if not story.case_gone(year.day)}
    assert stayed >= {"unread", "waits", "held", "archive", "open"}  # … and of these none, whatever the day
    assert sum(each["erased bytes still in the log"] + each["erased bytes still in pages"] for each in year.ticks) == 0
    before = _counts(year)
    brought = sum(story.case_gone(year.day) and not story.case_gone(MIDDLE) for story in year.stories)
    assert brought > 30
    year.world.session.close()
    year.database.engine.dispose()
    _say(year, "restore", str(copy), "--yes")
    control = files_of(year.folder)
    back = [each for each in year.stories if each.case_gone(year.day) and _found(each.grant, control)]
    assert len(back) > 30  # the control: the old copy holds what was destroyed since
    found = tick_once(year.database, Settings(instance=year.folder), year.keys, year.clock)
    assert found["destroyed again after a copy"] > 30
    assert found["erased bytes still in the log"] == 0
    contents = files_of(year.folder)
    assert not [each for each in back if _found(each.grant, contents) or _found(each.talk, contents)]
    after = _counts(year)
    assert after["gone"] == before["gone"] == set()
    assert after["jan"] == before["jan"] == "früheres Mitglied"
    assert after["figures"] == before["figures"] == 3


def _counts(year: Year) -> dict[str, object]:
    gone = {story.case_id for story in year.stories if story.case_gone(year.day)}
    with year.database.transaction(write=False) as session:
        return {
            "gone": gone & set(session.scalars(select(Case.id))),
            "jan": session.scalar(select(Person.name).where(Person.id == year.world.person("Jan").id)),
            "figures": session.scalar(select(LessonFeedback.count)),
        }


def _say(year: Year, *words: str) -> None:
    done = CliRunner().invoke(main, ["--instance", str(year.folder), *words])
    assert done.exit_code == 0, done.output
