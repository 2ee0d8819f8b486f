"""A school coordinator's work: shown names, places and hours, movable free days. Reads no report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.team import absences
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.night import Counts, Night
from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools import year
from bullying_desk.schools.breaks import is_school_day
from bullying_desk.schools.models import (
    Absence,
    FreeDay,
    OfficeHour,
    Place,
    School,
    Seat,
    SeatRole,
    SeatState,
    YearPart,
)
from bullying_desk.schools.notice_days import announce


class NotOurs(Exception):
    """The school, seat, hour or day does not belong to a school this person coordinates: to them it does not exist."""


class HoursWrong(Exception):
    """The hour ends before it begins."""


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One school's team as its coordinator sees it."""

    school: School
    seats: list[tuple[Seat, Person]]
    hours: list[tuple[OfficeHour, Place | None, Seat | None]]
    free_days: list[FreeDay]
    absences: list[tuple[Absence, Seat]]
    stand_ins: dict[int, str]  # by person id; absences.CITY is the city's team

    @property
    def uncovered(self) -> frozenset[int]:
        """Absences whose stand-in is absent on one of the days: entered later, for a person who fell ill."""
        spans = [(seat.person_id, one.first_day, one.last_day) for one, seat in self.absences]
        return frozenset(
            one.id
            for one, _seat in self.absences
            if any(p == one.stand_in_id and a <= one.last_day and b >= one.first_day for p, a, b in spans)
        )


def own_schools(session: Session, who: Identity) -> list[School]:
    """Return the schools this person coordinates, by name."""
    ids = who.schools(Role.SCHOOL_COORDINATOR)
    return sorted(session.scalars(select(School).where(School.id.in_(ids))), key=lambda school: school.name)


def own_school(session: Session, who: Identity, school_id: int) -> School:
    """Return one of the coordinator's schools. Raises NotOurs."""
    if school_id not in who.schools(Role.SCHOOL_COORDINATOR):
        raise NotOurs
    return session.get_one(School, school_id)


def team_page(session: Session, school: School, today: date) -> TeamPage:
    """Load the content of one school's page."""
    seats = session.execute(
        select(Seat, Person)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.school_id == school.id, Seat.state != SeatState.ENDED)
    ).all()
    by_id = {seat.id: seat for seat, _person in seats}
    places = {place.id: place for place in session.scalars(select(Place).where(Place.school_id == school.id))}
    hours = session.scalars(
        select(OfficeHour).where(OfficeHour.school_id == school.id).order_by(OfficeHour.weekday, OfficeHour.starts)
    )
    days = select(FreeDay).where(FreeDay.school_id == school.id, FreeDay.day >= today).order_by(FreeDay.day)
    return TeamPage(
        school=school,
        seats=sorted(((seat, person) for seat, person in seats), key=lambda pair: (pair[0].role, pair[1].name)),
        hours=[(hour, places.get(hour.place_id or 0), by_id.get(hour.seat_id or 0)) for hour in hours],
        free_days=list(session.scalars(days)),
        absences=[
            (one, by_id[one.seat_id]) for one in session.scalars(_absences(school, today)) if one.seat_id in by_id
        ],
        stand_ins=absences.stand_ins_of_school(session, school.id),
    )


def _absences(school: School, today: date) -> Select[Absence]:
    return (
        select(Absence)
        .where(Absence.school_id == school.id, Absence.last_day >= today)
        .order_by(Absence.first_day, Absence.id)
    )


def own_seat(session: Session, who: Identity, seat_id: int) -> Seat:
    """Return a living seat at one of the coordinator's schools. Raises NotOurs."""
    seat = session.get(Seat, seat_id)
    mine = who.schools(Role.SCHOOL_COORDINATOR)
    if seat is None or seat.state is SeatState.ENDED or seat.school_id not in mine:
        raise NotOurs
    return seat


def add_hour(
    session: Session, school: School, seat_id: int | None, room: str, way: str, weekday: int, starts: time, ends: time
) -> None:
    """Add an hour; the same room of the same person is one place. Raises HoursWrong."""
    if ends <= starts:
        raise HoursWrong
    query = select(Place).where(Place.school_id == school.id, Place.seat_id == seat_id, Place.name == room.strip())
    place = session.scalars(query).first()
    if place is None:
        place = Place(id=random_id(), school_id=school.id, seat_id=seat_id, name=room.strip(), way=way.strip())
        session.add(place)
    elif way.strip():
        place.way = way.strip()
    session.flush()
    session.add(
        OfficeHour(
            id=random_id(), school_id=school.id, seat_id=seat_id, place_id=place.id, weekday=weekday, starts=starts,
            ends=ends,
        )
    )  # fmt: skip
    session.flush()


