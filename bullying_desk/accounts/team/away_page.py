"""A contact person's own page of absences: one part for each school they work at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import absences
from bullying_desk.schools.models import Absence, Seat, SeatState


class NotMine(Exception):
    """The seat or the absence is not this person's: to them it does not exist."""


@dataclass(frozen=True, slots=True)
class Part:
    """One seat: its absences with the stand-in's name (empty: the city's team), and the possible stand-ins."""

    seat: Seat
    school: str
    away: tuple[tuple[Absence, str], ...]
    stand_ins: tuple[tuple[int, str], ...]


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
    return AwayPage(parts, tuple(absences.standing_in_for(session, who.person_id, today)))


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
    known = absences.stand_ins_of_school(session, seat.school_id or 0)
    away = [
        (one, known.get(one.stand_in_id or absences.CITY, "?")) for one in absences.living(session, [seat.id], today)
    ]
    stand_ins = absences.stand_ins_for(session, seat, person_id)
    return Part(seat, seat.school.shown_name if seat.school else "", tuple(away), tuple(stand_ins))
