"""A whole school sits behind one address: its reports and returns pass, and who is slowed loses nothing."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bullying_desk.app import create_app
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.reports.filing.receipt_cookie import COOKIE
from bullying_desk.sealing.words import WORDS
from bullying_desk.web.limits import Budget, Limiter, network_of
from tests.limits.conftest import Behind
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

WRITE = "/s/K7M2/schreiben/1"
SCHOOL, STRANGER = "192.0.2.10", "198.51.100.7"
WRONG = " ".join(WORDS[:6])
TEXT = "Sie haben meine Mappe in den Brunnen geworfen."


def write(client: FlaskClient, text: str = TEXT) -> TestResponse:
    """Send a report from a browser whose words are kept; else a second report would ask first."""
    client.delete_cookie(COOKIE, domain="localhost")
    return press(client, WRITE, filled(look(client, WRITE), text=text, lesen="team"))


def come_back(client: FlaskClient, words: str) -> TestResponse:
    return press(client, "/zurueck", {"code": words})


def limiter_of(client: FlaskClient) -> Limiter:
    found = client.application.extensions["services"].limiter
    assert isinstance(found, Limiter)
    return found


def guess(client: FlaskClient, times: int) -> list[int]:
    return [come_back(client, WRONG).status_code for _ in range(times)]


def guessed(client: FlaskClient, *, but: int = 0) -> None:
    """Let a browser's network have used up its wrong codes already, but for some."""
    limiter = limiter_of(client)
    for _ in range(int(Budget.WRONG_CODES.value.split()[0]) - but):
        limiter.spend(Budget.WRONG_CODES, limiter.key(network_of(client.environ_base["REMOTE_ADDR"])))


@pytest.mark.sqlite
def test_thirty_reports_and_ninety_returns_from_one_address_pass_beside_a_guessing_stranger(
    behind: Behind, world: World
) -> None:
    stranger = behind(STRANGER)
    guessed(stranger, but=3)
    assert guess(stranger, 5) == [422, 422, 422, 429, 429]  # from now on the stranger waits
    words, slowest = [], 0.0
    for number in range(30):
        child = behind(SCHOOL)
        assert write(child, f"Text {number}").status_code == 303
        words.append(" ".join(words_on(look(child, "/danke"))))
    for number in range(90):
        begin = time.thread_time()
        assert come_back(behind(SCHOOL), words[number % 30]).status_code == 303
        slowest = max(slowest, time.thread_time() - begin)
        assert guess(stranger, 2) == [429, 429]
    assert slowest < 1  # second of this thread's own work: other work on the machine does not count
    assert len(set(words)) == 30


def test_wrong_codes_lock_neither_the_report_nor_the_school(behind: Behind, world: World) -> None:
    child = behind(SCHOOL)
    write(child)
    words = " ".join(words_on(look(child, "/danke")))
    guessed(behind(STRANGER))
    assert come_back(behind(SCHOOL), words).status_code == 303
    assert come_back(behind(STRANGER), words).status_code == 429  # only the guessing network is slowed


def test_a_typing_error_costs_no_try(behind: Behind, world: World) -> None:
    client = behind(SCHOOL)
    answers = {come_back(client, "Apfel Birne Quatsch Xyz Tasse Feder").status_code for _ in range(30)}
    assert answers == {422}


def _has_a_number_and_a_time(page: TestResponse) -> bool:
    words = main_of(page)
    return "0800 111 0 111" in words and bool(re.search(r"\d+ Minute", words))


def test_who_is_slowed_at_the_code_keeps_the_words_and_sees_a_number_and_a_time(behind: Behind, world: World) -> None:
    client = behind(STRANGER)
    guessed(client)
    page = come_back(client, WRONG)
    assert page.status_code == 429
    assert WRONG in page.text
    assert 60 <= int(page.headers["Retry-After"]) <= 600
    assert _has_a_number_and_a_time(page)


def test_who_is_slowed_at_a_report_keeps_the_text_and_sees_a_number_and_a_time(behind: Behind, world: World) -> None:
    client = behind(SCHOOL)
    limiter = limiter_of(client)
    for _ in range(int(Budget.REPORTS_OF_NETWORK.value.split()[0])):
        limiter.spend(Budget.REPORTS_OF_NETWORK, limiter.key(network_of(SCHOOL)))
    page = write(client)
    assert page.status_code == 429
    assert filled(page)["text"] == [TEXT]
    assert 60 <= int(page.headers["Retry-After"]) <= 600
    assert _has_a_number_and_a_time(page)
    assert write(behind(STRANGER)).status_code == 303  # the school's own budget is not touched by that


