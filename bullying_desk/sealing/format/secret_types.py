"""Types for everything that must never be printed, logged or stored in the clear.

A secret that is plain bytes ends up in a traceback sooner or later. These types hide their value, refuse pickle, copy
and JSON, and compare in constant time. They give their bytes only through `reveal()`, which is easy to search for.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from typing import ClassVar, Final, NoReturn, Self

from bullying_desk.sealing.format.errors import (
    PrfOutputBroken,
    SecretNotShown,
    SecretSizeWrong,
    SendTokenBroken,
    SessionCookieBroken,
)

_URL_TEXT: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class Secret:
    """Some secret bytes of a fixed length."""

    __slots__ = ("_raw",)
    SIZE: ClassVar[int] = 32

    def __init__(self, raw: bytes) -> None:
        """Take exactly `SIZE` bytes. Raises SecretSizeWrong."""
        if len(raw) != self.SIZE:
            raise SecretSizeWrong(f"{type(self).__name__} takes {self.SIZE} bytes")
        self._raw = bytes(raw)

    @classmethod
    def generate(cls) -> Self:
        """Return a fresh random secret from the operating system."""
        return cls(secrets.token_bytes(cls.SIZE))

    def reveal(self) -> bytes:
        """Return the bytes themselves. Every call is a place to look at in a review."""
        return self._raw

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and hmac.compare_digest(self._raw, other._raw)

    def __hash__(self) -> NoReturn:
        raise SecretNotShown(f"{type(self).__name__} is no key of a dict or set")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} hidden>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise SecretNotShown(f"{type(self).__name__} is neither pickled nor copied")

    def __getstate__(self) -> NoReturn:
        raise SecretNotShown(f"{type(self).__name__} is neither pickled nor copied")


class ReportSecret(Secret):
    """Opens one report and its conversation for one epoch."""

    __slots__ = ()


class CaseSecret(Secret):
    """Opens the file of one case for one epoch; never given to a reporter."""

    __slots__ = ()


class VaultKey(Secret):
    """Opens one person's vault; comes from the password or the recovery code."""

    __slots__ = ()


class AuditKey(Secret):
    """Keys the chain of the audit trail."""

    __slots__ = ()


class SessionKey(Secret):
    """The instance's key from settings, mixed into every session and every receipt."""

    __slots__ = ()


class ReceiptLocator(Secret):
    """Finds the report of a receipt; stored under the pepper only, so that a database confirms no guess."""

    __slots__ = ()
    SIZE = 16


class SessionSecret(Secret):
    """What the browser keeps in its cookie and the server keeps nowhere."""

    __slots__ = ()

    def to_cookie(self) -> str:
        """Return the cookie's value, 43 letters of base64url."""
        return _to_url_text(self._raw)

    @classmethod
    def from_cookie(cls, text: str) -> SessionSecret:
        """Read a cookie's value. Raises SessionCookieBroken."""
        raw = _from_url_text(text)
        if raw is None:
            raise SessionCookieBroken("cookie is not a session secret")
        return cls(raw)


class SendToken(Secret):
    """The hidden field of a form that makes sending twice the same as sending once."""

    __slots__ = ()

    def to_field(self) -> str:
        """Return the hidden field's value, 43 letters of base64url."""
        return _to_url_text(self._raw)

    @classmethod
    def from_field(cls, text: str) -> SendToken:
        """Read a hidden field's value. Raises SendTokenBroken."""
        raw = _from_url_text(text)
        if raw is None:
            raise SendTokenBroken("hidden field is not a send token")
        return cls(raw)


class PrfOutput(Secret):
    """What a passkey computes for its person's vault (WebAuthn, extension `prf`)."""

    __slots__ = ()

    @classmethod
    def from_field(cls, text: str) -> PrfOutput:
        """Read the field's value, 43 letters of base64url. Raises PrfOutputBroken."""
        raw = _from_url_text(text)
        if raw is None:
            raise PrfOutputBroken("field is no output of a passkey")
        return cls(raw)


def _to_url_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _from_url_text(text: str) -> bytes | None:
    """Return 32 bytes, or None. Only the one spelling that we write is read: the spare last bits must be zero."""
    if not _URL_TEXT.fullmatch(text):
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=")
    except binascii.Error:
        return None
    return raw if _to_url_text(raw) == text else None
