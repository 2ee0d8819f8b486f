"""Signing in: one form with address, password and code, so that no half-open vault is between two pages.

The same proof is asked again before an act that changes who has the account. An unknown address costs the same work as
a known one. Nobody can be locked out by another person's guessing: wrong tries slow the network they come from, and a
person's account only together with that network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity, SeatIdentity
from bullying_desk.accounts.models import Passkey, Person, PersonState
from bullying_desk.accounts.sign_in import locking, owner_mails, passkeys, refusals, second_factor, slowing
from bullying_desk.accounts.sign_in.addresses import normal_address
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.format.errors import SealingError, SlowHashBusy
from bullying_desk.sealing.format.secret_types import PrfOutput
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.passwords import (
    PasswordHeader,
    PasswordKeys,
    stretch_for_nobody,
    stretch_password,
    verifier_matches,
)
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.slow_hash import SlowHashGate
from bullying_desk.sealing.unseal import open_passkey_vault, open_password_vault
from bullying_desk.web import sessions
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, services, settings


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom an address belongs to, as far as the slow hash needs it: taken before the slow work, used without a lock."""

    person_id: int
    header: PasswordHeader


def find_candidate(session: Session, address: str) -> Candidate | None:
    """Return the person of an address, or None for an unknown one and for people who may not sign in."""
    person = session.scalar(select(Person).where(Person.email == normal_address(address)))
    if person is None or person.password_header is None:
        return None
    if person.state not in {PersonState.ACCEPTED, PersonState.ACTIVE}:
        return None
    return Candidate(person.id, PasswordHeader.from_bytes(person.password_header))


def stretch(candidate: Candidate | None, password: str, gate: SlowHashGate, network: bytes) -> PasswordKeys | None:
    """Run the slow hash, for nobody too. Must run outside any transaction. Raises SlowHashBusy."""
    if candidate is None:
        stretch_for_nobody(password, gate, network)
        return None
    return stretch_password(password, candidate.header, candidate.person_id, gate, network)


def person_with(
    session: Session, pepper_layer: PepperLayer, candidate: Candidate | None, stretched: PasswordKeys | None
) -> Person | None:
    """Return the person whose password this is, or None without saying what was wrong."""
    if candidate is None or stretched is None:
        return None
    person = session.get(Person, candidate.person_id)
    if person is None or person.verifier is None or person.password_vault is None or person.key_id is None:
        return None
    if person.password_header != candidate.header.to_bytes():
        return None  # the password was changed while we were computing
    digest = pepper_layer.lift(person.verifier, PepperPlace.VERIFIER, person.id)
    return person if verifier_matches(stretched, digest) else None


def open_key(pepper_layer: PepperLayer, person: Person, stretched: PasswordKeys, now: datetime) -> PersonKey:
    """Open the vault of a person whose password and code were right, and note the month."""
    vault = pepper_layer.lift(person.password_vault or b"", PepperPlace.PASSWORD_VAULT, person.id)
    person.last_sign_in_month = now.date().replace(day=1)
    return open_password_vault(vault, stretched.vault_key, person.id, person.key_id or b"")


def prove(email: str, password: str, proof: str) -> tuple[Person, PersonKey] | None:
    """Check password and second proof; return the person and their key, or None without saying which was wrong.

    Ends the request's transaction for the slow hash. Raises TooMany, SlowHashBusy.
    """
    found = prove_password(email, password)
    if found is None:
        return None
    person, stretched = found
    if not use_code(person, proof):
        return None
    slowing.give_back(email)
    return person, open_key(keys().pepper_layer, person, stretched, clock().now())


def prove_password(email: str, password: str) -> tuple[Person, PasswordKeys] | None:
    """Check the password alone; the caller gives the try back once all of it was right. Raises as `prove`."""
    slowing.take(email)
    candidate = find_candidate(db(), email)
    end_before_slow_work()
    try:
        stretched = stretch(candidate, password, services().gate, limiter().network())
    except SlowHashBusy:
        slowing.give_back(email)  # nothing was tried
        raise
    person = person_with(db(), keys().pepper_layer, candidate, stretched)
    if person is None or stretched is None:
        end_before_slow_work()
        refusals.enter(services().database, candidate.person_id if candidate is not None else None, clock().now())
        return None
    return person, stretched


def use_code(person: Person, proof: str) -> bool:
    """Take the second proof after the right password: six digits, or what a passkey answered. Raises TooMany."""
    return count_proof(person, lambda: _use_passkey(person, proof) if proof[:1] == "{" else _use_digits(person, proof))


def _use_digits(person: Person, code: str) -> bool:
    return second_factor.use_code(db(), keys().pepper_layer, person, code, clock().now())


def _use_passkey(person: Person, answer: str) -> bool:
    try:
        return passkeys.use(db(), person, answer, passkey_asker(sessions.passkey_binding())) is not None
    except passkeys.PasskeyRefused:
        return False


def passkey_asker(binding: bytes) -> passkeys.Asker:
    """Return who asks passkeys here, for one browser. Raises PasskeyRefused where browsers take none."""
    service = passkeys.service_of(settings())
    if service is None:
        raise passkeys.PasskeyRefused
    return passkeys.Asker(service, keys().session_key, binding, clock().now())


class PasskeyNotAlone(Exception):
    """The passkey is right, but does not open the vault: never, or not before `since`."""

    def __init__(self, since: datetime | None) -> None:
        super().__init__()
        self.since = since


def prove_by_passkey(answer: str, output: str) -> tuple[Person, PersonKey] | None:
    """Check a passkey that opens the vault by itself, with what it computed; None without saying what was wrong.

    Wrong tries slow the network, and one passkey in it. Raises TooMany, PasskeyNotAlone.
    """
    name = passkeys.name_of(answer)
    slowing.take(name)
    try:
        person, row = passkeys.use(db(), None, answer, passkey_asker(sessions.passkey_binding()))
        slowing.give_back(name)
        pair = _open_by_passkey(person, row, output, clock().now())
    except (passkeys.PasskeyRefused, SealingError):
        end_before_slow_work()
        refusals.enter(services().database, None, clock().now())
        return None
    person.last_sign_in_month = clock().today().replace(day=1)
    return person, pair


def _open_by_passkey(person: Person, row: Passkey, output: str, now: datetime) -> PersonKey:
    if person.state not in locking.OPEN or person.key_id is None:
        raise passkeys.PasskeyRefused
    since = passkeys.opens_from(row) if row.vault else None
    if row.vault is None or since is None or now < since:
        raise PasskeyNotAlone(since)
    vault = keys().pepper_layer.lift(row.vault, PepperPlace.PASSKEY_VAULT, person.id, row.id)
    return open_passkey_vault(vault, PrfOutput.from_field(output), person.id, row.id, person.key_id)


def count_proof(person: Person, is_right: Callable[[], bool]) -> bool:
    """Try the second proof of a person: one-time code, passkey or printed code. Count a wrong one over all networks.

    A wrong one is on record, and the fifth is told to the owner. Raises TooMany.
    """
    me = person.id
    slowing.take_code(me)
    if is_right():
        slowing.give_back_code(me)
        return True
    end_before_slow_work()
    with services().database.transaction() as session:
        record(session, Event.CODE_REFUSED, clock().now(), subject=me)
        if slowing.wrong_codes(me) == slowing.TOLD_AT:
            owner = session.get_one(Person, me)
            owner_mails.tell(session, settings(), owner, owner_mails.WRONG_CODES, clock().now())
    return False


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
