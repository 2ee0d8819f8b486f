"""„Das war ich nicht“: the link in an owner's mail locks the account until a coordinator has looked.

A link is 8 bytes of person, 8 bytes of second and a MAC under the pepper, so nobody makes one from the database. It
locks once: after the coordinator has opened the account, every older link is void. It lasts 14 days.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in import passkeys
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.config import Settings
from bullying_desk.notices.outbox import write_mail
from bullying_desk.rights.checking import tagger_of
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.web import sessions
from bullying_desk.web.language import _

LASTS = timedelta(days=14)
OPEN = frozenset({PersonState.ACCEPTED, PersonState.ACTIVE})
SUBJECT = _("{service}: Ein Konto ist gesperrt")
BODY = _(
    "Guten Tag {name},\n\n"
    "jemand aus dem Team hat das eigene Konto gesperrt, weil jemand anderes etwas daran geändert hat.\n"
    "Wer das ist, steht auf der Seite „Personen“ der Stadt. Rufen Sie die Person an, mit einer Nummer, die Sie "
    "kennen.\n\n"
    "{base}/stadt/personen/\n"
)


def link_token(session: Session, person: Person, now: datetime) -> str:
    """Return the part of the link's address that names person and moment."""
    facts = person.id.to_bytes(8, "big") + int(now.timestamp()).to_bytes(8, "big")
    return base64.urlsafe_b64encode(facts + _mac(session, facts)).decode("ascii").rstrip("=")


def owner_of(session: Session, token: str, now: datetime) -> Person | None:
    """Return whose account a link locks; None for a forged, old or used one, and for an account that is not open."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    facts = raw[:16]
    if len(raw) != 32 or not hmac.compare_digest(raw[16:], _mac(session, facts)):
        return None
    person, made = session.get(Person, int.from_bytes(facts[:8], "big")), int.from_bytes(facts[8:], "big")
    if person is None or person.state not in OPEN:
        return None
    void = person.unlocked_at is not None and made <= person.unlocked_at.timestamp()
    return None if void or now - datetime.fromtimestamp(made, UTC) > LASTS else person


def lock(session: Session, settings: Settings, person: Person, now: datetime) -> None:
    """Let nobody sign in to an account, end its sessions and passkeys, and tell the city's coordinators.

    One of the passkeys may be the stranger's. So they do not come back when the account is opened again.
    """
    person.state = PersonState.LOCKED
    sessions.end_all_of_person(session, person.id)
    record(session, Event.ACCOUNT_LOCKED, now, subject=person.id)
    if gone := passkeys.forget_of(session, person.id):
        record(session, Event.PASSKEYS_REMOVED, now, subject=person.id, count=gone)
    seats = select(Seat.person_id).where(Seat.role == Role.CITY_COORDINATOR, Seat.state == SeatState.ACTIVE)
    for one_id in sorted(set(session.scalars(seats)) - {person.id}):
        one = session.get(Person, one_id)
        if one is not None and one.state is PersonState.ACTIVE:
            body = BODY.format(name=one.name, base=settings.base_url)
            write_mail(session, one.id, one.email, SUBJECT.format(service=settings.service_name), body, now)
    session.flush()


def unlock(session: Session, person: Person, by: int, now: datetime) -> None:
    """Open a locked account again, as far as it had come; links of earlier mails lock it no more."""
    person.state = PersonState.ACTIVE if person.compared_on is not None else PersonState.ACCEPTED
    person.unlocked_at = now
    record(session, Event.ACCOUNT_UNLOCKED, now, actor=by, subject=person.id)
    session.flush()


def _mac(session: Session, facts: bytes) -> bytes:
    return tagger_of(session).secret_mac("lock", facts)[:16]
