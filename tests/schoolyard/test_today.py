"""„Wer ist heute da?“ as pages: for a telephone, for the foyer, and as a box on the school's page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.guidance.readability import page_text, stats
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard, at

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

BOARD = "/s/K7M2/heute?wand=1"


@pytest.fixture
def morning(yard: Yard, clock: MovingClock) -> Yard:
    clock.moment = at("2026-11-24T10:20")
    return yard


def test_the_page_says_now_later_and_not_today(morning: Yard, client: FlaskClient) -> None:
    morning.away("Amara", "2026-11-24", "2026-11-24")
    morning.session.commit()
    answer = client.get("/s/K7M2/heute")
    text = page_text(answer.text)
    assert "Dienstag, 24. November · 10:20 Uhr" in text
    for words in ("jetzt da, bis 10:45", "heute ab 11:00", "heute nicht da", "Raum A 012"):
        assert words in text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Refresh" not in answer.headers


def test_the_page_can_be_read_by_a_child(morning: Yard, client: FlaskClient) -> None:
    found = stats(page_text(client.get("/s/K7M2/heute").text))
    assert found.longest_words <= 12, found
    assert found.wstf1 <= 6


@pytest.mark.parametrize("typed", ["k7m2", "K7M2"])
def test_the_address_works_in_any_case(morning: Yard, client: FlaskClient, typed: str) -> None:
    assert client.get(f"/s/{typed}/heute", follow_redirects=True).status_code == 200


def test_a_mistyped_key_leads_to_the_right_school(morning: Yard, client: FlaskClient) -> None:
    answer = client.get("/s/K7M3/heute", follow_redirects=True)
    assert answer.status_code == 404
    assert "Lindenpark" in answer.text


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-28T10:00", "Heute ist keine Schule."),
        ("2026-11-24T20:00", "Gerade ist niemand da."),
        ("2026-12-24T10:00", "Heute ist keine Schule."),
    ],
)
def test_nobody_is_there(yard: Yard, client: FlaskClient, clock: MovingClock, moment: str, words: str) -> None:
    clock.moment = at(moment)
    assert words in page_text(client.get("/s/K7M2/heute").text)
    school = page_text(client.get("/s/K7M2").text)
    assert words in school
    assert "Als Nächstes:" in school


def test_the_school_page_says_who_is_there(morning: Yard, client: FlaskClient) -> None:
    text = client.get("/s/K7M2").text
    assert "Wer ist jetzt da?" in text
    assert "jetzt da, bis 10:45" in text
    assert 'href="/s/K7M2/heute"' in text


def test_the_board_refreshes_with_and_without_script(morning: Yard, client: FlaskClient) -> None:
    bare = client.get(BOARD)
    assert bare.headers["Refresh"] == "60; url=/s/K7M2/heute?wand=1&seite=1"
    assert "Refresh" not in client.get(BOARD + "&skript=1").headers
    assert re.search(r'src="/static/wall\.\w+\.js"', bare.text)
    assert "Set-Cookie" not in bare.headers


def test_the_board_is_small_and_says_no_topic(morning: Yard, client: FlaskClient) -> None:
    answer = client.get(BOARD)
    assert len(answer.data) <= 12_000
    assert not re.search("mobb|(?<!an)meld|gewalt|opfer", answer.text, re.IGNORECASE)
    assert "localhost/K7M2" in answer.text  # the short address to type
    assert "0800 111 0 111" in answer.text


def test_more_than_six_people_take_turns(morning: Yard, client: FlaskClient) -> None:
    from bullying_desk.access.roles import Role

    for number, name in enumerate(("Aylin", "Bao", "Chidi", "Dana", "Emre")):
        morning.world.add(name, f"Frau Nummer {number}", Role.CONTACT_PERSON)
    morning.session.commit()
    first, second = client.get(BOARD), client.get(BOARD + "&seite=2")
    assert first.headers["Refresh"] == "20; url=/s/K7M2/heute?wand=1&seite=2"
    assert second.headers["Refresh"] == "20; url=/s/K7M2/heute?wand=1&seite=1"
    names = [set(re.findall(r"<h2>([^<]+)</h2>", page.text)) for page in (first, second)]
    assert (len(names[0]), len(names[1]), names[0] & names[1]) == (6, 2, set())
    assert len(first.data) <= 12_000


@pytest.mark.parametrize("page", ["0", "7", "x", "²", "99999999999999"])
def test_a_strange_sheet_is_the_first(morning: Yard, client: FlaskClient, page: str) -> None:
    assert client.get(f"{BOARD}&seite={page}").status_code == 200


def test_a_school_that_rests_has_no_board(morning: Yard, client: FlaskClient) -> None:
    from bullying_desk.schools.register.membership import pause

    pause(morning.session, morning.world.school, "Umbau")
    morning.session.commit()
    answer = client.get(BOARD)
    assert "Wer ist heute da?" not in answer.text
    assert "Frau Aydin" not in answer.text


def test_nothing_on_the_board_comes_from_a_report(morning: Yard, app: Flask, client: FlaskClient) -> None:
    """The pages are the same, byte by byte, before and after a child wrote."""
    addresses = (BOARD, "/s/K7M2/heute", "/s/K7M2")
    before = [client.get(address).data for address in addresses]
    morning.world.file()
    morning.session.commit()
    assert [client.get(address).data for address in addresses] == before
