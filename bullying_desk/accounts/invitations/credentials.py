"""A new password, a lost password, everything lost: what each needs, and what it closes."""

from __future__ import annotations

from datetime import datetime

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


class RecoveryRefused(Exception):
    """Address, recovery code and second factor do not belong together; it is not said which of them."""


class NewCodeWrong(Exception):
    """The digits of the new app do not fit the page's secret."""


def change_password(
    session: Session, layer: PepperLayer, person: Person, pair: PersonKey, header: PasswordHeader, keys: PasswordKeys
) -> None:
    """Lay the key under a new password and end every session of the person, this one too."""
    lay_password_vault(person, layer, pair, header, keys)
    sessions.end_all_of_person(session, person.id)
    session.flush()


def recover(
    session: Session,
    layer: PepperLayer,
    person: Person,
    code: RecoveryCode,
    one_time_code: str,
    now: datetime,
) -> PersonKey:
    """Open the recovery vault of a person with a lost password; the second factor is needed all the same.

    Raises RecoveryRefused.
    """
    if person.recovery_vault is None or person.key_id is None or person.state is PersonState.LEFT:
        raise RecoveryRefused
    try:
        vault = layer.lift(person.recovery_vault, PepperPlace.RECOVERY_VAULT, person.id)
        pair = open_recovery_vault(vault, code, person.id, person.key_id)
    except SealingError as error:
        raise RecoveryRefused from error
    if not second_factor.use_code(session, layer, person, one_time_code, now):
        raise RecoveryRefused
    return pair


def change_second_factor(
    session: Session,
    layer: PepperLayer,
    person: Person,
    secret: str,
    code: str,
    *,
    old: str,
    recovery: str,
    now: datetime,
) -> RecoveryCode | None:
    """Connect another authenticator app, and end every session of the person, this one too.

    A stranger at an open session cannot do it: it takes a code of the old app or the printed recovery code. That code
    is used up, and a new one is returned. Raises NewCodeWrong, RecoveryRefused.
    """
    step = second_factor.matching_step(secret, code, now)
    if step is None:
        raise NewCodeWrong
    fresh = None
    if old.strip():
        if not second_factor.use_code(session, layer, person, old, now):
            raise RecoveryRefused
    else:
        fresh = lay_recovery_vault(person, layer, _open_recovery(layer, person, recovery))
    lay_second_factor(person, layer, secret)
    person.totp_last_step = step
    sessions.end_all_of_person(session, person.id)
    session.flush()
    return fresh


def _open_recovery(layer: PepperLayer, person: Person, typed: str) -> PersonKey:
    if person.recovery_vault is None or person.key_id is None:
        raise RecoveryRefused
    try:
        vault = layer.lift(person.recovery_vault, PepperPlace.RECOVERY_VAULT, person.id)
        return open_recovery_vault(vault, RecoveryCode.parse(typed), person.id, person.key_id)
    except SealingError as error:
        raise RecoveryRefused from error


def renew_recovery_code(person: Person, layer: PepperLayer, pair: PersonKey) -> RecoveryCode:
    """Make a new code to print; the older one opens nothing any more."""
    return lay_recovery_vault(person, layer, pair)


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
