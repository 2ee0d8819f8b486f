"""Limits on abuse that store no address and shut out no school (principle P13).

A whole school is behind one address: 30 reports and 90 returns in ten minutes from it must pass, while wrong codes slow
only the network they come from. Keys are HMACs of networks under a key that changes daily. It comes from the
instance's session key, so all processes and machines count together. The limiter's own store cannot say who asked.
"""

from __future__ import annotations

import hmac
import ipaddress
import time
from datetime import date
from enum import Enum
from threading import Lock

from flask import request
from limits import parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from bullying_desk.clock import Clock

CIRCUITS = ipaddress.ip_network("fc00:dead:beef:4dad::/64")


class Budget(Enum):
    """How often an act may be done, for one network or one school."""

    REPORTS_OF_NETWORK = "90 per 10 minutes"
    FIRST_REPORTS_OF_NETWORK = "3 per 10 minutes"  # of one network to one school: a child at home
    REPORTS_OF_SCHOOL = "240 per 10 minutes"  # of all networks that send more than their first ones
    ALL_REPORTS_OF_SCHOOL = "600 per 10 minutes"
    LETTERS_OF_NETWORK = "120 per 10 minutes"
    BARRIERS_OF_NETWORK = "30 per hour"  # messages about barriers
    BARRIERS = "1000 per day"  # of all networks together: what a table may grow
    WRONG_CODES = "60 per 5 minutes"  # a whole school types behind one address; 60 bits leave guessing hopeless
    WRONG_SIGN_INS = "200 per 5 minutes"  # of a network: pupils and staff of a school share one
    WRONG_SIGN_INS_OF_PERSON = "20 per 5 minutes"  # of one account in one network
    WRONG_ONE_TIME_CODES = "10 per hour"  # of one account after its right password, over all networks
    WRONG_ONE_TIME_CODES_A_DAY = "30 per day"


class TooMany(Exception):
    """A budget is used up; `minutes` says when it is worth trying again."""

    def __init__(self, minutes: int) -> None:
        super().__init__()
        self.minutes = minutes


class Limiter:
    """Counts by budget and key. The keys' own key changes each day."""

    def __init__(self, storage: str, clock: Clock, key: bytes) -> None:
        kept = storage_from_string(storage)
        self._tidying = _Tidying(kept) if isinstance(kept, MemoryStorage) else None
        self._counter = MovingWindowRateLimiter(kept)
        self._takes = FixedWindowRateLimiter(kept)  # a count that can be given back
        self._items = {budget: parse(budget.value) for budget in Budget}
        self._clock = clock
        self._lock = Lock()
        self._of_instance = key
        self._day: date | None = None
        self._key = b""

    def key(self, value: bytes) -> bytes:
        """Return the day's name for a network, school or person: an HMAC that nobody can reverse."""
        with self._lock:
            if self._day != self._clock.today():
                self._day, self._key = self._clock.today(), self._key_of(self._clock.today())
            return hmac.digest(self._key, value, "sha256")[:16]

    def _key_of(self, day: date) -> bytes:
        """Return the day's key, the same in all processes and on all machines of an instance."""
        return hmac.digest(self._of_instance, f"limits {day.isoformat()}".encode(), "sha256")

    def network(self) -> bytes:
        """Return the day's name for the network of this request."""
        return self.key(network_of(request.remote_addr or ""))

    def spend(self, budget: Budget, key: bytes) -> None:
        """Count one act. Raises TooMany where the budget is used up."""
        if self._tidying is not None:
            self._tidying.tidy()
        if not self._counter.hit(self._items[budget], budget.name, key.hex()):
            raise TooMany(self._minutes(budget, key))

    def spend_report(self, school_key: str) -> None:
        """Count one report to a school. Raises TooMany.

        A crowd may use up what a school takes from networks that send much, but not what a child at home needs: the
        first reports of each network have a budget of their own (decision D24).
        """
        network, school = self.network(), self.key(school_key.encode())
        self.spend(Budget.REPORTS_OF_NETWORK, network)
        try:
            self.spend(Budget.FIRST_REPORTS_OF_NETWORK, self.key(school + network))
        except TooMany:
            self.spend(Budget.REPORTS_OF_SCHOOL, school)
        self.spend(Budget.ALL_REPORTS_OF_SCHOOL, school)

    def take(self, budget: Budget, key: bytes) -> None:
        """Count one try before it is made; `give_back` undoes it where it was right. Raises TooMany."""
        if self._tidying is not None:
            self._tidying.tidy()
        item = self._items[budget]
        if not self._takes.hit(item, budget.name, key.hex()):
            self.give_back(budget, key)
            reset = self._takes.get_window_stats(item, budget.name, key.hex()).reset_time
            raise TooMany(max(1, min(item.get_expiry() // 60, int((reset - time.time()) // 60) + 1)))

    def give_back(self, budget: Budget, key: bytes) -> None:
        """Undo one `take`."""
        self._takes.hit(self._items[budget], budget.name, key.hex(), cost=-1)

    def taken(self, budget: Budget, key: bytes) -> int:
        """Return how many tries are counted now."""
        item = self._items[budget]
        return item.amount - self._takes.get_window_stats(item, budget.name, key.hex()).remaining

    def check(self, budget: Budget, key: bytes) -> None:
        """Check a budget without counting. Raises TooMany where it is used up."""
        if not self._counter.test(self._items[budget], budget.name, key.hex()):
            raise TooMany(self._minutes(budget, key))

    def _minutes(self, budget: Budget, key: bytes) -> int:
        item = self._items[budget]
        stats = self._counter.get_window_stats(item, budget.name, key.hex())
        wait = stats.reset_time - self._clock.now().timestamp()
        return max(1, min(item.get_expiry() // 60, int(wait // 60) + 1))


class _Tidying:
    """Removes expired counts from a memory store, once a minute.

    Without it the store searches all its counts after every single one, in a new thread, and keeps the names of
    networks for ever. An attacker from ever new networks would make each count slower than the one before.
    """

    class _Never:
        """Replaces the store's own timer. It always seems to run, so none is started."""

        def is_alive(self) -> bool:
            return True

    def __init__(self, store: MemoryStorage) -> None:
        self._store, self._next, self._lock = store, 0.0, Lock()
        store.timer = self._Never()  # type: ignore[assignment]

    def tidy(self) -> None:
        """Search the store if a minute has passed."""
        now = time.time()
        if now < self._next or not self._lock.acquire(blocking=False):
            return
        try:
            self._next = now + 60
            for key, events in list(self._store.events.items()):
                with self._store.locks[key]:
                    if not events or events[0].expiry <= now:  # the newest comes first
                        self._store.clear(key)
            for key, ends in list(self._store.expirations.items()):
                if ends <= now:
                    self._store.get(key)  # removes what has expired
        finally:
            self._lock.release()


def network_of(address: str) -> bytes:
    """Return the network an address stands for: itself for IPv4, its /56 for IPv6 (one household, one school).

    Who comes through Tor has no address. There each circuit, which nobody shares, is a network of its own: tor writes
    its number into an address that no network routes (HiddenServiceExportCircuitID in tor(1)).
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return b"unknown"
    if parsed.version == 4:
        return parsed.packed
    if parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.packed
    return parsed.packed if parsed in CIRCUITS else parsed.packed[:7]
