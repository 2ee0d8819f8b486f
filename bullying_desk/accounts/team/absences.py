"""Who is absent, and who stands in: entered by the person, or by the coordinator for a person who cannot.

An absence without a stand-in is refused: a child would wait in vain for the person it has written to. Nobody becomes a
stand-in by an absence they have entered (decision D74): it lets others read, never oneself. No reason of an absence is
written anywhere. `reports.standby` decides whom an absence lets read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.schools.models import Absence, School, Seat, SeatState
from bullying_desk.schools.notice_days import announce

CITY = 0
"""The city's team stands in, instead of one person."""
CITY_IN_FORMS = "stadt"
LONGEST = 366  # days
_DAY = timedelta(days=1)


class AbsenceRefused(ValueError):
    """An absence cannot be entered like this."""


class NobodyStandsIn(AbsenceRefused):
    """No stand-in was named, or there is none: not even in the city's team."""


class OwnAppointment(AbsenceRefused):
    """The person who enters the absence would be the stand-in."""


class StandInUnknown(AbsenceRefused):
    """The stand-in is no active member of this school's team, or is the absent person."""


class StandInAway(AbsenceRefused):
    """The stand-in is absent too on one of the days."""


class TooLong(AbsenceRefused):
    """Longer than a year: a mistyped year, or a person who leaves the team."""


class DaysWrong(AbsenceRefused):
    """The last day is before the first, or all of it is over."""


class Overlaps(AbsenceRefused):
    """On some of the days the person is absent already, with another stand-in; `args` are that absence's two days."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of an absence, both included."""

    first: date
    last: date


def enter(
    session: Session,
    seat: Seat,
    days: Days,
    stand_in: int | None,
    by: int,
    now: datetime,
    times: tuple[str, ...] = ("07:15",),
) -> Absence:
    """Enter that a contact person is absent and who stands in: a colleague's person id, or CITY.

    Entered twice, it is one absence, with the later stand-in. One that runs into another with the same stand-in makes
    that one longer. The stand-in gets a notice without content. Raises AbsenceRefused.
    """
    _check(session, seat, days, stand_in, by, now, stand_ins_of_school(session, seat.school_id or 0))
    known, wanted = meanwhile(session, seat.id, days.first, days.last), stand_in or None
    same = [one for one in known if (one.first_day, one.last_day) == (days.first, days.last)]
    found = same[0] if same else _joined(session, known, days, wanted)
    if found is None:
        found = Absence(school_id=seat.school_id, seat_id=seat.id, first_day=days.first, last_day=days.last)
        session.add(found)
    elif found.stand_in_id == wanted and not session.is_modified(found):
        return found  # a second submit, or all of it is known
    found.stand_in_id, found.entered_by = wanted, by
    until = found.last_day.isoformat()
    facts = {"seat": seat.id, "person": wanted, "day": found.first_day.isoformat(), "until": until}
    trail.record(session, Event.ABSENCE_ENTERED, now, actor=by, subject=seat.school_id, **facts)
    session.flush()
    _tell(session, found.stand_in_id, now, times)
    return found


def enter_team(
    session: Session, school: School, days: Days, by: int, now: datetime, times: tuple[str, ...] = ("07:15",)
) -> list[Absence]:
    """Enter in one press that the whole team is absent (a class trip): the city's team stands in.

    A person who is absent on some of the days keeps their own stand-in; only the other days are added.
    Raises AbsenceRefused.
    """
    found, today = [], now.astimezone(BERLIN).date()
    for seat in session.scalars(_team(school.id)).all():
        known = meanwhile(session, seat.id, days.first, days.last)
        for gap in (Days(*each) for each in gaps(known, days.first, days.last)):
            if gap == days or gap.last >= today:
                found.append(enter(session, seat, gap, CITY, by, now, times))
    return found


def end(session: Session, absence: Absence, by: int, now: datetime) -> None:
    """End an absence today: the person is back. An absence that has not begun is deleted."""
    today = now.astimezone(BERLIN).date()
    facts: dict[str, int | str] = {"seat": absence.seat_id, "day": today.isoformat()}
    trail.record(session, Event.ABSENCE_ENDED, now, actor=by, subject=absence.school_id, **facts)
    if absence.first_day >= today:
        session.delete(absence)
    elif absence.last_day >= today:
        absence.last_day = today - _DAY
    session.flush()


