"""A person's key pair, the receipt's key pair, and the addressee something is sealed to.

A key pair is one 32-byte seed (X-Wing, draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 together. So records
that are copied today stay closed even if one of the two is broken.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import REPORTER, Reader
from bullying_desk.sealing.format.primitives import Recipient, hkdf, hpke_seal, public_half_of, recipient
from bullying_desk.sealing.format.secret_types import Secret
from bullying_desk.sealing.words import word

_TRIAL_INFO = contexts.key_id(b"trial")


class KeyPair(Secret):
    """A key pair, held as its seed."""

    __slots__ = ("_public_half",)
    _public_half: bytes | None

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self._public_half = None

    @property
    def public_half(self) -> bytes:
        """The 1,216 bytes others seal to: 1,184 of ML-KEM-768, 32 of X25519."""
        if self._public_half is None:
            self._public_half = public_half_of(self._raw)
        return self._public_half

    @property
    def key_id(self) -> bytes:
        """The 16-byte name of this pair."""
        return key_id(self.public_half)


class PersonKey(KeyPair):
    """The key pair of a person with an account."""

    __slots__ = ("_wrap_keys",)

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self._wrap_keys: dict[int, tuple[bytes, bytes]] = {}

    def grant_wrap_key(self, person: int) -> tuple[bytes, bytes]:
        """Return key id and the key under which this person re-wraps opened grants; kept, because lists are long."""
        if person not in self._wrap_keys:
            name = self.key_id
            self._wrap_keys[person] = (name, hkdf(self._raw, contexts.person_grant_wrap(person, name)))
        return self._wrap_keys[person]


class ReceiptKey(KeyPair):
    """The key pair that comes out of a receipt's words. Its private half is stored nowhere."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Addressee:
    """A reader together with the public half to seal to, so that the two cannot be mixed up.

    Only `directory.person_addressee`, which checks the directory tag, and `reporter_addressee` make one.
    """

    reader: Reader
    public_half: bytes = field(repr=False)

    @property
    def key_id(self) -> bytes:
        """The 16-byte name of the public half."""
        return key_id(self.public_half) if self.reader is REPORTER else _staff_key_id(self.public_half)

    @property
    def recipient(self) -> Recipient:
        """The public half in the form that is sealed to. Raises PublicHalfUnusable."""
        return recipient(self.public_half) if self.reader is REPORTER else _staff_recipient(self.public_half)


def reporter_addressee(public_half: bytes) -> Addressee:
    """Return the reporter as an addressee; the public half is the receipt's."""
    return Addressee(REPORTER, public_half)


def key_id(public_half: bytes) -> bytes:
    """Return the 16-byte name of a public half."""
    return hashlib.sha256(contexts.key_id(public_half)).digest()[:16]


# Each report is sealed to the same few people of the staff, twice each. A reporter's half is remembered nowhere.
_staff_key_id = lru_cache(512)(key_id)
_staff_recipient = lru_cache(512)(recipient)


def key_words(person: int, public_half: bytes) -> tuple[str, ...]:
    """Return the six words (60 bits) that a second person compares by voice or face before the key is used."""
    digest = hashlib.sha256(contexts.key_words(person, public_half)).digest()
    bits = int.from_bytes(digest[:8], "big") >> 4
    return tuple(word(bits >> shift & 1023) for shift in range(50, -1, -10))


def check_public_half(public_half: bytes) -> None:
    """Seal something to a public half and discard it. Raises PublicHalfUnusable.

    Some degenerate halves parse well and fail only at sealing. This must show when an invitation is accepted, not
    when a child sends a report.
    """
    hpke_seal(bytes(32), recipient(public_half), _TRIAL_INFO)
