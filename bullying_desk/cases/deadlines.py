"""What urgency means in dates, and what is overdue in a case.

Urgency says how fast (principle P4). Acute: seen within a school hour, in person the same day. High, medium, low: an
answer within one, two, three school days. Then a plan, and two follow-ups after the last measure. All of it counts in
school time. The date a child was promised may get earlier, never later (principle P5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.clock import BERLIN
from bullying_desk.config import ClockValues
from bullying_desk.reports.models import Case, Report, Urgency
from bullying_desk.reports.promised_dates import acute_day
from bullying_desk.reports.waiting import waits
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar, SchoolHours
from bullying_desk.schools.models import FreeDay
from bullying_desk.schools.team import school_calendar, school_hours
from bullying_desk.texts.catalogues import GERMAN, texts_of
from bullying_desk.web.language import _, german_date

WITHOUT_CALENDAR = timedelta(days=7)


class Due(Enum):
    """What can be due in a case; the word is for addresses and styles."""

    ANSWER = "antwort"
    IN_PERSON = "gespraech"
    PLAN = "plan"
    FOLLOW_UP = "nachfrage"
    OWN_DATE = "termin"


class Dues(NamedTuple):
    """The dates of one case, as far as there are any, in the order of `Due`.

    `answer` is the promised day, while a reporter waits. The inbox makes 500 of them at once: a tuple is the cheapest.
    """

    answer: date | None = None
    in_person: date | None = None
    plan: date | None = None
    follow_up: date | None = None
    own: date | None = None

    def days(self) -> list[date]:
        """Return the dates there are, in no order."""
        return [day for day in self if day is not None]

    def is_due(self, today: date) -> bool:
        """Whether anything is due today or overdue."""
        return any(day is not None and day <= today for day in self)

    def next(self) -> tuple[Due, date] | None:
        """Return the date that comes first."""
        known = [(what, day) for what, day in zip(Due, self, strict=True) if day is not None]
        return min(known, key=lambda each: each[1], default=None)


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a follow-up is to be held; both days are school days where the calendar is known."""

    first: date
    last: date


def apply_urgency(me: Counsellor, case: Case, urgency: Urgency, values: ClockValues) -> list[Report]:
    """Set how urgent a case is, as a person has judged it, and the dates that follow.

    Raising brings the promised date forward. Lowering moves nothing back, also not the day to meet the child. The
    plan's date is set with the first judgement. Returns the reports with an earlier promise.
    """
    calendar = _calendar(me, case, values)
    if case.urgency is urgency:
        return []
    first = case.urgency is Urgency.NONE
    case.urgency, case.urgency_hour = urgency, me.hour
    facts: dict[str, str] = {"urgency": urgency.value}
    trail.record(me.session, Event.CASE_URGENCY, me.now, actor=me.person_id, subject=case.id, **facts)
    if first and case.plan_due is None:
        opened = case.opened_hour.astimezone(BERLIN).date()
        case.plan_due = _not_over(calendar, after(calendar, opened, values.plan_school_days), me.today)
    if urgency is Urgency.ACUTE and case.in_person_due is None:
        case.in_person_due = same_day(calendar, me.now)
    query = select(Report).where(Report.case_id == case.id).with_for_update()
    earlier = [report for report in me.session.scalars(query) if bring_forward(me, case, report, calendar, values)]
    me.session.flush()
    return earlier


def bring_forward(me: Counsellor, case: Case, report: Report, calendar: SchoolCalendar, values: ClockValues) -> bool:
    """Promise a waiting reporter an earlier day where the urgency asks for it; True where it is earlier now."""
    if not waits(report, me.now):
        return False
    asked = answer_day(calendar, case.urgency, report.last_hour, me.now, values)
    if asked is None or asked >= report.answer_due:
        return False
    report.answer_due = asked
    facts: dict[str, int | str] = {"report": report.id, "day": asked.isoformat()}
    trail.record(me.session, Event.PROMISE_EARLIER, me.now, actor=me.person_id, subject=case.id, **facts)
    return True


def linked(me: Counsellor, case: Case, report: Report, values: ClockValues) -> bool:
    """Bring the promise of a report forward that was put into a more urgent case; True where it is earlier now."""
    return bring_forward(me, case, report, _calendar(me, case, values), values)


def answer_day(
    calendar: SchoolCalendar, urgency: Urgency, written: datetime, now: datetime, values: ClockValues
) -> date | None:
    """Return by when a text written at `written` is to be answered at this urgency; never a day that is over.

    Acute: within one school hour from now. None where nobody has judged yet: the promise stays.
    """
    today, since = now.astimezone(BERLIN).date(), written.astimezone(BERLIN).date()
    if urgency is Urgency.ACUTE:
        return acute_day(calendar, now, values)
    days = {
        Urgency.HIGH: values.high_school_days,
        Urgency.MEDIUM: values.medium_school_days,
        Urgency.LOW: values.answer_school_days,
    }
    return _not_over(calendar, after(calendar, since, days[urgency]), today) if urgency in days else None


def same_day(calendar: SchoolCalendar, now: datetime) -> date:
    """Return today while the school is open, else the next school day: staff must be there to meet the child."""
    today = now.astimezone(BERLIN).date()
    try:
        open_still = calendar.is_school_day(today) and now < calendar.opening(today)[1]
        return today if open_still else calendar.next_school_day(today)
    except CalendarRunOut:
        return today


def see_today(me: Counsellor, case: Case, hours: SchoolHours | None = None) -> None:
    """Where danger was declared an answer is not all: the child is to be seen the same day, judged or not yet."""
    if case.in_person_due is None:
        case.in_person_due = same_day(school_calendar(me.session, case.school_id, hours), me.now)


