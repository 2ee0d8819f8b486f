"""All readers of a report are away, or nobody answers in time: others read, and the child sees who and why.

A person with a recorded absence is away that day. Over a break of more than three days the whole school is away, and
those of the city's team on duty answer (decision D30). Where one reader is there, nobody is let in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Exists, Select, exists, false, or_, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.config import ClockValues
from bullying_desk.night import Counts, Night
from bullying_desk.reports import reader_notices
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    ReaderReason,
    Report,
    ReporterState,
    ReportGrant,
    Urgency,
)
from bullying_desk.reports.promised_dates import missed_from
from bullying_desk.reports.readers.routing import FEWEST
from bullying_desk.reports.standby import standby
from bullying_desk.reports.standby.standby import StandbyRound
from bullying_desk.reports.waiting import waiting, waits
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar
from bullying_desk.schools.models import FreeDay, Seat, SeatState
from bullying_desk.schools.team import school_calendar, school_hours
from bullying_desk.sealing.pepper import PepperLayer

Moments = Callable[[SchoolCalendar, Report, Case, ClockValues], tuple[datetime, datetime]]


def release_for_absences(session: Session, pepper_layer: PepperLayer, now: datetime, times: tuple[str, ...]) -> int:
    """Release stand-ins of reports whose readers are all away; returns how many persons were let in.

    In an open case at once, in any other as soon as a reporter waits; over a break only where a reporter waits.
    """
    today = now.astimezone(BERLIN).date()
    away = standby.away_on(session, today)
    breaks = _Breaks(session, today)
    schools = {school for school, _person in away}
    found = session.scalars(_candidates(schools, breaks.possible(), now)).all() if schools or breaks.anywhere else []
    released = 0
    for each in standby.rounds(session, found, away, standby.entered_on(session, today)):
        on_break = breaks.now_at(each.report.school_id)
        people, reason, because_of = _break(each, breaks, now) if on_break else _absence(each)
        let_in = standby.let_in(session, pepper_layer, each.report, people, reason, now, because_of)
        standby.tell(session, let_in, each.report, now, times)
        released += len(let_in)
    return released


def _candidates(schools: set[int], on_break: frozenset[int] | bool, now: datetime) -> Select[Report]:
    waits = waiting(now)
    works = Case.status.in_((CaseStatus.NEW, CaseStatus.RUNNING)) & (Report.reporter_state != ReporterState.ERASING)
    anywhere = (
        waits if on_break is True else waits & Report.school_id.in_(on_break) if on_break is not False else false()
    )
    stands_by = select(ReportGrant.id).where(
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.state == GrantState.STANDBY,
    )
    return (
        select(Report)
        .join(Case, Case.id == Report.case_id)
        .where(or_(Report.school_id.in_(schools) & or_(works, waits), anywhere), stands_by.exists())
        .order_by(Report.id)
        # Where another machine does the same, each report is taken by one of the two.
        .with_for_update(of=Report, skip_locked=True)
    )


def _absence(each: StandbyRound) -> tuple[tuple[int, ...], ReaderReason, int | None]:
    """Return whom an absence lets in: the named stand-in, else the child's choice, else the city's team."""
    missing = sorted(each.reading & set(each.away))
    if each.there or not missing:
        return (), ReaderReason.ABSENCE, None
    named = {each.away[person] for person in missing}
    # A person who has entered one of these absences is passed over, whomever they named: the clock comes for them.
    deputies = tuple(person for person in each.deputies if person not in each.appointing)
    city = tuple(person for person in each.city if person not in each.appointing)
    people = tuple(person for person in deputies if person in named) or deputies or city
    return people, ReaderReason.ABSENCE, missing[0]


def _break(each: StandbyRound, breaks: _Breaks, now: datetime) -> tuple[tuple[int, ...], ReaderReason, int | None]:
    """Return who answers over a break: of the stand-ins, the city's people on duty, unless one reads already."""
    somebody = each.reading & each.on_duty
    waiting = each.on_duty - breaks.entered_by(each.report.school_id)
    people = () if somebody or not waits(each.report, now) else tuple(p for p in each.city if p in waiting)
    return people, ReaderReason.HOLIDAYS, None


def in_break(session: Session, school_id: int, today: date) -> bool:
    """Whether a school is in a break of more than three days."""
    return _is_break(school_calendar(session, school_id), today)


