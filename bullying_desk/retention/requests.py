"""The officer's register of requests under Art. 15 to 21 GDPR: when they came, when an answer is due, how they end.

The register holds no content of a report, and no case. The requester's name is sealed to the officers (decision D37).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.retention.models import Art, Extension, PrivacyRequest, PrivacyRequestText, RequestState
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.notes import seal_note
from bullying_desk.sealing.pepper import PepperLayer

LONGEST = 2_000


class RequestUnknown(Exception):
    """There is no such request."""


class NotReceivedYet(ValueError):
    """The day of arrival is in the future."""


class TextTooLong(ValueError):
    """More than 2,000 characters: that would be a file of its own."""


class NoLongerOpen(Exception):
    """The request is closed, or was extended before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the form says: the number the page gave it, the article, the day it came in."""

    id: int
    art: Art
    received_on: date


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request in the register."""

    request: PrivacyRequest
    days_left: int

    @property
    def is_late(self) -> bool:
        """Whether the legal deadline has passed while the request is still open."""
        return self.request.state is RequestState.OPEN and self.days_left < 0


def after_months(day: date, months: int) -> date:
    """Return the day so many months later; if the month has no such day, its last one (Reg. 1182/71, Art. 3).

    REVIEW: a month that ends on a Sunday runs to Monday. This is left out, so the shown day is never too late.
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def register(session: Session, today: date) -> list[RequestLine]:
    """Return every request: the open ones first, and among them the earliest due day first."""
    found = session.scalars(select(PrivacyRequest)).all()
    lines = [RequestLine(each, (each.due_on - today).days) for each in found]
    return sorted(lines, key=lambda line: (line.request.state is not RequestState.OPEN, line.request.due_on))


def find(session: Session, request_id: int) -> PrivacyRequest:
    """Return one request with its row locked. Raises RequestUnknown."""
    found = session.get(PrivacyRequest, request_id, with_for_update=True)
    if found is None:
        raise RequestUnknown
    return found


def enter(
    session: Session, pepper_layer: PepperLayer, entry: Entry, text: str, by: int, now: datetime
) -> PrivacyRequest:
    """Enter a request once; a second submit finds it. The text about the requester is sealed to every active officer.

    Raises NotReceivedYet, TextTooLong.
    """
    known = session.get(PrivacyRequest, entry.id)
    if known is not None:
        return known
    if entry.received_on > now.astimezone(BERLIN).date():
        raise NotReceivedYet(entry.received_on)
    tidy = text.replace("\r\n", "\n").strip()
    if len(tidy) > LONGEST:
        raise TextTooLong(len(tidy))
    row = PrivacyRequest(id=entry.id, art=entry.art, received_on=entry.received_on, state=RequestState.OPEN)
    row.due_on = after_months(entry.received_on, 1)
    session.add(row)
    session.flush()
    for person in officers(session) if tidy else ():
        _seal(session, pepper_layer, row.id, person, tidy)
    trail.record(session, Event.REQUEST_ENTERED, now, actor=by, subject=row.id, art=entry.art.value)
    session.flush()
    return row


def _seal(session: Session, pepper_layer: PepperLayer, request_id: int, person: Person, text: str) -> None:
    note_id = random_id()
    try:
        to = person_addressee(pepper_layer, person.id, person.public_half or b"", person.directory_tag or b"")
        sealed = seal_note(text, note_id, to)
    except SealingError:  # nothing can be sealed to this key: the other officers still get theirs
        return
    session.add(
        PrivacyRequestText(id=note_id, request_id=request_id, person_id=person.id, key_id=to.key_id, sealed=sealed)
    )


def officers(session: Session) -> Sequence[Person]:
    """Return the data protection officers to whom something can be sealed."""
    query = (
        select(Person)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.role == Role.DATA_PROTECTION_OFFICER, Seat.state == SeatState.ACTIVE)
        .where(Person.state == PersonState.ACTIVE, Person.public_half.is_not(None))
    )
    return session.scalars(query.distinct()).all()


def extend(session: Session, row: PrivacyRequest, why: Extension, by: int, now: datetime) -> None:
    """Take the two further months that Art. 12(3) allows, once, with one of its two reasons. Raises NoLongerOpen."""
    if row.state is not RequestState.OPEN or row.extension is not None:
        raise NoLongerOpen
    row.extension, row.due_on = why, after_months(row.received_on, 3)
    trail.record(session, Event.REQUEST_CHANGED, now, actor=by, subject=row.id, state="extended")
    session.flush()


def close(session: Session, row: PrivacyRequest, state: RequestState, by: int, now: datetime) -> None:
    """Enter how a request ended. Its period runs from this day. Raises NoLongerOpen."""
    if row.state is not RequestState.OPEN or state is RequestState.OPEN:
        raise NoLongerOpen
    row.state, row.closed_on = state, now.astimezone(BERLIN).date()
    trail.record(session, Event.REQUEST_CHANGED, now, actor=by, subject=row.id, state=state.value)
    session.flush()
