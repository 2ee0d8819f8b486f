"""When a line answers is read from the words on the page: no number is offered to a child while only a tape runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.guidance.opening import HoursUnreadable, Opening, opening


def _opening(words: str) -> Opening:
    found = opening(words)
    assert found is not None
    return found


def test_every_line_of_the_file_can_be_read() -> None:
    for line in help_lines().lines:
        found = opening(line.hours)
        assert (found is None) == (not line.hours), line.id


def test_the_childrens_line_sleeps_at_night_and_on_sunday() -> None:
    found = _opening(help_lines().by_id("nummer-gegen-kummer").hours)
    assert found.at(0, 14)
    assert found.at(5, 19, 59)
    assert not found.at(5, 20)
    assert not found.at(6, 15)
    assert not found.at(2, 13, 59)


def test_always_is_always() -> None:
    for words in ("Immer.", "Tag und Nacht."):
        assert all(_opening(words).at(day, hour) for day in range(7) for hour in range(24))


def test_days_can_be_listed_and_lengthened() -> None:
    listed = _opening("Montag, Mittwoch, Freitag 9 bis 14 Uhr. Dienstag, Donnerstag 15 bis 20 Uhr.")
    assert listed.at(2, 13)
    assert not listed.at(1, 13)
    assert listed.at(3, 19)
    longer = _opening("Montag bis Freitag 9 bis 17 Uhr. Dienstag und Donnerstag bis 19 Uhr.")
    assert longer.at(1, 9)
    assert longer.at(1, 18)
    assert not longer.at(0, 18)
    assert _opening("Jeden Tag 7 bis 22 Uhr.").at(6, 21)


def test_the_moment_is_told_in_dortmund() -> None:
    found = _opening("Montag bis Samstag, 14 bis 20 Uhr.")
    assert found.now(datetime(2026, 11, 30, 13, 0, tzinfo=UTC))  # Monday, 14:00 in winter
    assert not found.now(datetime(2026, 11, 30, 12, 59, tzinfo=UTC))
    assert found.now(datetime(2026, 7, 6, 12, 0, tzinfo=UTC))  # 14:00 in summer


@pytest.mark.parametrize("words", ["meistens", "Montag ab 9 Uhr.", "Montag bis 17 Uhr.", "Maandag 9 bis 10 Uhr."])
def test_words_nobody_can_read_are_refused(words: str) -> None:
    with pytest.raises(HoursUnreadable):
        opening(words)
