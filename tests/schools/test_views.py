"""Finding one's school: a search that always offers a next step, and short addresses that never lead elsewhere."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from bullying_desk.database import Database
from bullying_desk.schools.keys import ALPHABET, is_key
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.importing import apply_import, plan_import
from bullying_desk.schools.register.membership import find_school, join, pause
from tests.guidance.readability import page_text, stats
from tests.schools.register_text import ALL, HERE, parsed

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

DAY = date(2026, 11, 24)
Keys = dict[str, str]


@pytest.fixture
def school_keys(database: Database) -> Keys:
    """Fill the register: 999002 takes part, 999003 has a pause, the others are only known. Returns keys by number."""
    with database.transaction() as session:
        apply_import(session, plan_import(session, parsed(ALL), HERE), DAY)
        join(session, find_school(session, "999002"), DAY, "Frau Demir")
        join(session, find_school(session, "999003"), DAY, "Frau Demir")
        pause(session, find_school(session, "999003"), "Umbau")
        return {school.number: school.key for school in session.scalars(select(School))}


def _page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def _mistyped(keys: Keys, number: str) -> str:
    key = keys[number]
    return next(key[0] + c + key[2:] for c in ALPHABET if c != key[1])


def test_the_empty_search_offers_a_field_and_somebody_to_turn_to(client: FlaskClient) -> None:
    text = _page(client, "/schule")
    assert 'name="q"' in text
    assert 'method="post"' in text  # the term stands in no address
    assert "0800 111 0 111" in text
    assert "/hilfe" in text
    assert "<script" not in re.sub(r'<script src="[^"]+(?:exit|page)[^"]*" defer></script>', "", text)


def test_the_term_is_sent_in_the_body_and_printed_addresses_go_on_working(
    client: FlaskClient, school_keys: Keys
) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/schule", data={"q": "okafor gym", "tuer": "3"}, headers=own, base_url="https://localhost")
    assert answer.status_code == 200
    door = re.search(rf'href="/s/{school_keys["999002"]}/schreiben/([a-z]{{10}})"', answer.text)
    assert door is not None
    assert 'name="tuer" value="3"' in answer.text
    assert door[0] in _page(client, "/schule?q=okafor+gym&tuer=3")


def test_results_are_links_to_the_schools_page(client: FlaskClient, school_keys: Keys) -> None:
    text = _page(client, "/schule?q=okafor+gym")
    assert f'href="/s/{school_keys["999002"]}"' in text
    assert "Okafor-Gymnasium" in text
    assert "Brückenstr. 12" in text
    assert 'value="okafor gym"' in text


def test_a_chosen_door_is_kept_for_schools_that_take_part(client: FlaskClient, school_keys: Keys) -> None:
    text = _page(client, "/schule?q=okafor&tuer=2")
    assert re.search(rf'href="/s/{school_keys["999002"]}/schreiben/[a-z]{{10}}"', text)
    assert '<input type="hidden" name="tuer" value="2">' in text


@pytest.mark.parametrize(
    ("query", "number", "words"), [("kowalska", "999005", "noch nicht"), ("gökdeniz", "999003", "Pause")]
)
def test_schools_that_take_no_reports_are_led_to_their_page(
    client: FlaskClient, school_keys: Keys, query: str, number: str, words: str
) -> None:
    text = _page(client, f"/schule?q={query}&tuer=1")
    assert f'href="/s/{school_keys[number]}"' in text
    assert "/schreiben" not in re.sub(r"Schreib\w*", "", text)
    assert words in text


@pytest.mark.parametrize("door", ["6", "x", "1/../2", "<b>"])
def test_an_unknown_door_is_no_door(client: FlaskClient, school_keys: Keys, door: str) -> None:
    text = _page(client, f"/schule?q=okafor&tuer={door}")
    assert f'href="/s/{school_keys["999002"]}"' in text


@pytest.mark.both
@pytest.mark.parametrize("query", ["qqqqzzzz", "Гимназия", "مدرسة", "x" * 3000, "<script>alert(1)</script>"])
def test_nothing_found_still_ends_with_somebody(client: FlaskClient, school_keys: Keys, query: str) -> None:
    answer = client.get("/schule", query_string={"q": query})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert school_keys
    assert "0800 111 0 111" in text
    assert "Stelle der Stadt" in text
    assert "<script>alert" not in text


def test_parents_and_staff_are_spoken_to_politely(client: FlaskClient, school_keys: Keys) -> None:
    assert school_keys
    parents = _page(client, "/schule?q=qqqqzzzz&tuer=3")
    assert "Ihr Kind" in parents
    assert "0800 111 0 550" in parents
    assert not re.search(r"\b(?:du|dir|deine?)\b", page_text(parents), re.IGNORECASE)


@pytest.mark.both
def test_every_joined_school_is_found_right_after_it_joined(
    client: FlaskClient, database: Database, school_keys: Keys
) -> None:
    assert "noch nicht" in _page(client, "/schule?q=kowalska")
    with database.transaction() as session:
        join(session, find_school(session, school_keys["999005"]), DAY, "Herr Nowak")
    assert "noch nicht" not in _page(client, "/schule?q=kowalska")


@pytest.mark.parametrize("form", ["/{}", "/S/{}"])
def test_short_addresses_lead_to_the_school_in_any_case(client: FlaskClient, school_keys: Keys, form: str) -> None:
    key = school_keys["999002"]
    for typed in (key, key.lower(), key[:2].lower() + key[2:]):
        answer = client.get(form.format(typed))
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/s/{key}"


def test_the_poster_of_a_closed_school_leads_to_its_page(
    client: FlaskClient, database: Database, school_keys: Keys
) -> None:
    with database.transaction() as session:
        find_school(session, "999002").state = SchoolState.CLOSED
    assert client.get(f"/{school_keys['999002']}").headers["Location"] == f"/s/{school_keys['999002']}"
    assert "Okafor" not in _page(client, "/schule?q=gym").partition("Welche Schule ist es?")[2]


@pytest.mark.both
@pytest.mark.parametrize("form", ["/{}", "/S/{}"])
def test_a_mistyped_key_offers_names_and_opens_nothing(client: FlaskClient, school_keys: Keys, form: str) -> None:
    typed = _mistyped(school_keys, "999002")
    assert not is_key(typed)
    text = _page(client, form.format(typed), 404)
    assert typed in text
    assert "Okafor-Gymnasium" in text
    assert f'href="/s/{school_keys["999002"]}"' in text


def test_what_is_near_no_key_is_an_unknown_page_with_a_way_on(client: FlaskClient, school_keys: Keys) -> None:
    assert school_keys
    for address in ("/hallo", "/aeio", "/S/aeio", "/S/xxxxxxxxxxxx"):
        assert 'href="/schule"' in _page(client, address, 404)


def test_short_addresses_take_nothing_from_other_pages(client: FlaskClient) -> None:
    for address in ("/", "/hilfe", "/schule", "/weg", "/datenschutz", "/healthz"):
        assert client.get(address).status_code in {200, 303}


def test_a_key_typed_into_the_search_finds_its_school(client: FlaskClient, school_keys: Keys) -> None:
    key = school_keys["999002"]
    assert "Okafor-Gymnasium" in _page(client, f"/schule?q={key.lower()}")


@pytest.mark.parametrize("address", ["/schule", "/schule?q=qqqqzzzz&tuer=1", "/schule?q=okafor"])
def test_the_page_is_easy_to_read(client: FlaskClient, school_keys: Keys, address: str) -> None:
    assert school_keys
    found = stats(page_text(_page(client, address)))
    assert found.wstf1 <= 4
    assert found.lix <= 30
    assert found.longest_words <= 12, found.longest
