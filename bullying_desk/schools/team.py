"""The people of one school as pupils may see them: a name only with that person's own recorded yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.config import ClockValues
from bullying_desk.schooldays import SchoolCalendar, SchoolHours
from bullying_desk.schools.models import ContactFunction, FreeDay, OfficeHour, Place, Seat, SeatRole, SeatState
from bullying_desk.texts import mark
from bullying_desk.web.language import _

# In pupils' words; a school may write its own into `Seat.shown_function`.
FUNCTION_WORDS = {
    ContactFunction.COUNSELLING_TEACHER: mark("Beratungslehrkraft"),
    ContactFunction.SCHOOL_SOCIAL_WORKER: mark("Schulsozialarbeit"),
    ContactFunction.TRUSTED_TEACHER: mark("Vertrauenslehrkraft"),
}
_UNKNOWN_FUNCTION = mark("Ansprechperson an der Schule")
_TITLES = frozenset({"frau", "herr", "dr", "dr.", "prof", "prof.", "schwester", "bruder"})


@dataclass(frozen=True, slots=True)
class TeamFace:
    """One contact person as a public page shows them."""

    seat_id: int
    shown_name: str | None  # None without the person's recorded yes: then function and initials only
    shown_function: str
    initials: str
    languages: str
    rooms: tuple[str, ...]  # „Raum B 104. Das ist neben der Bücherei.“

    @property
    def label(self) -> str:
        """The person's name on a public page: the shown name, else the function."""
        return self.shown_name or self.shown_function


@dataclass(frozen=True, slots=True)
class OfficeTime:
    """One line of the week: when, where, and who (None where the hour belongs to the whole team)."""

    weekday: int  # 0 Monday … 4 Friday
    starts: str  # „8:00“
    ends: str
    room: str
    seat_id: int | None


def readable_seats(session: Session, school_id: int) -> list[Seat]:
    """Return the active contact persons of a school, who may be chosen as readers; oldest seat first."""
    statement = (
        select(Seat)
        .where(
            Seat.school_id == school_id,
            Seat.role == SeatRole.CONTACT_PERSON,
            Seat.state == SeatState.ACTIVE,
        )
        .order_by(Seat.started_on, Seat.shown_name, Seat.id)
    )
    return list(session.scalars(statement))


def initials(shown_name: str) -> str:
    """Return the initials of a shown name without title: „Frau Aydin“ gives A, „Dr. Jan Brandt“ gives JB."""
    named = [part for part in shown_name.replace("-", " ").split() if part.casefold() not in _TITLES]
    return "".join(part[0] for part in named[:2]).upper()


def function_words(seat: Seat) -> str:
    """Return the person's function at the school, in pupils' words."""
    if seat.shown_function:
        return seat.shown_function
    return _(FUNCTION_WORDS[seat.function] if seat.function else _UNKNOWN_FUNCTION)


def public_team(session: Session, school_id: int, today: date) -> list[TeamFace]:
    """Return the contact persons of a school as anybody may see them on `today`.

    A yes that is dated later than `today` does not count yet.
    """
    rooms: dict[int, list[str]] = {}
    for place in session.scalars(select(Place).where(Place.school_id == school_id).order_by(Place.name)):
        if place.seat_id is not None:
            rooms.setdefault(place.seat_id, []).append(room_line(place))
    return [_face(seat, tuple(rooms.get(seat.id, ())), today) for seat in readable_seats(session, school_id)]


def _face(seat: Seat, rooms: tuple[str, ...], today: date) -> TeamFace:
    agreed = seat.public_since is not None and seat.public_since <= today
    return TeamFace(
        seat_id=seat.id,
        shown_name=seat.shown_name if agreed else None,
        shown_function=function_words(seat),
        initials=initials(seat.shown_name),
        languages=seat.languages,
        rooms=rooms,
    )


def room_line(place: Place) -> str:
    """Return a room with the way there as one line: „Raum B 104. Neben der Bücherei.“."""
    return ". ".join(part.rstrip(".") for part in (place.name, place.way) if part) + ("." if place.way else "")


def places_for_everybody(session: Session, school_id: int) -> list[Place]:
    """Return the rooms that belong to the whole team rather than to one person."""
    statement = select(Place).where(Place.school_id == school_id, Place.seat_id.is_(None)).order_by(Place.name)
    return list(session.scalars(statement))


def office_hours(session: Session, school_id: int) -> dict[int, list[OfficeTime]]:
    """Return the office hours of a school by weekday (0 to 4), earliest first; days without hours are left out.

    Hours of a person who has left or has not come yet are left out, too.
    """
    readable = {seat.id for seat in readable_seats(session, school_id)}
    rooms = {place.id: place.name for place in session.scalars(select(Place).where(Place.school_id == school_id))}
    statement = (
        select(OfficeHour)
        .where(OfficeHour.school_id == school_id)
        .order_by(OfficeHour.weekday, OfficeHour.starts, OfficeHour.ends, OfficeHour.id)
    )
    week: dict[int, list[OfficeTime]] = {}
    for hour in session.scalars(statement):
        if hour.seat_id is None or hour.seat_id in readable:
            week.setdefault(hour.weekday, []).append(
                OfficeTime(
                    weekday=hour.weekday,
                    starts=f"{hour.starts.hour}:{hour.starts:%M}",
                    ends=f"{hour.ends.hour}:{hour.ends:%M}",
                    room=rooms.get(hour.place_id, "") if hour.place_id is not None else "",
                    seat_id=hour.seat_id,
                )
            )
    return week


def school_hours(values: ClockValues) -> SchoolHours:
    """Return the city's school hours; a half day ends at noon, or with the whole day where that ends earlier."""
    usual, closes = SchoolHours(), time.fromisoformat(values.day_ends)
    return SchoolHours(time.fromisoformat(values.day_begins), closes, min(usual.half_day_closes, closes))


_FREE_DAYS = select(FreeDay.day, FreeDay.half).where(FreeDay.school_id == bindparam("school"))  # built once


def school_calendar(session: Session, school_id: int, hours: SchoolHours | None = None) -> SchoolCalendar:
    """Return the calendar of one school with its own movable free days."""
    days = session.execute(_FREE_DAYS, {"school": school_id}).all()
    return SchoolCalendar(
        free_days=[day for day, half in days if not half],
        half_days=[day for day, half in days if half],
        hours=hours,
    )


def contact_seats(session: Session, person_id: int) -> list[Seat]:
    """Return a person's active seats as a contact person of a school."""
    query = select(Seat).where(
        Seat.person_id == person_id, Seat.role == Role.CONTACT_PERSON, Seat.state == SeatState.ACTIVE
    )
    return list(session.scalars(query))


def hours_of(session: Session, seat: Seat) -> list[OfficeHour]:
    """Return the office hours of a seat, as the week has them."""
    query = select(OfficeHour).where(OfficeHour.seat_id == seat.id)
    return list(session.scalars(query.order_by(OfficeHour.weekday, OfficeHour.starts, OfficeHour.id)))
