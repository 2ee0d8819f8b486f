"""A slow hash that is not slow, for tests that are about something else.

The gate stays as it is: its queue, its share for one network, its check for an open transaction, its length of a salt.
Only the computing behind it changes, from Argon2id at production cost to HKDF (RFC 5869), which takes microseconds.
The result still depends on the password, the salt and every cost parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bullying_desk.sealing import slow_hash

# Here the cost is what is tested: the seals, the queue under a flood, and an instance as an operator has it.
PRODUCTION_COST = ("tests/sealing/", "tests/limits/", "tests/operations/", "tests/browser/")
MARKER = "production_cost"


class FastHash:
    """Takes the place of `Argon2id` in the gate."""

    def __init__(self, *, salt: bytes, length: int, iterations: int, lanes: int, memory_cost: int) -> None:
        cost = f"{iterations} passes, {lanes} lanes, {memory_cost} KiB".encode()
        self._hkdf = HKDF(SHA256(), length=length, salt=salt, info=cost)

    def derive(self, material: bytes) -> bytes:
        """Return the hash."""
        return self._hkdf.derive(material)


def needs_production_cost(item: pytest.Item) -> bool:
    """Say whether a test runs with the real slow hash."""
    return item.nodeid.startswith(PRODUCTION_COST) or item.get_closest_marker(MARKER) is not None


@contextmanager
def installed() -> Iterator[None]:
    """Let every gate of this process compute the fast hash while the block runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slow_hash, "Argon2id", FastHash)
        yield
