"""The key of the person who is signed in, for as long as one request needs it."""

from __future__ import annotations

from bullying_desk.sealing.format.secret_types import SessionKey, SessionSecret
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.unseal import open_person_session
from bullying_desk.web import sessions
from bullying_desk.web.request import keys


class NoKeyAtHand(Exception):
    """There is no open session that could give a key."""


def person_key(
    sealed_key: bytes | None, secret: SessionSecret | None, session_key: bytes, person: int, key_id: bytes
) -> PersonKey:
    """Open the person's key out of their session row (`sealed_key`, `key_id`) with the cookie's secret.

    Raises NoKeyAtHand where the session has ended, UnsealRefused where row, cookie and settings do not belong
    together.
    """
    if sealed_key is None or secret is None:
        raise NoKeyAtHand
    return open_person_session(sealed_key, secret, SessionKey(session_key), person, key_id)


def own_key() -> PersonKey:
    """Open the key of the person who is signed in with this request. Raises NoKeyAtHand, UnsealRefused."""
    desk = sessions.current()
    row = desk.row
    if row is None or row.person_id is None:
        raise NoKeyAtHand
    return person_key(row.sealed_key, desk.secret, keys().session_key, row.person_id, row.key_id)


def own_key_id() -> bytes:
    """Return the name of that key without opening it. Raises NoKeyAtHand."""
    row = sessions.current().row
    if row is None or row.person_id is None:
        raise NoKeyAtHand
    return row.key_id
