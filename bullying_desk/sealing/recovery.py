"""The second way into a person's vault: a code on paper for the day the password is forgotten.

128 random bits need no slow hash. The code works once and forces a new key pair; the callers see to that.
"""

from __future__ import annotations

from bullying_desk.sealing import contexts, printed
from bullying_desk.sealing.errors import PrintedCodeMistyped, RecoveryCodeMistyped
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.primitives import hkdf, symmetric_seal
from bullying_desk.sealing.secret_types import Secret


class RecoveryCode(Secret):
    """128 random bits, printed once when an account is made."""

    __slots__ = ()
    SIZE = 16

    def printed(self) -> str:
        """Return the code for the paper: 28 letters in seven groups of four. The last two are check letters."""
        return printed.to_print("recovery", self._raw)

    @classmethod
    def parse(cls, text: str) -> RecoveryCode:
        """Read a typed code; small letters, spaces and hyphens are forgiven. Raises RecoveryCodeMistyped."""
        try:
            return cls(printed.from_print("recovery", text, cls.SIZE))
        except PrintedCodeMistyped as error:
            raise RecoveryCodeMistyped(str(error)) from None


def seal_recovery_vault(key: PersonKey, person: int, code: RecoveryCode) -> bytes:
    """Put a person's seed into the vault under their recovery code: 81 bytes, to be laid under the pepper."""
    return symmetric_seal(key.reveal(), recovery_key(code, person), contexts.vault("recovery", person, key.key_id))


def recovery_key(code: RecoveryCode, person: int) -> bytes:
    """Return the vault key of a recovery code."""
    return hkdf(code.reveal(), contexts.staff_recovery(person))
