"""Coming back with the six words, and everything a reporter can do there."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bullying_desk.accounts.models import PersonState
from bullying_desk.accounts.team import absences
from bullying_desk.cases import departures
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers, NameGiven, NameLevel
from bullying_desk.reports.mailbox.letters import write_letter
from bullying_desk.reports.models import GrantState, Record, Report, ReporterState
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.reports.standby.deputies import release_for_absences, release_overdue
from bullying_desk.schooldays import HORIZON
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.receipts import Receipt, ReceiptWords
from bullying_desk.web.models import WebSession
from tests import rights_by_hand
from tests.moving_clock import MovingClock
from tests.reports.pages import HEADERS, filled, look, main_of, press, words_on
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a server with enough threads for a full line before the slow hash."""
    return replace(settings, threads=96)


class Child:
    """A reporter with six words and a browser."""

    def __init__(
        self, client: FlaskClient, world: World, answers: Answers | None = None, choice: ReaderChoice | None = None
    ) -> None:
        self.client, self.world = client, world
        self.words = ReceiptWords.generate()
        self.receipt: Receipt = world.receipt(self.words)
        self.filed, _ = world.file(self.receipt, answers=answers, choice=choice)
        world.session.commit()

    @property
    def typed(self) -> str:
        return " ".join(self.words.words)

    def report(self) -> Report:
        """Return the row as it is now; the test's own session releases the database for the program."""
        self.world.session.expire_all()
        report = self.world.report(self.filed)
        self.world.session.commit()
        return report

    def opened_by(self, name: str) -> dict[int, ReportSecret]:
        """Open the report as a member of staff."""
        world, report = self.world, self.report()
        try:
            return opening.open_report_secrets(
                world.session, world.pepper_layer, world.key(name), world.person(name).id, report
            )
        finally:
            world.session.commit()

    def name_read_by(self, name: str) -> str:
        """Return the reporter's name as a member of staff reads it."""
        found = opening.read_name(self.world.session, self.opened_by(name), self.report()).name
        self.world.session.commit()
        return found

    def come_back(self, typed: str | None = None, **more: Any) -> TestResponse:
        page = look(self.client, "/zurueck")
        return press(self.client, "/zurueck", filled(page, code=self.typed if typed is None else typed), **more)

    def page(self, address: str = "/gespraech") -> TestResponse:
        return look(self.client, address)

    def press(self, address: str, **values: Any) -> TestResponse:
        return press(self.client, address, filled(look(self.client, address), **values))


@pytest.fixture
def child(client: FlaskClient, world: World) -> Child:
    """Return a child who has written to the whole team."""
    return Child(client, world)


@pytest.fixture
def inside(child: Child) -> Child:
    """Return the same child in a new visit."""
    assert child.come_back().location == "/gespraech"
    return child


def answer(world: World, child: Child, text: str) -> None:
    secrets, selin = child.opened_by("Selin"), world.person("Selin").id
    write_letter(world.session, secrets, child.report(), text, now=world.clock.now(), author=(selin, "Frau Aydin"))
    world.session.commit()


# ---- coming back ----


@pytest.mark.parametrize(
    "spell", [str.upper, str.lower, lambda t: t.replace(" ", ",\n"), lambda t: t.replace(" ", "-")]
)
def test_the_words_open_the_conversation_however_they_are_typed(child: Child, spell: Any) -> None:
    back = child.come_back(spell(child.typed))
    assert (back.status_code, back.location) == (303, "/gespraech")
    assert "Deine Nachricht ist angekommen." in main_of(child.page())


def test_four_letters_of_each_word_are_enough(child: Child) -> None:
    assert child.come_back(" ".join(word[:4] for word in child.words.words)).status_code == 303


def test_an_unknown_word_is_named_by_its_place(child: Child) -> None:
    typed = child.typed.split()
    typed[2] = "xyzzy"
    page = child.come_back(" ".join(typed))
    assert page.status_code == 422
    assert "Wort 3 gibt es nicht." in main_of(page)
    assert filled(page)["code"] == [" ".join(typed)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "Schreib hier bitte deine 6 Wörter."), ("eins zwei", "Es müssen 6 Wörter sein. Du hast 2 geschrieben.")],
)
def test_a_wrong_number_of_words_is_said(child: Child, typed: str, words: str) -> None:
    assert words in main_of(child.come_back(typed))


