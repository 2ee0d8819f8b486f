"""A signed-in colleague or a returned reporter: the session's row holds the key pair, sealed under the cookie.

The row alone opens nothing, and the cookie alone opens nothing. A backup holds no sessions, so a stolen cookie with
a restored backup is worth nothing.
"""

from __future__ import annotations

from typing import Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import Reader
from bullying_desk.sealing.format.primitives import SYMMETRIC_OVERHEAD, hkdf, symmetric_seal
from bullying_desk.sealing.format.secret_types import SessionKey, SessionSecret
from bullying_desk.sealing.keys import PersonKey, ReceiptKey

SESSION_ID_LENGTH: Final = 16
SESSION_LENGTH: Final = SYMMETRIC_OVERHEAD + 32


def session_id(secret: SessionSecret) -> bytes:
    """Return the 16-byte key of the session's row; it does not lead back to the cookie."""
    return hkdf(secret.reveal(), contexts.SESSION_ID, SESSION_ID_LENGTH)


def seal_session(pair: PersonKey | ReceiptKey, secret: SessionSecret, key: SessionKey, holder: Reader) -> bytes:
    """Seal a key pair for the life of a session: 81 bytes for its row."""
    return symmetric_seal(pair.reveal(), wrap_key(secret, key), binding(secret, holder, pair.key_id))


def wrap_key(secret: SessionSecret, key: SessionKey) -> bytes:
    """Return the key of a session's row. It needs both the cookie and the key in settings."""
    return hkdf(secret.reveal() + key.reveal(), contexts.SESSION_WRAP)


def binding(secret: SessionSecret, holder: Reader, key_id: bytes) -> bytes:
    """Return the context of a session's row."""
    return contexts.session(session_id(secret), holder, key_id)
