"""A city with one active coordinator and one school, and hands to sign in with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.invitations import SeatWish, ensure_person, give_seat
from bullying_desk.accounts.invitations.key_words import words_of
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in import second_factor
from bullying_desk.accounts.sign_in.key_making import give_new_key, lay_second_factor, stretch_new_password
from bullying_desk.database import Database, random_id
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import School, SeatState
from bullying_desk.sealing.slow_hash import SlowHashGate
from tests.moving_clock import MovingClock
from tests.world import make_school

SAME = {"Sec-Fetch-Site": "same-origin"}
GATE = SlowHashGate()


@dataclass
class Member:
    """A person who can sign in."""

    id: int
    email: str
    password: str
    totp: str


class Hands:
    """A browser in the hands of one person."""

    def __init__(self, app: Flask, clock: MovingClock) -> None:
        self.app, self.clock = app, clock
        self.client: FlaskClient = app.test_client()
        self.page = ""

    def get(self, address: str) -> TestResponse:
        answer = self.client.get(address, base_url="https://localhost", headers=SAME)
        self.page = answer.get_data(as_text=True)
        return answer

    def post(self, address: str, **fields: str | list[str]) -> TestResponse:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        data = {**({"csrf_token": unescape(token[1])} if token else {}), **fields}
        answer = self.client.post(address, data=data, base_url="https://localhost", headers=SAME)
        self.page = answer.get_data(as_text=True)
        return answer

    def code(self, secret: str) -> str:
        return pyotp.TOTP(secret).at(int(self.clock.now().timestamp()))

    def sign_in(self, member: Member) -> TestResponse:
        self.clock.forward(seconds=60)  # each code counts once
        self.get("/team/anmelden")
        return self.post("/team/anmelden", email=member.email, password=member.password, code=self.code(member.totp))


def make_member(
    database: Database, keys: Keyring, clock: MovingClock, name: str, role: Role, school: School | None = None
) -> Member:
    """Make an active person with a password and a second factor."""
    pepper_layer, person_id, totp = keys.pepper_layer, random_id(), second_factor.new_secret()
    password = f"vier nette igel {name.lower()}"
    header, stretched = stretch_new_password(person_id, password, GATE, b"")
    with database.transaction() as session:
        person = ensure_person(session, name, f"{name.split()[0]}@schule.example", None, clock.today(), person_id)
        give_new_key(person, pepper_layer, header, stretched)
        lay_second_factor(person, pepper_layer, totp)
        person.state, person.compared_on = PersonState.ACTIVE, clock.today()
        wish = SeatWish(role, school.id if school else None, shown_name=name)
        seat = give_seat(session, person, wish, clock.today(), head_may_coordinate=False)
        seat.state = SeatState.ACTIVE
        return Member(person.id, person.email, password, totp)


@pytest.fixture
def school(database: Database) -> School:
    with database.transaction() as session:
        return make_school(session)


@pytest.fixture
def coordinator(database: Database, keys: Keyring, clock: MovingClock) -> Member:
    return make_member(database, keys, clock, "Karin Schulte", Role.CITY_COORDINATOR)


@pytest.fixture
def hands(app: Flask, clock: MovingClock) -> Hands:
    return Hands(app, clock)


def person_by_email(database: Database, email: str) -> Person:
    with database.transaction(write=False) as session:
        return session.scalars(select(Person).where(Person.email == email)).one()


def heard(database: Database, page: str, person_id: int) -> dict[str, str]:
    """Return the fields of the comparing page, filled with the words the person reads aloud."""
    with database.transaction(write=False) as session:
        words = words_of(session.get_one(Person, person_id))
    return {f"wort{place}": words[int(place) - 1] for place in re.findall(r'name="wort(\d)"', page)}
