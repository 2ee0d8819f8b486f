"""Walking through the five doors: from a school's page to the six words, and what happens on the way."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import NameGiven, NameLevel
from bullying_desk.reports.filing.receipt_cookie import COOKIE
from bullying_desk.reports.mailbox import mailbox
from bullying_desk.reports.models import Report, ReportGrant
from bullying_desk.schools.models import SchoolState
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.receipts import parse_receipt
from bullying_desk.web.limits import Budget, TooMany
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, main_of, press, words_on
from tests.world import World, make_school

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

FIRST = "/s/K7M2/schreiben/1"
STORY = "Sie haben meine Mappe in den Brunnen geworfen."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of a server with enough threads for a full line before the slow hash."""
    return replace(settings, threads=96)


@pytest.fixture
def city(world: World) -> World:
    """Return the small city, committed, so that the program sees it."""
    world.session.commit()
    return world


@pytest.fixture
def reports(database: Database) -> Any:
    """Return a function that counts the reports."""

    def count() -> int:
        with database.transaction(write=False) as session:
            return session.scalar(select(func.count()).select_from(Report)) or 0

    return count


def write(client: FlaskClient, address: str = FIRST, **values: Any) -> TestResponse:
    """Open a form, fill it in and press "Senden"."""
    given = {"text": STORY, "lesen": "stadt", **values}
    return press(client, address, filled(look(client, address), **given))


@pytest.mark.parametrize("door", range(1, 6))
def test_a_button_is_called_what_the_page_calls_it(door: int, client: FlaskClient, city: World) -> None:
    """Also in what the scripts say: "Drück dann noch einmal auf „Senden“." is pressed where a button says so."""
    page = client.get(f"/s/K7M2/schreiben/{door}").text
    named = set(re.findall("(?<= auf )„([^“]+)“", page))
    controls = re.findall(r"<(button|a|summary)\b[^>]*>(.*?)</\1>", page, re.DOTALL)
    assert "Senden" in named
    assert named <= {re.sub("<[^>]+>", "", text).strip() for _tag, text in controls}


def seats(city: World, *names: str) -> list[str]:
    return [str(city.seats[name].id) for name in names]


def opened(city: World, words: list[str]) -> tuple[Report, dict[int, Any]]:
    """Open a report with its six words."""
    receipt = city.receipt(parse_receipt(" ".join(words)))
    report = mailbox.find_report(city.session, city.pepper_layer, receipt)
    return report, opening.open_as_reporter(city.session, city.pepper_layer, receipt.key, report)


def readers(city: World, report: Report, state: str = "open") -> frozenset[int]:
    rows = city.session.scalars(select(ReportGrant).where(ReportGrant.report_id == report.id))
    return frozenset(row.person_id for row in rows if row.person_id and row.state == state)


@pytest.mark.both
@pytest.mark.parametrize("door", range(1, 6))
def test_each_door_leads_to_six_words_that_open_the_report(client: FlaskClient, city: World, door: int) -> None:
    address = f"/s/K7M2/schreiben/{door}"
    answer = write(client, address)
    assert (answer.status_code, answer.location[:7]) == (303, "/danke/")
    page = look(client, "/danke")
    report, secrets = opened(city, words_on(page))
    answers = opening.read_answers(city.session, secrets, report)
    assert (answers.door, answers.danger, answers.text) == (door, False, STORY)
    assert readers(city, report) == city.ids("Leyla", "Tomasz")
    assert bool(re.search(r"\bSie\b", main_of(page))) == (door > 2)


def test_a_child_says_everything(client: FlaskClient, city: World) -> None:
    answer = write(
        client, gefahr="ja", wem="wir", was=["worte", "apart"], oft="taeglich", wo=["hof"], wohl="schlecht",
        wunsch="Nicht meine Mutter anrufen.", erwachsener="nein", lesen="team", ohne=seats(city, "Jan"),
        name="team", rufname="Noor", klasse="6b", wann="bleibt ungesagt", eltern="nein",
    )  # fmt: skip
    assert answer.status_code == 303, main_of(answer)
    page = look(client, "/danke")
    assert "110" in main_of(page)
    report, secrets = opened(city, words_on(page))
    answers = opening.read_answers(city.session, secrets, report)
    assert answers.said == {
        "wem": "wir", "was": ("worte", "apart"), "oft": "taeglich", "text": STORY, "wo": ("hof",), "wohl": "schlecht",
        "wunsch": "Nicht meine Mutter anrufen.", "eltern": "nein",
    }  # fmt: skip
    assert (answers.danger, report.danger) == (True, True)
    assert (answers.readers, answers.left_out) == ("Frau Aydin und Frau Okafor", "Herr Brandt")
    assert opening.read_name(city.session, secrets, report) == NameGiven(NameLevel.TEAM, "Noor", "6b", "")
    assert readers(city, report) == city.ids("Selin", "Amara")


