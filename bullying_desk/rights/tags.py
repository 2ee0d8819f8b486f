"""The tag of a right: HMAC-SHA256 (RFC 2104) over the kind of row, its id, its generation and every covered column.

The key comes from the pepper, so a tag cannot be made with the database alone. It is derived once in a process.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
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

    def tag(
        self, kind: str, row_id: int | bytes, generation: int, values: Iterable[object], pepper_id: int | None = None
    ) -> bytes:
        """Return the tag to store: `01 | pepper id | HMAC`, 34 bytes; under the pepper in use, or under an older one.

        Raises FieldRefused, TypeError, PepperUnknown.
        """
        under = self._layer.current_id if pepper_id is None else pepper_id
        facts = contexts.right(kind, row_id, generation, *_fields(values))
        return VERSION_BYTE + bytes([under]) + hmac.digest(self._layer.rights_key(under), facts, "sha256")

    def holds(self, tag: object, kind: str, row_id: int | bytes, generation: int, values: Iterable[object]) -> bool:
        """Whether a tag belongs to exactly these facts. An unreadable value is no tag."""
        if not isinstance(tag, bytes) or len(tag) != LENGTH or tag[:1] != VERSION_BYTE:
            return False
        try:
            return hmac.compare_digest(tag, self.tag(kind, row_id, generation, values, tag[1]))
        except (SealingError, TypeError, ValueError, AttributeError):
            return False

    def is_current(self, tag: bytes) -> bool:
        """Whether a tag was made under the pepper in use."""
        return tag[1:2] == bytes([self._layer.current_id])

    def secret_mac(self, what: str, *fields: bytes) -> bytes:
        """Return the value by which a secret that is shown once is found: 32 bytes, and nothing to test a guess on."""
        key = self._layer.rights_key(self._layer.current_id)
        return hmac.digest(key, contexts.right_secret(what, *fields), "sha256")


@lru_cache(1024, typed=True)  # all rows of a report have one hour and few states, and the rows of staff few days
def _known(value: object) -> bytes:
    """Return what has few different values: a choice, a yes, a moment, a day. A bool is an int, a moment a day."""
    if isinstance(value, bool):
        return b"b1" if value else b"b0"
    if isinstance(value, int):
        return b"i%d" % value
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    if isinstance(value, datetime):
        return b"t" + value.isoformat(timespec="microseconds").encode()
    if isinstance(value, date):
        return b"d" + value.isoformat().encode()
    raise TypeError(f"a right holds no {type(value).__name__}")


def digest(values: Iterable[object]) -> bytes:
    """Return 16 bytes that stand for heavy columns in a row's tag."""
    return hashlib.sha256(contexts.right_digest(*_fields(values))).digest()[:16]


def _fields(values: Iterable[Any]) -> list[bytes]:
    """Return the columns as fields, without empty ones at the end: a column added later leaves older tags valid.

    Each value has its type in front, so that no two different values give the same bytes. The frequent kinds are
    written here, without a call for each: a report has over a hundred values.
    """
    fields = []
    for value in values:
        kind = type(value)
        if value is None:
            found = b""
        elif kind is int:
            found = b"i%d" % value
        elif kind is str:
            found = b"s" + value.encode("utf-8", "surrogatepass")
        elif kind is bytes:
            found = b"x" + value
        else:
            found = _known(value.astimezone(UTC) if kind is datetime else value)
        fields.append(found if len(found) <= _LONG else b"h" + hashlib.sha256(found).digest())
    while fields and not fields[-1]:
        fields.pop()
    return fields


__all__ = ["LENGTH", "Tagger", "digest"]
