"""The page of a week's roster, and the meaning of its forms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.team.team_settings import NotOurs
from bullying_desk.database import random_id
from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools import roster
from bullying_desk.schools.breaks import is_school_day
from bullying_desk.schools.models import BreakTime, Duty, DutyKind, Place, School, Seat
from bullying_desk.schools.roster import DutyWish
from bullying_desk.schools.team import readable_seats, school_calendar


@dataclass(frozen=True, slots=True)
class RosterDay:
    """One day of the week; `free` where there is no school."""

    day: date
    free: bool
    duties: list[Duty]


@dataclass(frozen=True, slots=True)
class RosterWeek:
    """One week of a school's roster, as the coordinator sees it: contact persons by name, pupils by number.

    `held`: a duty of any week that is to be swapped with one of this. `gaps`: duties of people who are absent that day.
    """

    school: School
    monday: date
    days: list[RosterDay]
    breaks: list[BreakTime]
    seats: dict[int, Seat]
    before: date
    after: date
    held: Duty | None = None
    gaps: tuple[Duty, ...] = ()

    @property
    def mark(self) -> str:
        """A hash of the plan: a person who changes it after a colleague's change sees the colleague's."""
        shown = [*(duty for day in self.days for duty in day.duties), *([self.held] if self.held else [])]
        said = [(one.id, one.day, one.break_id, one.seat_id, one.pair, one.heads, one.sign, one.spot) for one in shown]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is entered."""
        return not any(day.duties for day in self.days)


def read_monday(text: str, today: date) -> date:
    """Return the Monday of a day given in an address; without one, or with a strange one, this week's."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    return roster.monday_of(day if abs((day - today).days) < 400 else today)


def roster_week(session: Session, school: School, monday: date, held_id: int | None = None) -> RosterWeek:
    """Gather one week."""
    calendar, duties = school_calendar(session, school.id), roster.week(session, school.id, monday)
    days = [monday + timedelta(days=number) for number in range(5)]
    return RosterWeek(
        school,
        monday,
        [RosterDay(day, not is_school_day(calendar, day), [one for one in duties if one.day == day]) for day in days],
        roster.breaks(session, school.id),
        {seat.id: seat for seat in readable_seats(session, school.id)},
        monday - timedelta(days=7),
        monday + timedelta(days=7),
        roster.own_duty(session, school, held_id) if held_id else None,
        tuple(roster.gaps(session, school.id, monday, days[-1])),
    )


def read_wish(who: str, heads: int, sign: str, spot: str) -> DutyWish:
    """Return the meaning of a form's fields. A contact person is one, and is known by name, not by a sign."""
    if who.startswith("s"):
        return DutyWish(DutyKind.CONTACT, int(who[1:]), 0, 1, "", spot.strip())
    kind, _dash, number = who.partition("-")
    return DutyWish(DutyKind(kind), None, int(number), heads, sign.strip(), spot.strip())


def calendar_of(session: Session, school: School) -> SchoolCalendar:
    """Return the school's own calendar."""
    return school_calendar(session, school.id)


def own_place(session: Session, who: Identity, place_id: int) -> Place:
    """Return a room of one of the coordinator's schools. Raises NotOurs."""
    place = session.get(Place, place_id)
    if place is None or place.school_id not in who.schools(Role.SCHOOL_COORDINATOR):
        raise NotOurs
    return place


def add_place(session: Session, school: School, name: str, way: str) -> None:
    """Add a room that belongs to the whole team; pupils find it on the school's page."""
    session.add(Place(id=random_id(), school_id=school.id, seat_id=None, name=name.strip(), way=way.strip()))
    session.flush()


def rooms_of(session: Session, school: School) -> list[Place]:
    """Return the rooms of a school by name."""
    return list(session.scalars(select(Place).where(Place.school_id == school.id).order_by(Place.name, Place.id)))