@pytest.mark.parametrize("wem", ["reden", "selbst"])
def test_being_heard_is_reason_enough(client: FlaskClient, city: World, wem: str) -> None:
    answer = write(client, text="", wem=wem, was=["worte"])
    assert answer.status_code == 303, main_of(answer)
    page = look(client, "/danke")
    report, secrets = opened(city, words_on(page))
    said = opening.read_answers(city.session, secrets, report).said
    assert said == {"wem": wem}  # kinds of what others did to me do not apply
    assert "Du hast nichts falsch gemacht" not in main_of(page)


def test_saying_no_to_the_name_means_no_name_whatever_stands_in_the_box(client: FlaskClient, city: World) -> None:
    write(client, name="nein", rufname="Noor")
    report, secrets = opened(city, words_on(look(client, "/danke")))
    assert opening.read_name(city.session, secrets, report) == NameGiven()


def test_where_an_adult_is_meant_that_adult_is_left_out(client: FlaskClient, city: World) -> None:
    answer = write(
        client, erwachsener="ja", gemeint=[*seats(city, "Jan"), "leitung"], lesen="einzeln",
        wer=seats(city, "Selin", "Amara"),
    )  # fmt: skip
    assert answer.status_code == 303, main_of(answer)
    report, secrets = opened(city, words_on(look(client, "/danke")))
    assert readers(city, report) == city.ids("Selin", "Amara")
    assert readers(city, report, "standby") == city.ids("Leyla", "Tomasz")
    left_out = opening.read_left_out(city.session, secrets, report)
    assert (left_out.people, left_out.head) == (city.ids("Jan", "Renate"), True)
    assert opening.read_answers(city.session, secrets, report).left_out == "Herr Brandt und Die Schulleitung"


def test_one_named_person_and_another_as_stand_in(client: FlaskClient, city: World) -> None:
    write(client, lesen="einzeln", wer=seats(city, "Selin"), vertretung=seats(city, "Amara")[0])
    report, _secrets = opened(city, words_on(look(client, "/danke")))
    assert (readers(city, report), readers(city, report, "standby")) == (city.ids("Selin"), city.ids("Amara"))


def test_without_a_citys_office_a_single_person_needs_somebody_beside_them(
    client: FlaskClient, city: World, reports: Any
) -> None:
    city.remove(["Leyla", "Tomasz"])
    city.session.commit()
    one: dict[str, Any] = {"lesen": "einzeln", "wer": seats(city, "Selin")}
    city.session.rollback()
    assert "Wähl hier noch jemanden." in write(client, **one).text
    assert "Kreuz noch eine Person an." in write(client, erwachsener="ja", **one).text
    assert reports() == 0
    write(client, vertretung=seats(city, "Amara")[0], **one)
    assert reports() == 1


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"text": ""}, "was", "Kreuz eine Sache an. Oder schreib uns einen Text."),
        ({"lesen": []}, "lesen", "Wähle aus, wer das lesen darf."),
        ({"lesen": "einzeln"}, "wer", "Wähle mindestens eine Person. Oder wähle die Stelle der Stadt."),
        ({"lesen": "team", "erwachsener": "ja"}, "lesen", "Kreuz darum die Personen einzeln an."),
        ({"was": ["erwachsen"], "lesen": "team"}, "erwachsener", "Ist der Erwachsene von deiner Schule?"),
        ({"text": "ä" * 20_001}, "text", "Bei dir sind es 20.001."),
    ],
)
def test_an_error_says_what_to_do_and_keeps_everything(
    client: FlaskClient, city: World, reports: Any, values: dict[str, Any], field: str, words: str
) -> None:
    page = write(client, **{"oft": "paar", "rufname": "Noor", "name": "team", "wunsch": "Bitte leise.", **values})
    assert page.status_code == 422
    assert words in main_of(page)
    assert re.search(rf'href="#{field}(-0)?"', page.text)
    assert page.text.count("<title>Fehler:") == 1
    again = filled(page)
    assert again["oft"] == ["paar"]
    assert again["rufname"] == ["Noor"]
    assert again["wunsch"] == ["Bitte leise."]
    assert again["text"] == [values.get("text", STORY)]
    assert reports() == 0


