"""A person who is left out of a report finds no trace of it: each of their pages is as if it had never come."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.keyring import Keyring
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Report
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.resources import case_name
from tests.moving_clock import MovingClock
from tests.signing import sign_in
from tests.world import World, layer_of, make_world

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

DESK = ("/team", "/team?liste=zu", "/team?liste=warten", "/team?nur=ich", "/team/start", "/team/konto")
CITY = ("/stadt/schulen", "/stadt/schulen.csv", "/stadt/antworten", "/stadt/personen/", "/stadt/protokoll")
PAGES = (*DESK, "/team/vergleichen", "/team/schule/", *CITY)
FRESH = re.compile(r'value="[^"]{60,}"')  # the form's token
DANGER = Answers(1, True, {"text": "Er hat ein Messer."})


@pytest.fixture
def world(session: Session, clock: MovingClock, keys: Keyring) -> World:
    """Return the small city with everybody who reads no report by their role."""
    made = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    made.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    made.add("Ines", "Frau Costa", Role.DATA_PROTECTION_OFFICER)
    made.add("Emre", "Herr Polat", Role.LESSON_EDITOR)
    made.file()  # a report that Jan may read, so that the pages are not empty
    session.commit()
    return made


def write(world: World, choice: ReaderChoice, answers: Answers | None = None) -> int:
    """File a report and return its case's id, everything committed."""
    filed, _receipt = world.file(choice=choice, answers=answers)
    case = world.session.get_one(Report, filed.report_id).case_id
    world.session.commit()
    return case


def seen(client: FlaskClient) -> dict[str, str]:
    """Return every page that the signed-in person can open, without the parts that change with each request."""
    pages = {}
    for address in PAGES:
        answer = client.get(address, base_url="https://localhost", headers={"Sec-Fetch-Site": "same-origin"})
        pages[address] = f"{answer.status_code} {FRESH.sub('', answer.text)}"
    return pages


@pytest.mark.parametrize("name", ["Jan", "Renate", "Piotr", "Tomasz", "Karin", "Ines", "Emre"])
@pytest.mark.parametrize("answers", [None, DANGER], ids=["quiet", "danger"])
def test_a_report_changes_no_page_of_whoever_may_not_read_it(
    app: Flask, client: FlaskClient, world: World, name: str, answers: Answers | None
) -> None:
    sign_in(app, client, world, name)
    before = seen(client)
    assert any(page.startswith("200") for page in before.values())
    choice = ReaderChoice(Wish.TEAM, left_out=world.ids("Jan"))
    if name == "Tomasz":  # of the city's office, standing by: nothing before a release
        choice = ReaderChoice(Wish.TEAM)
    case = write(world, choice, answers)
    after = seen(client)
    if (
        name == "Ines"
    ):  # the officer's trail says who reads from the first hour, as it says who reads later (decision D27)
        assert before.pop("/stadt/protokoll") != after.pop("/stadt/protokoll")
    assert after == before
    answer = client.get(f"/team/fall/{case}", base_url="https://localhost")
    assert answer.status_code == 404
    assert case_name(case) not in answer.text


def test_control_a_reader_sees_it_at_once(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(app, client, world, "Selin")
    before = seen(client)
    case = write(world, ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    after = seen(client)
    assert after != before
    assert case_name(case) in after["/team"]


def test_whoever_stands_by_is_told_nothing_of_who_was_left_out(app: Flask, client: FlaskClient, world: World) -> None:
    """The page of a case names the people left out only to its readers."""
    case = write(world, ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    sign_in(app, client, world, "Selin")
    page = client.get(f"/team/fall/{case}", base_url="https://localhost").text
    assert "Brandt" in page
    for name in ("Leyla", "Piotr", "Renate"):
        sign_in(app, client, world, name)
        assert client.get(f"/team/fall/{case}", base_url="https://localhost").status_code == 404
