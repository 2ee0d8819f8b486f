"""A new password, a lost password, everything lost: what each needs, and what it closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.invitations.invitations import Invited, new_invitation
from bullying_desk.accounts.models import HeldPost, InvitationKind, Person, PersonState
from bullying_desk.accounts.sign_in import second_factor
from bullying_desk.accounts.sign_in.key_making import lay_password_vault, lay_recovery_vault, lay_second_factor
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.paper_codes import RecoveryCode
from bullying_desk.sealing.passwords import PasswordHeader, PasswordKeys
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.unseal import open_recovery_vault
from bullying_desk.web import sessions

WAITS = timedelta(hours=24)


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


def recover(
    session: Session,
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
    if person.recovery_vault is None or person.key_id is None or person.state is PersonState.LEFT:
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
        person.recovery_made_at = now
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
    person.state = PersonState.INVITED
    person.public_half = person.key_id = person.directory_tag = None
    person.password_header = person.verifier = person.password_vault = None
    person.recovery_vault = person.totp_secret = None
    person.compared_by = person.compared_on = None
    active = select(Seat).where(Seat.person_id == person.id, Seat.state == SeatState.ACTIVE)
    for seat in session.scalars(active):
        seat.state = SeatState.INVITED
    session.flush()
    return new_invitation(session, person, kind, by, now)