def test_whoever_is_meant_cannot_be_ticked_as_a_reader(client: FlaskClient, city: World) -> None:
    page = write(client, erwachsener="ja", gemeint=seats(city, "Jan"), lesen="einzeln", wer=seats(city, "Jan"))
    assert "Es geht um: Herr Brandt." in main_of(page)


@pytest.mark.both
def test_twenty_thousand_letters_of_any_script_come_in(client: FlaskClient, city: World) -> None:
    story = "Пишу українською. Ща " * 952
    assert 19_000 < len(story.strip()) <= 20_000
    assert write(client, text=story).status_code == 303
    report, secrets = opened(city, words_on(look(client, "/danke")))
    assert opening.read_answers(city.session, secrets, report).text == story.strip()


@pytest.mark.parametrize("token", ["", "kaputt", "A" * 42 + "!"])
def test_a_stale_token_never_costs_the_text(client: FlaskClient, city: World, reports: Any, token: str) -> None:
    page = write(client, token=token)
    assert page.status_code == 422
    assert "Drück bitte noch einmal auf „Senden“." in main_of(page)
    again = filled(page)
    assert again["text"] == [STORY]
    assert press(client, FIRST, again).status_code == 303
    assert reports() == 1


def test_a_robot_fills_in_the_hidden_field_and_a_child_who_did_just_presses_again(
    client: FlaskClient, city: World, reports: Any
) -> None:
    page = write(client, website="https://example.org")
    assert (page.status_code, reports()) == (422, 0)
    assert press(client, FIRST, filled(page)).status_code == 303


def test_no_cookie_before_there_is_something_to_keep(client: FlaskClient, city: World) -> None:
    for address in ("/s/K7M2", "/s/K7M2/schreiben", FIRST, "/danke", "/zurueck"):
        assert "Set-Cookie" not in look(client, address).headers
    assert "Set-Cookie" not in write(client, text="", lesen=[]).headers
    cookie = write(client).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "Secure; HttpOnly; Path=/; SameSite=Strict" in cookie
    assert "Expires" not in cookie


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.org"}])
def test_a_foreign_page_sends_nothing(client: FlaskClient, city: World, reports: Any, headers: dict[str, str]) -> None:
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")
    assert press(client, FIRST, fields, headers).status_code == 403
    assert reports() == 0


# ---- sending twice (docs/sealing.md, The receipt) ----


@pytest.mark.both
def test_a_second_press_after_a_lost_answer_shows_the_same_words(
    client: FlaskClient, city: World, reports: Any
) -> None:
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")
    press(client, FIRST, fields)  # the answer never reached the browser
    client.delete_cookie(COOKIE, domain="localhost")
    assert press(client, FIRST, fields).status_code == 303
    words = words_on(look(client, "/danke"))
    assert reports() == 1
    assert opened(city, words)[0].letters == 1
    assert words_on(look(client, "/danke")) == words


@pytest.mark.both
def test_sixteen_presses_at_once_file_one_report_and_show_the_same_words(
    app: Flask, client: FlaskClient, city: World, reports: Any
) -> None:
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")

    def tap(_number: int) -> list[str]:
        one = app.test_client()
        one.environ_base.update(client.environ_base)
        assert press(one, FIRST, fields).status_code == 303
        return words_on(look(one, "/danke"))

    with ThreadPoolExecutor(16) as pool:
        found = {tuple(words) for words in pool.map(tap, range(16))}
    assert len(found) == 1
    assert reports() == 1


def test_a_changed_text_is_another_report(client: FlaskClient, city: World, reports: Any) -> None:
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")
    press(client, FIRST, fields)
    first = words_on(look(client, "/danke"))
    press(client, FIRST, {**fields, "text": [STORY + " Und noch was."]})
    assert words_on(look(client, "/danke")) != first
    assert reports() == 2
    assert opened(city, first)