class _Breaks:
    """Which schools are in a long break today; each school's calendar is read once."""

    def __init__(self, session: Session, today: date) -> None:
        self._session, self._today = session, today
        self._known: dict[int, bool] = {}
        self._everywhere = _is_break(SchoolCalendar(), today)
        own = session.scalars(select(FreeDay.school_id).where(FreeDay.day == today, FreeDay.half.is_(False)))
        self._own = frozenset(own)

    @property
    def anywhere(self) -> bool:
        """Whether any school may be in a break: the state's holidays, or a movable day of its own."""
        return self._everywhere or bool(self._own)

    def possible(self) -> frozenset[int] | bool:
        """Return at which schools to look: all, none, or these."""
        if self._everywhere:
            return True
        return self._own or False

    def now_at(self, school_id: int) -> bool:
        """Whether this school is in a long break."""
        if not self.anywhere:
            return False
        if school_id not in self._known:
            self._known[school_id] = _is_break(school_calendar(self._session, school_id), self._today)
        return self._known[school_id]

    def entered_by(self, school_id: int) -> frozenset[int]:
        """Return who may have made this break: who coordinates the school, where its own free days do."""
        if self._everywhere:
            return frozenset()
        keepers = (Seat.school_id == school_id, Seat.role == Role.SCHOOL_COORDINATOR, Seat.state == SeatState.ACTIVE)
        return frozenset(self._session.scalars(select(Seat.person_id).where(*keepers)))


def _is_break(calendar: SchoolCalendar, today: date) -> bool:
    try:
        return not calendar.is_school_day(today) and calendar.break_after(today) is not None
    except CalendarRunOut:
        return False


def absences_by_night(night: Night) -> Counts:
    """Open standby grants for readers who are away today."""
    with night.transaction() as session:
        released = release_for_absences(session, night.pepper_layer, night.now, night.settings.notice_times)
    return {standby.LET_IN: released}


# Nobody answered in time. First the deputy reads, whom the child named; then the city's team (principle P5). The form
# promises it ("Ist gerade niemand davon da? Dann darf lesen …"), so it waits for no person: the night work releases
# grants that were written when the report came in. It never makes one (docs/sealing.md). Each step is taken once for a
# promise, is in the trail, and is readable in `Report.escalation`.


DEPUTY, CITY = 1, 2  # the steps


def release_overdue(
    session: Session,
    pepper_layer: PepperLayer,
    now: datetime,
    times: tuple[str, ...],
    values: ClockValues = ClockValues(),  # noqa: B008 - it cannot change
) -> int:
    """Take the steps that missed promises ask for; returns how many persons were let in.

    The deputy after one more school day, the city's team after two. Where it is acute, after one and two school hours
    of the promised day; on the day of the letter itself counted from when it was to be seen. Readers get a mail at each
    step, whether or not a person is let in.
    """
    return _release(session, pepper_layer, now, times, OVERDUE_CLOCK, _due(session, now, values))


@dataclass(frozen=True, slots=True)
class StandbyClock:
    """One of the two clocks that let others in. `column`: where a report keeps how many of its steps were taken."""

    column: str
    reason: ReaderReason
    event: Event
    moments: Moments  # when the deputy and when the city's team is due

    def taken(self, report: Report) -> int:
        """Return how many steps were taken for a report."""
        steps: int = getattr(report, self.column)
        return steps


def _release(
    session: Session,
    layer: PepperLayer,
    now: datetime,
    times: tuple[str, ...],
    clock: StandbyClock,
    due: dict[int, int],
) -> int:
    """Take the steps that are due, by report; returns how many persons were let in."""
    if not due:
        return 0
    # Where another machine does the same, one of the two takes each report.
    query = select(Report).where(Report.id.in_(due)).order_by(Report.id).with_for_update(skip_locked=True)
    query = query.execution_options(populate_existing=True)
    if clock is UNSEEN_CLOCK:
        query = query.where(~_seen())  # what was opened meanwhile is seen
    reports = [report for report in session.scalars(query) if clock.taken(report) < due[report.id]]
    released = 0
    for each in standby.rounds(session, reports, standby.away_on(session, now.astimezone(BERLIN).date())):
        report, step = each.report, due[each.report.id]
        people = whom(each, clock.taken(report) + 1, step)
        let_in = standby.let_in(session, layer, report, people, clock.reason, now)
        setattr(report, clock.column, step)
        facts: dict[str, Any] = {"report": report.id, "step": step, "released": len(let_in)}
        trail.record(session, clock.event, now, subject=report.case_id, **facts)
        session.flush()
        danger = clock is UNSEEN_CLOCK or _acute(session, report)
        reader_notices.tell_readers(session, report, now, times, danger=danger)
        released += len(let_in)
    return released


def whom(each: StandbyRound, first: int, last: int) -> tuple[int, ...]:
    """Return who is let in by the steps from `first` to `last`.

    Where one person alone reads, and the child named no colleague beside them, the city's team is the deputy.
    """
    alone = not each.deputies and len(each.there) < FEWEST
    people: tuple[int, ...] = ()
    if first <= DEPUTY:
        people += each.city if alone else each.deputies
    if last >= CITY:
        people += each.city
    return tuple(dict.fromkeys(people))


def _due(session: Session, now: datetime, values: ClockValues) -> dict[int, int]:
    """Return the step that a missed promise asks for by report, where it is a later one than was taken."""
    today = now.astimezone(BERLIN).date()
    # Closed cases too: a reporter who writes again into one was promised a day like everybody.
    query = (
        select(Report, Case)
        .join(Case, Case.id == Report.case_id)
        .where(
            waiting(now),
            Report.answer_due <= today,
            Report.escalation < CITY,
        )
    )
    return _steps(session, query, now, values, OVERDUE_CLOCK)


