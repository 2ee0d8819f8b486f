"""An open page asks how long its session lives: asking keeps no session alive, and names nobody."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from bullying_desk.access.roles import Role
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import School
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock

pytestmark = pytest.mark.sqlite
LEFT = "/team/sitzung"


@pytest.fixture
def ana(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Ana Kovacevic", Role.CONTACT_PERSON, school)


def test_asking_counts_down_and_keeps_nothing_alive(hands: Hands, ana: Member, clock: MovingClock) -> None:
    hands.sign_in(ana)
    assert hands.get("/team/konto").status_code == 200
    stated = int(re.findall(r'data-session="(\d+)"', hands.page)[0])
    assert 14 * 60 <= stated <= 15 * 60
    for minutes in (5, 10, 14):
        clock.forward(minutes=5 if minutes < 14 else 4)
        answer = hands.get(LEFT)
        assert "Set-Cookie" not in answer.headers
        assert abs(int(answer.text.split()[0]) - (stated - minutes * 60)) <= 1
    clock.forward(minutes=2)
    assert hands.get(LEFT).status_code == 303
    assert hands.get("/team/konto").status_code == 303


def test_the_day_s_end_counts_too(hands: Hands, ana: Member, clock: MovingClock) -> None:
    """Ten hours after signing in it ends, however busy somebody is."""
    hands.sign_in(ana)
    for _ in range(59):
        clock.forward(minutes=10)
        hands.get("/team/konto")
    clock.forward(minutes=5)
    hands.get("/team/konto")
    assert int(re.findall(r'data-session="(\d+)"', hands.page)[0]) <= 5 * 60


def test_the_answer_tells_persons_apart_without_naming_them(
    app: Flask, hands: Hands, ana: Member, database: Database, keys: Keyring, clock: MovingClock, school: School
) -> None:
    other = make_member(database, keys, clock, "Mirko Lange", Role.CONTACT_PERSON, school)
    marks = {}
    for member in (ana, other):
        person = Hands(app, clock)
        person.sign_in(member)
        person.get("/team/konto")
        shown = re.findall(r'data-session-mark="([0-9a-f]+)"', person.page)[0]
        said = person.get(LEFT).text.split()
        assert said[1] == shown
        assert f"{member.id:x}" not in said[1]
        assert person.client.post(
            "/team/abmelden", data={"csrf_token": said[2]}, base_url="https://localhost",
            headers={"Sec-Fetch-Site": "same-origin"},
        ).headers["Clear-Site-Data"] == '"cache", "storage"'  # fmt: skip
        marks[member.id] = shown
    assert len(set(marks.values())) == 2
    assert hands.get(LEFT).status_code == 303


def test_pages_of_the_desk_are_never_stored(hands: Hands, ana: Member) -> None:
    hands.sign_in(ana)
    for address in ("/team", "/team/konto", LEFT):
        assert hands.get(address).headers["Cache-Control"] == "no-store"
