"""Life in the demonstration city: invented reports in every state, absences, the box, reading along, the roster."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import absences, duty
from bullying_desk.accounts.team.absences import Days
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import case_retention
from bullying_desk.cases.models import OfferKind
from bullying_desk.cases.readers import read_along, sharing
from bullying_desk.cases.readers.sharing import SharingWish
from bullying_desk.clock import BERLIN, Clock, full_hour
from bullying_desk.commands.demonstration.casework import cases_of
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.database import Database, random_id
from bullying_desk.reports import erasure, opening
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.mailbox import keep_receipt, mark_read
from bullying_desk.reports.models import Case, CaseStatus, GrantState, Report, ReporterState, ReportGrant, Urgency
from bullying_desk.reports.offline import emptying, slips
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.retention import requests
from bullying_desk.retention.models import Art, Extension
from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools import places, roster
from bullying_desk.schools.models import DutyKind, School, Seat, SeatRole, SeatState, Tablet
from bullying_desk.schools.roster import DutyWish
from bullying_desk.schools.team import readable_seats, school_calendar
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import PaperSlip, Receipt, ReceiptWords, derive_receipt
from bullying_desk.sealing.slow_hash import SlowHashGate

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk


def fill_keeping(desk: Desk, people: dict[str, Invented]) -> None:
    """Put Selin's closed case on hold, and enter an open request and an extended one."""
    pepper_layer, now, today = desk.keys.pepper_layer, desk.clock.now(), desk.clock.today()
    selin, ruth = people["Selin"], people["Ruth"].person.id
    with desk.database.transaction() as session:
        closed = select(Case.id).where(Case.owner_id == selin.person.id, Case.status == CaseStatus.CLOSED)
        for case_id in session.scalars(closed.limit(1)).all():
            me = Counsellor(session, pepper_layer, selin.person.id, selin.key, now)
            case = find_case(me, case_id).case
            case_retention.hold(me, case, today + timedelta(days=120), "Die Schule klärt noch etwas. (Vorführung)")
        for art, ago, who in (
            (Art.ACCESS, 6, "Frau Beispiel, per Brief"),
            (Art.ERASURE, 40, "Herr Muster, per E-Mail"),
        ):
            entry = requests.Entry(random_id(), art, today - timedelta(days=ago))
            row = requests.enter(session, pepper_layer, entry, who, ruth, now)
            if ago > 30:
                requests.extend(session, row, Extension.COMPLEX, ruth, now)


# In the demonstration city one person is away next week, and the city's team has duty over the next holidays.


AWAY, STANDS_IN, ON_DUTY, COORDINATOR = "Paul", "Fatou", "Viktor", "Karin"


def fill_absences(session: Session, people: dict[str, Invented], clock: Clock) -> None:
    """Enter an absence as the person would, and duty as the city's coordinator would."""
    now, today = clock.now(), clock.today()
    away = people[AWAY].person.id
    seat = session.scalars(select(Seat).where(Seat.person_id == away, Seat.role == Role.CONTACT_PERSON)).one()
    days = Days(today + timedelta(days=7), today + timedelta(days=9))
    absences.enter(session, seat, days, people[STANDS_IN].person.id, away, now)
    breaks = duty.long_breaks([], today)
    office = session.scalars(select(Seat).where(Seat.person_id == people[ON_DUTY].person.id)).one()
    if breaks:
        ahead = breaks[0].days
        duty.give(session, office.id, ahead.first, ahead.last, people[COORDINATOR].person.id, now)


# The demonstration's box: it is at the first school, one sheet of slips is printed, and toilets have stickers.


def fill_box(session: Session, pepper_layer: PepperLayer, school: School, made: list[PaperSlip], now: datetime) -> None:
    """Put up the box, with its keeper and one sheet. Nobody has the words of this sheet."""
    query = select(Seat).where(
        Seat.school_id == school.id, Seat.role == SeatRole.CONTACT_PERSON, Seat.state == SeatState.ACTIVE
    )
    keeper = session.scalars(query.order_by(Seat.shown_name)).first()
    if keeper is None:
        return
    emptying.set_box(session, school.id, "neben der Bücherei", {keeper.id})
    places.switch(session, school.id, ["toilette"])
    slips.keep_sheets(
        session, pepper_layer, school.id, slips.next_sheet(session, school.id), made, keeper.person_id, now
    )


# Two people on a case, in the demonstration: one colleague is asked to read along, another one does so already.


def fill_together(desk: Desk, people: dict[str, Invented]) -> None:
    """Let two people ask a member of the city's team about their first running case; one has said yes."""
    by_id = {one.person.id: one for one in people.values()}
    with desk.database.transaction() as session:
        for name, answered in (("Jan", False), ("Olena", True)):
            for me, found in cases_of(desk, session, people, name, CaseStatus.RUNNING):
                asked = [one for one in sharing.can_be_asked(me, found, OfferKind.SHARE) if one.person_id in by_id]
                if not asked:
                    continue
                day, words = me.today + timedelta(days=14), "Magst du mit draufsehen? Ich bin unsicher."
                wish = SharingWish(OfferKind.SHARE, asked[0].person_id, until=day, message=words)
                offer = sharing.ask(me, found, wish)
                if answered:
                    other = by_id[offer.to_id]
                    them = Counsellor(session, me.pepper_layer, other.person.id, other.key, me.now)
                    read_along.say_yes(them, read_along.find(them, offer.id))


# Breaks and a duty roster for the invented schools that take part, this week and until the holidays.


BREAKS = (("1. Pause", time(9, 30), time(9, 50)), ("2. Pause", time(11, 25), time(11, 45)))
HELPERS = DutyWish(DutyKind.HELPERS, None, 1, 2, "mit gelber Weste", "am Klettergerüst")
MEDIATORS = DutyWish(DutyKind.MEDIATORS, None, 2, 2, "mit grüner Mütze", "an der Bank")


def fill_yard(session: Session, schools: Iterable[School], today: date) -> None:
    """Give each school that takes part two breaks, a roster and a tablet."""
    for school in schools:
        if not school.takes_reports:
            continue
        for name, starts, ends in BREAKS:
            roster.add_break(session, school, name, starts, ends)
        session.add(Tablet(school_id=school.id, since=today))
        calendar, monday = school_calendar(session, school.id), roster.monday_of(today)
        seats = readable_seats(session, school.id)[:1]
        contacts = [DutyWish(DutyKind.CONTACT, seat.id, 0, 1, "", "am Tor") for seat in seats]
        for pause, wish in zip(roster.breaks(session, school.id), (HELPERS, MEDIATORS), strict=True):
            for each in (wish, *contacts):
                roster.add(session, school, calendar, monday, range(5), pause.id, each)
        if any(roster.week(session, school.id, monday)):
            roster.carry_on(session, school, calendar, monday, to_holidays=True)


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
