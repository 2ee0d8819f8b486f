"""A child of eight can read the whole way: from the start page through both pupils' doors to the team's answer.

Principle P11: over the journey first Wiener Sachtextformel at most 4 and LIX at most 30, no sentence above 12 words;
one screen alone may be a little harder (WSTF1 6, LIX 38). The formulas are in `tests/guidance/readability.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.keyring import Keyring
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.models import Report, Round
from tests.guidance.readability import page_text, stats
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, press, words_on
from tests.world import layer_of, make_world

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

LONGEST_SENTENCE = 12  # words
TOO_SHORT = 40  # words: for shorter texts the formulas say little
PUPILS_DOORS = (1, 2)
Walk = dict[str, str]


@pytest.fixture
def walk(session: Session, keys: Keyring, clock: MovingClock, client: FlaskClient) -> Walk:
    """Return the text of each screen from the start to the conversation, by address."""
    world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    session.commit()
    read: Walk = {}

    def open_page(address: str) -> None:
        answer = look(client, address)
        assert answer.status_code == 200, (address, answer.status_code)
        read[address] = page_text(answer.text)

    school = f"/s/{world.school.key}"
    for address in (
        "/",
        "/hilfe",
        "/schule",
        "/schule?q=linden",
        "/schule?q=gibtesnicht",
        school,
        f"{school}/schreiben",
    ):
        open_page(address)
    for door in PUPILS_DOORS:
        _send(client, f"{school}/schreiben/{door}", open_page, read)
    for report in session.scalars(select(Report)):
        asking.ask(session, report, Round.TEAM, clock.today())
    session.commit()
    for address in (
        "/gespraech",
        "/gespraech/frage",
        "/gespraech/leser",
        "/gespraech/name",
        "/gespraech/besser",
        "/gespraech/weg",
    ):
        open_page(address)
    return read


def _send(client: FlaskClient, address: str, open_page: Callable[[str], None], read: Walk) -> None:
    """Read a door's form, its errors and its receipt, and come back with the six words."""
    open_page(address)
    form = look(client, address)
    refused = press(client, address, filled(form))
    assert refused.status_code == 422
    read[f"{address} with errors"] = page_text(refused.text)
    sent = press(client, address, filled(form, text="Sie lachen.", lesen="team"))
    assert sent.status_code == 303, page_text(sent.text)
    receipt = look(client, sent.location)
    words = words_on(receipt)
    read[f"{address} receipt"] = _without(words, page_text(receipt.text))
    open_page("/zurueck")
    back = press(client, "/zurueck", filled(look(client, "/zurueck"), code=" ".join(words)))
    assert back.status_code == 303, page_text(back.text)


def _without(words: list[str], text: str) -> str:
    """Take the six words out: they are a list to copy, not a sentence."""
    return "\n".join(line for line in text.split("\n") if line not in words)


def test_the_whole_way_is_easy(walk: Walk) -> None:
    found = stats("\n".join(walk.values()))
    assert found.words > 800
    assert found.wstf1 <= 4, found
    assert found.lix <= 30, found


def test_no_sentence_is_long(walk: Walk) -> None:
    long = {
        address: found.longest
        for address, text in walk.items()
        if (found := stats(text)).longest_words > LONGEST_SENTENCE
    }
    assert not long


def test_each_screen_is_easy_enough(walk: Walk) -> None:
    measured = {address: stats(text) for address, text in walk.items()}
    hard = {
        address: (found.wstf1, found.lix)
        for address, found in measured.items()
        if found.words >= TOO_SHORT and (found.wstf1 > 6 or found.lix > 38)
    }
    assert not hard