def test_words_of_nobody_open_nothing(child: Child) -> None:
    page = child.come_back(" ".join(ReceiptWords.generate().words))
    assert page.status_code == 422
    assert "Ein Wort stimmt nicht, oder die Reihenfolge." in main_of(page)
    assert child.page().location == "/zurueck"


def test_wrong_words_slow_only_their_own_network(app: Flask, child: Child) -> None:
    stranger = app.test_client()
    stranger.environ_base.update(child.client.environ_base)
    wrong = " ".join(ReceiptWords.generate().words)
    page = look(stranger, "/zurueck")
    seen: set[int] = set()
    while 429 not in seen:
        back = stranger.post(
            "/zurueck", data=filled(page, code=wrong), headers=HEADERS, base_url="https://localhost",
            environ_base={"REMOTE_ADDR": "198.51.100.7"},
        )  # fmt: skip
        seen.add(back.status_code)
    assert seen == {422, 429}
    assert int(back.headers["Retry-After"]) >= 60
    assert "0800 111 0 111" in main_of(back)
    assert child.come_back().status_code == 303


def test_ninety_returns_from_one_address_pass(app: Flask, child: Child) -> None:
    for _ in range(90):
        one = app.test_client()
        one.environ_base.update(child.client.environ_base)
        page = look(one, "/zurueck")
        assert press(one, "/zurueck", filled(page, code=child.typed)).status_code == 303


