"""No page names a line as help for a time outside its hours: by day, at night, on a Sunday."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from bullying_desk.clock import BERLIN
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.schoolyard.prints.facts import CHILD_LINE
from tests.moving_clock import MovingClock
from tests.reports.pages import look
from tests.world import World

MOMENTS = {
    "a Sunday at three in the morning": datetime(2026, 11, 29, 3, tzinfo=BERLIN),
    "a Monday at nine in the morning": datetime(2026, 11, 30, 9, tzinfo=BERLIN),
    "a Monday at three in the afternoon": datetime(2026, 11, 30, 15, tzinfo=BERLIN),
    "Christmas night": datetime(2026, 12, 25, 23, tzinfo=BERLIN),
}
PAGES = (
    "/", "/hilfe", "/was-hilft", "/schule", "/schule?tuer=1", "/schule?tuer=3", "/zurueck", "/danke", "/fuer-eltern",
    "/leichte-sprache", "/s/K7M2", "/s/K7M2/heute", "/s/K7M2/schreiben", "/s/K7M2/schreiben/1", "/s/K7M2/schreiben/2",
    "/s/K7M2/schreiben/3", "/gibt-es-nicht",
)  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_closed_line_is_named_only_with_its_hours(
    client: FlaskClient, world: World, clock: MovingClock, moment: datetime
) -> None:
    world.session.commit()
    clock.forward(seconds=(moment - clock.now()).total_seconds())
    closed = [line for line in help_lines().lines if line.number and line.hours and not line.answers_at(clock.now())]
    assert closed or moment.hour == 15
    for address in PAGES:
        text = look(client, address).text
        for line in closed:
            for piece in text.split(f"tel:{line.dial}")[1:]:
                assert line.hours in piece[:600], (address, line.id)


def test_every_public_page_says_who_listens_at_night(client: FlaskClient, world: World) -> None:
    world.session.commit()
    for address in PAGES:
        text = look(client, address).text
        assert "Nachts und in den Ferien liest hier niemand." in text, address
        assert all((line.dial if line.number else line.web) in text for line in help_lines().always()), address


def test_paper_names_who_answers_around_the_clock() -> None:
    assert help_lines().by_id(CHILD_LINE).around_the_clock
