"""Sentences that once said the wrong thing to a child, a parent or a colleague."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from bullying_desk.config import Settings
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.guidance.other_languages import LANGUAGES
from bullying_desk.reports.doors.doors import DOORS, holds
from bullying_desk.reports.models import GrantState, ReaderReason
from bullying_desk.reports.readers.readership import ReaderLine
from bullying_desk.schools.models import SchoolState
from bullying_desk.schools.team import FUNCTION_WORDS
from bullying_desk.schoolyard.prints.sheet_words import SHEETS
from bullying_desk.sealing.words import WORDS
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, main_of, press
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

CHILDS = re.compile(r"\b(?:du|dir|dich|deine?[mnrs]?|such|ruf|sag|schreib)\b")
DOOR_TOLD = re.compile(r"schreiben/\d|tuer=")
NIGHT = ("0800 111 0 111", "krisenchat.de")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, operator_phone="0231 50-0", operator_email="stelle@stadt.example")


@pytest.fixture
def city(world: World) -> World:
    world.session.commit()
    return world


# ---- a danger that was declared ----


def test_opening_hours_are_a_sentence_of_their_own(client: FlaskClient) -> None:
    assert {line.hours for line in help_lines().urgent if line.around_the_clock} == {"Tag und Nacht."}
    assert not re.search(r"\bImmer\.", main_of(look(client, "/hilfe")))


def test_who_chats_at_night_stands_among_the_first_lines(client: FlaskClient) -> None:
    words = main_of(look(client, "/hilfe"))
    assert words.index("krisenchat") < words.index("Bist du in der Schule?")


def test_a_friend_is_not_spoken_to_as_if_it_were_the_child(client: FlaskClient, city: World) -> None:
    page = look(client, "/s/K7M2/schreiben/2").text
    note = page[page.index("data-near-help") :]
    words = main_of(type("Page", (), {"text": f"<main{note[: note.index('</section>')]}</main>"}))  # type: ignore[arg-type]
    assert "Bleib bei dem Kind" in words
    assert "tut dir weh" not in words
    assert "Oder du willst nicht mehr leben" not in words


@pytest.mark.parametrize("danger", ["ja", "leben", "nein"])
def test_whoever_wants_no_answer_after_a_danger_is_left_with_numbers(
    client: FlaskClient, city: World, danger: str
) -> None:
    address = "/s/K7M2/schreiben/1"
    press(client, address, filled(look(client, address), gefahr=danger, lesen="team", text="Es geht nicht mehr so."))
    last = press(client, "/danke", filled(look(client, "/danke"), da="nein"))
    words = main_of(last)
    assert "Fertig. Hier sieht niemand mehr etwas." in words
    assert ("Ist die Gefahr noch da?" in words) == (danger != "nein")
    assert all(one in words for one in NIGHT) == (danger != "nein")


# ---- coming back with the words of a slip ----


def test_the_words_of_a_slip_that_is_not_typed_in_yet_do_not_look_wrong(client: FlaskClient, city: World) -> None:
    six = "Apfel Birne Hase Igel Jacke Kamm"
    for page in (look(client, "/zurueck"), press(client, "/zurueck", {"code": [six]})):
        words = main_of(page)
        assert "Dann warte, bis der Kasten geleert ist." in words
        assert "Dein Zettel ist nicht falsch." in words


def test_words_that_open_nothing_are_not_called_missing(client: FlaskClient, city: World) -> None:
    words = main_of(press(client, "/zurueck", {"code": [" ".join(WORDS[:6])]}))
    assert "Das hat nicht geklappt. Ein Wort stimmt nicht, oder die Reihenfolge." in words
    assert "fehlt" not in words


# ---- parents ----


def test_parents_of_a_child_who_is_hurt_come_first(client: FlaskClient) -> None:
    words = main_of(look(client, "/fuer-eltern"))
    assert words.startswith("Zurück Für Eltern Tut jemand Ihrem Kind weh?")
    hurt, accused = words.index("Tut jemand Ihrem Kind weh?"), words.index("Ihrem Kind wird etwas vorgeworfen?")
    first = words[hurt:accused]
    for asked in ("Heute Abend:", "Die Schule muss Ihr Kind schützen", "Rufen Sie 112 an", "Schreiben Sie dem Team."):
        assert asked in first


# ---- a school that does not take part yet ----


@pytest.mark.parametrize("state", [SchoolState.KNOWN, SchoolState.PAUSED, SchoolState.CLOSED])
def test_a_school_that_takes_nothing_names_the_city_and_whom_to_tell(
    client: FlaskClient, city: World, state: SchoolState
) -> None:
    city.school.state = state
    city.session.commit()
    child, parent = main_of(look(client, "/s/K7M2")), main_of(look(client, "/s/K7M2?sie=1"))
    for words in (child, parent, main_of(look(client, "/s/K7M2/schreiben/3"))):
        assert "0231 50-0" in words
        assert "stelle@stadt.example" in words
    assert "Sag es deiner Lehrerin." in child
    assert "Klassenleitung" in parent
    assert not CHILDS.search(parent)


@pytest.mark.parametrize("door", ["3", "4", "5"])
def test_an_adults_way_to_it_stays_polite_and_says_no_door(client: FlaskClient, city: World, door: str) -> None:
    city.school.state = SchoolState.KNOWN
    city.session.commit()
    page = look(client, f"/schule?q=K7M2&tuer={door}").text
    assert re.findall(r'href="(/s/K7M2[^"]*)"', page) == ["/s/K7M2?sie=1"]
    assert 'href="/s/K7M2"' in look(client, "/schule?q=K7M2&tuer=1").text


# ---- what an address says ----

LEADING = (
    "/",
    "/fuer-eltern",
    "/was-hilft",
    "/leichte-sprache",
    "/hilfe",
    "/s/K7M2",
    "/s/K7M2/schreiben",
)


def doors_of(client: FlaskClient) -> list[str]:
    """Return where the five doors of the school lead."""
    return re.findall(r'href="(/s/K7M2/schreiben/[^"]+)"', look(client, "/s/K7M2/schreiben").text)


def test_no_address_says_which_door_somebody_goes_through(client: FlaskClient, city: World) -> None:
    pages = [*(look(client, address) for address in LEADING), press(client, "/schule", {"q": "K7M2", "tuer": "5"})]
    for page in pages:
        told = [link for link in re.findall(r'href="([^"]*)"', page.text) if DOOR_TOLD.search(link)]
        assert told == [], page.request.path
    for number, (word, door) in enumerate(zip(doors_of(client), DOORS.values(), strict=True), 1):
        assert str(door.heading) in main_of(look(client, word))
        printed = look(client, f"/s/K7M2/schreiben/{number}")  # as on older paper
        assert str(door.heading) in main_of(printed)
    for number, word in enumerate(re.findall(r"/schule\?w=[a-z]{10}", look(client, "/").text), 1):
        assert f'name="tuer" value="{number}"' in look(client, word).text


def test_an_address_of_a_door_says_nothing_two_days_later(client: FlaskClient, city: World, clock: MovingClock) -> None:
    """Whoever looks into the history finds the choice of doors; a form that was open so long is sent all the same."""
    word = doors_of(client)[4]
    form = filled(look(client, word), text="Meine Pläne verschwinden.", lesen="stadt")
    clock.forward(days=1)
    assert look(client, word).status_code == 200
    clock.forward(days=1)
    assert look(client, word).location == "/s/K7M2/schreiben"
    assert press(client, word, form).location.startswith("/danke/")


# ---- smaller things that were wrong ----


def test_two_people_are_not_asked_for_in_the_same_words(client: FlaskClient, city: World) -> None:
    for door in DOORS:
        page = look(client, f"/s/K7M2/schreiben/{door}").text
        asked = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<(?:legend|label)[^>]*>(.*?)</", page)]
        assert not [one for one in asked if "um wen geht es" in one.lower()], door


def test_at_door_five_no_child_is_spoken_of(client: FlaskClient, city: World) -> None:
    words = main_of(look(client, "/s/K7M2/schreiben/5"))
    assert "Ist ein Kind in Gefahr" not in words
    assert "kann jemand erraten, wer geschrieben hat" in words
    assert "Ist ein Kind in Gefahr" in main_of(look(client, "/s/K7M2/schreiben/4"))


def test_a_function_is_called_as_people_call_it_on_every_door() -> None:
    assert not [words for words in FUNCTION_WORDS.values() if re.search(r"\bdu\b|\bdir\b", str(words))]


def test_with_the_city_chosen_nothing_is_said_of_the_team(client: FlaskClient, city: World) -> None:
    page = look(client, "/s/K7M2/schreiben/1").text
    said = dict(re.findall(r'<p data-when="([^"]*)">(.*?)</p>', page))
    shown = [
        text
        for rule, text in said.items()
        if holds(rule.replace("&gt;", ">").replace("&lt;", "<"), {"lesen": ["stadt"]})
    ]
    assert shown
    assert not [text for text in shown if "data-names" in text or "Bleibt" in text]


def test_leaving_quickly_takes_only_what_was_not_sent(client: FlaskClient) -> None:
    assert "Was du noch nicht gesendet hast, ist dann weg." in main_of(look(client, "/"))


def test_one_person_has_one_name_on_the_readers_page(client: FlaskClient, city: World) -> None:
    address = "/s/K7M2/schreiben/1"
    press(client, address, filled(look(client, address), lesen="team", text="Es geht nicht mehr so."))
    press(client, "/danke", filled(look(client, "/danke"), da="heft"))
    words = main_of(look(client, "/gespraech/leser"))
    for shown in ("Frau Aydin", "Herr Brandt", "Frau Okafor", "Frau Demir", "Herr Wilk"):
        assert words.count(shown) >= 2, shown  # in the list above, and beside its tick
    assert not re.search(r"\b(?:Frau|Herr) [A-Z]\.(?=[ ,])", words)


def test_a_no_to_new_words_keeps_the_old_ones(client: FlaskClient, city: World) -> None:
    address = "/s/K7M2/schreiben/1"
    press(client, address, filled(look(client, address), lesen="team", text="Es geht nicht mehr so."))
    assert "Nein. Ich will keine Antwort." in main_of(look(client, "/danke"))
    press(client, "/danke", filled(look(client, "/danke"), da="heft"))
    press(client, "/gespraech/neu", filled(look(client, "/gespraech/neu")))
    words = main_of(look(client, "/gespraech/neu/zeigen"))
    assert "Nein. Ich behalte den alten Code." in words
    assert "keine Antwort" not in words


def test_the_poster_does_not_tell_a_child_without_a_telephone_to_ring() -> None:
    assert "Kein Handy? Dann ruf an" not in str(SHEETS)


def test_the_page_behind_the_poster_speaks_the_posters_languages(client: FlaskClient, city: World) -> None:
    """The whole way speaks a language that is translated; in any other the poster's sentence leads on."""
    page = look(client, "/s/K7M2").text
    for one in LANGUAGES:
        in_the_menu = f'hreflang="{one.code}"' in page
        line = re.search(rf'<li lang="{one.code}" dir="{one.direction}"><a href="([^"]*)">(.*?)</a> (.*?)</li>', page)
        assert in_the_menu != bool(line), one.name
        assert line is None or line.groups() == ("/s/K7M2/schreiben", one.asked, one.more)


def test_who_was_only_asked_reads_since_no_day(app: Flask) -> None:
    asked = datetime(2026, 11, 30, 8, tzinfo=UTC)
    line = ReaderLine(1, "Frau Okafor", "Vertrauenslehrerin", GrantState.OFFERED, ReaderReason.SHARED, asked, None)
    wanted = '{% from "reports/parts/reader_list.html" import reader_list %}{{ reader_list([(line, "")], "") }}'
    with app.test_request_context("/"):
        words = render_template_string(wanted, line=line)
    assert "Gefragt am Montag, 30. November." in words
    assert "Seit" not in words
