"""Paths lead through lessons that exist, and a substitute teacher finds something for every grade."""

from __future__ import annotations

from bullying_desk.lessons.format.loader import Programme
from bullying_desk.lessons.format.paths import SUBSTITUTE, all_paths, by_band
from bullying_desk.lessons.format.vocabulary import BANDS


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