def test_a_crowd_at_one_school_shuts_out_neither_a_child_at_home_nor_another_school(
    behind: Behind, world: World
) -> None:
    loud, child = behind(STRANGER), behind("203.0.113.5")
    limiter = limiter_of(loud)
    for _ in range(240):
        limiter.spend(Budget.REPORTS_OF_SCHOOL, limiter.key(b"K7M2"))
    assert [write(loud, f"Text {number}").status_code for number in range(4)] == [303, 303, 303, 429]
    assert [write(child, f"Text {number}").status_code for number in range(3)] == [303, 303, 303]
    limiter.spend(Budget.REPORTS_OF_SCHOOL, limiter.key(b"P4WX"))


def test_even_ever_new_networks_cannot_drown_a_school(behind: Behind, world: World) -> None:
    client = behind("203.0.113.9")
    limiter = limiter_of(client)
    for _ in range(600):
        limiter.spend(Budget.ALL_REPORTS_OF_SCHOOL, limiter.key(b"K7M2"))
    page = write(client)
    assert page.status_code == 429
    assert filled(page)["text"] == [TEXT]


def test_who_is_slowed_in_the_conversation_keeps_the_letter(behind: Behind, world: World) -> None:
    client = behind(SCHOOL)
    write(client)
    assert press(client, "/danke", filled(look(client, "/danke"), da="heft")).status_code == 303
    limiter = limiter_of(client)
    for _ in range(120):
        limiter.spend(Budget.LETTERS_OF_NETWORK, limiter.key(network_of(SCHOOL)))
    page = look(client, "/gespraech")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    page = press(client, "/gespraech", {"csrf_token": token[1], "text": TEXT, "after": "1"})
    assert page.status_code == 429
    assert TEXT in page.text
    assert _has_a_number_and_a_time(page)


def test_who_finds_the_line_of_the_slow_hash_full_keeps_the_text(
    behind: Behind, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bullying_desk.sealing.format.errors import SlowHashBusy

    client = behind(SCHOOL)
    form = filled(look(client, WRITE), text=TEXT, lesen="team")

    def full(*_all: object) -> bytes:
        raise SlowHashBusy

    gate = client.application.extensions["services"].gate
    monkeypatch.setattr(type(gate), "argon2id", full)
    page = press(client, WRITE, form)
    assert page.status_code == 503
    assert filled(page)["text"] == [TEXT]
    assert _has_a_number_and_a_time(page)
    back = come_back(client, WRONG)
    assert back.status_code == 503
    assert "0800 111 0 111" in main_of(back)


# Behind a proxy.


def program(settings: Settings, database: Database, keys: Keyring, clock: MovingClock, proxies: int) -> FlaskClient:
    app = create_app(replace(settings, trusted_proxies=proxies), clock=clock, database=database, keys=keys)
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    return client


def guess_as(client: FlaskClient, forwarded: str) -> int:
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    return client.post("/zurueck", data={"code": WRONG}, headers=headers, base_url="https://localhost").status_code


def test_behind_a_proxy_networks_are_told_apart(
    settings: Settings, database: Database, keys: Keyring, clock: MovingClock, world: World
) -> None:
    client = program(settings, database, keys, clock, 1)
    client.environ_base["REMOTE_ADDR"] = STRANGER
    guessed(client, but=1)  # as the proxy will name the stranger
    client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
    assert [guess_as(client, STRANGER) for _ in range(2)] == [422, 429]
    assert guess_as(client, SCHOOL) == 422
    # A value that the client itself writes into the header is further left, and is not believed.
    assert guess_as(client, f"{SCHOOL}, {STRANGER}") == 429


def test_without_a_proxy_nobody_gets_a_fresh_budget_by_inventing_addresses(
    settings: Settings, database: Database, keys: Keyring, clock: MovingClock, world: World
) -> None:
    client = program(settings, database, keys, clock, 0)
    guessed(client, but=4)
    assert [guess_as(client, f"203.0.113.{number}") for number in range(6)] == [422] * 4 + [429] * 2
