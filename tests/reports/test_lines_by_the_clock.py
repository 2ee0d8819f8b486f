"""No page names a line as help for a time outside its hours: by day, at night, on a Sunday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bullying_desk.clock import BERLIN
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.schoolyard.prints.facts import CHILD_LINE
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, press
from tests.secrecy.routes import open_pages
from tests.world import World

MOMENTS = {
    "a Sunday at three in the morning": datetime(2026, 11, 29, 3, tzinfo=BERLIN),
    "a Monday at nine in the morning": datetime(2026, 11, 30, 9, tzinfo=BERLIN),
    "a Monday at three in the afternoon": datetime(2026, 11, 30, 15, tzinfo=BERLIN),
    "Christmas night": datetime(2026, 12, 25, 23, tzinfo=BERLIN),
}
MOST_PAGES = 60
FEWEST_PAGES = 30
# Adults at their desk, machines, and the lessons for teachers: no child in distress comes by.
NOT_FOR_REPORTERS = ("/team", "/unterricht", "/static/", "/livez", "/readyz", "/healthz")


class Pages:
    """Every page of pupils, parents and reporting teachers, found in the map of addresses."""

    def __init__(self, app: Flask, client: FlaskClient, world: World) -> None:
        world.session.commit()
        self._client = client
        found = {address for address, _entry in open_pages(app, world.school.key)}
        self._addresses = sorted(one for one in found if not one.startswith(NOT_FOR_REPORTERS))
        form = "/s/K7M2/schreiben/1"
        sent = press(client, form, filled(look(client, form), text="Es war wieder so.", lesen="team"))
        press(client, sent.location, filled(look(client, sent.location), da="heft"))  # a conversation is open

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for address in (*self._addresses, "/schule?tuer=1", "/schule?tuer=3", "/s/K7M2?sie=1", "/gibt-es-nicht"):
            page = look(self._client, address)
            if page.mimetype == "text/html" and page.status_code in {200, 404}:
                yield address, page.text


@pytest.fixture
def pages(app: Flask, client: FlaskClient, world: World) -> Pages:
    return Pages(app, client, world)


@pytest.mark.parametrize("door", range(1, 6))
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_what_says_reachable_now_names_a_number_at_every_hour(
    client: FlaskClient, world: World, clock: MovingClock, moment: datetime, door: int
) -> None:
    clock.forward(seconds=(moment - clock.now()).total_seconds())
    world.session.commit()
    form = f"/s/K7M2/schreiben/{door}"
    sent = press(client, form, filled(look(client, form), text="Es war wieder so.", lesen="stadt"))
    helpers = look(client, sent.location).text.partition('class="note amber"')[2].partition("</section>")[0]
    assert "tel:" in helpers or "https://" in helpers


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_closed_line_is_named_only_with_its_hours(pages: Pages, clock: MovingClock, moment: datetime) -> None:
    clock.forward(seconds=(moment - clock.now()).total_seconds())
    closed = [line for line in help_lines().lines if line.number and line.hours and not line.answers_at(clock.now())]
    assert closed or moment.hour == 15
    for address, text in pages:
        for line in closed:
            for piece in text.split(f"tel:{line.dial}")[1:]:
                assert line.hours in piece[:600], (address, line.id)


def test_every_public_page_says_who_listens_at_night(pages: Pages) -> None:
    seen = dict(pages)
    assert FEWEST_PAGES <= len(seen) <= MOST_PAGES
    for address, text in seen.items():
        assert "Nachts und in den Ferien liest hier niemand." in text, address
        assert all((line.dial if line.number else line.web) in text for line in help_lines().always()), address


def test_paper_names_who_answers_around_the_clock() -> None:
    assert help_lines().by_id(CHILD_LINE).around_the_clock
