"""Inviting people: by a mailed link, or by a printed letter with a short code to type."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.access.policy import EXCLUSIVE, EXCLUSIVE_EVERYWHERE
from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Invitation, InvitationKind, Person, PersonState
from bullying_desk.accounts.sign_in.addresses import normal_address
from bullying_desk.database import random_id
from bullying_desk.notices.outbox import write_mail
from bullying_desk.rights.checking import tagger_of
from bullying_desk.schools.models import ContactFunction, Seat, SeatState

LASTS = {InvitationKind.MAIL: timedelta(hours=72), InvitationKind.LETTER: timedelta(days=21)}
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels, no 0 O 1 I L: nothing to misread, no accidental words
LETTER_SIGNS = 16  # 76 bits


class InvitationUnknown(Exception):
    """No living invitation belongs to this link or code: mistyped, used already, replaced, or expired."""


class RolesExclude(Exception):
    """Two roles that one person must not hold together (principle P1)."""


@dataclass(frozen=True, slots=True)
class SeatWish:
    """A seat in an invitation."""

    role: Role
    school_id: int | None = None
    shown_name: str = ""
    function: ContactFunction | None = None
    shown_function: str = ""
    languages: str = ""
    days_present: str = ""
    employer: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """A person who has been invited; the secret is shown or mailed once and kept nowhere."""

    person: Person
    kind: InvitationKind
    secret: str = field(repr=False)


def ensure_person(
    session: Session, name: str, email: str, invited_by: int | None, today: date, new_id: int | None = None
) -> Person:
    """Return the person of a mail address, made now if there is none; a person who had left starts again.

    `new_id` is the id of a new person, where their password was stretched for it already.
    """
    address = normal_address(email)
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = _new_person(session, address, name, invited_by, today, new_id or random_id())
    elif person.state is PersonState.LEFT:
        # An earlier invitation must not open again with the new seat, in anybody's hands.
        for old in session.scalars(_unused(person.id)):
            session.delete(old)
        person.state, person.invited_by, person.left_on = PersonState.INVITED, invited_by, None
    session.flush()
    return person


def _new_person(session: Session, address: str, name: str, invited_by: int | None, today: date, new_id: int) -> Person:
    """Add a person; if another coordinator adds the same address at this moment, return that person."""
    try:
        with session.begin_nested():
            person = Person(id=new_id, email=address, name=name, invited_by=invited_by, made_on=today)
            session.add(person)
        return person
    except IntegrityError:
        return session.scalars(select(Person).where(Person.email == address)).one()


def give_seat(session: Session, person: Person, wish: SeatWish, today: date, *, head_may_coordinate: bool) -> Seat:
    """Give a person one more seat; asked twice, it is the same seat.

    A person whose keys are compared sits at once, anyone else when they have been compared. Raises RolesExclude.
    """
    found = check_roles(session, person, wish, head_may_coordinate=head_may_coordinate)
    if found is not None:
        return found
    seat = Seat(
        id=random_id(),
        person_id=person.id,
        school_id=wish.school_id,
        role=wish.role,
        function=wish.function,
        shown_name=wish.shown_name or person.name,
        shown_function=wish.shown_function,
        languages=wish.languages,
        days_present=wish.days_present,
        employer=wish.employer,
        started_on=today,
        state=SeatState.ACTIVE if person.state is PersonState.ACTIVE else SeatState.INVITED,
    )
    session.add(seat)
    session.flush()
    return seat


def check_roles(session: Session, person: Person, wish: SeatWish, *, head_may_coordinate: bool) -> Seat | None:
    """Return the seat where the person holds it already. Raises RolesExclude where another of theirs forbids it."""
    living = session.scalars(select(Seat).where(Seat.person_id == person.id, Seat.state != SeatState.ENDED)).all()
    for seat in living:
        if seat.role == wish.role and seat.school_id == wish.school_id:
            return seat
        pair = frozenset({seat.role, wish.role})
        same_school = seat.school_id == wish.school_id
        if pair in EXCLUSIVE_EVERYWHERE:
            raise RolesExclude
        head_and_coordinator = pair == {Role.SCHOOL_HEAD, Role.SCHOOL_COORDINATOR}
        if same_school and (pair in EXCLUSIVE or (head_and_coordinator and not head_may_coordinate)):
            raise RolesExclude
    return None


def new_invitation(session: Session, person: Person, kind: InvitationKind, by: int | None, now: datetime) -> Invited:
    """Make a single-use invitation; every older one of this person is void from now on.

    Its maker is the inviter from now on, and may not compare: they hold the code of a printed letter, so they could
    come in as the invited person, whoever had invited first.
    """
    person.invited_by = by
    secret = secrets.token_urlsafe(32) if kind is InvitationKind.MAIL else _letter_code()
    for old in session.scalars(_unused(person.id)):
        old.used_at = now
    row = Invitation(
        person_id=person.id, kind=kind, secret_hash=_mac(session, secret), made_at=now, expires_at=now + LASTS[kind]
    )
    session.add(row)
    session.flush()
    return Invited(person, kind, secret)


def find_invitation(session: Session, secret: str, now: datetime) -> Invitation:
    """Return the living invitation of a link or typed code. Raises InvitationUnknown."""
    row = session.scalar(select(Invitation).where(Invitation.secret_hash == _mac(session, secret)))
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise InvitationUnknown
    return row


def use_invitation(session: Session, invitation: Invitation, now: datetime) -> Person:
    """Use up the invitation; a second user, even at the same moment, is refused. Raises InvitationUnknown."""
    session.refresh(invitation, with_for_update=True)
    person = session.get(Person, invitation.person_id)
    if invitation.used_at is not None or person is None or person.state in {PersonState.LEFT, PersonState.LOCKED}:
        raise InvitationUnknown
    invitation.used_at = now
    session.flush()
    return person


def _unused(person_id: int) -> Select[Invitation]:
    return select(Invitation).where(Invitation.person_id == person_id, Invitation.used_at.is_(None))


def _letter_code() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LETTER_SIGNS))
    return "-".join(signs[i : i + 4] for i in range(0, LETTER_SIGNS, 4))


def _mac(session: Session, secret: str) -> bytes:
    """Return what an invitation is found by: nobody makes it without the pepper."""
    text = secret.strip()
    if len(text) < 40:  # a typed code: capitals, spaces and hyphens do not matter
        text = "".join(sign for sign in text.upper() if sign in ALPHABET)
    return tagger_of(session).secret_mac("invitation", text.encode())


INVITATION = """Guten Tag {name},