def brings_in(session: Session, seat: Seat | None, stand_in: int | None, by: int) -> bool:
    """Whether an absence lets somebody read who is not this seat's known stand-in, or is entered for somebody else.

    Known is the city's team, and whoever has stood in for this seat before (decision D92).
    """
    if seat is None or seat.person_id != by:
        return True
    known = select(Absence.id).where(Absence.seat_id == seat.id, Absence.stand_in_id == stand_in)
    return stand_in != CITY and session.scalars(known.limit(1)).first() is None


def stand_ins_for(session: Session, seat: Seat, by: int) -> list[tuple[int, str]]:
    """Return who may be named as stand-in by this person: colleagues by shown name, then the city's team as CITY."""
    found = stand_ins_of_school(session, seat.school_id or 0)
    people = sorted((name, person) for person, name in found.items() if person not in {CITY, by, seat.person_id})
    city = [(CITY, found[CITY])] if CITY in found and not _is_own(session, CITY, seat, by) else []
    return [*((person, name) for name, person in people), *city]


def stand_ins_of_school(session: Session, school_id: int) -> dict[int, str]:
    """Return who could stand in at a school by person id: its active team, and CITY if it has anybody."""
    query = (
        select(Seat.person_id, Seat.shown_name)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.school_id == school_id, Seat.role == Role.CONTACT_PERSON)
        .where(Seat.state == SeatState.ACTIVE, Person.state == PersonState.ACTIVE)
    )
    found: dict[int, str] = {row.person_id: row.shown_name for row in session.execute(query)}
    if _city(session):
        found[CITY] = ""
    return found


def living(session: Session, seats: Iterable[int], today: date) -> list[Absence]:
    """Return the absences of some seats that are not over, the next one first."""
    query = select(Absence).where(Absence.seat_id.in_(list(seats)), Absence.last_day >= today)
    return list(session.scalars(query.order_by(Absence.first_day, Absence.id)))


def standing_in_for(session: Session, person_id: int, today: date) -> list[tuple[Absence, Seat]]:
    """Return the people for whom this person stands in, now or later."""
    query = (
        select(Absence, Seat)
        .join(Seat, Seat.id == Absence.seat_id)
        .where(Absence.stand_in_id == person_id, Absence.last_day >= today)
        .order_by(Absence.first_day, Absence.id)
    )
    return [(absence, seat) for absence, seat in session.execute(query)]


def _joined(session: Session, known: list[Absence], days: Days, stand_in: int | None) -> Absence | None:
    """Make one absence of overlapping ones with the same stand-in. Raises Overlaps, TooLong."""
    if not known:
        return None
    for one in known:
        if one.stand_in_id != stand_in:
            raise Overlaps(one.first_day, one.last_day)
    first, last = min(days.first, known[0].first_day), max(days.last, *(one.last_day for one in known))
    if (last - first).days > LONGEST:
        raise TooLong(days)
    for more in known[1:]:
        session.delete(more)
    known[0].first_day, known[0].last_day = first, last
    return known[0]


def _check(
    session: Session, seat: Seat, days: Days, stand_in: int | None, by: int, now: datetime, known: dict[int, str]
) -> None:
    if days.last < days.first or days.last < now.astimezone(BERLIN).date():
        raise DaysWrong(days)
    if (days.last - days.first).days > LONGEST:
        raise TooLong(days)
    if stand_in is None or (stand_in == CITY and CITY not in known):
        raise NobodyStandsIn
    if _is_own(session, stand_in, seat, by):
        raise OwnAppointment
    if stand_in not in known or stand_in == seat.person_id:
        raise StandInUnknown(stand_in)
    if stand_in != CITY and _is_away(session, stand_in, seat.school_id or 0, days):
        raise StandInAway(stand_in)


def _is_own(session: Session, stand_in: int, seat: Seat, by: int) -> bool:
    """Whether the person who enters it would stand in. One's own absence never makes oneself read more."""
    if stand_in == CITY:
        return by != seat.person_id and by in _city(session)
    return stand_in == by and by != seat.person_id


def _is_away(session: Session, person_id: int, school_id: int, days: Days) -> bool:
    query = (
        select(Absence.id)
        .join(Seat, Seat.id == Absence.seat_id)
        .where(Seat.person_id == person_id, Absence.school_id == school_id)
        .where(Absence.first_day <= days.last, Absence.last_day >= days.first)
    )
    return session.scalars(query.limit(1)).first() is not None


def _team(school_id: int) -> Select[Seat]:
    return (
        select(Seat)
        .where(Seat.school_id == school_id, Seat.role == Role.CONTACT_PERSON, Seat.state == SeatState.ACTIVE)
        .order_by(Seat.id)
    )


