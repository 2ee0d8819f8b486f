"""Who of a school's team is there now and who comes next: a child wants to know it before it knocks.

It follows from office hours, the days a person is at school, the state's holidays, the school's free days and absences.
It knows no report, and nothing in it leads to one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.schooldays import SchoolCalendar, SchoolHours
from bullying_desk.schools.breaks import Yard, is_school_day, yard_at
from bullying_desk.schools.models import Absence, OfficeHour, Seat
from bullying_desk.schools.team import TeamFace, public_team, readable_seats, school_calendar

_FAR = 60  # days to look forward: longer than the summer holidays
_DAY = timedelta(days=1)


class Here(StrEnum):
    """Where a person is at this time of the day."""

    NOW = "now"  # in an office hour that runs
    HOUSE = "house"  # at school this day, without an hour
    LATER = "later"  # an hour begins later today
    ABSENT = "absent"  # entered as absent today; never with a reason
    OTHER_DAY = "other_day"  # the next hour is on another day
    UNKNOWN = "unknown"  # no hour is known


@dataclass(frozen=True, slots=True)
class Presence:
    """One person, or the team as a whole (`face` None), at one moment. Times are of the day in Dortmund."""

    face: TeamFace | None
    here: Here
    room: str = ""
    until: time | None = None  # NOW and HOUSE: until when
    begins: datetime | None = None  # the next hour, if one is known
    minutes_left: int | None = None  # until the words about today change


@dataclass(frozen=True, slots=True)
class Board:
    """A school's team at one moment; people who are there now come first."""

    moment: datetime  # in Dortmund
    is_school_day: bool
    people: tuple[Presence, ...]
    yard: Yard

    @property
    def anybody_now(self) -> bool:
        """Whether the person can be found at this moment."""
        return any(each.here in (Here.NOW, Here.HOUSE) for each in self.people)


@dataclass(frozen=True, slots=True)
class _Span:
    weekday: int
    starts: time
    ends: time
    room: str


@dataclass(frozen=True, slots=True)
class _Week:
    """The known data of one person: hours, absences, days at school."""

    spans: tuple[_Span, ...]
    away: tuple[tuple[date, date], ...] = ()
    in_house: tuple[int, ...] = ()

    def is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)


def who_is_there(session: Session, school_id: int, now: datetime, hours: SchoolHours | None = None) -> Board:
    """Return who of a school's team is there at `now` and when the others come.

    Names only with the person's recorded yes. On a day outside the known calendar nobody is promised.
    """
    moment = now.astimezone(BERLIN)
    calendar = school_calendar(session, school_id, hours)
    weeks = _weeks(session, school_id)
    faces: list[TeamFace | None] = list(public_team(session, school_id, moment.date()))
    if weeks.get(None):
        faces.append(None)
    people = [_presence(face, weeks.get(face.seat_id if face else None), calendar, moment) for face in faces]
    away = [seat_id for seat_id, week in weeks.items() if seat_id is not None and week.is_away(moment.date())]
    yard = yard_at(session, school_id, calendar, moment, away)
    return Board(moment, is_school_day(calendar, moment.date()), tuple(sorted(people, key=_rank)), yard)


def _weeks(session: Session, school_id: int) -> dict[int | None, _Week]:
    seats = {seat.id: seat for seat in readable_seats(session, school_id)}
    spans: dict[int | None, list[_Span]] = {}
    for hour in session.scalars(select(OfficeHour).where(OfficeHour.school_id == school_id)):
        if hour.seat_id is None or hour.seat_id in seats:
            room = hour.place.name if hour.place else ""
            spans.setdefault(hour.seat_id, []).append(_Span(hour.weekday, hour.starts, hour.ends, room))
    away: dict[int, list[tuple[date, date]]] = {}
    for absence in session.scalars(select(Absence).where(Absence.school_id == school_id)):
        away.setdefault(absence.seat_id, []).append((absence.first_day, absence.last_day))
    weeks: dict[int | None, _Week] = {seat.id: _week_of(seat, spans, away) for seat in seats.values()}
    if None in spans:
        weeks[None] = _Week(tuple(spans[None]))
    return weeks


def _week_of(seat: Seat, spans: dict[int | None, list[_Span]], away: dict[int, list[tuple[date, date]]]) -> _Week:
    return _Week(tuple(spans.get(seat.id, ())), tuple(away.get(seat.id, ())), seat.weekdays)


def _presence(face: TeamFace | None, week: _Week | None, calendar: SchoolCalendar, moment: datetime) -> Presence:
    week = week or _Week(())
    today = moment.date()
    following = _next(week, calendar, moment)
    if is_school_day(calendar, today):
        if week.is_away(today):
            return Presence(face, Here.ABSENT, begins=following[0] if following else None)
        running = _running(week, calendar, moment)
        if running is not None:
            return _there(face, Here.NOW, running.room, running.ends, moment)
        opens, closes = (each.astimezone(BERLIN) for each in calendar.opening(today))
        if today.weekday() in week.in_house and opens <= moment < closes and not _hours_on(week, today):
            return _there(face, Here.HOUSE, "", closes.time(), moment)
    if following is None:
        return Presence(face, Here.UNKNOWN)
    begins, span = following
    if begins.date() == today:
        return Presence(face, Here.LATER, span.room, begins=begins, minutes_left=_minutes(begins - moment))
    return Presence(face, Here.OTHER_DAY, span.room, begins=begins)


def _there(face: TeamFace | None, here: Here, room: str, until: time, moment: datetime) -> Presence:
    left = datetime.combine(moment.date(), until, BERLIN) - moment
    return Presence(face, here, room, until=until, minutes_left=_minutes(left))


def _minutes(left: timedelta) -> int:
    return max(int(left.total_seconds() // 60), 0)


def _hours_on(week: _Week, day: date) -> bool:
    return any(span.weekday == day.weekday() for span in week.spans)


def _spans(week: _Week, calendar: SchoolCalendar, day: date) -> list[_Span]:
    """Return the hours of a day, earliest first; on a half day they end when the school does."""
    if not is_school_day(calendar, day) or week.is_away(day):
        return []
    spans = sorted((span for span in week.spans if span.weekday == day.weekday()), key=lambda span: span.starts)
    if not calendar.is_half_day(day):
        return spans
    closes = calendar.hours.half_day_closes
    return [
        _Span(span.weekday, span.starts, min(span.ends, closes), span.room) for span in spans if span.starts < closes
    ]


def _running(week: _Week, calendar: SchoolCalendar, moment: datetime) -> _Span | None:
    """Return the hour that runs; of two that run, the one that ends later."""
    clock = moment.time()
    found = [span for span in _spans(week, calendar, moment.date()) if span.starts <= clock < span.ends]
    return max(found, key=lambda span: span.ends, default=None)


def _next(week: _Week, calendar: SchoolCalendar, moment: datetime) -> tuple[datetime, _Span] | None:
    """Return the first hour that begins after the moment, looking over the longest holidays."""
    for ahead in range(_FAR if week.spans else 0):
        day = moment.date() + ahead * _DAY
        for span in _spans(week, calendar, day):
            begins = datetime.combine(day, span.starts, BERLIN)
            if begins > moment:
                return begins, span
    return None


def _rank(presence: Presence) -> tuple[int, float, str]:
    order = list(Here).index(presence.here)
    when = presence.begins.timestamp() if presence.begins else math.inf
    return order, when, presence.face.label if presence.face else "~"
