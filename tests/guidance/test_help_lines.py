"""Help lines are data with source and date; a line that could fail a child never reaches a page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from bullying_desk.clock import BERLIN
from bullying_desk.guidance.help_lines import FILE, help_lines
from bullying_desk.texts import TextsWrong

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

GOOD = """
collected: 2026-11-23
lines:
  - id: one
    name: Eins
    number: 0231 50 12345
    for: [pupils]
    words: Ruf an.
    source: dortmund.de
    dated: 2026-01-02
    called: null
"""


def test_what_a_frightened_child_needs_stands_first() -> None:
    urgent = [line.dial for line in help_lines().urgent]
    assert urgent[:3] == ["110", "112", "116111"]
    assert "+492315012345" in urgent


def test_everybody_finds_somebody() -> None:
    for audience in ("pupils", "parents", "staff"):
        assert any(line.number for line in help_lines().more_for(audience))
    assert not set(help_lines().urgent) & set(help_lines().more_for("pupils"))


@pytest.mark.parametrize("audience", ["pupils", "parents", "staff"])
def test_at_every_hour_of_the_week_somebody_listens(audience: str) -> None:
    begin = datetime(2026, 11, 23, tzinfo=BERLIN)
    silent = [begin + timedelta(hours=hours) for hours in range(7 * 24)]
    assert [moment for moment in silent if not help_lines().answering(moment, audience)] == []


def test_who_is_there_for_parents_alone_comes_before_who_is_there_for_everybody() -> None:
    monday = datetime(2026, 11, 23, 10, tzinfo=BERLIN)
    assert next(line.id for line in help_lines().answering(monday, "parents")) == "elterntelefon"


def test_every_line_says_where_it_is_from_and_how_old_that_is() -> None:
    for line in help_lines().lines:
        assert line.source
        assert date(2018, 1, 1) <= line.dated <= help_lines().collected


def test_every_number_can_be_dialled(client: FlaskClient) -> None:
    page = client.get("/hilfe").text
    for line in help_lines().lines:
        assert (f'href="tel:{line.dial}"' in page) if line.number else (f'href="https://{line.web}"' in page), line.id


def test_a_number_gets_its_digits_to_dial() -> None:
    assert FILE.read_text(GOOD).by_id("one").dial == "02315012345"
    with pytest.raises(KeyError):
        FILE.read_text(GOOD).by_id("two")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("name: Eins\n", "\n", "name"),
        ("number: 0231 50 12345", "", "neither number nor web"),
        ("number: 0231 50 12345", "number: ruf an", "dialled"),
        ("[pupils]", "[children]", "audience"),
        ("words: Ruf an.", "", "words for pupils"),
        ("[pupils]", "[pupils, staff]", "words for adults"),
        ("source: dortmund.de", "", "source"),
        ("dated: 2026-01-02", "", "date"),
    ],
)
def test_a_line_that_could_fail_a_child_is_refused(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(TextsWrong, match=rf"help_lines.yml, line 4, .*{reason}"):
        FILE.read_text(GOOD.replace(old, new))


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(TextsWrong, match="twice"):
        FILE.read_text(GOOD + GOOD.split("lines:")[1])