def _city(session: Session) -> frozenset[int]:
    query = (
        select(Seat.person_id)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.school_id.is_(None), Seat.role == Role.CITY_TEAM)
        .where(Seat.state == SeatState.ACTIVE, Person.state == PersonState.ACTIVE)
    )
    return frozenset(session.scalars(query))


def _tell(session: Session, person_id: int | None, now: datetime, times: tuple[str, ...]) -> None:
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None:
        return
    announce(session, [(person.id, person.email)], danger=False, now=now, times=times)


# Absences of one seat that share some days: found under a lock, so that of two submits at once one comes second.


def meanwhile(session: Session, seat_id: int, first: date, last: date) -> list[Absence]:
    """Return a person's absences on any of these days, the earliest first; the seat's row is locked from now on."""
    session.execute(select(Seat.id).where(Seat.id == seat_id).with_for_update())
    query = select(Absence).where(Absence.seat_id == seat_id, Absence.first_day <= last, Absence.last_day >= first)
    query = query.order_by(Absence.first_day, Absence.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def gaps(known: Iterable[Absence], first: date, last: date) -> list[tuple[date, date]]:
    """Return which of the days nobody has entered yet; `known` are absences in order that do not overlap."""
    found, begin = [], first
    for one in known:
        if one.first_day > begin:
            found.append((begin, one.first_day - _DAY))
        begin = max(begin, one.last_day + _DAY)
    return [*found, (begin, last)] if begin <= last else found


# A contact person's own page of absences: one part for each school they work at.


class NotMine(Exception):
    """The seat or the absence is not this person's: to them it does not exist."""


@dataclass(frozen=True, slots=True)
class Part:
    """One seat: its absences with the stand-in's name (empty: the city's team), and the possible stand-ins.

    `usual`: the stand-in that is proposed, the last one of this seat or the first one who is there today.
    """

    seat: Seat
    school: str
    away: tuple[tuple[Absence, str], ...]
    stand_ins: tuple[tuple[int, str], ...]
    usual: int | None


@dataclass(frozen=True, slots=True)
class AwayPage:
    """One's seats, and the people one stands in for."""

    parts: tuple[Part, ...]
    standing_in: tuple[tuple[Absence, Seat], ...]


def page(session: Session, who: Identity, today: date) -> AwayPage:
    """Gather the page."""
    query = select(Seat).where(
        Seat.person_id == who.person_id, Seat.role == Role.CONTACT_PERSON, Seat.state == SeatState.ACTIVE
    )
    seats = session.scalars(query.order_by(Seat.started_on, Seat.id)).all()
    parts = tuple(_part(session, seat, who.person_id, today) for seat in seats)
    return AwayPage(parts, tuple(standing_in_for(session, who.person_id, today)))


def own_seat(session: Session, who: Identity, seat_id: int) -> Seat:
    """Return one of a person's own seats as a contact person. Raises NotMine."""
    seat = session.get(Seat, seat_id)
    if seat is None or seat.person_id != who.person_id or seat.state is not SeatState.ACTIVE:
        raise NotMine
    if seat.role is not Role.CONTACT_PERSON:
        raise NotMine
    return seat


def own_absence(session: Session, who: Identity, absence_id: int) -> Absence:
    """Return one of a person's own absences. Raises NotMine."""
    absence = session.get(Absence, absence_id)
    if absence is None:
        raise NotMine
    own_seat(session, who, absence.seat_id)
    return absence


def _part(session: Session, seat: Seat, person_id: int, today: date) -> Part:
    known = stand_ins_of_school(session, seat.school_id or 0)
    away = [(one, known.get(one.stand_in_id or CITY, "?")) for one in living(session, [seat.id], today)]
    stand_ins = stand_ins_for(session, seat, person_id)
    usual = _usual(session, seat, [person for person, _name in stand_ins], today)
    return Part(seat, seat.school.shown_name if seat.school else "", tuple(away), tuple(stand_ins), usual)


def _usual(session: Session, seat: Seat, offered: Iterable[int], today: date) -> int | None:
    school, days = seat.school_id or 0, Days(today, today)
    there = [person for person in offered if person == CITY or not _is_away(session, person, school, days)]
    query = select(Absence.stand_in_id).where(Absence.seat_id == seat.id).order_by(Absence.first_day.desc(), Absence.id)
    last = [one or CITY for one in session.scalars(query.limit(1))]
    return next((person for person in (*last, *there) if person in there), None)
