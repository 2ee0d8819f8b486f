"""Who a signed-in person is to the program: name and seats, detached from the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity, SeatIdentity
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.schools.models import Seat, SeatState

# Built once, and one question for both: every page of the staff asks it.
_PERSON_AND_SEATS = (
    select(Person.name, Person.state, Seat.id, Seat.role, Seat.school_id, Seat.shown_name)
    .outerjoin(Seat, and_(Seat.person_id == Person.id, Seat.state != SeatState.ENDED))
    .where(Person.id == bindparam("person"))
    .order_by(Seat.id)
)


def identity_of(session: Session, person_id: int) -> Identity | None:
    """Return the identity of a person who may sign in, or None for one who has left or never accepted."""
    rows: Sequence[Any] = session.execute(_PERSON_AND_SEATS, {"person": person_id}).all()
    if not rows or rows[0][1] not in {PersonState.ACCEPTED, PersonState.ACTIVE}:
        return None
    return Identity(
        person_id=person_id,
        display_name=rows[0][0],
        seats=tuple(SeatIdentity(*row[2:]) for row in rows if row[2] is not None),
        active=rows[0][1] is PersonState.ACTIVE,
    )
