"""One store of limits for all processes: a flood counts the same with one and with four. A real server answers."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits.storage import storage_from_string

from bullying_desk.web.limits import Budget, Limiter, TooMany, network_of
from tests.browser.support.processes import free_port
from tests.moving_clock import MovingClock
from workshop.places import apt_install

pytestmark = pytest.mark.sqlite
KEY = bytes(32)


def _program() -> str | None:
    return shutil.which("valkey-server") or shutil.which("redis-server")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Valkey or Redis server that keeps nothing, from Debian's packages."""
    if _program() is None and not (apt_install("valkey-server") or apt_install("redis-server")):
        pytest.skip("neither Valkey nor Redis is installed (on Debian: apt-get install redis-server)")
    folder: Path = tmp_path_factory.mktemp("store")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([str(_program()), *options], stdout=subprocess.DEVNULL)
    address = f"redis://127.0.0.1:{port}/0"
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(Exception):
                if storage_from_string(address).check():
                    break
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("processes", [1, 4])
def test_a_flood_of_wrong_codes_counts_the_same(store: str, clock: MovingClock, processes: int) -> None:
    limiters = [Limiter(store, clock, KEY) for _ in range(processes)]
    network = network_of(f"192.0.2.{processes}")
    passed = 0
    for number in range(320):
        limiter = limiters[number % processes]
        with contextlib.suppress(TooMany):
            limiter.spend(Budget.WRONG_CODES, limiter.key(network))
            passed += 1
    assert passed == int(Budget.WRONG_CODES.value.split()[0])


def test_what_is_given_back_is_given_back_to_all(store: str, clock: MovingClock) -> None:
    one, other = Limiter(store, clock, KEY), Limiter(store, clock, KEY)
    key = one.key(b"person")
    one.take(Budget.WRONG_ONE_TIME_CODES, key)
    assert other.taken(Budget.WRONG_ONE_TIME_CODES, key) == 1
    other.give_back(Budget.WRONG_ONE_TIME_CODES, key)
    assert one.taken(Budget.WRONG_ONE_TIME_CODES, key) == 0
