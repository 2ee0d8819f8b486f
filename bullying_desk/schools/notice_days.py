"""On which days a notice is sent: the calendar of the person who must act decides, not that of the report's school.

A school's team works on its school's days. People of the city work on office days, and people on duty also on each day
of a long break: the page tells the child that they read then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.notices import outbox
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar, is_office_day
from bullying_desk.schools.models import DutyPeriod, Seat, SeatState
from bullying_desk.schools.team import school_calendar

# Built once: each report asks this, and building a statement costs more than running it.
_SEATS = (
    select(Seat.person_id, Seat.school_id, Seat.role, Seat.on_duty, DutyPeriod.first_day, DutyPeriod.last_day)
    .outerjoin(DutyPeriod, DutyPeriod.seat_id == Seat.id)
    .where(Seat.person_id.in_(bindparam("people", expanding=True)), Seat.state == SeatState.ACTIVE)
)


def announce(
    session: Session,
    people: Iterable[tuple[int, str]],
    *,
    danger: bool,
    now: datetime,
    times: tuple[str, ...],
    calendars: Calendars | None = None,
) -> None:
    """Write a content-free notice to each (person id, mail address): danger at once, else at their next fixed time.

    `calendars` of the school that the news is about: people on duty get a notice on the days of its breaks too.
    """
    told = dict(people)
    moments = dict.fromkeys(told, full_hour(now)) if danger else notice_times(session, told, now, times, calendars)
    outbox.announce(session, told.items(), urgent=danger, moments=moments)


def notice_times(
    session: Session, people: Collection[int], now: datetime, times: tuple[str, ...], calendars: Calendars | None = None
) -> dict[int, datetime]:
    """Return the next fixed time of each person. Beyond the known calendar that is now: better at once than never."""
    calendars = calendars or Calendars(session)
    first = outbox.next_notice_time(now, times, lambda _day: True)
    if calendars.everybody_works(first.astimezone(BERLIN).date()):
        return dict.fromkeys(people, first)
    days: dict[int, list[Callable[[date], bool]]] = {}
    for row in _seats(session, people):
        days.setdefault(row.person_id, []).append(_working_days(row, calendars))
    found = {}
    for person in people:
        works = partial(_works, days.get(person) or [SchoolCalendar().is_school_day])
        try:
            found[person] = outbox.next_notice_time(now, times, works)
        except CalendarRunOut:
            found[person] = full_hour(now)
    return found


def _works(seats: list[Callable[[date], bool]], day: date) -> bool:
    return any(works_on(day) for works_on in seats)


def _seats(session: Session, people: Collection[int]) -> Iterable[Any]:
    return session.execute(_SEATS, {"people": list(people)}).all()


def _working_days(row: Any, calendars: Calendars) -> Callable[[date], bool]:
    if row.school_id is not None:
        return calendars.of(row.school_id).is_school_day
    if row.role is not Role.CITY_TEAM:
        return is_office_day
    return _City(row.on_duty, row.first_day, row.last_day, calendars).works_on


@dataclass(frozen=True, slots=True)
class _City:
    """A seat in the city's team, with one of its periods of duty or none."""

    on_duty: bool
    first: date | None
    last: date | None
    calendars: Calendars

    def works_on(self, day: date) -> bool:
        """Whether the person works that day."""
        on_duty = self.on_duty if self.first is None else self.first <= day and (self.last is None or day <= self.last)
        return is_office_day(day) or (on_duty and self.calendars.is_break(day))


class Calendars:
    """The calendars of schools, each read once."""

    def __init__(self, session: Session, school_id: int | None = None, *, all_here: bool = False) -> None:
        """`school_id`: the school that the news is about. `all_here`: who is told sits there or in the city's team."""
        self._session, self._school, self._all_here = session, school_id, all_here
        self._known: dict[int | None, SchoolCalendar] = {None: SchoolCalendar()}

    def of(self, school_id: int | None) -> SchoolCalendar:
        """Return the calendar of a school; without one, the state's."""
        if school_id not in self._known:
            self._known[school_id] = school_calendar(self._session, school_id or 0)
        return self._known[school_id]

    def everybody_works(self, day: date) -> bool:
        """Whether it is known without a look at the seats: no office of the city is closed on a school day."""
        try:
            return self._all_here and self.of(self._school).is_school_day(day)
        except CalendarRunOut:
            return False

    def is_break(self, day: date) -> bool:
        """Whether the day is in a long break of the news' school."""
        calendar = self.of(self._school)
        return not calendar.is_school_day(day) and calendar.break_after(day) is not None
