"""The second door to a person's vault: 32 bytes that only their passkey computes.

The authenticator answers the extension `prf` (WebAuthn Level 3, 10.1.4) with a secret of the credential, the same each
time. Like the key from the password it reaches the server at sign-in and is kept nowhere.
"""

from __future__ import annotations

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.primitives import hkdf, symmetric_seal
from bullying_desk.sealing.format.secret_types import PrfOutput
from bullying_desk.sealing.keys import PersonKey

PRF_INPUT = contexts.PASSKEY_PRF
"""What every authenticator of the service is asked for. Each credential gives another output, so it is no secret."""


def passkey_key(output: PrfOutput, person: int, passkey: int) -> bytes:
    """Return the vault key of one passkey of one person."""
    return hkdf(output.reveal(), contexts.staff_passkey(person, passkey))


def seal_passkey_vault(key: PersonKey, person: int, passkey: int, output: PrfOutput) -> bytes:
    """Put a person's seed into the vault under their passkey: 81 bytes, to be laid under the pepper."""
    info = contexts.vault("passkey", person, key.key_id)
    return symmetric_seal(key.reveal(), passkey_key(output, person, passkey), info)
