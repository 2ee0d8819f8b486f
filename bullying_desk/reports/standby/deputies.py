"""All readers of a report are away: the stand-ins read now, and the child sees who, since when and why.

A person with a recorded absence is away that day. Over a break of more than three days the whole school is away, and
those of the city's team on duty answer (decision D30). Where one reader is there, nobody is let in.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Select, and_, false, or_, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.clock import BERLIN
from bullying_desk.night import Counts, Night
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    ReaderReason,
    Report,
    ReporterState,
    ReportGrant,
    Writer,
)
from bullying_desk.reports.standby import standby
from bullying_desk.reports.standby.standby import StandbyRound
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar
from bullying_desk.schools.models import FreeDay, Seat, SeatState
from bullying_desk.schools.team import school_calendar
from bullying_desk.sealing.pepper import PepperLayer

WAITS = and_(Report.last_writer == Writer.REPORTER, Report.reporter_state == ReporterState.OPEN)


def release_for_absences(session: Session, pepper_layer: PepperLayer, now: datetime, times: tuple[str, ...]) -> int:
    """Release stand-ins of reports whose readers are all away; returns how many persons were let in.

    In an open case at once, in any other as soon as a reporter waits; over a break only where a reporter waits.
    """
    today = now.astimezone(BERLIN).date()
    away = standby.away_on(session, today)
    breaks = _Breaks(session, today)
    schools = {school for school, _person in away}
    found = session.scalars(_candidates(schools, breaks.possible())).all() if schools or breaks.anywhere else []
    released = 0
    for each in standby.rounds(session, found, away, standby.entered_on(session, today)):
        on_break = breaks.now_at(each.report.school_id)
        people, reason, because_of = _break(each, breaks) if on_break else _absence(each)
        let_in = standby.let_in(session, pepper_layer, each.report, people, reason, now, because_of)
        standby.tell(session, let_in, each.report, now, times)
        released += len(let_in)
    return released


def _candidates(schools: set[int], on_break: frozenset[int] | bool) -> Select[Report]:
    works = Case.status.in_((CaseStatus.NEW, CaseStatus.RUNNING)) & (Report.reporter_state != ReporterState.ERASING)
    anywhere = (
        WAITS if on_break is True else WAITS & Report.school_id.in_(on_break) if on_break is not False else false()
    )
    stands_by = select(ReportGrant.id).where(
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.state == GrantState.STANDBY,
    )
    return (
        select(Report)
        .join(Case, Case.id == Report.case_id)
        .where(or_(Report.school_id.in_(schools) & or_(works, WAITS), anywhere), stands_by.exists())
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


def _break(each: StandbyRound, breaks: _Breaks) -> tuple[tuple[int, ...], ReaderReason, int | None]:
    """Return who answers over a break: of the stand-ins, the city's people on duty, unless one reads already."""
    somebody = each.reading & each.on_duty
    waiting = each.on_duty - breaks.entered_by(each.report.school_id)
    people = () if somebody or not _waits(each.report) else tuple(p for p in each.city if p in waiting)
    return people, ReaderReason.HOLIDAYS, None


def _waits(report: Report) -> bool:
    return report.last_writer is Writer.REPORTER and report.reporter_state is ReporterState.OPEN


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


def by_night(night: Night) -> Counts:
    """Open standby grants for readers who are away today."""
    with night.transaction() as session:
        released = release_for_absences(session, night.pepper_layer, night.now, night.settings.notice_times)
    return {standby.LET_IN: released}
