"""The city's page of periods and the officer's desk, as their people use them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import PersonState
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.database import Database
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.resources import case_name
from bullying_desk.retention import changing_periods, engine, opening, overview, requests
from bullying_desk.retention.models import Art, Extension, PrivacyRequest, PrivacyRequestText, RequestState
from bullying_desk.retention.words import LETTERS
from bullying_desk.sealing.pepper import PepperLayer
from tests.cases.browsing import Browser
from tests.moving_clock import MovingClock
from tests.retention.conftest import TIMES, Cases
from tests.signing import sign_in
from tests.world import World

SECRET = "Frau Abendroth, Tel. 0231 4711"


@pytest.fixture
def world(world: World) -> World:
    """Return the small city with a coordinator and two officers."""
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    world.add("Ines", "Frau Costa", Role.DATA_PROTECTION_OFFICER)
    world.add("Ruth", "Frau Adler", Role.DATA_PROTECTION_OFFICER)
    world.session.commit()
    return world


def seat(app: Flask, world: World, name: str) -> Browser:
    client: FlaskClient = app.test_client()
    client.environ_base.update({"wsgi.url_scheme": "https", "HTTP_HOST": "localhost"})
    world.session.commit()
    sign_in(app, client, world, name)
    return Browser(client, world)


def test_the_city_sets_a_period_and_is_refused_above_the_law(
    app: Flask, world: World, clock: MovingClock, database: Database
) -> None:
    browser = seat(app, world, "Karin")
    browser.get("/stadt/aufbewahrung")
    too_long = browser.press("Frist speichern", 422, kind="fallakte", authority="", days="1826")
    assert "VO-DV I § 9" in too_long.text
    assert 'value="1826"' in too_long.text
    browser.press("Frist speichern", 422, kind="", authority="", days="x")
    browser.press("Frist speichern", kind="fallakte", authority="", days="200")
    assert "Es gilt ab Di, 08.12.2026" in browser.main
    assert "ab Di, 08.12.2026: 200" in browser.main
    with database.transaction(write=False) as session:
        assert changing_periods.load(session, clock.today()).days(Kind.CASE) == 365
        assert changing_periods.load(session, clock.today() + timedelta(days=14)).days(Kind.CASE) == 200


def test_the_officer_sees_counts_and_dates_and_never_which(
    app: Flask, world: World, cases: Cases, clock: MovingClock
) -> None:
    ines = seat(app, world, "Ines")
    soon, unread = cases.closed(85), cases.closed(400, read=False)
    cases.closed(363)
    seen = overview.preview(world.session, clock.today())
    assert (seen.unread, seen.held, seen.archive) == (1, 0, 0)
    assert seen.weeks[0].monday == date(2026, 11, 23)
    assert (seen.weeks[0].conversations, seen.weeks[0].cases) == (
        1,
        1,
    )  # one from 363 days ago
    assert seen.weeks[1].conversations == 1
    assert sum(week.cases for week in seen.weeks) == 1
    page = ines.get("/stadt/datenschutz/loeschen").text
    assert "Mo, 30.11.2026" in page
    assert not [each for each in (soon, unread) if case_name(each) in page or str(each) in page]


def test_what_the_preview_says_is_what_then_goes(
    world: World, cases: Cases, clock: MovingClock, database: Database, pepper_layer: PepperLayer
) -> None:
    for days in (60, 70, 80, 89, 300, 360):
        cases.closed(days)
    seen = overview.preview(world.session, clock.today())
    world.session.rollback()
    gone = []
    for week in seen.weeks:
        clock.moment += timedelta(days=7 - clock.today().weekday() - 1)  # Sunday of that week
        found = engine.run(database, pepper_layer, clock.now(), TIMES)
        gone.append((found["conversations destroyed"], found["cases destroyed"]))
        clock.forward(days=1)
        assert week.monday <= clock.today()
    assert gone == [(week.conversations, week.cases) for week in seen.weeks]


def test_a_request_is_answered_within_a_month_and_says_who_asks_to_officers_alone(
    app: Flask, world: World, clock: MovingClock, database: Database
) -> None:
    ines, ruth = seat(app, world, "Ines"), seat(app, world, "Ruth")
    ines.get("/stadt/datenschutz")
    assert SECRET in ines.press("Eintragen", 422, art="", received_on="2026-12-24", text=SECRET).text
    assert "kommt erst noch" in ines.press("Eintragen", 422, art="15", received_on="2026-12-24").text
    for _ in range(2):  # a second submit, after going back
        ines.get("/stadt/datenschutz")
        ines.press("Eintragen", art="15", received_on="2026-11-20", text=SECRET, number="1f")
    for officer in (ines, ruth):
        officer.get("/stadt/datenschutz/antrag/31")
        assert SECRET in officer.main
        assert "So, 20.12.2026" in officer.main
    with database.transaction(write=False) as session:
        assert session.scalar(select(func.count()).select_from(PrivacyRequest)) == 1
        texts = session.scalars(select(PrivacyRequestText)).all()
        assert {text.person_id for text in texts} == set(world.ids("Ines", "Ruth"))
        assert not any(b"Abendroth" in text.sealed for text in texts)
        key = world.key("Ruth")
        assert opening.text_of(session, 0x1F, world.person("Ines").id, key) is None  # a swapped row opens nothing
    ines.get("/stadt/datenschutz/antrag/31")
    ruth.get("/stadt/datenschutz/antrag/31")
    ines.press("Verlängern", 422)
    ines.press("Verlängern", why="complex")
    assert "Sa, 20.02.2027" in ines.main
    stale = ruth.page
    ruth.press("Abschließen", end="answered")
    ruth.page = stale
    ruth.press("Abschließen", end="refused")
    assert "Das war schon eingetragen." in ruth.main
    ines.get("/stadt/datenschutz")
    assert "beantwortet" in ines.main


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 30), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_its_last(day: date, months: int, due: date) -> None:
    assert requests.after_months(day, months) == due


def test_a_closed_request_goes_after_its_period_and_an_open_one_stays(
    world: World, clock: MovingClock, database: Database, pepper_layer: PepperLayer
) -> None:
    session, ines = world.session, world.person("Ines").id
    rows = []
    for number in (1, 2):
        entry = requests.Entry(number, Art.ERASURE, clock.today())
        rows.append(requests.enter(session, pepper_layer, entry, SECRET, ines, clock.now()))
    requests.extend(session, rows[0], Extension.MANY, ines, clock.now())
    requests.close(session, rows[0], RequestState.REFUSED, ines, clock.now())
    session.commit()
    clock.forward(days=3 * 365 + 1)
    engine.run(database, pepper_layer, clock.now(), TIMES)
    session.expire_all()
    assert session.scalars(select(PrivacyRequest.id)).all() == [2]
    assert set(session.scalars(select(PrivacyRequestText.request_id))) == {2}


def test_every_letter_can_be_printed_with_its_days_and_says_that_it_is_a_draft(app: Flask, world: World) -> None:
    ines = seat(app, world, "Ines")
    ines.get("/stadt/datenschutz")
    ines.press("Eintragen", art="17", received_on="2026-11-20", number="1f")
    for letter in LETTERS:
        page = ines.get(f"/stadt/datenschutz/antrag/31/brief/{letter.code}")
        assert "Entwurf. Niemand mit juristischer Ausbildung hat ihn geprüft." in page.text
        assert "%(" not in page.text
    assert "spätestens am So, 20.12.2026" in ines.get("/stadt/datenschutz/antrag/31/brief/eingang").text
    ines.get("/stadt/datenschutz/antrag/31/brief/nichts", 404)
    ines.get("/stadt/datenschutz/antrag/32", 404)


def test_the_trail_names_nobody_whose_account_is_gone(
    app: Flask, world: World, clock: MovingClock, database: Database, pepper_layer: PepperLayer
) -> None:
    jan = world.person("Jan")
    jan.state, jan.left_on = PersonState.LEFT, clock.today() - timedelta(days=366)
    record(world.session, Event.CASE_TAKEN, clock.now(), actor=jan.id, subject=4711)
    ines = seat(app, world, "Ines")
    assert "Jan Brandt" in ines.get("/stadt/protokoll").text
    engine.run(database, pepper_layer, clock.now(), TIMES)
    page = ines.get("/stadt/protokoll").text
    assert "Jan Brandt" not in page
    assert "früheres Mitglied" in page
    assert "Angaben zu einer früheren Person gelöscht" in page
