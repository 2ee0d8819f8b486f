"""The invented reports of the demonstration: through all doors, in several languages, in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import update
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN, Clock, full_hour
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.database import Database
from bullying_desk.reports import erasure, opening
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.mailbox import keep_receipt, mark_read
from bullying_desk.reports.models import CaseStatus, GrantState, Report, ReporterState, ReportGrant, Urgency
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools.models import School
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import Receipt, ReceiptWords, derive_receipt
from bullying_desk.sealing.slow_hash import SlowHashGate

Story = dict[str, Any]


def read_stories() -> list[Story]:
    """Read the invented reports."""
    text = files("bullying_desk.commands.demonstration").joinpath("stories.yml").read_text("utf-8")
    found: list[Story] = yaml.safe_load(text)
    return found


def fill_stories(
    database: Database,
    pepper_layer: PepperLayer,
    gate: SlowHashGate,
    salt: bytes,
    schools: dict[str, School],
    people: dict[str, Invented],
    stories: list[Story],
    clock: Clock,
    advance: Callable[[], None],
) -> list[dict[str, str]]:
    """File every story on its day and play its conversation; returns the receipts for demo.json."""
    found = []
    for story in sorted(stories, key=lambda one: -one["ago"]):
        words = ReceiptWords.generate()
        receipt = derive_receipt(words, salt, gate, b"")
        with database.transaction() as session:
            report = _tell(session, pepper_layer, receipt, schools[story["school"]], people, story, clock)
            state = _state(report)
        found.append({"school": schools[story["school"]].name, "state": state, "words": " ".join(words.words)})
        advance()
    return found


def _tell(
    session: Session,
    pepper_layer: PepperLayer,
    receipt: Receipt,
    school: School,
    people: dict[str, Invented],
    story: Story,
    clock: Clock,
) -> Report:
    moment = _moment(clock, story["ago"], story["hour"])
    filed = file_report(session, pepper_layer, _submission(school, people, story), receipt, moment, Terms())
    report = session.get_one(Report, filed.report_id)
    keep_receipt(report)
    if "case" in story:
        _work(report, people, story["case"], moment)
    for who, after, text in story.get("talk", ()):
        later = min(_moment(clock, max(0, story["ago"] - after), story["hour"] + 1), full_hour(clock.now()))
        _speak(session, pepper_layer, receipt, report, people, who, text, later)
    if story.get("finished"):
        report.reporter_state = ReporterState.FINISHED
    if story.get("erase"):
        erasure.erase(session, report, clock.today())
    session.flush()
    return report


def _submission(school: School, people: dict[str, Invented], story: Story) -> Submission:
    said = {code: tuple(value) if isinstance(value, list) else value for code, value in story["said"].items()}
    left_out = frozenset(people[name].person.id for name in story.get("left_out", ()))
    named = frozenset(people[name].person.id for name in story.get("named", ()))
    choice = ReaderChoice(
        Wish(story.get("who", "team")), named=named, left_out=left_out, adult=bool(story.get("adult"))
    )
    words = {"team": "Alle aus dem Team", "city": "Stelle der Stadt"}.get(
        story.get("who", "team"), ", ".join(people[name].shown for name in story.get("named", ()))
    )
    answers = Answers(
        story["door"], bool(story.get("danger")), said, words,
        ", ".join(people[name].shown for name in story.get("left_out", ())),
    )  # fmt: skip
    given = story.get("name", {})
    name = NameGiven(
        NameLevel(given.get("level", "none")), given.get("name", ""), given.get("group", ""), given.get("where", "")
    )
    return Submission(school.id, answers, name, choice, LeftOut(left_out))


def _work(report: Report, people: dict[str, Invented], case: Story, moment: datetime) -> None:
    report.case.owner_id = people[case["owner"]].person.id
    report.case.status = CaseStatus(case["status"])
    report.case.urgency = Urgency(case.get("urgency", "none"))
    if report.case.status is CaseStatus.CLOSED:
        report.case.closed_hour = full_hour(moment)


def _speak(
    session: Session,
    pepper_layer: PepperLayer,
    receipt: Receipt,
    report: Report,
    people: dict[str, Invented],
    who: str,
    text: str,
    moment: datetime,
) -> None:
    if who in people:
        one = people[who]
        secrets = opening.open_report_secrets(
            session, pepper_layer, one.key, one.person.id, report, hour=full_hour(moment)
        )
        letters.write_letter(session, secrets, report, text, now=moment, author=(one.person.id, one.shown))
        seen = update(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.state == GrantState.OPEN)
        session.execute(seen.values(seen_letters=report.letters))
        return
    secrets = opening.open_as_reporter(session, pepper_layer, receipt.key, report)
    mark_read(report)
    fact = letters.Fact.BETTER if who == "better" else letters.Fact.NONE
    letters.write_letter(session, secrets, report, text, now=moment, fact=fact)


def _moment(clock: Clock, school_days_ago: int, hour: int) -> datetime:
    """Return an hour of the school day a number of school days ago, never in the future."""
    day, calendar = _last_school_day(clock.today()), SchoolCalendar()
    for _ in range(school_days_ago):
        day = _last_school_day(day - timedelta(days=1), calendar)
    moment = datetime.combine(day, time(min(hour, 23)), BERLIN)
    return min(moment, full_hour(clock.now()))


def _last_school_day(day: date, calendar: SchoolCalendar | None = None) -> date:
    calendar = calendar or SchoolCalendar()
    while not calendar.is_school_day(day):
        day -= timedelta(days=1)
    return day


def _state(report: Report) -> str:
    if report.reporter_state is not ReporterState.OPEN:
        return report.reporter_state.value
    return "answered" if report.last_writer.value == "staff" else report.case.status.value
