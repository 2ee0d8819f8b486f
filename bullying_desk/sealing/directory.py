"""Which public half belongs to which person: a tag that nobody can forge with the database alone.

An attacker who can write to the database could put their own key in a colleague's place and wait for reports. The
tag is keyed under the pepper. A half without a valid tag is never sealed to.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import VERSION_BYTE
from bullying_desk.sealing.format.errors import DirectoryTagWrong, PepperUnknown
from bullying_desk.sealing.keys import Addressee
from bullying_desk.sealing.pepper import PepperLayer

TAG_LENGTH: Final = 34


def directory_tag(pepper_layer: PepperLayer, person: int, public_half: bytes) -> bytes:
    """Return the tag to store beside a person's public half: `01 | pepper id | HMAC-SHA256`, 34 bytes."""
    return _tag(pepper_layer, pepper_layer.current_id, person, public_half)


def check_directory_tag(pepper_layer: PepperLayer, person: int, public_half: bytes, tag: bytes) -> None:
    """Raise DirectoryTagWrong unless `tag` belongs to this person and this public half."""
    if len(tag) != TAG_LENGTH or tag[:1] != VERSION_BYTE:
        raise DirectoryTagWrong(person)
    try:
        expected = _tag(pepper_layer, tag[1], person, public_half)
    except PepperUnknown:
        raise DirectoryTagWrong(person) from None
    if not hmac.compare_digest(expected, tag):
        raise DirectoryTagWrong(person)


def person_addressee(pepper_layer: PepperLayer, person: int, public_half: bytes, tag: bytes) -> Addressee:
    """Return a person as an addressee. Raises DirectoryTagWrong: an alarm, never a lost report."""
    check_directory_tag(pepper_layer, person, public_half, tag)
    return Addressee(person, public_half)


def _tag(pepper_layer: PepperLayer, pepper_id: int, person: int, public_half: bytes) -> bytes:
    mac = hmac.new(pepper_layer.directory_key(pepper_id), contexts.directory(person, public_half), hashlib.sha256)
    return VERSION_BYTE + bytes([pepper_id]) + mac.digest()
