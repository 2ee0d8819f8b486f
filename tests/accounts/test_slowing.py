"""Guessing slows one account in one network: nobody shuts a whole school's staff out from its own computers."""

from __future__ import annotations

import pytest
from flask import Flask

from bullying_desk.access.roles import Role
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import School
from bullying_desk.web.limits import Budget
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

MOST = int(Budget.WRONG_SIGN_INS_OF_PERSON.value.split()[0])


@pytest.fixture
def jan(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)


def guess(hands: Hands, email: str, times: int = MOST) -> int:
    status = 0
    for _ in range(times):
        status = hands.post("/team/anmelden", email=email, password="bestimmt nicht das", code="000000").status_code
    return status


def at(app: Flask, clock: MovingClock, address: str) -> Hands:
    hands = Hands(app, clock)
    hands.client.environ_base["REMOTE_ADDR"] = address
    return hands


def test_guessing_at_one_colleague_shuts_out_neither_the_others_nor_the_colleague_at_home(
    app: Flask, clock: MovingClock, coordinator: Member, jan: Member
) -> None:
    pupil, school_pc, at_home = at(app, clock, "192.0.2.1"), at(app, clock, "192.0.2.1"), at(app, clock, "192.0.2.9")
    assert guess(pupil, jan.email) == 422
    assert guess(pupil, jan.email.upper(), 1) == 429
    assert school_pc.sign_in(jan).status_code == 429
    assert school_pc.sign_in(coordinator).status_code == 303
    assert at_home.sign_in(jan).status_code == 303


def test_an_unknown_address_is_slowed_like_a_known_one(app: Flask, clock: MovingClock, jan: Member) -> None:
    pupil = at(app, clock, "192.0.2.1")
    answers = {email: (guess(pupil, email), guess(pupil, email, 1)) for email in (jan.email, "niemand@schule.example")}
    assert set(answers.values()) == {(422, 429)}


def test_the_old_password_is_not_guessed_at_an_open_session(app: Flask, clock: MovingClock, jan: Member) -> None:
    hands = Hands(app, clock)
    hands.sign_in(jan)
    hands.get("/team/konto/passwort")
    form = hands.page
    new = "neun braune pferde traben"
    statuses = []
    for number in range(MOST + 1):
        hands.page = form
        guessed = {"password": f"vielleicht das {number}", "code": "000000"}
        answer = hands.post("/team/konto/passwort", **guessed, new_password=new)
        statuses.append(answer.status_code)
    assert statuses == [*[422] * MOST, 429]