def test_a_stranger_cannot_sign_a_child_into_the_strangers_conversation(child: Child) -> None:
    refused = child.come_back(headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert child.page().location == "/zurueck"


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
def test_a_browser_that_says_nothing_presses_twice(child: Child, headers: dict[str, str]) -> None:
    """Old browsers send `Origin: null` from our own pages too; the second submit brings a cookie of ours."""
    page = child.come_back(headers=headers)
    assert page.status_code == 200
    assert "Drück bitte noch einmal auf „Weiter“." in main_of(page)
    assert "SameSite=Strict" in page.headers["Set-Cookie"]
    assert filled(page)["code"] == [child.typed]
    assert press(child.client, "/zurueck", filled(page), headers).status_code == 303


@pytest.mark.parametrize("theft", ["no cookie", "no field", "other field"])
def test_the_second_press_needs_cookie_and_field_together(child: Child, theft: str) -> None:
    page = child.come_back(headers={"Origin": "null"})
    fields = filled(page)
    if theft == "no cookie":
        child.client.delete_cookie("__Host-r", domain="localhost")
    else:
        fields["nonce"] = [""] if theft == "no field" else ["A" * 32]
    assert press(child.client, "/zurueck", fields, {"Origin": "null"}).status_code == 200
    assert child.page().location == "/zurueck"


def test_the_session_row_holds_full_hours_only(inside: Child, database: Database) -> None:
    with database.transaction(write=False) as session:
        row = session.scalars(select(WebSession)).one()
    assert {(m.minute, m.second, m.microsecond) for m in (row.started_at, row.used_at)} == {(0, 0, 0)}


# ---- the conversation ----


def test_the_child_reads_the_answer_newest_first(inside: Child, world: World) -> None:
    answer(world, inside, "Danke, dass du geschrieben hast.\n<b>Bist du sicher?</b>")
    page = inside.page()
    assert "Das Team hat geantwortet." in main_of(page)
    assert "Frau Aydin" in main_of(page)
    assert "&lt;b&gt;Bist du sicher?" in page.text
    assert page.text.index("Bist du sicher") < page.text.index("Sie lachen mich aus.")
    assert inside.report().reporter_read == 2


def test_the_child_writes_and_a_second_press_writes_nothing(inside: Child) -> None:
    page = inside.page()
    fields = filled(page, text="Ja, ich bin sicher.")
    for _ in range(2):
        assert press(inside.client, "/gespraech", fields).status_code == 303
    assert inside.report().letters == 2
    assert main_of(inside.page()).count("Ja, ich bin sicher.") == 1


@pytest.mark.both
@pytest.mark.parametrize(("text", "words"), [(" ", "Schreib bitte etwas."), ("ы" * 20_001, "20.000 Zeichen gehen.")])
def test_a_letter_that_does_not_go_comes_back(inside: Child, text: str, words: str) -> None:
    page = inside.press("/gespraech", text=text)
    assert page.status_code == 422
    assert words in main_of(page)
    assert filled(page)["text"] == [text.strip()] or filled(page)["text"] == [text]


LATE = [
    ("/gespraech", {"text": "Das war lang getippt, und jetzt ist es spät."}),
    ("/gespraech/name", {"rufname": "Mika", "klasse": "6b", "name": "team"}),
    ("/gespraech/besser", {"text": "Es ist viel besser als vor einer Woche."}),
    ("/gespraech/leser", {"lesen": "Selin"}),
]


def _typed(inside: Child, address: str, typed: dict[str, str]) -> dict[str, Any]:
    values = {name: str(inside.world.person(one).id) if name == "lesen" else one for name, one in typed.items()}
    return filled(inside.page(address), **values)


def _pressed_again(inside: Child, page: TestResponse) -> TestResponse:
    """Press the one button of the page, as a browser would: to the form's own address, with what stands in it."""
    found = re.search(r'<form method="post"(?: action="([^"]+)")?', page.text)
    assert found is not None
    return press(inside.client, found[1] or "/zurueck", filled(page))


@pytest.mark.parametrize(("address", "typed"), LATE)
def test_what_is_typed_after_the_session_has_ended_goes_out_by_one_press_after_the_words(
    inside: Child, clock: MovingClock, address: str, typed: dict[str, str]
) -> None:
    fields = _typed(inside, address, typed)
    clock.forward(minutes=31)
    asked = press(inside.client, address, fields)
    assert asked.status_code == 400
    assert "Kopier" not in main_of(asked)
    assert all(value in filled(asked)[name] for name, value in fields.items() if name in typed for value in value)
    wrong = press(inside.client, "/zurueck", filled(asked, code="apfel"))
    assert wrong.status_code == 422  # a mistyped word loses nothing either
    back = press(inside.client, "/zurueck", filled(wrong, code=" ".join(inside.words.words)))
    assert back.status_code == 200
    assert "Noch einmal senden" in main_of(back)
    sent = _pressed_again(inside, back)
    _arrived(inside, address, sent)


def _arrived(inside: Child, address: str, sent: TestResponse) -> None:
    if address == "/gespraech/leser":  # a change of readers is explained first
        assert "Soll das so sein?" in main_of(sent)
        return
    assert sent.status_code == 303
    words = main_of(inside.page())
    assert {"/gespraech": "jetzt ist es spät", "/gespraech/name": "Ich habe meinen Namen gesagt."}.get(
        address, "viel besser als"
    ) in words


@pytest.mark.parametrize(("address", "typed"), LATE)
def test_a_page_of_an_older_session_is_sent_again_by_one_press(
    inside: Child, address: str, typed: dict[str, str]
) -> None:
    fields = _typed(inside, address, typed)
    inside.come_back()  # in another tab: the first one's token is of a session that is gone
    page = press(inside.client, address, fields)
    assert page.status_code == 400
    assert inside.report().letters == 1
    assert "Alles ist noch da." in main_of(page)
    assert page.text.count('<form method="post"') == 1
    _arrived(inside, address, _pressed_again(inside, page))


def test_a_foreign_page_gets_no_form_that_one_press_would_send(inside: Child) -> None:
    page = press(inside.client, "/gespraech", {"text": ["Das hat jemand anderes geschickt."]}, {"Origin": "null"})
    assert page.status_code == 400
    assert "Noch einmal senden" not in page.text
    assert inside.report().letters == 1
    assert "Das hat jemand anderes geschickt." in page.text


def test_every_reader_stands_there_with_since_and_reason(inside: Child) -> None:
    words = main_of(inside.page())
    for name in ("Frau Aydin", "Herr Brandt", "Frau Okafor", "Frau Demir", "Herr Wilk"):
        assert name in words
    assert "Seit Dienstag, 24. November. Grund: Du hast das so gewählt." in words


def test_adults_are_spoken_to_politely(client: FlaskClient, world: World) -> None:
    parent = Child(client, world, Answers(3, False, {"text": "Mein Kind weint."}))
    parent.come_back()
    for address in ("", "/leser", "/name", "/besser", "/neu", "/weg"):
        page = parent.page(f"/gespraech{address}")
        assert page.status_code == 200
        words = main_of(page).replace("Vertrauenslehrkraft", "")  # how the school calls her
        assert not re.search(r"\b(?:du|dir|dich|deine?n?)\b", words, re.IGNORECASE), address


# ---- who reads ----


def test_the_child_takes_a_reader_away_after_being_told_what_it_means(inside: Child, world: World) -> None:
    staying = [str(one) for one in world.ids("Selin", "Amara")]
    sure = inside.press("/gespraech/leser", lesen=staying)
    assert "Herr Brandt liest dann nicht mehr mit." in main_of(sure)
    assert inside.report().epoch == 1
    assert press(inside.client, "/gespraech/leser", filled(sure)).status_code == 303
    assert inside.report().epoch == 2
    with pytest.raises(opening.ReaderExcluded):
        inside.opened_by("Jan")
    words = main_of(inside.page("/gespraech/leser"))
    assert "Liest nicht mehr mit Herr Brandt , Beratungslehrkraft Bis Dienstag, 24. November." in words


def test_one_reader_with_a_stand_in_is_enough_and_nobody_comes_in(inside: Child, world: World) -> None:
    sure = inside.press("/gespraech/leser", lesen=[str(world.person("Selin").id)])
    words = main_of(sure)
    assert "Darum liest auch" not in words
    assert "Das liest: Frau Aydin . Nur falls niemand davon da ist oder antwortet: Frau Demir und Herr Wilk ." in words
    press(inside.client, "/gespraech/leser", filled(sure))
    with pytest.raises(opening.ReaderExcluded):
        inside.opened_by("Leyla")


def test_who_makes_up_for_a_missing_reader_is_named_before(inside: Child, world: World) -> None:
    """Nobody would be left: those who come in are named before the press, and it counts only then."""
    one, other = (str(world.person(name).id) for name in ("Leyla", "Tomasz"))
    sure = inside.press("/gespraech/leser", lesen=[], warten=[one, other])
    assert "Darum liest auch: Frau Demir und Herr Wilk (Stelle der Stadt)." in main_of(sure)
    assert "Nein, so lassen" in main_of(sure)
    press(inside.client, "/gespraech/leser", filled(sure))
    assert set(inside.opened_by("Leyla")) == {1, 2}


def test_a_reader_who_has_left_is_replaced_only_after_asking_the_child(client: FlaskClient, world: World) -> None:
    """A child that lets its message wait: the night work brings nobody in, and the child's press counts."""
    world.session.commit()
    address, named = "/s/K7M2/schreiben/1", [str(world.seats[name].id) for name in ("Selin", "Amara")]
    fields = filled(look(client, address), text="Bitte nur ihr.", lesen="einzeln", wer=named, vertretung="warten")
    sent = press(client, address, fields)
    press(client, sent.location, filled(look(client, sent.location), da="heft"))
    world.remove(["Amara"])
    departures.sweep(world.session, world.pepper_layer, world.clock.now())
    world.session.commit()
    report = world.session.query(Report).one()

    def living() -> dict[int, GrantState]:
        grants = readership.current_grants(world.session, report)
        found = {person: grant.state for person, grant in grants.items()}
        world.session.commit()
        return found

    assert living() == {world.person("Selin").id: GrantState.OPEN}
    page = main_of(look(client, "/gespraech"))
    assert "Jetzt liest nur noch eine Person" in page
    assert "Soll noch jemand lesen? Das bestimmst du." in page
    both = [str(world.person(name).id) for name in ("Selin", "Jan")]
    sure = press(client, "/gespraech/leser", filled(look(client, "/gespraech/leser"), lesen=both))
    assert "Herr Brandt liest dann mit." in main_of(sure)
    assert "Darum liest auch" not in main_of(sure)
    assert len(living()) == 1
    press(client, "/gespraech/leser", filled(sure))
    assert living() == dict.fromkeys(world.ids("Selin", "Jan"), GrantState.OPEN)


def test_a_press_counts_only_for_what_the_page_has_said(inside: Child, world: World) -> None:
    sure = inside.press("/gespraech/leser", lesen=[], warten=[str(world.person("Leyla").id)])
    fields = filled(sure)
    world.remove(["Leyla"])
    world.session.commit()
    again = press(inside.client, "/gespraech/leser", fields)
    assert again.status_code == 422 or "Soll das so sein?" in main_of(again)
    assert inside.report().epoch == 1


def test_taking_everybody_away_is_refused_kindly(inside: Child, world: World) -> None:
    world.remove(["Leyla", "Tomasz"])
    world.session.commit()
    page = inside.press("/gespraech/leser", lesen=[])
    assert page.status_code == 422
    assert "Wähle mindestens eine Person." in main_of(page)
    assert inside.report().epoch == 1


def test_nobody_from_outside_can_be_ticked(inside: Child, world: World) -> None:
    page = inside.press("/gespraech/leser", lesen=[str(world.person("Renate").id), str(world.person("Selin").id)])
    press(inside.client, "/gespraech/leser", filled(page))
    with pytest.raises(opening.ReaderExcluded):
        inside.opened_by("Renate")


# ---- name, better, new code, erasing ----


def test_the_child_says_its_name_later(inside: Child) -> None:
    assert inside.press("/gespraech/name", rufname="Noor", klasse="6b", name="team").status_code == 303
    assert inside.name_read_by("Selin") == "Noor"
    assert "Ich habe meinen Namen gesagt." in main_of(inside.page())
    assert "Bis jetzt steht da: Noor." in main_of(inside.page("/gespraech/name"))


def test_an_empty_name_is_asked_for_again(inside: Child) -> None:
    page = inside.press("/gespraech/name", rufname="", klasse="6b")
    assert page.status_code == 422
    assert filled(page)["klasse"] == ["6b"]


def test_the_child_says_that_it_is_better(inside: Child) -> None:
    assert inside.press("/gespraech/besser", text="Danke!").status_code == 303
    assert "Mir geht es besser. Danke!" in main_of(inside.page())
    assert inside.report().reporter_state is ReporterState.BETTER


@pytest.mark.both
@pytest.mark.production_cost
def test_a_new_code_replaces_the_old_one_only_when_it_is_kept(inside: Child, app: Flask) -> None:
    thief = app.test_client()
    thief.environ_base.update(inside.client.environ_base)
    press(thief, "/zurueck", filled(look(thief, "/zurueck"), code=inside.typed))
    assert look(thief, "/gespraech").status_code == 200

    shown = inside.press("/gespraech/neu")
    assert shown.location == "/gespraech/neu/zeigen"
    words = words_on(inside.page(shown.location))
    assert len(words) == 6
    assert words_on(inside.page("/danke")) == []  # not a receipt yet
    assert look(thief, "/gespraech").status_code == 200  # the old code still holds: a lost answer locks nobody out

    assert inside.press("/gespraech/neu/zeigen", da="heft").location == "/gespraech"
    assert "Ich habe einen neuen Code." in main_of(inside.page())
    assert look(thief, "/gespraech").location == "/zurueck"
    assert press(thief, "/zurueck", filled(look(thief, "/zurueck"), code=inside.typed)).status_code == 422
    assert press(thief, "/zurueck", filled(look(thief, "/zurueck"), code=" ".join(words))).status_code == 303
    assert inside.page("/gespraech/neu/zeigen").location == "/gespraech/neu"


def test_a_page_left_open_hides_itself_but_new_words_stay_until_they_are_kept(inside: Child) -> None:
    """How it hides: tests/browser/test_idle.py. Words that went too early would lock the child out."""
    inside.press("/gespraech/neu")
    seconds = re.search(r'data-idle="(\d+)"', inside.page().text)
    assert seconds is not None
    assert 29 * 60 <= int(seconds[1]) <= 30 * 60
    assert "data-idle" not in inside.page("/gespraech/neu/zeigen").text
    assert "data-idle" not in look(inside.client, "/hilfe").text


def test_saying_no_to_the_new_code_keeps_the_old_one(inside: Child) -> None:
    inside.press("/gespraech/neu")
    assert inside.press("/gespraech/neu/zeigen", da="nein").location == "/gespraech"
    assert inside.come_back().status_code == 303


@pytest.mark.both
def test_erasing_closes_at_once_and_can_be_undone(inside: Child) -> None:
    assert "Nach 7 Tagen ist er für immer weg." in main_of(inside.page("/gespraech/weg"))
    assert inside.press("/gespraech/weg").location == "/gespraech/geloescht"
    for address in ("/gespraech", "/gespraech/leser", "/gespraech/name", "/gespraech/neu"):
        assert inside.page(address).location == "/gespraech/geloescht"
    assert "Dienstag, 1. Dezember" in main_of(inside.page("/gespraech/geloescht"))
    assert inside.press("/gespraech/geloescht").location == "/gespraech"
    assert inside.page().status_code == 200


@pytest.mark.both
def test_an_erased_report_opens_nothing_after_seven_days(inside: Child, database: Database, clock: MovingClock) -> None:
    from bullying_desk.reports import erasure

    inside.press("/gespraech/weg")
    clock.forward(days=7)
    inside.world.session.close()
    with database.transaction() as session:
        assert erasure.destroy_due(session, inside.world.pepper_layer, clock.now()) == 1
        assert session.scalar(select(func.count()).select_from(Record)) == 0
    assert inside.come_back().status_code == 422


def test_where_danger_was_declared_the_page_says_until_when_it_is_kept(client: FlaskClient, world: World) -> None:
    child = Child(client, world, Answers(1, True, {"text": "Hilfe"}))
    child.come_back()
    words = main_of(child.page("/gespraech/weg"))
    assert "Du hast gesagt: Da ist Gefahr." in words
    assert "Mittwoch, 24. November 2027" in words


def test_finishing_ends_the_session_on_the_server(inside: Child, database: Database) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', inside.page().text)
    assert token is not None
    page = press(inside.client, "/gespraech/fertig", {"csrf_token": [token[1]]})
    assert "Fertig. Hier sieht niemand mehr etwas." in main_of(page)
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    with database.transaction(write=False) as session:
        assert rights_by_hand.count(session, WebSession) == 0
    assert inside.page().location == "/zurueck"


@pytest.mark.parametrize("address", ["", "/leser", "/name", "/besser", "/neu", "/neu/zeigen", "/weg", "/geloescht"])
def test_without_the_words_nothing_opens(child: Child, address: str) -> None:
    assert child.page(f"/gespraech{address}").location == "/zurueck"
    assert press(child.client, f"/gespraech{address}", {}).status_code in {303, 400, 403}


def test_two_children_never_see_each_other(app: Flask, inside: Child, world: World) -> None:
    other_client = app.test_client()
    other_client.environ_base.update(inside.client.environ_base)
    other = Child(other_client, world, Answers(1, False, {"text": "Etwas ganz anderes."}))
    other.come_back()
    assert "Etwas ganz anderes." in main_of(other.page())
    assert "Etwas ganz anderes." not in main_of(inside.page())


@pytest.mark.both
def test_two_presses_at_once_change_the_readers_once(app: Flask, inside: Child, world: World) -> None:
    staying = [str(one) for one in world.ids("Selin", "Amara")]
    sure = filled(inside.press("/gespraech/leser", lesen=staying))
    cookie = inside.client.get_cookie("__Host-z", domain="localhost")
    assert cookie is not None

    def tap(_number: int) -> int:
        one = app.test_client()
        one.environ_base.update(inside.client.environ_base)
        one.set_cookie("__Host-z", cookie.value, domain="localhost", secure=True)
        return press(one, "/gespraech/leser", sure).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(tap, range(4))) == {303}
    assert inside.report().epoch == 2