def test_the_same_form_at_another_school_is_another_report(client: FlaskClient, city: World, reports: Any) -> None:
    make_school(city.session, "C2G8", "198766", "Birkenhof")
    city.session.commit()
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")
    press(client, FIRST, fields)
    press(client, "/s/C2G8/schreiben/1", fields)
    assert reports() == 2


def test_a_copied_token_without_its_text_shows_nothing_of_the_first(client: FlaskClient, city: World) -> None:
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")
    press(client, FIRST, fields)
    first = words_on(look(client, "/danke"))
    client.delete_cookie(COOKIE, domain="localhost")
    press(client, FIRST, {**fields, "text": ["irgendwas"]})
    assert words_on(look(client, "/danke")) != first


def test_after_the_code_is_kept_nothing_shows_it_again(client: FlaskClient, city: World, reports: Any) -> None:
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")
    sent = press(client, FIRST, fields)
    kept = client.get_cookie(COOKIE, domain="localhost")
    page = look(client, "/danke")
    assert press(client, "/danke", filled(page, da="heft")).location == "/gespraech"
    assert client.get_cookie(COOKIE, domain="localhost") is None
    assert words_on(look(client, "/danke")) == []
    assert press(client, FIRST, fields).status_code == sent.status_code  # a second submit much later
    assert words_on(look(client, "/danke")) == []
    assert kept is not None
    client.set_cookie(COOKIE, kept.value, domain="localhost", secure=True)  # the cookie, copied before
    assert words_on(look(client, "/danke")) == []
    assert reports() == 1


def test_after_an_hour_nothing_shows_it_again(client: FlaskClient, city: World, clock: MovingClock) -> None:
    fields = filled(look(client, FIRST), text=STORY, lesen="stadt")
    press(client, FIRST, fields)
    clock.forward(minutes=59)
    assert words_on(look(client, "/danke"))
    clock.forward(minutes=2)
    assert words_on(look(client, "/danke")) == []
    assert "Dein Code war nur einmal zu sehen." in main_of(look(client, "/danke"))
    clock.forward(minutes=60)
    press(client, FIRST, fields)
    assert words_on(look(client, "/danke")) == []


# ---- the page of the words ----


def test_nobody_leaves_the_words_by_accident(client: FlaskClient, city: World) -> None:
    write(client)
    page = look(client, "/danke")
    again = press(client, "/danke", filled(page))
    assert again.status_code == 422
    assert words_on(again) == words_on(page)
    assert "Sag uns: Hast du den Code?" in main_of(again)


def test_whoever_wants_no_answer_is_let_go_kindly(client: FlaskClient, city: World) -> None:
    write(client)
    page = press(client, "/danke", filled(look(client, "/danke"), da="nein"))
    assert "Fertig. Hier sieht niemand mehr etwas." in main_of(page)
    assert words_on(look(client, "/danke")) == []


def test_leaving_quickly_takes_the_words_along(client: FlaskClient, city: World) -> None:
    write(client)
    assert client.get("/weg", base_url="https://localhost").status_code == 303
    assert client.get_cookie(COOKIE, domain="localhost") is None


def test_the_words_are_in_no_address_title_or_header(client: FlaskClient, city: World) -> None:
    answer = write(client)
    page = look(client, "/danke")
    title = re.search(r"<title>(.*?)</title>", page.text)
    assert title is not None
    elsewhere = set(
        re.findall(r"\w+", f"{title[1]} {page.headers} {answer.headers}")
    )  # whole words: "Linde" is in "Lindenbank"
    assert not elsewhere & set(words_on(page))


# ---- schools that take no reports, teams that are empty ----


@pytest.mark.parametrize("state", [SchoolState.KNOWN, SchoolState.PAUSED, SchoolState.CLOSED])
def test_a_school_that_takes_no_reports_has_a_kind_page(client: FlaskClient, city: World, state: SchoolState) -> None:
    city.school.state = state
    city.session.commit()
    for address in ("/s/K7M2", "/s/K7M2/schreiben", FIRST):
        page = look(client, address)
        assert page.status_code == 200
        assert "0800 111 0 111" in main_of(page)
        assert "<textarea" not in page.text
    fields = {"text": [STORY], "lesen": ["stadt"], "token": ["A" * 43]}
    late = press(client, FIRST, fields)
    assert late.status_code == 503
    assert STORY in late.text


