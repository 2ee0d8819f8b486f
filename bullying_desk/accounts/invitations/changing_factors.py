"""Changing one's second factors: another app, in place of the old one or of a phone that is gone, and passkeys.

Where the phone is gone, password and printed code stand for it. The keys stay, so nothing that the person reads is
lost. Then colleagues are told, and for a day the account makes no code and changes nobody's rights: a thief of password
and paper leaves the owner that day to speak up, and gains no way to stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.accounts.invitations import credentials
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in import owner_mails, passkeys, second_factor, signing_in, slowing
from bullying_desk.accounts.sign_in.keychain import own_key
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.config import Settings
from bullying_desk.notices.outbox import write_mail
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.paper_codes import RecoveryCode
from bullying_desk.web import sessions
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, keys, settings

APP = 0
"""The app for one-time codes, where a number of a passkey could stand: no row has it."""
SHOWN_FOR = timedelta(days=7)
PASSKEYS_GONE = _("Alle Passkeys des Kontos sind entfernt.")
SUBJECT = _("{service}: Jemand hat ein neues Telefon")
BODY = _(
    "Guten Tag {name},\n\n"
    "jemand aus Ihrem Team hat mit Passwort und Ausdruck eine neue App verbunden, weil das Telefon weg ist.\n"
    "Wer das ist, steht auf der Seite „Ihr Konto“. Fragen Sie bitte nach: Waren Sie das?\n\n"
    "{base}/team/konto\n"
)


@dataclass(frozen=True, slots=True)
class NewPhone:
    """A colleague who has replaced a lost phone, and since when."""

    name: str
    since: datetime


def connect(email: str, password: str, secret: str, digits: str, *, old: str, recovery: str) -> RecoveryCode | None:
    """Connect the app of `secret`; end every session of the person; return the fresh recovery code, if one was used.

    `old`: the old app's code or a passkey's answer; else `recovery`, the printed one, counts. Wrong ones are counted
    for the person over all networks. Raises NewCodeWrong, RecoveryRefused, TooMany, SlowHashBusy.
    """
    if second_factor.matching_step(secret, digits, clock().now()) is None:
        raise credentials.NewCodeWrong  # nothing was tried
    found = signing_in.prove_password(email, password)
    if found is None:
        raise credentials.RecoveryRefused
    person, layer, now = found[0], keys().pepper_layer, clock().now()
    right = (
        signing_in.use_code(person, old)
        if old
        else signing_in.count_proof(person, lambda: credentials.is_recovery_code(layer, person, recovery, now))
    )
    if not right:
        raise credentials.RecoveryRefused
    code = credentials.change_second_factor(
        db(), layer, person, secret, digits, recovery="" if old else recovery, now=now
    )
    slowing.give_back(email)
    record(db(), Event.SECOND_FACTOR_CHANGED if old else Event.PHONE_REPLACED, now, actor=person.id, subject=person.id)
    if old:
        owner_mails.tell(db(), settings(), person, owner_mails.OTHER_APP, now)
        return code
    owner_mails.tell(db(), settings(), person, _without_passkeys(person, now), now)
    tell_team(db(), settings(), person, now)
    return code


def _without_passkeys(person: Person, now: datetime) -> str:
    """Delete all passkeys, because one may be on the lost phone; return what the owner's mail says."""
    gone = passkeys.forget_of(db(), person.id)
    if not gone:
        return owner_mails.NEW_PHONE
    record(db(), Event.PASSKEYS_REMOVED, now, actor=person.id, subject=person.id, count=gone)
    return f"{owner_mails.NEW_PHONE} {PASSKEYS_GONE}"


def tell_team(session: Session, config: Settings, person: Person, now: datetime) -> None:
    """Mail everybody active who has a seat where this person has one; the mail names nobody."""
    seats = select(Seat).where(Seat.person_id == person.id, Seat.state == SeatState.ACTIVE)
    schools = {seat.school_id for seat in session.scalars(seats)}
    here = or_(
        Seat.school_id.in_([one for one in schools if one]), *([Seat.school_id.is_(None)] if None in schools else [])
    )
    others = select(Seat.person_id).where(here, Seat.state == SeatState.ACTIVE, Seat.person_id != person.id)
    for one_id in sorted(set(session.scalars(others))):
        one = session.get(Person, one_id)
        if one is not None and one.state is PersonState.ACTIVE:
            body = BODY.format(name=one.name, base=config.base_url)
            write_mail(session, one.id, one.email, SUBJECT.format(service=config.service_name), body, now)


def new_phones(session: Session, who: Identity, now: datetime) -> list[NewPhone]:
    """Return which colleagues of this person's schools, or of the city, have replaced a phone within a week."""
    here = [Seat.school_id.in_(who.schools())]
    here += [Seat.school_id.is_(None)] if any(seat.role.of_city for seat in who.seats) else []
    near = select(Seat.person_id).where(or_(*here), Seat.state == SeatState.ACTIVE, Seat.person_id != who.person_id)
    people = [session.get(Person, one) for one in sorted(set(session.scalars(near)))]
    found = [(one.name, one.app_replaced_at) for one in people if one is not None]
    return [NewPhone(name, at) for name, at in found if at is not None and now - at < SHOWN_FOR]


def add_passkey(wish: passkeys.Wish, binding: bytes) -> None:
    """Keep a new passkey of the person who is signed in, and tell them. Raises PasskeyRefused, TooManyPasskeys."""
    person, now = db().get_one(Person, identity().person_id), clock().now()
    asker = signing_in.passkey_asker(binding)
    passkeys.add(db(), keys().pepper_layer, person, own_key(), wish, asker)
    alone = wish.output is not None
    record(db(), Event.PASSKEY_ADDED, now, actor=person.id, subject=person.id, alone=alone)
    said = owner_mails.PASSKEY_ALONE if alone else owner_mails.PASSKEY_ADDED
    owner_mails.tell(db(), settings(), person, said, now)


def remove_factor(passkey_id: int) -> None:
    """Remove a passkey of the person who is signed in, or the app (`APP`); end their other sessions and tell them.

    One that is gone already is no error: of two presses the second one changes nothing. Raises LastFactor.
    """
    person, now = db().get_one(Person, identity().person_id), clock().now()
    is_app, me = passkey_id == APP, person.id
    if not (passkeys.remove_app(db(), person) if is_app else passkeys.remove(db(), person, passkey_id)):
        return
    sessions.end_others_of_person(db(), me, sessions.current_id())
    facts = {} if is_app else {"count": 1}
    record(db(), Event.APP_REMOVED if is_app else Event.PASSKEYS_REMOVED, now, actor=me, subject=me, **facts)
    owner_mails.tell(db(), settings(), person, owner_mails.APP_REMOVED if is_app else owner_mails.PASSKEY_REMOVED, now)