# ---- a reader has lost every key ----


@pytest.mark.both
def test_where_nobody_can_open_it_any_more_the_child_is_told_and_lets_them_read_again(
    client: FlaskClient, world: World
) -> None:
    """Selin alone reads and has lost password, code and recovery code; Tomasz, who stands by, gains nothing by it."""
    child = Child(client, world, choice=ReaderChoice(Wish.NAMED, named=world.ids("Selin")))
    child.come_back()
    assert "Gerade kann das niemand lesen" not in main_of(child.page())
    selin, key = world.person("Selin"), PersonKey.generate()
    selin.state = PersonState.INVITED
    world.session.commit()
    assert "Hol bitte jemanden dazu." in main_of(child.page())
    selin.public_half, selin.key_id, selin.state = key.public_half, key.key_id, PersonState.ACTIVE
    selin.directory_tag = directory_tag(world.pepper_layer, selin.id, key.public_half)
    world.keys[selin.id] = key
    world.session.commit()
    page = child.page()
    assert "Jemand hat einen neuen Schlüssel: Frau Aydin." in main_of(page)
    for _press in range(2):
        assert press(client, "/gespraech/wieder-lesen", filled(page)).status_code == 303
    assert "Gerade kann das niemand lesen" not in main_of(child.page())
    assert set(child.opened_by("Selin")) == {1}
    with pytest.raises(opening.ReaderExcluded):
        child.opened_by("Tomasz")


