"""How much the public pages weigh in each language: no language's children wait longer than principle P12 allows."""

from __future__ import annotations

import re
from itertools import cycle

import pytest
from flask.testing import FlaskClient

from bullying_desk.access.roles import Role
from bullying_desk.schools.models import ContactFunction
from bullying_desk.texts.catalogues import GERMAN, TRANSLATED
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

FIRST_VIEW, NEXT_PAGE, REQUESTS = 40_000, 12_000, 6  # bytes over the wire and how often, as principle P12 says
FIRST = ("/", "/hilfe", "/s/K7M2")  # where a printed address leads to
NEXT = ("/datenschutz", *(f"/s/K7M2/schreiben/{door}" for door in (1, 2, 4)))  # the heaviest
PARTS = re.compile(r'(?:src|href)="(/static/[^"]+)"')
NEW = {"Nadja": "Frau Wilk", "Tarek": "Herr Haddad", "Lea": "Frau Schulte", "Minh": "Herr Nguyen", "Rosa": "Frau Costa"}


def _weight(client: FlaskClient, address: str) -> int:
    """Return the bytes of an answer with its headers, compressed as a browser asks for it."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    return len(answer.data) + sum(len(f"{name}: {value}\r\n") for name, value in answer.headers)


def test_each_page_is_light_in_each_language(client: FlaskClient, world: World) -> None:
    """In a school with a team of eight: each person stands in the lists of readers."""
    for (name, shown), function in zip(NEW.items(), cycle(ContactFunction), strict=False):
        world.add(name, shown, Role.CONTACT_PERSON, function=function)
    world.session.commit()
    files = {page: PARTS.findall(client.get(page).text) for page in FIRST}
    weighed = {address: _weight(client, address) for address in {each for found in files.values() for each in found}}
    heavy = {}
    for language in (GERMAN, *TRANSLATED):
        for page in (*FIRST, *NEXT):
            weight = _weight(client, f"{page}?l={language.code}")
            if weight > NEXT_PAGE:
                heavy[page, language.code] = weight
            view = weight + sum(weighed[each] for each in files.get(page, ()))
            if view > FIRST_VIEW or len(files.get(page, ())) >= REQUESTS:
                heavy[page, language.code] = view
    assert heavy == {}
