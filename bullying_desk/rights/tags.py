"""The tag of a right: HMAC-SHA256 (RFC 2104) over the kind of row, its id, its generation and every covered column.

The key comes from the pepper, so a tag cannot be made with the database alone. It is derived once in a process.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.encoding import VERSION_BYTE
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.pepper import PepperLayer

LENGTH: Final = 34
_LONG: Final = 4_096  # longer values go in as their hash: a context's field holds 65,535 bytes


class Tagger:
    """Makes and checks tags with the keys of one instance."""

    def __init__(self, pepper_layer: PepperLayer) -> None:
        """Take the pepper layer of the instance, or of a running rotation."""
        self._layer = pepper_layer

    def tag(self, kind: str, row_id: int | bytes, generation: int, values: Iterable[object]) -> bytes:
        """Return the tag to store: `01 | pepper id | HMAC`, 34 bytes. Raises FieldRefused, TypeError."""
        return self._tag(self._layer.current_id, kind, row_id, generation, values)

    def holds(self, tag: object, kind: str, row_id: int | bytes, generation: int, values: Iterable[object]) -> bool:
        """Whether a tag belongs to exactly these facts. An unreadable value is no tag."""
        if not isinstance(tag, bytes) or len(tag) != LENGTH or tag[:1] != VERSION_BYTE:
            return False
        try:
            return hmac.compare_digest(tag, self._tag(tag[1], kind, row_id, generation, values))
        except (SealingError, TypeError, ValueError, AttributeError):
            return False

    def is_current(self, tag: bytes) -> bool:
        """Whether a tag was made under the pepper in use."""
        return tag[1:2] == bytes([self._layer.current_id])

    def secret_mac(self, what: str, *fields: bytes) -> bytes:
        """Return the value by which a secret that is shown once is found: 32 bytes, and nothing to test a guess on."""
        key = self._layer.rights_key(self._layer.current_id)
        return hmac.digest(key, contexts.right_secret(what, *fields), "sha256")

    def _tag(self, pepper_id: int, kind: str, row_id: int | bytes, generation: int, values: Iterable[object]) -> bytes:
        facts = contexts.right(kind, row_id, generation, *_fields(values))
        return VERSION_BYTE + bytes([pepper_id]) + hmac.digest(self._layer.rights_key(pepper_id), facts, "sha256")


def as_bytes(value: object) -> bytes:
    """Return one column's value with its type in front, so that no two different values give the same bytes."""
    write = _WRITERS.get(type(value))
    if write is None:
        write = next((each for kind, each in _WRITERS.items() if isinstance(value, kind)), None)
        if write is None:
            raise TypeError(f"a right holds no {type(value).__name__}")
        _WRITERS[type(value)] = write  # an enum's class: found once
    found = write(value)
    return found if len(found) <= _LONG else b"h" + hashlib.sha256(found).digest()


@lru_cache(512)  # all rows of a report have one hour, and the rows of staff few days
def _moment(value: datetime) -> bytes:
    return b"t" + value.astimezone(UTC).isoformat(timespec="microseconds").encode()


@lru_cache(512)
def _day(value: date) -> bytes:
    return b"d" + value.isoformat().encode()


# The order counts for what is several kinds at once: a bool is an int, a moment is a day.
_WRITERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _value: b"",
    str: lambda value: b"s" + value.encode("utf-8", "surrogatepass"),
    bool: lambda value: b"b1" if value else b"b0",
    int: lambda value: b"i%d" % value,
    bytes: lambda value: b"x" + value,
    datetime: _moment,
    date: _day,
}


def digest(values: Iterable[object]) -> bytes:
    """Return 16 bytes that stand for heavy columns in a row's tag."""
    return hashlib.sha256(contexts.right_digest(*_fields(values))).digest()[:16]


def _fields(values: Iterable[object]) -> list[bytes]:
    """Return the columns as fields, without empty ones at the end: a column added later leaves older tags valid."""
    fields = [b"" if value is None else as_bytes(value) for value in values]
    while fields and not fields[-1]:
        fields.pop()
    return fields


__all__ = ["LENGTH", "Tagger", "as_bytes", "digest"]