# ---- the true words about the promised day ----


def test_a_missed_promise_is_said_with_who_looks_now(client: FlaskClient, world: World, clock: MovingClock) -> None:
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin"), stand_in=world.person("Jan").id)
    child = Child(client, world, choice=choice)
    child.come_back()
    assert "Spätestens am Freitag, 27. November" in main_of(child.page())
    clock.forward(days=6, hours=6)
    assert release_overdue(world.session, world.pepper_layer, clock.now(), ("07:15",)) == 1
    world.session.commit()
    child.come_back()
    page = main_of(child.page())
    assert "Die Antwort kommt zu spät. Das tut uns leid. Herr Brandt schaut jetzt auch mit." in page
    assert "27. November" not in page.partition("Wer liest das?")[0]


def test_who_reads_instead_of_somebody_away_is_said_with_the_reason(client: FlaskClient, world: World) -> None:
    selin, jan, today = world.person("Selin").id, world.person("Jan").id, world.clock.today()
    child = Child(client, world, choice=ReaderChoice(Wish.NAMED, named=world.ids("Selin"), stand_in=jan))
    days = absences.Days(today, today)
    absences.enter(world.session, world.seats["Selin"], days, jan, selin, world.clock.now())
    release_for_absences(world.session, world.pepper_layer, world.clock.now(), ("07:15",))
    world.session.commit()
    child.come_back()
    page = main_of(child.page())
    assert "Herr Brandt schaut jetzt auch mit. Frau Aydin ist nicht da." in page
    assert "Seit Dienstag, 24. November. Grund: Frau Aydin ist nicht da." in page


