"""A staff member's form that came after the session's end: sealed to themselves, shown again after sign-in.

Nobody should lose a letter to a child because the bell rang. The text is sealed to the person's public half, so it is
as safe as a private note, and is deleted after 24 hours.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import BindParameter, ScalarSelect, delete, func, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import HeldPost, Person
from bullying_desk.database import random_id
from bullying_desk.night import Counts, Night
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.notes import seal_draft
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.unseal import open_draft

KEPT = timedelta(hours=24)
MOST_PER_PERSON = 10
DROPPED_FIELDS = frozenset(
    {"csrf_token", "password", "code", "new_password", "old_code", "recovery", "seed", "passkey", "prf"}
)
PAGE_FIELDS = frozenset({"report", "last", "meldung", "seen"})
"""What a form says about its page. Nobody typed it."""


def hold(
    session: Session,
    pepper_layer: PepperLayer,
    person_id: int,
    address: str,
    fields: list[tuple[str, str]],
    now: datetime,
) -> HeldPost | None:
    """Seal the fields of a late POST to the person. None where there is nothing to keep or too much is held already.

    `address` is the path of the form, without its query. Raises DirectoryTagWrong for a swapped public half.
    """
    kept = [(name, value) for name, value in fields if name not in DROPPED_FIELDS and value.strip()]
    person = session.get(Person, person_id)
    if not kept or person is None or person.public_half is None or person.directory_tag is None:
        return None
    held = session.scalar(select(func.count()).where(HeldPost.person_id == person_id)) or 0
    if held >= MOST_PER_PERSON:
        return None
    row_id = random_id()
    to = person_addressee(pepper_layer, person_id, person.public_half, person.directory_tag)
    sealed = seal_draft(json.dumps(kept, ensure_ascii=False).encode(), row_id, to)
    row = HeldPost(id=row_id, person_id=person_id, sealed=sealed, address=address[:200], expires_at=now + KEPT)
    session.add(row)
    session.flush()
    return row


def held_for(session: Session, person_id: int, now: datetime) -> list[HeldPost]:
    """Return the forms that wait for a person who has signed in again."""
    query = select(HeldPost).where(HeldPost.person_id == person_id, HeldPost.expires_at > now)
    return list(session.scalars(query.order_by(HeldPost.expires_at)))


def count_held(person_id: int | BindParameter[int], now: datetime | BindParameter[datetime]) -> ScalarSelect[int]:
    """Select how many there are, as a part of another query: mostly none."""
    query = select(func.count()).where(HeldPost.person_id == person_id, HeldPost.expires_at > now)
    return query.scalar_subquery()


def open_held(row: HeldPost, key: PersonKey) -> list[tuple[str, str]]:
    """Open the typed text. Raises UnsealRefused where the row was altered."""
    return [(str(name), str(value)) for name, value in json.loads(open_draft(row.sealed, key, row.person_id, row.id))]


def open_typed(session: Session, row_id: int | None, person_id: int, key: PersonKey, now: datetime) -> dict[str, str]:
    """Open what a person typed into a form, by the name of the field; empty where nothing is held under this number.

    Raises UnsealRefused where the row was altered.
    """
    row = session.get(HeldPost, row_id) if row_id is not None else None
    if row is None or row.person_id != person_id or row.expires_at <= now:
        return {}
    return {name: value for name, value in open_held(row, key) if name not in PAGE_FIELDS}


def forget(session: Session, row_id: int | None, person_id: int) -> None:
    """Delete a late form of this person: it has been sent from its page. Mostly there is none."""
    if row_id is None:
        return
    session.execute(delete(HeldPost).where(HeldPost.id == row_id, HeldPost.person_id == person_id))


def forget_of(session: Session, person_id: int) -> None:
    """Delete the late forms of a person who leaves: nobody else could ever open them."""
    session.execute(delete(HeldPost).where(HeldPost.person_id == person_id))


def forget_expired(session: Session, now: datetime) -> int:
    """Delete forms that waited for 24 hours. Returns how many."""
    result = session.execute(delete(HeldPost).where(HeldPost.expires_at <= now))
    return int(cast(Any, result).rowcount)


def by_night(night: Night) -> Counts:
    """Forget what was typed after a session's end and not fetched in time."""
    with night.transaction() as session:
        return {"late posts forgotten": forget_expired(session, night.now)}
