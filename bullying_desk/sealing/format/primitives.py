"""The four tools everything is built from: HKDF, HPKE sealing, symmetric sealing, and rebuilding a key from its seed.

Only sealing is here. Opening is in `unseal`, so that the import graph shows which modules may open anything.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bullying_desk.sealing.format.encoding import VERSION_BYTE
from bullying_desk.sealing.format.errors import FieldRefused, PublicHalfUnusable

Recipient: TypeAlias = MLKEM768X25519PublicKey
SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
PUBLIC_HALF_SIZE: Final = 1216
_MLKEM_PUBLIC_SIZE: Final = 1184
SALT_SIZE: Final = 32
TAG_SIZE: Final = 16
HPKE_OVERHEAD: Final = 1 + 1120 + TAG_SIZE
SYMMETRIC_OVERHEAD: Final = 1 + SALT_SIZE + TAG_SIZE
# Each sealing derives a key of its own from its salt, so that this nonce is used once for each key.
NONCE: Final = bytes(12)


def hkdf(material: bytes, info: bytes, length: int = 32, salt: bytes | None = None) -> bytes:
    """Return `length` bytes of HKDF-SHA256 (RFC 5869). Raises FieldRefused for an empty info."""
    if not info:
        raise FieldRefused("a derived key needs a context")
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def hpke_private(seed: bytes) -> MLKEM768X25519PrivateKey:
    """Rebuild a private half from its 32-byte X-Wing seed (64 bytes for ML-KEM-768, 32 for X25519)."""
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    return MLKEM768X25519PrivateKey(mlkem, X25519PrivateKey.from_private_bytes(expanded[64:]))


def public_half_of(seed: bytes) -> bytes:
    """Return the 1,216 raw bytes of the public half that belongs to a seed."""
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key().public_bytes_raw()
    return mlkem + X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()


def recipient(public_half: bytes) -> Recipient:
    """Return a public half in the form that is sealed to. Raises PublicHalfUnusable."""
    if len(public_half) != PUBLIC_HALF_SIZE:
        raise PublicHalfUnusable("a public half has 1216 bytes")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public_half[:_MLKEM_PUBLIC_SIZE]),
            X25519PublicKey.from_public_bytes(public_half[_MLKEM_PUBLIC_SIZE:]),
        )
    except ValueError as error:
        raise PublicHalfUnusable("this is no public half") from error


def hpke_seal(plain: bytes, to: Recipient, info: bytes) -> bytes:
    """Seal to a recipient (RFC 9180, base mode): version byte, encapsulation 1,120 bytes, ciphertext, tag 16.

    Raises PublicHalfUnusable: a degenerate X25519 half shows itself only at sealing.
    """
    if not info:
        raise FieldRefused("HPKE treats no info like an empty one; this program never seals without")
    try:
        return VERSION_BYTE + SUITE.encrypt(plain, to, info)
    except ValueError as error:
        raise PublicHalfUnusable("nothing can be sealed to this public half") from error


def symmetric_seal(plain: bytes, key: bytes, info: bytes) -> bytes:
    """Seal under a key: version byte, salt 32, ciphertext, tag 16. The salt makes each sealing's key its own."""
    salt = secrets.token_bytes(SALT_SIZE)
    own_key = hkdf(key, info, salt=salt)
    return VERSION_BYTE + salt + ChaCha20Poly1305(own_key).encrypt(NONCE, plain, info)
