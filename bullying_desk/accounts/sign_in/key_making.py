"""Accepting an invitation: the key pair, the password vault, the recovery code, the second factor.

From here on the program can seal to them, but it does not until a second person has compared the key words.
"""

from __future__ import annotations

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.keys import PersonKey, check_public_half
from bullying_desk.sealing.paper_codes import RecoveryCode, seal_recovery_vault
from bullying_desk.sealing.passwords import PasswordHeader, PasswordKeys, seal_password_vault, stretch_password
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.slow_hash import SlowHashGate


def stretch_new_password(
    person_id: int, password: str, gate: SlowHashGate, network: bytes
) -> tuple[PasswordHeader, PasswordKeys]:
    """Run the slow hash for a new password, outside any transaction. Raises SlowHashBusy."""
    header = PasswordHeader.new()
    return header, stretch_password(password, header, person_id, gate, network)


def give_new_key(
    person: Person, pepper_layer: PepperLayer, header: PasswordHeader, keys: PasswordKeys
) -> tuple[PersonKey, RecoveryCode]:
    """Make the person's key pair and lay it into both vaults. Returns the key and the recovery code to print.

    Text sealed to an older pair stays closed: colleagues' grants restore access (docs/sealing.md, Keys).
    Raises PublicHalfUnusable if the pair cannot be sealed to.
    """
    pair = PersonKey.generate()
    check_public_half(pair.public_half)
    person.public_half = pair.public_half
    person.key_id = pair.key_id
    person.directory_tag = directory_tag(pepper_layer, person.id, pair.public_half)
    person.state = PersonState.ACCEPTED
    person.compared_by = person.compared_on = None
    lay_password_vault(person, pepper_layer, pair, header, keys)
    return pair, lay_recovery_vault(person, pepper_layer, pair)


def lay_password_vault(
    person: Person, pepper_layer: PepperLayer, pair: PersonKey, header: PasswordHeader, keys: PasswordKeys
) -> None:
    """Put the person's key under their (new) password; the old password opens nothing any more."""
    person.password_header = header.to_bytes()
    person.verifier = pepper_layer.lay(keys.verifier_digest, PepperPlace.VERIFIER, person.id)
    vault = seal_password_vault(pair, person.id, keys.vault_key)
    person.password_vault = pepper_layer.lay(vault, PepperPlace.PASSWORD_VAULT, person.id)


def lay_recovery_vault(person: Person, pepper_layer: PepperLayer, pair: PersonKey) -> RecoveryCode:
    """Put the person's key under a fresh recovery code, which is shown once for printing; the older code is void."""
    code = RecoveryCode.generate()
    vault = seal_recovery_vault(pair, person.id, code)
    person.recovery_made_at = None
    person.recovery_vault = pepper_layer.lay(vault, PepperPlace.RECOVERY_VAULT, person.id)
    return code


def lay_second_factor(person: Person, pepper_layer: PepperLayer, secret: str) -> None:
    """Keep the secret of the authenticator app (base 32) under the pepper; codes used before do not count again."""
    person.totp_secret = pepper_layer.lay(secret.encode("ascii"), PepperPlace.TOTP, person.id)
    person.totp_last_step = 0
