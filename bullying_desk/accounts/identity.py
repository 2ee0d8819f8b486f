"""Who a signed-in person is to the program: name and seats, detached from the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity, SeatIdentity
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.schools.models import Seat, SeatState


def identity_of(session: Session, person_id: int) -> Identity | None:
    """Return the identity of a person who may sign in, or None for one who has left or never accepted."""
    person = session.get(Person, person_id)
    if person is None or person.state not in {PersonState.ACCEPTED, PersonState.ACTIVE}:
        return None
    seats = session.scalars(
        select(Seat).where(Seat.person_id == person_id, Seat.state != SeatState.ENDED).order_by(Seat.id)
    )
    return Identity(
        person_id=person.id,
        display_name=person.name,
        seats=tuple(SeatIdentity(seat.id, seat.role, seat.school_id, seat.shown_name) for seat in seats),
        active=person.state is PersonState.ACTIVE,
    )