def remove_hour(session: Session, who: Identity, hour_id: int) -> tuple[int, dict[str, str]]:
    """Take an hour away, and its place where nothing else happens there. Raises NotOurs.

    Returns the school's id, and the fields of the form that enters the hour again.
    """
    hour = session.get(OfficeHour, hour_id)
    if hour is None or hour.school_id not in who.schools(Role.SCHOOL_COORDINATOR):
        raise NotOurs
    school_id, place_id = hour.school_id, hour.place_id
    fields = {"seat": str(hour.seat_id or 0), "weekday": str(hour.weekday)}
    fields |= {"starts": f"{hour.starts:%H:%M}", "ends": f"{hour.ends:%H:%M}"}
    if hour.place is not None:
        fields |= {"room": hour.place.name, "way_there": hour.place.way}
    session.delete(hour)
    session.flush()
    if place_id is not None:
        others = session.scalars(select(OfficeHour.id).where(OfficeHour.place_id == place_id)).first()
        place = session.get(Place, place_id)
        if others is None and place is not None:
            session.delete(place)
            session.flush()
    return school_id, fields


def add_free_day(session: Session, school: School, day: date, *, half: bool) -> None:
    """Enter a movable free day; entered twice, it is one day."""
    query = select(FreeDay).where(FreeDay.school_id == school.id, FreeDay.day == day)
    found = session.scalars(query).one_or_none()
    if found is None:
        session.add(FreeDay(id=random_id(), school_id=school.id, day=day, half=half))
    else:
        found.half = half
    session.flush()


def remove_free_day(session: Session, who: Identity, day_id: int) -> tuple[int, dict[str, str]]:
    """Take a free day away. Returns the school's id and the fields that enter it again. Raises NotOurs."""
    day = session.get(FreeDay, day_id)
    if day is None or day.school_id not in who.schools(Role.SCHOOL_COORDINATOR):
        raise NotOurs
    school_id, fields = day.school_id, {"day": day.day.isoformat(), **({"half": "y"} if day.half else {})}
    session.delete(day)
    session.flush()
    return school_id, fields


def add_absence(
    session: Session,
    school: School,
    seat_id: int | None,
    days: absences.Days,
    stand_in: int | None,
    by: int,
    now: datetime,
) -> None:
    """Enter that a contact person is absent and who stands in, or with None the whole team, with the city standing in.

    Raises NotOurs for a seat of another school, AbsenceRefused.
    """
    if seat_id is None:
        absences.enter_team(session, school, days, by, now)
        return
    seat = session.get(Seat, seat_id)
    if seat is None or seat.school_id != school.id or seat.role is not SeatRole.CONTACT_PERSON:
        raise NotOurs
    absences.enter(session, seat, days, stand_in, by, now)


def remove_absence(session: Session, who: Identity, absence_id: int, now: datetime) -> tuple[int, dict[str, str]]:
    """End an absence: the person is back. Raises NotOurs.

    Returns the school's id, and the fields of the form that enters the rest of it again; none where it was over.
    """
    absence = session.get(Absence, absence_id)
    if absence is None or absence.school_id not in who.schools(Role.SCHOOL_COORDINATOR):
        raise NotOurs
    school_id, today = absence.school_id, now.astimezone(BERLIN).date()
    fields = {"absent": str(absence.seat_id), "stand_in": str(absence.stand_in_id or absences.CITY_IN_FORMS)}
    fields |= {"first_day": max(absence.first_day, today).isoformat(), "last_day": absence.last_day.isoformat()}
    is_over = absence.last_day < today
    absences.end(session, absence, who.person_id, now)
    return school_id, {} if is_over else fields


# The one notice a year that asks a school's coordinators to check their pages.


def remind(session: Session, now: datetime, times: tuple[str, ...]) -> int:
    """Write the notice from the first school day of the year on; returns for how many schools.

    It says no more than any other notice. A school without an active coordinator waits until it has one.
    """
    today = now.astimezone(BERLIN).date()
    if not year.FIRST_MONTH <= today.month <= year.LAST_MONTH or not is_school_day(SchoolCalendar(), today):
        return 0
    asked = 0
    for school in year.to_be_asked(session, today):
        query = (
            select(Person.id, Person.email)
            .join(Seat, Seat.person_id == Person.id)
            .where(
                Seat.school_id == school.id,
                Seat.role == Role.SCHOOL_COORDINATOR,
                Seat.state == SeatState.ACTIVE,
                Person.state == PersonState.ACTIVE,
            )
        )
        people = [(person, address) for person, address in session.execute(query)]
        if people:
            announce(session, people, danger=False, now=now, times=times)
            year.confirm(session, school.id, YearPart.ASKED, today)
            asked += 1
    return asked


def by_night(night: Night) -> Counts:
    """Ask schools to check team, rooms and hours when a school year has begun."""
    with night.transaction() as session:
        return {"schools asked for the year": remind(session, night.now, night.settings.notice_times)}
