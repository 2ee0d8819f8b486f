"""Joining: the choices of an invited person, and their result; and a new password after a lost one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.invitations.credentials import RecoveryRefused
from bullying_desk.accounts.invitations.credentials import recover as open_recovery
from bullying_desk.accounts.invitations.invitations import use_invitation
from bullying_desk.accounts.models import Invitation, Person
from bullying_desk.accounts.sign_in import second_factor
from bullying_desk.accounts.sign_in.addresses import normal_address
from bullying_desk.accounts.sign_in.key_making import (
    give_new_key,
    lay_password_vault,
    lay_recovery_vault,
    lay_second_factor,
    stretch_new_password,
)
from bullying_desk.accounts.sign_in.passwords import check_password
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.keys import key_words
from bullying_desk.sealing.paper_codes import RecoveryCode
from bullying_desk.sealing.passwords import PasswordHeader, PasswordKeys
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.sessions import end_all_of_person

__all__ = ["CodeWrong", "Joined", "check_choice", "join", "stretch_new_password"]


class CodeWrong(Exception):
    """The digits do not come from the app that was just connected."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Shown once to a person who has accepted: the recovery code to print, and their own key words."""

    name: str
    recovery_code: str = field(repr=False)
    words: tuple[str, ...]


def check_choice(person: Person, password: str, totp_secret: str, code: str, now: datetime) -> None:
    """Check password and first code before the slow work. Raises PasswordRefused, CodeWrong."""
    check_password(password, own_words=(person.name, person.email))
    if second_factor.matching_step(totp_secret, code, now) is None:
        raise CodeWrong


def join(
    session: Session,
    pepper_layer: PepperLayer,
    invitation: Invitation,
    totp_secret: str,
    header: PasswordHeader,
    keys: PasswordKeys,
    now: datetime,
) -> Joined:
    """Use the invitation up and make the person's keys. Raises InvitationUnknown for a second user."""
    person = use_invitation(session, invitation, now)
    pair, code = give_new_key(person, pepper_layer, header, keys)
    lay_second_factor(person, pepper_layer, totp_secret)
    record(session, Event.INVITATION_ACCEPTED, now, actor=person.id, subject=person.id)
    session.flush()
    return Joined(person.name, code.printed(), key_words(person.id, pair.public_half))


def find_person(session: Session, email: str) -> int | None:
    """Return whose address this is, for the slow hash of a recovery; None for an unknown one."""
    return session.scalar(select(Person.id).where(Person.email == normal_address(email)))


def recover(
    session: Session,
    pepper_layer: PepperLayer,
    person_id: int | None,
    recovery: str,
    code: str,
    header: PasswordHeader,
    keys: PasswordKeys,
    now: datetime,
    use_code: Callable[[Person, str], bool],
) -> tuple[Person, RecoveryCode]:
    """Lay a person's key under a new password by their printed code; the code is used up and a new one returned.

    Every session of the person ends. `use_code` takes the one-time code and counts a wrong one. Raises RecoveryRefused
    without saying what was wrong.
    """
    person = session.get(Person, person_id) if person_id is not None else None
    try:
        parsed = RecoveryCode.parse(recovery)
    except SealingError as error:
        raise RecoveryRefused from error
    if person is None:
        raise RecoveryRefused
    pair = open_recovery(session, pepper_layer, person, parsed, code, now, use_code)
    lay_password_vault(person, pepper_layer, pair, header, keys)
    fresh = lay_recovery_vault(person, pepper_layer, pair)
    end_all_of_person(session, person.id)
    record(session, Event.PASSWORD_CHANGED, now, actor=person.id, subject=person.id, by_recovery=True)
    session.flush()
    return person, fresh
