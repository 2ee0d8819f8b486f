"""Who is out in the yard at this moment, as anybody may see it: role, place and sign, no pupil's name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bullying_desk.clock import BERLIN
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar
from bullying_desk.schools.models import Duty, DutyKind
from bullying_desk.schools.team import readable_seats


@dataclass(frozen=True, slots=True)
class YardLine:
    """One duty as anybody may see it: role, place and sign."""

    kind: DutyKind
    seat_id: int | None
    heads: int
    sign: str
    spot: str
    pause: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class YardGroup:
    """Duties that look alike, as one: who, and their places. `pairs`: how many of them there are."""

    who: YardLine
    pairs: int
    spots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Yard:
    """Who is out in the break that runs, or who comes in the next one today. Of both, one is empty."""

    now: tuple[YardLine, ...] = ()
    following: tuple[YardLine, ...] = ()
    minutes_left: int = 0

    @property
    def shown(self) -> tuple[YardGroup, ...]:
        """Who is to be shown, in few words: a screen has two lines for it."""
        alike: dict[tuple[object, ...], list[YardLine]] = {}
        for line in self.now or self.following:
            alike.setdefault((line.kind, line.seat_id, line.heads, line.sign), []).append(line)
        return tuple(
            YardGroup(same[0], len(same), tuple(dict.fromkeys(line.spot for line in same if line.spot)))
            for same in alike.values()
        )


def yard_at(
    session: Session, school_id: int, calendar: SchoolCalendar, moment: datetime, away: Collection[int] = ()
) -> Yard:
    """Return who is out at a moment of Dortmund's time, or who comes next today. `away`: seats that are absent today.

    Nobody on a day without school; on a half day no break counts that begins when the school has ended.
    """
    day, clock = moment.date(), moment.time()
    if not is_school_day(calendar, day):
        return Yard()
    seats = {seat.id for seat in readable_seats(session, school_id)} - set(away)
    closes = calendar.opening(day)[1].astimezone(BERLIN).time()
    lines = [
        _line(duty)
        for duty in duties_between(session, school_id, day, day)
        if (duty.seat_id is None or duty.seat_id in seats) and duty.pause.starts < closes
    ]
    now = tuple(line for line in lines if line.starts <= clock < line.ends)
    if now:
        return Yard(now, (), _minutes(moment, min(line.ends for line in now)))
    later = [line for line in lines if line.starts > clock]
    if not later:
        return Yard()
    begins = min(line.starts for line in later)
    return Yard((), tuple(line for line in later if line.starts == begins), _minutes(moment, begins))


def is_school_day(calendar: SchoolCalendar, day: date) -> bool:
    """Say whether there is school; a day outside the known calendar has none, so that nobody is promised."""
    try:
        return calendar.is_school_day(day)
    except CalendarRunOut:
        return False


def duties_between(session: Session, school_id: int, first: date, last: date) -> list[Duty]:
    """Return the duties of some days in a row by day, break and kind."""
    query = (
        select(Duty)
        .options(joinedload(Duty.pause))
        .where(Duty.school_id == school_id, Duty.day >= first, Duty.day <= last)
    )
    found = session.scalars(query)
    return sorted(found, key=lambda duty: (duty.day, duty.pause.starts, duty.kind, duty.pair, duty.spot, duty.id))


def _minutes(moment: datetime, until: time) -> int:
    return max(int((datetime.combine(moment.date(), until, BERLIN) - moment).total_seconds() // 60), 0)


def _line(duty: Duty) -> YardLine:
    pause = duty.pause
    return YardLine(
        duty.kind, duty.seat_id, duty.heads, duty.sign, duty.spot, pause.name, pause.starts, pause.ends
    )  # fmt: skip
