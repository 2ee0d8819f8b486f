"""Joining, a new password, a lost password, everything lost: what each needs, and what it closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.invitations.invitations import Invited, new_invitation, use_invitation
from bullying_desk.accounts.models import HeldPost, Invitation, InvitationKind, Person, PersonState
from bullying_desk.accounts.sign_in import passkeys, second_factor
from bullying_desk.accounts.sign_in.addresses import normal_address
from bullying_desk.accounts.sign_in.key_making import (
    give_new_key,
    lay_password_vault,
    lay_recovery_vault,
    lay_second_factor,
)
from bullying_desk.accounts.sign_in.locking import OPEN
from bullying_desk.accounts.sign_in.passwords import check_password
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.keys import PersonKey, key_words
from bullying_desk.sealing.paper_codes import RecoveryCode
from bullying_desk.sealing.passwords import PasswordHeader, PasswordKeys
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.unseal import open_recovery_vault
from bullying_desk.web import sessions
from bullying_desk.web.sessions import end_all_of_person

WAITS = timedelta(hours=24)


def waits_until(person: Person, now: datetime) -> datetime | None:
    """Return until when an account whose phone was replaced makes no code or passkey and gives no rights, or None."""
    until = None if person.app_replaced_at is None else person.app_replaced_at + WAITS
    return until if until is not None and now < until else None


class RecoveryRefused(Exception):
    """Address, recovery code and second factor do not belong together; it is not said which of them."""


class NewCodeWrong(Exception):
    """The digits of the new app do not fit the page's secret."""


def change_password(
    session: Session,
    pepper_layer: PepperLayer,
    person: Person,
    pair: PersonKey,
    header: PasswordHeader,
    keys: PasswordKeys,
) -> None:
    """Lay the key under a new password and end every session of the person, this one too."""
    lay_password_vault(person, pepper_layer, pair, header, keys)
    sessions.end_all_of_person(session, person.id)
    session.flush()


def _recovered_key(
    pepper_layer: PepperLayer,
    person: Person,
    code: RecoveryCode,
    one_time_code: str,
    now: datetime,
    use_code: Callable[[Person, str], bool],
) -> PersonKey:
    """Open the recovery vault of a person with a lost password; the second factor is needed all the same.

    `use_code` takes the one-time code and counts a wrong one. Raises RecoveryRefused.
    """
    if person.recovery_vault is None or person.key_id is None or person.state not in OPEN:
        raise RecoveryRefused
    try:
        vault = pepper_layer.lift(person.recovery_vault, PepperPlace.RECOVERY_VAULT, person.id)
        pair = open_recovery_vault(vault, code, person.id, person.key_id)
    except SealingError as error:
        raise RecoveryRefused from error
    _refuse_young(person, now)
    if not use_code(person, one_time_code):
        raise RecoveryRefused
    return pair


def is_recovery_code(pepper_layer: PepperLayer, person: Person, typed: str, now: datetime) -> bool:
    """Whether this is the person's printed code, and it counts already."""
    try:
        _open_recovery(pepper_layer, person, typed)
        _refuse_young(person, now)
    except RecoveryRefused:
        return False
    return True


def _refuse_young(person: Person, now: datetime) -> None:
    """Refuse a recovery code that was made while signed in, for a day: a stranger at an open session may have made it.

    Its owner gets a mail when it is made, and has that day to speak up.
    """
    if person.recovery_made_at is not None and now - person.recovery_made_at < WAITS:
        raise RecoveryRefused


def change_second_factor(
    session: Session,
    pepper_layer: PepperLayer,
    person: Person,
    secret: str,
    code: str,
    *,
    recovery: str,
    now: datetime,
) -> RecoveryCode | None:
    """Connect another authenticator app, and end every session of the person, this one too.

    The caller has checked the password, and the old app's code unless `recovery`, the printed code, takes its place.
    That code is used up, and a new one is returned. Raises NewCodeWrong, RecoveryRefused.
    """
    step, fresh = second_factor.matching_step(secret, code, now), None
    if step is None:
        raise NewCodeWrong
    if recovery:
        _refuse_young(person, now)
        fresh = lay_recovery_vault(person, pepper_layer, _open_recovery(pepper_layer, person, recovery))
        person.recovery_made_at = person.app_replaced_at = now
    lay_second_factor(person, pepper_layer, secret)
    person.totp_last_step = step
    sessions.end_all_of_person(session, person.id)
    session.flush()
    return fresh


def _open_recovery(pepper_layer: PepperLayer, person: Person, typed: str) -> PersonKey:
    if person.recovery_vault is None or person.key_id is None:
        raise RecoveryRefused
    try:
        vault = pepper_layer.lift(person.recovery_vault, PepperPlace.RECOVERY_VAULT, person.id)
        return open_recovery_vault(vault, RecoveryCode.parse(typed), person.id, person.key_id)
    except SealingError as error:
        raise RecoveryRefused from error


def renew_recovery_code(
    session: Session, pepper_layer: PepperLayer, person: Person, pair: PersonKey, here: bytes, now: datetime
) -> RecoveryCode:
    """Make a new code to print; the older one opens nothing any more, and this one only after a day.

    Every other session of the person ends; `here` is this one.
    """
    code = lay_recovery_vault(person, pepper_layer, pair)
    person.recovery_made_at = now
    sessions.end_others_of_person(session, person.id, here)
    session.flush()
    return code


def reinvite(session: Session, person: Person, kind: InvitationKind, by: int, now: datetime) -> Invited:
    """Start again with a person who has lost password and recovery code.

    The old keys are gone for good: seats wait, key words are compared again, and colleagues' grants restore access.
    """
    sessions.end_all_of_person(session, person.id)
    session.execute(delete(HeldPost).where(HeldPost.person_id == person.id))  # sealed to the key that ends here
    passkeys.forget_of(session, person.id)
    person.state, person.app_replaced_at = PersonState.INVITED, None
    person.public_half = person.key_id = person.directory_tag = None
    person.password_header = person.verifier = person.password_vault = None
    person.recovery_vault = person.totp_secret = None
    person.compared_by = person.compared_on = None
    active = select(Seat).where(Seat.person_id == person.id, Seat.state == SeatState.ACTIVE)
    for seat in session.scalars(active):
        seat.state = SeatState.INVITED
    session.flush()
    return new_invitation(session, person, kind, by, now)


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
    pair = _recovered_key(pepper_layer, person, parsed, code, now, use_code)
    lay_password_vault(person, pepper_layer, pair, header, keys)
    fresh = lay_recovery_vault(person, pepper_layer, pair)
    end_all_of_person(session, person.id)
    record(session, Event.PASSWORD_CHANGED, now, actor=person.id, subject=person.id, by_recovery=True)
    session.flush()
    return person, fresh
