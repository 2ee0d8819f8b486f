"""Guessing is slow and waits in a short line; the help page never waits in it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bullying_desk.sealing.format.errors import FieldRefused, SlowHashBusy, SlowHashParamsRefused
from bullying_desk.sealing.slow_hash import RECEIPT_PARAMS, STAFF_PARAMS, SlowHashGate, SlowHashParams

SALT = b"salt of 16 bytes"


class Stopwatch:
    """Stands in for Argon2id: each run waits until the test lets it go, and the order is written down."""

    def __init__(self) -> None:
        self.order: list[bytes] = []
        self.go = threading.Semaphore(0)
        self.now = 0
        self.most = 0
        self._lock = threading.Lock()

    def __call__(self, **_: object) -> Stopwatch:
        return self

    def derive(self, material: bytes) -> bytes:
        with self._lock:
            self.order.append(material)
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.acquire()
        with self._lock:
            self.now -= 1
        if material == b"broken":
            raise RuntimeError("no memory")
        return bytes(32)


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stopwatch]:
    watch = Stopwatch()
    monkeypatch.setattr("bullying_desk.sealing.slow_hash.Argon2id", watch)
    yield watch
    watch.go.release(1000)
    for thread in threading.enumerate():
        if thread.name.startswith("gate"):
            thread.join(5)


def _until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.001)
    pytest.fail("waited two seconds in vain")


def _start(gate: SlowHashGate, names: list[bytes], network: bytes) -> list[threading.Thread]:
    threads = []
    for name in names:
        before = gate.waiting + gate.running
        thread = threading.Thread(target=gate.argon2id, args=(name, SALT, RECEIPT_PARAMS, network), name="gate")
        thread.start()
        threads.append(thread)
        _until(lambda before=before: gate.waiting + gate.running == before + 1)  # type: ignore[misc]
    return threads


def test_the_real_hash_is_argon2id() -> None:
    got = SlowHashGate().argon2id(b"password", SALT, RECEIPT_PARAMS, b"")
    assert got.hex() == "93608d815ac67e307a44c5623435e7c295044a6748668ffb21edbf5b8a8018aa"


def test_only_as_many_run_as_there_are_cores_and_the_line_is_served_in_order(stopwatch: Stopwatch) -> None:
    gate = SlowHashGate(at_once=2)
    names = [bytes([65 + place]) for place in range(12)]
    threads = _start(gate, names, b"net")
    assert (gate.running, gate.waiting) == (2, 10)
    for done in range(len(names)):
        stopwatch.go.release()
        _until(lambda done=done: len(stopwatch.order) == min(len(names), done + 3))  # type: ignore[misc]
    for thread in threads:
        thread.join(2)
    assert sorted(stopwatch.order[:2]) + stopwatch.order[2:] == names
    assert stopwatch.most == 2
    assert (gate.running, gate.waiting) == (0, 0)


def test_a_full_line_says_so_at_once(stopwatch: Stopwatch) -> None:
    gate = SlowHashGate(at_once=1, max_waiting=3, max_waiting_per_network=3)
    _start(gate, [b"a", b"b", b"c", b"d"], b"net")
    began = time.perf_counter()
    for network in (b"net", b"other", b""):
        with pytest.raises(SlowHashBusy):
            gate.argon2id(b"x", SALT, RECEIPT_PARAMS, network)
    assert time.perf_counter() - began < 5  # nobody was let in meanwhile, so whoever waited would wait for ever
    stopwatch.go.release()
    _until(lambda: gate.waiting == 2)
    _start(gate, [b"e"], b"net")


def test_one_network_never_takes_the_whole_line(stopwatch: Stopwatch) -> None:
    gate = SlowHashGate(at_once=1)
    flood = _start(gate, [b"%d" % place for place in range(49)], b"flood")
    assert (gate.running, gate.waiting) == (1, 48)
    with pytest.raises(SlowHashBusy):
        gate.argon2id(b"x", SALT, RECEIPT_PARAMS, b"flood")
    school = _start(gate, [b"s%d" % place for place in range(16)], b"school")
    assert gate.waiting == 64
    with pytest.raises(SlowHashBusy):
        gate.argon2id(b"x", SALT, RECEIPT_PARAMS, b"school")
    stopwatch.go.release(65)
    for thread in flood + school:
        thread.join(2)
    assert (gate.running, gate.waiting) == (0, 0)
    _start(gate, [b"again"], b"flood")


def test_thirty_returns_of_one_school_pass(stopwatch: Stopwatch) -> None:
    gate = SlowHashGate(at_once=2)
    stopwatch.go.release(30)
    threads = _start_all(gate, 30)
    for thread in threads:
        thread.join(2)
    assert len(stopwatch.order) == 30


def _start_all(gate: SlowHashGate, count: int) -> list[threading.Thread]:
    threads = [
        threading.Thread(target=gate.argon2id, args=(b"w", SALT, RECEIPT_PARAMS, b"school"), name="gate")
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    return threads


def test_a_hash_that_fails_frees_its_place(stopwatch: Stopwatch) -> None:
    gate = SlowHashGate(at_once=1)
    stopwatch.go.release()
    with pytest.raises(RuntimeError, match="no memory"):
        gate.argon2id(b"broken", SALT, RECEIPT_PARAMS, b"net")
    assert (gate.running, gate.waiting) == (0, 0)


def test_the_check_before_a_run_is_asked_first_and_stops_it(stopwatch: Stopwatch) -> None:
    def transaction_is_open() -> None:
        raise AssertionError("inside a transaction")

    gate = SlowHashGate(before_run=transaction_is_open)
    with pytest.raises(AssertionError, match="inside a transaction"):
        gate.argon2id(b"x", SALT, RECEIPT_PARAMS, b"net")
    assert stopwatch.order == []
    assert gate.running == 0


@pytest.mark.parametrize("threads", [1, 4, 16, 17, 18, 24, 32, 64, 100, 500])
def test_a_server_keeps_sixteen_threads_free(threads: int) -> None:
    gate = SlowHashGate.for_server(threads)
    assert 1 <= gate.at_once <= len(os.sched_getaffinity(0))
    assert gate.max_waiting <= 64
    assert gate.max_waiting_per_network <= 48
    if threads > 16:
        assert threads - gate.at_once - gate.max_waiting >= 16
    if gate.max_waiting >= 4:
        assert gate.max_waiting_per_network < gate.max_waiting
    if threads >= 100:
        assert (gate.max_waiting, gate.max_waiting_per_network) == (64, 48)


@pytest.mark.parametrize("limits", [(0, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_impossible_gates_are_refused(limits: tuple[int, int, int]) -> None:
    with pytest.raises(FieldRefused):
        SlowHashGate(*limits)


@pytest.mark.parametrize("salt", [b"", b"8 bytes.", b"s" * 15, b"s" * 17])
def test_a_salt_has_sixteen_bytes(salt: bytes) -> None:
    with pytest.raises(FieldRefused):
        SlowHashGate().argon2id(b"x", salt, RECEIPT_PARAMS, b"")


def test_parameters_are_the_designs() -> None:
    assert SlowHashParams(19_456, 2, 1) == RECEIPT_PARAMS
    assert SlowHashParams(65_536, 3, 1) == STAFF_PARAMS
    with pytest.raises(SlowHashParamsRefused):
        SlowHashParams(19_455, 2, 1)


def test_the_slow_hash_stalls_no_other_thread() -> None:
    """cryptography 49 held the interpreter for a whole run (over 100 ms); one quiet run out of ten is proof enough.

    On a loaded machine the other thread also waits for a core, and the run takes longer. So a stop may last 20 ms, or
    a third of the run.
    """
    gate = SlowHashGate()
    worst = []
    for _ in range(10):
        hashing = threading.Thread(target=gate.argon2id, args=(b"x", SALT, STAFF_PARAMS, b""))
        gap, ticks = 0.0, 0
        hashing.start()
        began = last = time.perf_counter()
        while hashing.is_alive():
            time.sleep(0.001)
            now = time.perf_counter()
            gap, last, ticks = max(gap, now - last), now, ticks + 1
        worst.append(gap)
        if gap < max(0.02, (last - began) / 3) and ticks > 5:
            return
    pytest.fail(f"another thread stood still for {min(worst) * 1000:.0f} ms")


def test_a_place_freed_in_a_full_share_is_one_place(stopwatch: Stopwatch) -> None:
    gate = SlowHashGate(at_once=1, max_waiting=20, max_waiting_per_network=6)
    _start(gate, [b"%d" % place for place in range(7)], b"flood")
    stopwatch.go.release()
    _until(lambda: gate._of_network[b"flood"] == 5)  # the thread that was woken says so itself, a moment later
    _start(gate, [b"one more"], b"flood")
    with pytest.raises(SlowHashBusy):
        gate.argon2id(b"x", SALT, RECEIPT_PARAMS, b"flood")


def test_no_network_is_remembered_after_its_turn(stopwatch: Stopwatch) -> None:
    """The key of a network must not outlive the wait: it could show who was there today."""
    gate = SlowHashGate(at_once=1)
    threads = _start(gate, [b"a", b"b", b"c"], b"net")
    assert gate._of_network == {b"net": 2}
    stopwatch.go.release(3)
    for thread in threads:
        thread.join(2)
    assert dict(gate._of_network) == {}


@pytest.mark.parametrize("given_just_then", [False, True])
def test_an_interrupted_wait_gives_its_place_back(
    given_just_then: bool, stopwatch: Stopwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = SlowHashGate(at_once=1)
    first = _start(gate, [b"a"], b"net")

    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if given_just_then:
                gate._leave()  # the place is handed over in the very moment of the interruption
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bullying_desk.sealing.slow_hash.threading.Event", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            gate.argon2id(b"b", SALT, RECEIPT_PARAMS, b"net")
    assert gate.waiting == 0
    assert gate.running == (0 if given_just_then else 1)
    assert dict(gate._of_network) == {}
    if not given_just_then:
        stopwatch.go.release()
        first[0].join(2)
        assert gate.running == 0


def test_a_gate_without_a_line_turns_the_second_away(stopwatch: Stopwatch) -> None:
    gate = SlowHashGate(at_once=1, max_waiting=0, max_waiting_per_network=0)
    _start(gate, [b"a"], b"net")
    with pytest.raises(SlowHashBusy):
        gate.argon2id(b"b", SALT, RECEIPT_PARAMS, b"")