Sie sind eingeladen, bei „{service}“ mitzuarbeiten.
Bitte öffnen Sie diesen Link in Ihrem Browser. Er gilt 72 Stunden und nur einmal:

{base}/team/einladung/{secret}

Sie wählen dort ein Passwort und verbinden eine App für Einmal-Codes.
Danach vergleicht eine Kollegin oder ein Kollege mit Ihnen sechs Wörter.

Sie haben das nicht erwartet? Dann löschen Sie diese Nachricht und fragen Sie in Ihrer Schule nach.
"""
REMINDER = """Guten Tag {name},

Ihr Konto bei „{service}“ ist noch nicht fertig: {what}
Bitte melden Sie sich, sobald Sie Zeit haben, bei der Person, die in Ihrer Schule dafür zuständig ist.

{base}/team/anmelden
"""


def mail_invitation(session: Session, invited: Invited, service: str, base_url: str, now: datetime) -> None:
    """Put the mail with the link into the outbox; after sending, the outbox forgets its text."""
    body = INVITATION.format(name=invited.person.name, service=service, base=base_url, secret=invited.secret)
    write_mail(session, invited.person.id, invited.person.email, f"Einladung: {service}", body, now)


def mail_reminder(
    session: Session, person: int, email: str, name: str, what: str, service: str, base_url: str, now: datetime
) -> None:
    """Remind a person of the missing step (`what` is a whole sentence)."""
    body = REMINDER.format(name=name, service=service, what=what, base=base_url)
    write_mail(session, person, email, f"Erinnerung: {service}", body, now)
