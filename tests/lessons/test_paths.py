"""Paths lead through lessons that exist, and a substitute teacher finds something for every grade."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bullying_desk.lessons.format.loader import Programme
from bullying_desk.lessons.format.paths import SUBSTITUTE, all_paths, by_band, year_plan
from bullying_desk.lessons.format.vocabulary import BANDS
from bullying_desk.schooldays import HORIZON, SchoolCalendar


def test_every_lesson_of_a_path_exists(programme: Programme) -> None:
    for path in all_paths():
        found = path.lessons(programme.lessons)
        if path.id != SUBSTITUTE:
            assert [lesson.code for lesson in found] == list(path.codes), path.id


def test_the_paths_that_were_asked_for() -> None:
    ids = {path.id for path in all_paths()}
    assert ids >= {"start-klasse-5", "nach-einem-vorfall", "kollegium-zuerst", SUBSTITUTE}
    assert {path.band for path in all_paths()} >= set(BANDS)


def test_a_path_for_a_band_is_for_that_band(programme: Programme) -> None:
    for path in all_paths():
        if path.band:
            assert all(set(lesson.grades) & set(BANDS[path.band]) for lesson in path.lessons(programme.lessons)), (
                path.id
            )


def test_every_band_has_two_lessons_for_substitutes(programme: Programme) -> None:
    """45 minutes, only the board, protection level 1."""
    cover = next(path for path in all_paths() if path.id == SUBSTITUTE)
    lessons = cover.lessons(programme.lessons)
    assert all(lesson.safety.level == 1 for lesson in lessons)
    counts = {band: len(found) for band, found in by_band(lessons).items()}
    assert min(counts.values()) >= 2, counts


def test_after_an_incident_comes_no_mediation(programme: Programme) -> None:
    path = next(path for path in all_paths() if path.id == "nach-einem-vorfall")
    assert not {"D2", "G1", "G2", "G3", "G5"} & set(path.codes)
    assert any("Streitschlichtung" in note for note in path.notes)
    assert all("\r\n" in path.readme([]) for path in all_paths())


def test_a_week_has_a_lesson_for_each_day_and_none_of_level_three(programme: Programme) -> None:
    weeks = [path for path in all_paths() if path.week]
    assert {path.band for path in weeks} == {"1-2", "3-4", "5-6", "7-8", "9-10"}
    for path in weeks:
        assert len(set(path.codes)) == 5
        assert all(lesson.safety.level < 3 for lesson in path.lessons(programme.lessons))


# The summer holidays of North Rhine-Westphalia: 20 July to 1 September 2026, 19 July to 31 August 2027.
@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 30), date(2026, 12, 7), date(2027, 7, 5)),
        (date(2026, 8, 3), date(2026, 9, 14), date(2027, 7, 5)),  # in the summer: from the second week
        (date(2027, 6, 1), date(2027, 9, 6), date(2028, 7, 1)),  # too late for this school year
    ],
)
def test_a_year_plan_keeps_to_school_weeks_between_two_summers(today: date, first: date, last: date) -> None:
    calendar = SchoolCalendar()
    plan = year_plan(6, today, calendar)
    assert plan == sorted(set(plan))
    assert first <= plan[0] <= first + timedelta(days=14)
    assert plan[-1] <= last
    for monday in plan:
        assert monday.weekday() == 0
        assert monday > today
        assert sum(calendar.is_school_day(monday + timedelta(days=day)) for day in range(5)) >= 4


def test_beyond_the_known_holidays_there_is_no_plan() -> None:
    assert year_plan(6, HORIZON - timedelta(days=200), SchoolCalendar()) == []
    assert year_plan(6, HORIZON + timedelta(days=9), SchoolCalendar()) == []