@pytest.mark.parametrize("duty", [True, False])
def test_the_true_day_over_the_holidays_and_who_reads_meanwhile(
    client: FlaskClient, world: World, clock: MovingClock, duty: bool
) -> None:
    clock.moment = datetime(2026, 12, 21, 9, tzinfo=UTC)
    for name in ("Leyla", "Tomasz"):
        world.seats[name].on_duty = duty
    child = Child(client, world)
    child.come_back()
    page = main_of(child.page())
    assert "Spätestens am Freitag, 8. Januar" in page
    assert "Vorher sind Ferien. Schule ist wieder am Donnerstag, 7. Januar" in page
    assert ("In den Ferien liest die Stelle der Stadt." in page) is duty
    assert ("In den Ferien liest das niemand." in page) is not duty


def test_beyond_the_known_calendar_the_day_is_not_called_sure(
    client: FlaskClient, world: World, clock: MovingClock
) -> None:
    clock.moment = datetime.combine(HORIZON, time(9), UTC)
    child = Child(client, world)
    child.come_back()
    assert "Der Tag ist nicht ganz sicher." in main_of(child.page())


def test_a_name_that_comes_later_is_kept_whole_or_comes_back(inside: Child, client: FlaskClient) -> None:
    """The page asks for a place in any case: it is kept, with a clear yes to the school or without."""
    long = press(client, "/gespraech/name", filled(look(client, "/gespraech/name"), rufname="Noor " * 200, klasse="6b"))
    assert (long.status_code, "500 Zeichen" in main_of(long)) == (422, True)
    assert filled(long)["klasse"] == ["6b"]
    typed = {"rufname": "Noor", "klasse": "6b", "wann": "In der Mensa"}
    assert press(client, "/gespraech/name", filled(look(client, "/gespraech/name"), **typed)).status_code == 303
    given = opening.read_name(inside.world.session, inside.opened_by("Selin"), inside.report())
    assert given == NameGiven(NameLevel.TEAM, "Noor", "6b", "In der Mensa")
