"""Messages about barriers, from anybody: sealed to each coordinator of the city, read at their page, and settled there.

BGG NRW § 10b (2) asks for such a form, BITVNRW § 5 for an answer within six weeks. Below them: what programs found in
our pages, as the statement shows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import BarrierMessage, Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing import unseal
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format.errors import SealingError, UnsealRefused
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.notes import seal_note
from bullying_desk.sealing.pepper import PepperLayer

LONGEST: Final = 4_000
ANSWER_DAYS: Final = 42
# `python -m workshop.accessibility` runs the tests and writes it; nobody writes it by hand.
FILE: Final = Path(__file__).parents[2] / "guidance" / "measured.json"


class NobodyReads(Exception):
    """The city has nobody to whom the text could be sealed."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a coordinator sees it. `text` is None where this person's key does not open it."""

    number: int
    text: str | None
    received_on: date
    answer_by: date


def coordinators(session: Session) -> Sequence[Person]:
    """Return the coordinators of the city to whom something can be sealed."""
    query = (
        select(Person)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.role == Role.CITY_COORDINATOR, Seat.state == SeatState.ACTIVE)
        .where(Person.state == PersonState.ACTIVE, Person.public_half.is_not(None))
    )
    return session.scalars(query.distinct()).all()


def send(session: Session, pepper_layer: PepperLayer, text: str, page: str, now: datetime) -> None:
    """Seal a message to every coordinator. `page`: the page it was typed on; sent twice from there, it is one message.

    Raises NobodyReads.
    """
    number = int.from_bytes(sha256(f"{page}\0{text}".encode()).digest()[:8], "big") >> 1
    if session.scalar(select(BarrierMessage.id).where(BarrierMessage.message == number).limit(1)) is not None:
        return
    copies = [copy for person in coordinators(session) if (copy := _sealed(pepper_layer, person, text))]
    if not copies:
        raise NobodyReads
    for copy in copies:
        copy.message, copy.received_on = number, now.astimezone(BERLIN).date()
        session.add(copy)
    session.flush()


def _sealed(pepper_layer: PepperLayer, person: Person, text: str) -> BarrierMessage | None:
    row = BarrierMessage(id=random_id(), person_id=person.id)
    try:
        to = person_addressee(pepper_layer, person.id, person.public_half or b"", person.directory_tag or b"")
        row.key_id, row.sealed = to.key_id, seal_note(text, row.id, to)
    except SealingError:  # nothing can be sealed to this key: the others still get theirs
        return None
    return row


def count(session: Session, person_id: int) -> int:
    """Return how many messages wait for this person."""
    query = select(func.count()).select_from(BarrierMessage).where(BarrierMessage.person_id == person_id)
    return session.scalar(query) or 0


def waiting(session: Session, person_id: int, key: PersonKey) -> list[Message]:
    """Return the messages that wait, the oldest first."""
    query = select(BarrierMessage).where(BarrierMessage.person_id == person_id)
    rows = session.scalars(query.order_by(BarrierMessage.received_on, BarrierMessage.id))
    due = timedelta(days=ANSWER_DAYS)
    return [Message(row.message, _opened(row, key), row.received_on, row.received_on + due) for row in rows]


def _opened(row: BarrierMessage, key: PersonKey) -> str | None:
    try:
        return unseal.open_note(row.sealed, key, row.person_id, row.id)
    except UnsealRefused:
        return None


def settle(session: Session, number: int, by: int, now: datetime) -> None:
    """Delete a message that is answered or needs no answer, for all coordinators. Deleted twice is deleted once."""
    if session.execute(delete(BarrierMessage).where(BarrierMessage.message == number)).rowcount:  # type: ignore[attr-defined]
        trail.record(session, Event.BARRIER_SETTLED, now, actor=by)


# ---- what programs found ----


@dataclass(frozen=True, slots=True)
class Count:
    """How many tests of one kind were run, and how many of them found something."""

    run: int
    failed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of all these tests."""

    day: date
    browser: str
    counts: Mapping[str, Count]

    @property
    def run(self) -> int:
        """How many tests were run in all."""
        return sum(one.run for one in self.counts.values())

    @property
    def failed(self) -> int:
        """How many of them found something."""
        return sum(one.failed for one in self.counts.values())


@cache
def measured() -> Measured:
    """Return the last run."""
    said = json.loads(FILE.read_text("utf-8"))
    counts = {kind: Count(one["run"], one["failed"]) for kind, one in said["counts"].items()}
    return Measured(date.fromisoformat(said["day"]), said["browser"], counts)
