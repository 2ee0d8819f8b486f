"""The counter itself: what a network is, that it keeps no address, that nobody pays for another person's guessing."""

from __future__ import annotations

import gc
import threading
import time
from datetime import timedelta

import pytest
from limits import parse

from bullying_desk.web.limits import Budget, Limiter, TooMany, network_of
from tests.moving_clock import MovingClock

KEY = bytes(32)
SCHOOL, STRANGER = "192.0.2.10", "198.51.100.7"
WRONG_CODES = int(Budget.WRONG_CODES.value.split()[0])


@pytest.fixture
def limiter(clock: MovingClock) -> Limiter:
    return Limiter("memory://", clock, KEY)


def use_up(limiter: Limiter, budget: Budget, name: bytes) -> None:
    for _ in range(10_000):
        limiter.spend(budget, name)


def key(limiter: Limiter, address: str) -> bytes:
    return limiter.key(network_of(address))


def test_ten_thousand_wrong_codes_of_a_stranger_cost_the_school_nothing(limiter: Limiter) -> None:
    stranger, school = key(limiter, STRANGER), key(limiter, SCHOOL)
    let_through = 0
    for _ in range(10_000):
        try:
            limiter.check(Budget.WRONG_CODES, stranger)
        except TooMany:
            continue
        let_through += 1
        limiter.spend(Budget.WRONG_CODES, stranger)
    assert let_through == WRONG_CODES
    begin = time.thread_time()
    for _ in range(90):
        limiter.check(Budget.WRONG_CODES, school)
    for _ in range(30):
        limiter.spend(Budget.REPORTS_OF_NETWORK, school)
    assert time.thread_time() - begin < 1


def test_ten_thousand_networks_do_not_slow_each_other(limiter: Limiter) -> None:
    for number in range(10_000):
        limiter.spend(Budget.WRONG_CODES, key(limiter, f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"))
    begin = time.thread_time()
    for _ in range(90):
        limiter.check(Budget.WRONG_CODES, key(limiter, SCHOOL))
    assert time.thread_time() - begin < 0.5


def test_ever_new_networks_make_no_count_slower_and_are_forgotten(
    clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)
    limiter, threads = Limiter("memory://", clock, KEY), threading.active_count()
    for number in range(20_000):
        limiter.spend(Budget.WRONG_CODES, number.to_bytes(8, "big"))
    begin = time.process_time()
    for number in range(200):
        limiter.spend(Budget.WRONG_CODES, number.to_bytes(9, "big"))
    assert time.process_time() - begin < 0.2
    assert threading.active_count() <= threads
    assert len(_kept(limiter)) == 20_200
    monkeypatch.setattr("time.time", lambda: now + 301)
    limiter.spend(Budget.WRONG_CODES, b"new")
    assert len(_kept(limiter)) == 1


def _kept(limiter: Limiter) -> dict[str, object]:
    kept: dict[str, object] = limiter._counter.storage.events  # type: ignore[attr-defined]
    return kept


@pytest.mark.parametrize("budget", list(Budget))
def test_every_budget_ends_and_says_when_to_come_back(limiter: Limiter, budget: Budget) -> None:
    with pytest.raises(TooMany) as slowed:
        use_up(limiter, budget, key(limiter, SCHOOL))
    window = parse(budget.value).get_expiry() // 60
    assert 1 <= slowed.value.minutes <= window
    assert str(slowed.value) == ""


def test_one_budget_does_not_eat_another(limiter: Limiter) -> None:
    school = key(limiter, SCHOOL)
    with pytest.raises(TooMany):
        use_up(limiter, Budget.WRONG_SIGN_INS, school)
    limiter.check(Budget.WRONG_CODES, school)
    limiter.spend(Budget.REPORTS_OF_NETWORK, school)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:1100::1", "2001:db8:1:11ff:abcd::9", True),  # a /56: one household, one school
        ("2001:db8:1:1100::1", "2001:db8:1:1200::1", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("nonsense", "", True),
    ],
)
def test_what_one_network_is(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_the_names_of_networks_change_each_day_and_cannot_be_turned_back(limiter: Limiter, clock: MovingClock) -> None:
    today = key(limiter, SCHOOL)
    assert key(limiter, SCHOOL) == today
    assert len(today) == 16
    clock.forward(days=1)
    assert key(limiter, SCHOOL) != today
    assert Limiter("memory://", clock, b"another instance").key(network_of(SCHOOL)) != key(limiter, SCHOOL)
    assert Limiter("memory://", clock, KEY).key(network_of(SCHOOL)) == key(limiter, SCHOOL)  # another process


def test_the_counter_remembers_no_address(limiter: Limiter) -> None:
    for budget in Budget:
        limiter.spend(budget, key(limiter, STRANGER))
    kept = repr([vars(each) for each in gc.get_referents(limiter._counter) if hasattr(each, "__dict__")])
    assert key(limiter, STRANGER).hex() in kept  # the control: this is where it keeps what it counts
    assert STRANGER not in kept


def test_a_used_up_budget_is_free_again_after_its_time(clock: MovingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr("time.time", lambda: now.timestamp())
    limiter = Limiter("memory://", clock, KEY)
    school = key(limiter, SCHOOL)
    for _ in range(WRONG_CODES):
        limiter.spend(Budget.WRONG_CODES, school)
    with pytest.raises(TooMany) as slowed:
        limiter.check(Budget.WRONG_CODES, school)
    assert slowed.value.minutes in {5, 6}
    later = now + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr("time.time", lambda: later.timestamp())
    limiter.check(Budget.WRONG_CODES, school)
