"""The head's page: people, hours, prints and dates of their own school, and nothing that counts reports."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import FreeDay, OfficeHour, Place
from tests.cases.browsing import Browser
from tests.moving_clock import MovingClock
from tests.signing import sign_in
from tests.world import World, layer_of, make_school, make_world

pytestmark = pytest.mark.sqlite


@pytest.fixture
def world(session: Session, keys: Keyring, clock: MovingClock) -> World:
    return make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)


def _enter(app: Flask, world: World, name: str) -> Browser:
    world.session.commit()
    client = app.test_client()
    client.environ_base.update({"wsgi.url_scheme": "https", "HTTP_HOST": "localhost"})
    sign_in(app, client, world, name)
    return Browser(client, world)


def test_a_head_sees_team_hours_and_dates_and_no_report(app: Flask, world: World) -> None:
    school = world.school
    place = Place(school_id=school.id, name="Raum 104")
    world.session.add(place)
    world.session.flush()
    seat = world.seats["Selin"].id
    world.session.add(
        OfficeHour(school_id=school.id, seat_id=seat, place_id=place.id, weekday=1, starts=time(9), ends=time(10))
    )
    world.session.add(FreeDay(school_id=school.id, day=date(2027, 2, 8)))
    other = make_school(world.session, "P4WX", "198766", "Weiher")
    world.add("Zeynep", "Frau Kaya", Role.CONTACT_PERSON, school=other)
    renate = _enter(app, world, "Renate")
    renate.get("/team/leitung")
    before = renate.main
    for told in ("Selin Aydin", "Dienstag, 09:00–10:00", "Raum 104", "08.02.2027", "seit Sa, 01.08.2026"):
        assert told in before
    assert "Zeynep" not in before  # another school's
    for _report in range(6):
        world.file()
    world.session.commit()
    assert renate.get("/team/leitung").status_code == 200
    assert renate.main == before  # whatever comes in, the page says the same
    assert renate.get("/team/start", 303).headers["Location"].endswith("/team/leitung")
