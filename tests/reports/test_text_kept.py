"""What somebody typed is never lost: too long, too much at once, expired, wrong in any field."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from bullying_desk.reports.doors.answers import LONGEST_TEXT
from bullying_desk.reports.doors.doors import DOORS, Kind
from bullying_desk.schools import tablets
from bullying_desk.web import bodies
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.world import World

STORY = "Sie haben meine Mappe in den Brunnen geworfen."


@pytest.fixture
def city(world: World) -> World:
    world.session.commit()
    return world


def texts_of(door: int) -> list[str]:
    return [one.code for one in DOORS[door].questions() if one.kind is Kind.TEXT]


def test_a_body_has_room_for_the_fullest_form() -> None:
    assert bodies.LONGEST_TEXT == LONGEST_TEXT
    assert max(len(texts_of(door)) for door in DOORS) == bodies.TEXTS


@pytest.mark.parametrize("door", sorted(DOORS))
def test_every_field_takes_what_the_page_promises(client: FlaskClient, city: World, door: int) -> None:
    """Each field full of signs of four bytes, all at once."""
    address = f"/s/K7M2/schreiben/{door}"
    full: dict[str, Any] = dict.fromkeys(texts_of(door), "😢" * LONGEST_TEXT)
    answer = press(client, address, filled(look(client, address), lesen="stadt", **full))
    assert (answer.status_code, answer.location.startswith("/danke")) == (303, True)


@pytest.mark.parametrize("door", sorted(DOORS))
def test_one_sign_too_many_is_said_at_its_field_and_everything_comes_back(
    client: FlaskClient, city: World, door: int
) -> None:
    address = f"/s/K7M2/schreiben/{door}"
    for name in texts_of(door):
        typed: dict[str, Any] = dict.fromkeys(texts_of(door), STORY) | {name: "ж" * (LONGEST_TEXT + 1)}
        page = press(client, address, filled(look(client, address), lesen="stadt", **typed))
        assert page.status_code == 422
        assert "20.001" in main_of(page)
        assert f'id="{name}-error"' in page.text
        assert {one: filled(page)[one] for one in typed} == {one: [value] for one, value in typed.items()}


def test_too_much_at_once_comes_back_in_its_fields(client: FlaskClient, city: World) -> None:
    address, long = "/s/K7M2/schreiben/4", "😢" * (LONGEST_TEXT + 5_000)
    typed: dict[str, Any] = dict.fromkeys(texts_of(4), long)
    page = press(client, address, filled(look(client, address), lesen="stadt", **typed))
    assert page.status_code == 422
    assert {name: filled(page)[name] for name in typed} == {name: [long] for name in typed}
    assert "25.000" in main_of(page)


def test_what_is_far_too_much_is_said_honestly(client: FlaskClient, city: World) -> None:
    page = press(client, "/s/K7M2/schreiben/1", {"text": "x" * (bodies.GIVEN_BACK + 1)})
    assert page.status_code == 413
    assert "Darum können wir ihn hier nicht zeigen." in main_of(page)


# ---- the six words of two forms in one browser ----


def send(client: FlaskClient, text: str, address: str = "/s/K7M2/schreiben/1") -> str:
    """Send a report, past the question about other words, and return where its words show."""
    answer = press(client, address, filled(look(client, address), lesen="stadt", text=text))
    if answer.status_code == 409:
        answer = press(client, address, filled(answer))
    assert answer.status_code == 303
    return str(answer.location)


def test_a_second_report_asks_first_and_then_takes_no_words_away(client: FlaskClient, city: World) -> None:
    address = "/s/K7M2/schreiben/1"
    first = send(client, "Der erste Brief, den ich schreibe.")
    words = words_on(look(client, first))
    asked = press(client, address, filled(look(client, address), lesen="stadt", text=STORY))
    assert asked.status_code == 409
    assert "Schreib zuerst die 6 Wörter davon auf." in main_of(asked).replace("schreib zuerst", "Schreib zuerst")
    assert filled(asked)["text"] == [STORY]
    second = str(press(client, address, filled(asked)).location)
    assert words_on(look(client, second)) not in ([], words)
    assert words_on(look(client, first)) == words  # the other tab still shows its own


def test_words_show_only_where_their_own_form_led(client: FlaskClient, city: World) -> None:
    shown = send(client, STORY)
    assert len(words_on(look(client, shown))) == 6
    for other in ("/danke/", "/danke/0123456789abcdef", "/danke/-"):
        assert words_on(client.get(other, base_url="https://localhost")) == []
    assert words_on(client.get("/danke", base_url="https://localhost")) == []


def test_keeping_one_forms_words_leaves_the_others(client: FlaskClient, city: World) -> None:
    first, second = send(client, "Der erste Brief, den ich schreibe."), send(client, STORY)
    words = words_on(look(client, first))
    assert press(client, second, filled(look(client, second), da="heft")).status_code == 303
    assert words_on(look(client, second)) == []
    assert words_on(look(client, first)) == words


@pytest.mark.both
def test_a_schools_tablet_shows_the_words_once(client: FlaskClient, city: World) -> None:
    tablets.put_out(city.session, city.school, city.clock.today(), out=True)
    city.session.commit()
    address = "/k/K7M2/s/K7M2/schreiben/1"
    send(client, "Das schrieb ein anderes Kind.", address)
    shown = send(client, STORY, address)  # the next child is asked nothing about words it does not know
    page = look(client, shown)
    assert len(words_on(page)) == 6
    assert words_on(look(client, shown)) == []
    again = press(client, shown, filled(page))
    assert len(words_on(again)) == 6  # nothing was ticked: the answer to the very page shows them
    assert press(client, shown, filled(page, da="heft")).status_code == 303
