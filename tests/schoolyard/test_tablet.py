"""A school's tablet: only the address carries the mode; it leads nowhere else, and goes back by itself."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bullying_desk.access.roles import Role
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools import tablets
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, press
from tests.schoolyard.conftest import Yard, at

pytestmark = pytest.mark.sqlite
START = "/k/K7M2/s/K7M2"
BACK = re.compile(r'<noscript><meta http-equiv="refresh" content="(\d+); url=([^"]+)"></noscript>')


@pytest.fixture
def out(yard: Yard, clock: MovingClock) -> Yard:
    clock.moment = at("2026-11-24T10:20")
    tablets.put_out(yard.session, yard.world.school, clock.today(), out=True)
    yard.session.commit()
    return yard


def test_without_a_tablet_there_is_no_such_page(yard: Yard, client: FlaskClient) -> None:
    assert client.get(START).status_code == 404
    assert "on-tablet" not in client.get("/s/K7M2").text


@pytest.mark.parametrize(
    "page",
    [
        "/s/K7M2",
        "/s/K7M2/heute",
        "/s/K7M2/schreiben",
        "/s/K7M2/schreiben/1",
        "/hilfe",
        "/zurueck",
        "/datenschutz",
        "/leichte-sprache",
        "/fuer-eltern",
        "/unterricht",
    ],
)
def test_every_link_stays_inside_and_nothing_is_kept(out: Yard, client: FlaskClient, page: str) -> None:
    answer = client.get(f"/k/K7M2{page}")
    assert answer.status_code == 200
    links = re.findall(r' (?:href|action|data-sent)="([^"]*)"', answer.text)
    assert [link for link in links if not link.startswith(("/k/K7M2/", "/static/", "#", "?"))] == []
    assert not [link for link in links if "/team" in link]
    assert "Set-Cookie" not in answer.headers
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")


@pytest.mark.parametrize(
    "address",
    [
        "/k/K7M2",
        "/k/k7m2/",
        "/k/K7M2/team/anmelden",
        "/k/K7M2/stadt/schulen",
        "/k/K7M2/schule?q=weiher",
        "/k/K7M2/s/P4WX/schreiben/1",
        "/k/K7M2/weg",
    ],
)
def test_what_lies_outside_leads_to_the_start(out: Yard, client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.location) == (303, START)


def test_without_script_only_pages_where_nobody_types_go_back(out: Yard, client: FlaskClient) -> None:
    assert BACK.findall(client.get("/k/K7M2/hilfe").text) == [("60", "/k/K7M2/weg")]
    assert BACK.findall(client.get(START).text) == [("60", START)]
    for page in ("/s/K7M2/schreiben/1", "/zurueck"):
        assert BACK.findall(client.get(f"/k/K7M2{page}").text) == []
    assert BACK.findall(client.get("/hilfe").text) == []


def test_the_coordinator_switches_it(
    app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    hands, address = Hands(app, clock), f"/team/schule/{yard.school_id}/tablet"
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    yard.session.rollback()
    for value, status in (("1", 200), ("1", 200), ("0", 404)):
        assert "/k/K7M2/" in hands.get(address).text
        assert hands.post(address, tablet=value).status_code == 303
        assert hands.client.get(START).status_code == status


def test_a_form_kept_for_telephones_is_none_for_the_tablet_and_the_other_way_round(
    out: Yard, client: FlaskClient
) -> None:
    """Empty forms are rendered once and kept: a child at home must never get one that goes back by itself."""
    for first, second in (("/s/K7M2/schreiben/1", "/k/K7M2/s/K7M2/schreiben/1"),
                          ("/k/K7M2/s/K7M2/schreiben/2", "/s/K7M2/schreiben/2")):  # fmt: skip
        for path in (first, second, first, second):
            assert ("data-tablet-say" in client.get(path).text) == path.startswith("/k/"), path


@pytest.mark.parametrize("root", ["", "/k/K7M2"])
def test_a_form_names_the_address_where_its_own_words_show(out: Yard, client: FlaskClient, root: str) -> None:
    """A script goes there after sending, whether the page was rendered for this request or kept from an earlier one."""
    for _kept in range(2):
        page = client.get(f"{root}/s/K7M2/schreiben/1")
        named = re.search(r' data-sent="([^"]+)"', page.text)
        assert named is not None
        sent = press(client, f"{root}/s/K7M2/schreiben/1", filled(page, was="worte", lesen="team", zweite="ja"))
        assert sent.location == named[1]
        assert client.get(sent.location).text.count('<ol class="slip') == 1