def seen_in_person(me: Counsellor, case: Case, day: date | None = None) -> None:
    """Note that a person has met the child: nothing is due in person any more. A second submit notes nothing.

    `day`: when they met, where it is known. A talk from before the danger was known is no meeting because of it.
    """
    if case.in_person_due is None or (day is not None and day < min(case.in_person_due, me.today)):
        return
    case.in_person_due = None
    trail.record(me.session, Event.CASE_SEEN, me.now, actor=me.person_id, subject=case.id)
    me.session.flush()


def plan_made(case: Case) -> None:
    """Note that there is a plan."""
    case.plan_due = None


def measure_taken(me: Counsellor, case: Case, day: date, values: ClockValues) -> None:
    """Count the follow-ups from the last measure; an earlier measure than the last one changes nothing."""
    if case.measure_on is not None and day <= case.measure_on:
        return
    case.measure_on, case.follow_ups = day, 0
    _next_follow_up(me, case, values)


def follow_up_done(me: Counsellor, case: Case, values: ClockValues) -> None:
    """Note that one follow-up was held: the second one is due next, and after it none."""
    if case.follow_up_due is not None:
        case.follow_ups += 1
        _next_follow_up(me, case, values)


def follow_up_window(calendar: SchoolCalendar, measure_on: date, number: int, values: ClockValues) -> Window:
    """Return when follow-up `number` (0 or 1) is to be held, on school days.

    Where the window ends in holidays, its last school day counts, else the first one after it.
    """
    begin, end = (measure_on + timedelta(days=days) for days in values.follow_up_days[number])
    try:
        days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
        inside = [day for day in days if calendar.is_school_day(day)] or [calendar.next_school_day(end)]
    except CalendarRunOut:
        return Window(begin, end)
    return Window(inside[0], inside[-1])


def next_window(me: Counsellor, case: Case, values: ClockValues) -> Window | None:
    """Return the window of the follow-up that comes next, or nothing where none is due."""
    if case.measure_on is None or case.follow_ups >= len(values.follow_up_days):
        return None
    return follow_up_window(_calendar(me, case, values), case.measure_on, case.follow_ups, values)


def clear(case: Case) -> None:
    """Owe nothing any more: the case is closed."""
    case.in_person_due = case.plan_due = case.follow_up_due = None


def _next_follow_up(me: Counsellor, case: Case, values: ClockValues) -> None:
    window = next_window(me, case, values)
    case.follow_up_due = window.last if window is not None else None
    me.session.flush()


def _calendar(me: Counsellor, case: Case, values: ClockValues) -> SchoolCalendar:
    return school_calendar(me.session, case.school_id, school_hours(values))


def after(calendar: SchoolCalendar, day: date, school_days: int) -> date:
    """Return the day some school days later; a week later where the calendar has run out."""
    try:
        return calendar.add_school_days(day, school_days)
    except CalendarRunOut:  # the desk stays usable; `doctor` and the desk show the problem
        return day + WITHOUT_CALENDAR


def _not_over(calendar: SchoolCalendar, day: date, today: date) -> date:
    """Return the day, or where it is over the first school day from today on: nobody is promised a Sunday."""
    try:
        return day if day >= today else calendar.next_school_day(today - timedelta(days=1))
    except CalendarRunOut:
        return max(day, today)


# School time at the desk: when an answer is due, and how long a reporter has been waiting.


_HOUR = timedelta(hours=1)


class SchoolClocks:
    """The calendars of some schools, read from the database at once."""

    def __init__(self, session: Session, school_ids: Iterable[int]) -> None:
        self._session = session
        self._calendars: dict[int, SchoolCalendar] = {}
        self._counted: dict[tuple[int, date, date], int] = {}  # 500 rows began on few days
        self.add(school_ids)

    def add(self, school_ids: Iterable[int]) -> None:
        """Read the calendars of more schools."""
        wanted = set(school_ids) - set(self._calendars)
        free: dict[int, list[date]] = defaultdict(list)
        half: dict[int, list[date]] = defaultdict(list)
        if wanted:
            query = select(FreeDay.school_id, FreeDay.day, FreeDay.half).where(FreeDay.school_id.in_(wanted))
            for school, day, is_half in self._session.execute(query):
                (half if is_half else free)[school].append(day)
        self._calendars.update({school: SchoolCalendar(free[school], half[school]) for school in wanted})

    def calendar(self, school_id: int) -> SchoolCalendar:
        """Return the calendar of one of the schools."""
        return self._calendars[school_id]

    def school_days_until(self, school_id: int, since: datetime, today: date) -> int:
        """Return how many school days have passed since a moment; days, where the calendar does not reach so far."""
        first = since.astimezone(BERLIN).date()
        known = self._counted.get((school_id, first, today))
        if known is None:
            try:
                known = self._calendars[school_id].school_days_between(first, today)
            except CalendarRunOut:
                known = max((today - first).days, 0)
            self._counted[school_id, first, today] = known
        return known

    def waiting_words(self, school_id: int, since: datetime, now: datetime) -> str:
        """Say how long a reporter has been waiting: „seit etwa 2 Stunden“ today, else „seit 2 Schultagen“.

        `since` is a full hour, so hours are given as „etwa“.
        """
        first, today = since.astimezone(BERLIN).date(), now.astimezone(BERLIN).date()
        if first == today:
            hours = (now - since) // _HOUR
            if hours < 1:
                return _("seit weniger als 1 Stunde")
            return _("seit etwa 1 Stunde") if hours == 1 else _("seit etwa %(n)s Stunden") % {"n": hours}
        try:
            return self._calendars[school_id].waiting_words(first, today, texts_of(GERMAN).spoken)
        except CalendarRunOut:
            return _("seit %(day)s") % {"day": german_date(first)}
