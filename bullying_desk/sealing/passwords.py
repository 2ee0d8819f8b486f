"""A colleague's password: one slow hash gives both the proof at sign-in and the key of the vault with their seed.

The server keeps a digest of the proof under the pepper, and a vault it cannot open. A sign-in for an unknown address
costs the same work, so that nobody learns who has an account.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import VERSION_BYTE, body_after_version, new_id, number_field
from bullying_desk.sealing.format.errors import FieldRefused
from bullying_desk.sealing.format.primitives import SYMMETRIC_OVERHEAD, hkdf, symmetric_seal
from bullying_desk.sealing.format.secret_types import VaultKey
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.slow_hash import SALT_SIZE, STAFF_PARAMS, SlowHashGate, SlowHashParams

HEADER_LENGTH: Final = 1 + 3 * 4 + SALT_SIZE
VAULT_LENGTH: Final = SYMMETRIC_OVERHEAD + 32


@dataclass(frozen=True, slots=True)
class PasswordHeader:
    """What the slow hash of one password needs besides the password; kept in the clear in the person's row."""

    params: SlowHashParams
    salt: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a salt of any other length than 16 bytes. Raises FieldRefused."""
        if len(self.salt) != SALT_SIZE:
            raise FieldRefused("a password's salt has 16 bytes")

    @classmethod
    def new(cls) -> PasswordHeader:
        """Return a header with today's parameters and a fresh salt, for each new password."""
        return cls(STAFF_PARAMS, secrets.token_bytes(SALT_SIZE))

    def to_bytes(self) -> bytes:
        """Return the column's 29 bytes: `01 | memory 4 | passes 4 | lanes 4 | salt 16`."""
        numbers = (self.params.memory_kib, self.params.passes, self.params.lanes)
        return VERSION_BYTE + b"".join(map(number_field, numbers)) + self.salt

    @classmethod
    def from_bytes(cls, value: bytes) -> PasswordHeader:
        """Read the column. Raises SlowHashParamsRefused (too weak or too heavy), UnknownVersion, SealMalformed."""
        body = body_after_version(value, HEADER_LENGTH)
        memory, passes, lanes = (int.from_bytes(body[start : start + 4], "big") for start in (0, 4, 8))
        return cls(SlowHashParams(memory, passes, lanes), body[12:])


@dataclass(frozen=True, slots=True)
class PasswordKeys:
    """What one password gives: the digest to compare at sign-in, and the key of the vault."""

    verifier_digest: bytes = field(repr=False)
    vault_key: VaultKey


def stretch_password(
    password: str, header: PasswordHeader, person: int, gate: SlowHashGate, network: bytes
) -> PasswordKeys:
    """Run the slow hash once over a password. Raises SlowHashBusy.

    The password is brought to NFC first, so an umlaut typed on another keyboard is the same password.
    """
    material = unicodedata.normalize("NFC", password).encode("utf-8")
    stretched = gate.argon2id(material, header.salt, header.params, network)
    verifier = hkdf(stretched, contexts.staff_verifier(person))
    return PasswordKeys(hashlib.sha256(verifier).digest(), VaultKey(hkdf(stretched, contexts.staff_vault(person))))


def stretch_for_nobody(password: str, gate: SlowHashGate, network: bytes) -> None:
    """Do the same work for an address without an account. Raises SlowHashBusy."""
    stretch_password(password, PasswordHeader.new(), new_id(), gate, network)


def verifier_matches(keys: PasswordKeys, stored_digest: bytes) -> bool:
    """Compare with the stored digest (lifted off the pepper) in constant time."""
    return hmac.compare_digest(keys.verifier_digest, stored_digest)


def seal_password_vault(key: PersonKey, person: int, vault_key: VaultKey) -> bytes:
    """Put a person's seed into the vault under their password: 81 bytes, to be laid under the pepper."""
    return symmetric_seal(key.reveal(), vault_key.reveal(), contexts.vault("password", person, key.key_id))
