"""An authenticator in software: makes passkeys and signs with them, rightly, or wrongly in one chosen way.

It is written from WebAuthn Level 3 (6.1 authenticator data, 6.5 attestation, 10.1.4 prf) and uses nothing of the
library that the program checks answers with.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def to_bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey on one device. What a test bends is a field."""

    origin: str = "https://localhost"
    service: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    step: int = 1  # how far the counter goes with each signature; a copied passkey goes back
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""

    def make(self, options: dict[str, Any], **said: Any) -> str:
        """Answer `navigator.credentials.create`; `said` replaces parts of what the browser says."""
        self.handle = to_bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        length = len(self.credential_id).to_bytes(2, "big")
        data = self._data(ATTESTED) + bytes(16) + length + self.credential_id + public
        attestation = said.pop("attestation", cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))
        client = self._client("webauthn.create", options["challenge"], said)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def sign(self, options: dict[str, Any], **said: Any) -> str:
        """Answer `navigator.credentials.get`."""
        self.count += self.step
        client, data = self._client("webauthn.get", options["challenge"], said), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=self.handle)

    def output(self, salt: str) -> str:
        """Return what the extension `prf` computes from a salt."""
        hashed = hashlib.sha256(b"WebAuthn PRF\x00" + to_bytes(salt)).digest()
        return to_text(hmac.digest(self.secret, hashed, "sha256"))

    def bent(self, **fields: Any) -> Authenticator:
        """Return the same passkey with something else than it should have."""
        return replace(self, **fields)

    def _data(self, more: int) -> bytes:
        return (
            hashlib.sha256(self.service.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")
        )

    def _client(self, kind: str, challenge: str, said: dict[str, Any]) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **said}
        ).encode()

    def _answer(self, **parts: bytes) -> str:
        name = to_text(self.credential_id)
        response = {key: to_text(value) for key, value in parts.items()}
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )
