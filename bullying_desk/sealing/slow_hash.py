"""The slow hash and the line before it: guessing stays expensive, and a flood of guesses stops nobody else.

Argon2id (RFC 9106) makes each try cost memory and time. Without a limit it would freeze the help page as well. So only
as many run at once as there are cores, a short line waits, and one network holds only part of that line. If the line
is full, the caller learns it at once and does not hang.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bullying_desk.sealing.format.errors import FieldRefused, SlowHashBusy, SlowHashParamsRefused

SALT_SIZE: Final = 16
HASH_SIZE: Final = 32
LINE: Final = 64
LINE_OF_ONE_NETWORK: Final = 48
FREE_THREADS: Final = 16
_MEMORY_BOUNDS: Final = (19_456, 262_144)
_PASSES_BOUNDS: Final = (2, 10)
_LANES_BOUNDS: Final = (1, 4)


@dataclass(frozen=True, slots=True)
class SlowHashParams:
    """Memory in KiB, passes and lanes of Argon2id."""

    memory_kib: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        """Refuse parameters that are too weak, and those so heavy that a written row could stop the server."""
        checks = ((self.memory_kib, _MEMORY_BOUNDS), (self.passes, _PASSES_BOUNDS), (self.lanes, _LANES_BOUNDS))
        if any(not low <= value <= high for value, (low, high) in checks):
            raise SlowHashParamsRefused("parameters of the slow hash are out of bounds")


RECEIPT_PARAMS: Final = SlowHashParams(19_456, 2, 1)
STAFF_PARAMS: Final = SlowHashParams(65_536, 3, 1)


class SlowHashGate:
    """Lets as many slow hashes run at once as there are cores. The others wait, first come, first served."""

    def __init__(
        self,
        at_once: int | None = None,
        max_waiting: int = LINE,
        max_waiting_per_network: int = LINE_OF_ONE_NETWORK,
        before_run: Callable[[], None] | None = None,
    ) -> None:
        """Take the limits, and a check that runs first in the calling thread (no open transaction)."""
        self.at_once: Final = len(os.sched_getaffinity(0)) if at_once is None else at_once
        if self.at_once < 1 or max_waiting < 0 or max_waiting_per_network < 0:
            raise FieldRefused("a gate lets at least one run, and no line is shorter than nobody")
        self.max_waiting: Final = max_waiting
        self.max_waiting_per_network: Final = max_waiting_per_network
        self._before_run = before_run
        self._lock = threading.Lock()
        self._running = 0
        self._line: deque[threading.Event] = deque()
        self._of_network: Counter[bytes] = Counter()
        self._longest = 0

    @classmethod
    def for_server(cls, threads: int, before_run: Callable[[], None] | None = None) -> SlowHashGate:
        """Return a gate for a server with so many threads: at least 16 of them never wait and never hash.

        With few threads the line is short or empty, and one network may hold three quarters of it. A server with
        16 threads or fewer cannot keep the promise; it still hashes one at a time.
        """
        cores = len(os.sched_getaffinity(0))
        at_once = max(1, min(cores, threads - FREE_THREADS))
        line = max(0, min(LINE, threads - FREE_THREADS - at_once))
        return cls(at_once, line, line * LINE_OF_ONE_NETWORK // LINE, before_run)

    @property
    def running(self) -> int:
        """How many hash at the moment."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many wait in line."""
        return len(self._line)

    def take_longest(self) -> int:
        """Return how long the line was at most since the last call."""
        with self._lock:
            longest, self._longest = self._longest, len(self._line)
        return longest

    def argon2id(self, material: bytes, salt: bytes, params: SlowHashParams, network: bytes) -> bytes:
        """Return 32 bytes of Argon2id; blocks while in line.

        `network` is the caller's rate-limit key; b"" is this machine itself (commands), whose share of the line is
        not capped. Raises SlowHashBusy at once when the line, or this network's part of it, is full, and
        FieldRefused for a salt of any other length than 16 bytes (the library would take 8).
        """
        if len(salt) != SALT_SIZE:
            raise FieldRefused("the slow hash takes a salt of 16 bytes")
        if self._before_run is not None:
            self._before_run()
        self._enter(network)
        try:
            return Argon2id(
                salt=salt,
                length=HASH_SIZE,
                iterations=params.passes,
                lanes=params.lanes,
                memory_cost=params.memory_kib,
            ).derive(material)
        finally:
            self._leave()

    def _enter(self, network: bytes) -> None:
        with self._lock:
            if self._running < self.at_once and not self._line:
                self._running += 1
                return
            share = self.max_waiting if network == b"" else self.max_waiting_per_network
            if len(self._line) >= self.max_waiting or self._of_network[network] >= share:
                raise SlowHashBusy("the line before the slow hash is full")
            turn = threading.Event()
            self._line.append(turn)
            self._longest = max(self._longest, len(self._line))
            self._of_network[network] += 1
        try:
            turn.wait()
        except BaseException:
            self._give_up(turn)
            raise
        finally:
            self._forget(network)

    def _leave(self) -> None:
        with self._lock:
            if self._line:
                # The place passes on directly: a newcomer cannot get in before those who wait.
                self._line.popleft().set()
            else:
                self._running -= 1

    def _give_up(self, turn: threading.Event) -> None:
        """Leave the line when the waiting thread is interrupted; pass the place on if it was just given."""
        with self._lock:
            if turn in self._line:
                self._line.remove(turn)
                return
        self._leave()

    def _forget(self, network: bytes) -> None:
        with self._lock:
            self._of_network[network] -= 1
            if self._of_network[network] <= 0:
                del self._of_network[network]