def _steps(
    session: Session, query: Select[Report, Case], now: datetime, values: ClockValues, clock: StandbyClock
) -> dict[int, int]:
    """Return by report how many of its two moments have come, where that is more than was taken."""
    due: dict[int, int] = {}
    calendars: dict[int, SchoolCalendar] = {}
    for report, case in session.execute(query):
        school = report.school_id
        if school not in calendars:
            calendars[school] = school_calendar(session, school, school_hours(values))
        step = sum(now >= moment for moment in clock.moments(calendars[school], report, case, values))
        if step > clock.taken(report):
            due[report.id] = step
    return due


def overdue_moments(
    calendar: SchoolCalendar, report: Report, case: Case, values: ClockValues
) -> tuple[datetime, datetime]:
    """Return when the deputy and when the city's team is due."""
    deputy, city = values.deputy_school_days, values.city_school_days
    try:
        if case.is_acute:
            begins = missed_from(calendar, report, case, values)
            return calendar.add_school_hours(begins, deputy), calendar.add_school_hours(begins, city)
        days = (calendar.add_school_days(report.answer_due, count) for count in (deputy, city))
        first, second = (calendar.opening(day)[1] for day in days)
        return first, second
    except CalendarRunOut:  # better too early than never
        midnight = datetime.combine(report.answer_due, datetime.min.time(), BERLIN)
        return midnight + timedelta(days=deputy + 1), midnight + timedelta(days=city + 1)


def _acute(session: Session, report: Report) -> bool:
    return session.get_one(Case, report.case_id).is_acute


# Something acute that nobody has looked at: step by step, the standby readers read, long before an answer is overdue.
#
# An acute report is seen within one school hour (decision D70). Seen means: a present reader has opened it. A notice is
# not enough. After one more hour the deputy reads, after two the city's team. Both get grants that were written when
# the report came in; the night work makes none (docs/sealing.md). The steps for an answer that is late are above.


def release_unseen(
    session: Session,
    pepper_layer: PepperLayer,
    now: datetime,
    times: tuple[str, ...],
    values: ClockValues = ClockValues(),  # noqa: B008 - it cannot change
) -> int:
    """Take the steps for what is acute and unseen; returns how many persons were let in. Readers get a mail at once."""
    return _release(session, pepper_layer, now, times, UNSEEN_CLOCK, _unseen_due(session, now, values))


def _seen() -> Exists:
    """Return the condition that a reader has opened the newest letter."""
    return exists().where(
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.person_id.is_not(None),
        ReportGrant.state == GrantState.OPEN,
        ReportGrant.first_read_hour.is_not(None),
        ReportGrant.seen_letters >= Report.letters,
    )


def _unseen_due(session: Session, now: datetime, values: ClockValues) -> dict[int, int]:
    """Return the step that is due by report, where it is a later one than was taken."""
    query = (
        select(Report, Case)
        .join(Case, Case.id == Report.case_id)
        .where(waiting(now), Report.unseen_step < CITY, ~_seen(), or_(Case.danger, Case.urgency == Urgency.ACUTE))
    )
    return _steps(session, query, now, values, UNSEEN_CLOCK)


def unseen_moments(
    calendar: SchoolCalendar, report: Report, case: Case, values: ClockValues
) -> tuple[datetime, datetime]:
    """Return when the deputy and when the city's team is due.

    Counted from the full hour in which the child wrote, which is all that is known: never later than promised, and a
    reader has had a whole school hour at least.
    """
    begins, hours = report.last_hour, values.acute_school_hours
    if not case.danger and case.urgency_hour is not None:
        begins = max(begins, case.urgency_hour)  # an old letter, in a case that was judged acute just now
    first, second = hours + values.deputy_school_days, hours + values.city_school_days
    try:
        return calendar.add_school_hours(begins, first), calendar.add_school_hours(begins, second)
    except CalendarRunOut:  # better too early than never
        return begins + timedelta(hours=first), begins + timedelta(hours=second)


OVERDUE_CLOCK = StandbyClock("escalation", ReaderReason.OVERDUE, Event.ESCALATED, overdue_moments)
UNSEEN_CLOCK = StandbyClock("unseen_step", ReaderReason.UNSEEN, Event.UNSEEN, unseen_moments)


def unseen_by_night(night: Night) -> Counts:
    """Let others in where nobody has looked."""
    times, clocks = night.settings.notice_times, night.settings.clocks
    with night.transaction() as session:
        return {standby.LET_IN: release_unseen(session, night.pepper_layer, night.now, times, clocks)}


def overdue_by_night(night: Night) -> Counts:
    """Let others in where a promised answer is missing."""
    times, clocks = night.settings.notice_times, night.settings.clocks
    with night.transaction() as session:
        return {standby.LET_IN: release_overdue(session, night.pepper_layer, night.now, times, clocks)}
