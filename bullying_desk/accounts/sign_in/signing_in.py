"""Signing in: one form with address, password and code, so that no half-open vault is between two pages.

An unknown address costs the same work as a known one. Nobody can be locked out by another person's guessing: wrong
tries slow the network they come from, and a person's account only together with that network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in.addresses import normal_address
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
from bullying_desk.sealing.unseal import open_password_vault


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
    session: Session, pepper_layer: PepperLayer, candidate: Candidate | None, keys: PasswordKeys | None
) -> Person | None:
    """Return the person whose password this is, or None without saying what was wrong."""
    if candidate is None or keys is None:
        return None
    person = session.get(Person, candidate.person_id)
    if person is None or person.verifier is None or person.password_vault is None or person.key_id is None:
        return None
    if person.password_header != candidate.header.to_bytes():
        return None  # the password was changed while we were computing
    digest = pepper_layer.lift(person.verifier, PepperPlace.VERIFIER, person.id)
    return person if verifier_matches(keys, digest) else None


def open_key(pepper_layer: PepperLayer, person: Person, keys: PasswordKeys, now: datetime) -> PersonKey:
    """Open the vault of a person whose password and code were right, and note the month."""
    vault = pepper_layer.lift(person.password_vault or b"", PepperPlace.PASSWORD_VAULT, person.id)
    person.last_sign_in_month = now.date().replace(day=1)
    return open_password_vault(vault, keys.vault_key, person.id, person.key_id or b"")
