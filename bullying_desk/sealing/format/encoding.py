"""How the facts about a sealed value (its owner, its place, its reader) become bytes that no other facts share.

Every key, tag and seal is bound with `context`. It writes each length before its bytes, so that no two different lists
of fields ever give the same bytes.
"""

from __future__ import annotations

import secrets
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from bullying_desk.sealing.format.errors import FieldRefused, SealMalformed, UnknownVersion

VERSION: Final = 1
VERSION_BYTE: Final = bytes([VERSION])
_APPLICATION: Final = b"bullying-desk"


class Reporter(Enum):
    """The one reader without an account: the person who holds the receipt."""

    REPORTER = "reporter"


REPORTER: Final = Reporter.REPORTER
Reader: TypeAlias = int | Reporter

_REPORTER_FIELD: Final = b"reporter"
# The eight letters of "reporter" read as a number are a possible 63-bit id. That one id is refused, so that no
# person's context can ever equal the reporter's.
_REPORTER_AS_ID: Final = int.from_bytes(_REPORTER_FIELD, "big")


def context(label: str, *fields: bytes) -> bytes:
    """Return the binding bytes for `label` and `fields`.

    Layout: version 1 byte, count 1 byte, then for the application's name, the label and each field a 2-byte
    big-endian length and the bytes. Raises FieldRefused when a field is too long or there are too many.
    """
    return _layout(label, *map(len, fields)) % fields


@lru_cache(1024)  # the facts of one kind have few lengths, and a report binds sixty times
def _layout(label: str, *sizes: int) -> bytes:
    """Return a context with `%b` for each field of these sizes. Raises FieldRefused."""
    names = (_APPLICATION, label.encode("ascii"))
    if not label or len(sizes) > 253 or max(map(len, names)) > 65535 or max(sizes, default=0) > 65535:
        raise FieldRefused("a context needs a label, at most 253 fields, and at most 65535 bytes in each")
    head = VERSION_BYTE + bytes([len(names) + len(sizes)])
    start = head + b"".join(len(name).to_bytes(2, "big") + name for name in names)
    return start.replace(b"%", b"%%") + b"".join(size.to_bytes(2, "big").replace(b"%", b"%%") + b"%b" for size in sizes)


def id_field(row_id: int) -> bytes:
    """Return a row's integer key as 8 bytes. Raises FieldRefused unless 0 < row_id < 2**63."""
    if type(row_id) is not int or not 0 < row_id < 2**63 or row_id == _REPORTER_AS_ID:
        raise FieldRefused("an id must be a whole number above 0 and below 2**63")
    return row_id.to_bytes(8, "big")


def number_field(number: int) -> bytes:
    """Return an epoch, sequence or revision as 4 bytes. Raises FieldRefused outside 0 … 2**32 - 1."""
    if type(number) is not int or not 0 <= number < 2**32:
        raise FieldRefused("a number must be whole, not negative, and below 2**32")
    return number.to_bytes(4, "big")


def reader_field(reader: Reader) -> bytes:
    """Return a reader as 8 bytes: a person's id, or the word `reporter`."""
    return _REPORTER_FIELD if reader is REPORTER else id_field(reader)


def new_id() -> int:
    """Return a random id for a new row. Ids tell no order of arrival, so they are drawn, never counted."""
    while True:
        row_id = secrets.randbits(63)
        if row_id not in (0, _REPORTER_AS_ID):
            return row_id


def body_after_version(value: bytes, length: int | None = None) -> bytes:
    """Return `value` without its version byte.

    Raises UnknownVersion for any other version, SealMalformed when empty or (if `length` of the whole value is
    given) not exactly that long.
    """
    if not value:
        raise SealMalformed("value is empty")
    if value[0] != VERSION:
        raise UnknownVersion(value[0])
    if length is not None and len(value) != length:
        raise SealMalformed(f"value has {len(value)} bytes instead of {length}")
    return value[1:]