def test_a_school_joins_from_its_day_on(client: FlaskClient, city: World, clock: MovingClock) -> None:
    city.school.joined_on = clock.today().replace(day=25)
    city.session.commit()
    assert "<textarea" not in look(client, FIRST).text
    clock.forward(days=1)
    assert "<textarea" in look(client, FIRST).text


def test_an_empty_team_still_takes_reports(client: FlaskClient, city: World) -> None:
    city.remove(["Selin", "Jan", "Amara"])
    city.session.commit()
    page = look(client, FIRST)
    assert "Alle aus dem Team" not in main_of(page)
    assert press(client, FIRST, filled(page, text=STORY)).status_code == 303
    report, _secrets = opened(city, words_on(look(client, "/danke")))
    assert readers(city, report) == city.ids("Leyla", "Tomasz")


def test_where_nobody_at_all_is_left_the_page_says_whom_to_call(client: FlaskClient, city: World) -> None:
    page = look(client, FIRST)
    city.remove(["Selin", "Jan", "Amara", "Leyla", "Tomasz"])
    city.session.commit()
    late = press(client, FIRST, filled(page, text=STORY, lesen="stadt"))
    assert late.status_code == 503
    assert STORY in late.text
    assert "0800 111 0 111" in main_of(late)
    assert "0800 111 0 111" in main_of(look(client, FIRST))


@pytest.mark.both
def test_a_swapped_key_costs_no_child_its_report(client: FlaskClient, city: World) -> None:
    city.person("Selin").public_half = PersonKey.generate().public_half
    city.session.commit()
    write(client, lesen="team")
    report, _secrets = opened(city, words_on(look(client, "/danke")))
    assert readers(city, report) == city.ids("Jan", "Amara", "Leyla", "Tomasz")


@pytest.mark.parametrize(("typed", "leads"), [("k7m2", "/s/K7M2"), ("K7M3", "/K7M3")])
def test_a_key_in_small_letters_leads_on_and_a_wrong_one_to_the_nearest(
    client: FlaskClient, city: World, typed: str, leads: str
) -> None:
    page = look(client, f"/s/{typed}")
    assert (page.status_code, page.location) == (303, leads)


# ---- many at once ----


def test_thirty_reports_from_one_address_pass(client: FlaskClient, city: World, reports: Any) -> None:
    for number in range(30):
        client.delete_cookie(COOKIE, domain="localhost")  # thirty children, each with a browser of its own
        assert write(client, text=f"{STORY} {number}").status_code == 303
    assert reports() == 30


def test_who_is_slowed_keeps_the_text_and_sees_a_number_and_a_time(client: FlaskClient, city: World) -> None:
    limiter = client.application.extensions["services"].limiter
    with client.application.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}), suppress(TooMany):
        while True:
            limiter.spend(Budget.REPORTS_OF_NETWORK, limiter.network())
    page = write(client)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) >= 60
    assert filled(page)["text"] == [STORY]
    assert "0800 111 0 111" in main_of(page)
    assert re.search(r"Warte \d+ Minuten?\.", main_of(page))


def test_each_page_has_a_token_of_its_own(client: FlaskClient, city: World) -> None:
    tokens = {filled(look(client, FIRST))["token"][0] for _ in range(5)}
    assert len(tokens) == 5


def test_a_changed_team_shows_at_once(client: FlaskClient, city: World) -> None:
    assert "Herr Brandt" in look(client, FIRST).text
    city.remove(["Jan"])
    city.session.commit()
    assert "Herr Brandt" not in look(client, FIRST).text


def test_who_has_not_agreed_to_be_named_is_not_named(client: FlaskClient, city: World) -> None:
    city.seats["Jan"].public_since = None
    city.session.commit()
    page = look(client, FIRST)
    assert "Brandt" not in page.text
    assert "Herr B." in page.text


@pytest.mark.parametrize(("form", "way_out"), [("02", "/weg"), ("15", "/weg/2"), ("30", "/weg/2"), ("99", "/weg")])
def test_the_way_out_leads_where_this_age_would_be(client: FlaskClient, world: World, form: str, way_out: str) -> None:
    world.school.form = form
    world.session.commit()
    for address in ("/s/K7M2", "/s/K7M2/schreiben", "/s/K7M2/schreiben/1"):
        assert f'href="{way_out}" rel="nofollow noreferrer"' in look(client, address).text
