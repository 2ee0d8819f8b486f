"""The city coordinator's work on people: how far each one is, and a new way in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.invitations import credentials
from bullying_desk.accounts.invitations.invitations import Invited, new_invitation
from bullying_desk.accounts.invitations.mails import mail_invitation
from bullying_desk.accounts.models import InvitationKind, Person, PersonState
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.config import Settings
from bullying_desk.schools.models import Seat, SeatState


def people_of(session: Session, school_id: int | None) -> list[tuple[Person, list[Seat]]]:
    """Return the people of a school (None: of the city's own seats) with the seats they hold there."""
    rows = session.execute(
        select(Person, Seat)
        .join(Seat, Seat.person_id == Person.id)
        .where(Seat.state != SeatState.ENDED, Seat.school_id == school_id)
        .order_by(Person.name)
    )
    found: dict[int, tuple[Person, list[Seat]]] = {}
    for person, seat in rows:
        found.setdefault(person.id, (person, []))[1].append(seat)
    return list(found.values())


def find(session: Session, person_id: int, me: int) -> Person | None:
    """Return another person who has not left: nobody can start again with themselves."""
    person = session.get(Person, person_id)
    return None if person is None or person.id == me or person.state is PersonState.LEFT else person


def invite_again(
    session: Session, settings: Settings, person: Person, kind: InvitationKind, by: int, now: datetime
) -> Invited:
    """Give a new way in. A person's old keys end with it; colleagues' grants restore what they could read.

    A mail goes into the outbox, a letter is for the page to print.
    """
    if person.state is PersonState.INVITED:
        invited = new_invitation(session, person, kind, by, now)
    else:
        invited = credentials.reinvite(session, person, kind, by, now)
        record(session, Event.REINVITED, now, actor=by, subject=person.id)
    by_letter = kind is InvitationKind.LETTER
    record(session, Event.PERSON_INVITED, now, actor=by, subject=person.id, by_letter=by_letter)
    if not by_letter:
        mail_invitation(session, invited, settings.service_name, settings.base_url, now)
    session.flush()
    return invited
