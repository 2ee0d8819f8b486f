"""Codes on paper: recovery codes for a wallet, the pepper for the safe.

Crockford's base32 (no I, L, O, U, so that nothing is misread) in groups of four, with two check letters at the end.
So a slip of the pen is found before anything is tried.
"""

from __future__ import annotations

import hashlib
from typing import Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.errors import PrintedCodeMistyped, RecoveryCodeMistyped
from bullying_desk.sealing.format.primitives import hkdf, symmetric_seal
from bullying_desk.sealing.format.secret_types import Secret
from bullying_desk.sealing.keys import PersonKey

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN: Final = str.maketrans("ILO", "110")
_CHECK_LETTERS: Final = 2
_GROUP: Final = 4


def to_print(what: str, raw: bytes) -> str:
    """Return `raw` as letters in groups of four, for example `7ZK3-…`; `what` names the kind for the check letters."""
    letters = _letters(int.from_bytes(raw, "big"), _length(len(raw))) + _check(what, raw)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def from_print(what: str, text: str, size: int) -> bytes:
    """Read `size` bytes back. Small letters, spaces and hyphens are forgiven. Raises PrintedCodeMistyped."""
    kept = "".join(sign for sign in text.upper().translate(_FORGIVEN) if sign not in "-–— \t\r\n.\u00a0")
    if len(kept) != _length(size) + _CHECK_LETTERS or any(sign not in _ALPHABET for sign in kept):
        raise PrintedCodeMistyped("code has a wrong length or an impossible letter")
    value = 0
    for sign in kept[:-_CHECK_LETTERS]:
        value = value * 32 + _ALPHABET.index(sign)
    if value >= 1 << (8 * size):
        raise PrintedCodeMistyped("code is none that was ever printed")
    raw = value.to_bytes(size, "big")
    if _check(what, raw) != kept[-_CHECK_LETTERS:]:
        raise PrintedCodeMistyped("check letters do not fit")
    return raw


def _length(size: int) -> int:
    return -(-size * 8 // 5)


def _letters(value: int, length: int) -> str:
    return "".join(_ALPHABET[value >> (5 * place) & 31] for place in reversed(range(length)))


def _check(what: str, raw: bytes) -> str:
    digest = hashlib.sha256(contexts.printed_check(what, raw)).digest()
    return _letters(int.from_bytes(digest[:2], "big") >> 6, _CHECK_LETTERS)


# The second way into a person's vault: a code on paper for the day the password is forgotten.
#
# 128 random bits need no slow hash. The code works once; its user gets a new one.


class RecoveryCode(Secret):
    """128 random bits, printed once when an account is made."""

    __slots__ = ()
    SIZE = 16

    def printed(self) -> str:
        """Return the code for the paper: 28 letters in seven groups of four. The last two are check letters."""
        return to_print("recovery", self._raw)

    @classmethod
    def parse(cls, text: str) -> RecoveryCode:
        """Read a typed code; small letters, spaces and hyphens are forgiven. Raises RecoveryCodeMistyped."""
        try:
            return cls(from_print("recovery", text, cls.SIZE))
        except PrintedCodeMistyped as error:
            raise RecoveryCodeMistyped(str(error)) from None


def seal_recovery_vault(key: PersonKey, person: int, code: RecoveryCode) -> bytes:
    """Put a person's seed into the vault under their recovery code: 81 bytes, to be laid under the pepper."""
    return symmetric_seal(key.reveal(), recovery_key(code, person), contexts.vault("recovery", person, key.key_id))


def recovery_key(code: RecoveryCode, person: int) -> bytes:
    """Return the vault key of a recovery code."""
    return hkdf(code.reveal(), contexts.staff_recovery(person))
