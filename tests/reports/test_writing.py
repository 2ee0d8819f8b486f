"""Walking through the five doors: from a school's page to the six words."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.reports.pages import filled, look, main_of, press, words_on
from tests.world import World


@pytest.fixture
def city(world: World) -> World:
    """Return the small city, committed, so that the program sees it."""
    world.session.commit()
    return world


@pytest.mark.parametrize("door", range(1, 6))
def test_each_door_leads_to_six_words(client: FlaskClient, city: World, door: int) -> None:
    address = f"/s/{city.school.key}/schreiben/{door}"
    page = look(client, address)
    assert page.status_code == 200, page.text
    fields = filled(page, text="Sie lachen mich aus.", lesen="stadt")
    answer = press(client, address, fields)
    assert answer.status_code == 303, main_of(answer)
    words = words_on(look(client, answer.location))
    assert len(words) == 6
