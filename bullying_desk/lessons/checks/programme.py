"""Checks over all lessons together: is each one its own, and do they find each other?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Final

from bullying_desk.lessons.checks.assets import link_targets
from bullying_desk.lessons.checks.language import all_passages
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.problems import Problem

SHARED_AT_MOST: Final = 0.12
_LENGTH: Final = 5
ORIGINALITY = 16


def shingles(lesson: Lesson) -> frozenset[tuple[str, ...]]:
    """Return every run of five words of a lesson."""
    words = re.findall(r"\w+", " ".join(text for _, _, text in all_passages(lesson)).lower())
    return frozenset(zip(*(words[at:] for at in range(_LENGTH)), strict=False))


def check_programme(lessons: Iterable[Lesson]) -> list[Problem]:
    """Run the checks that need all lessons: links between them, numbers, originality."""
    known = list(lessons)
    return [*inside_links(known), *numbers(known), *originality(known)]


def inside_links(lessons: list[Lesson]) -> list[Problem]:
    """Rule 10: a link to another lesson leads somewhere."""
    ids = {lesson.id for lesson in lessons}
    return [
        Problem(file, line, 10, f"Die Stunde „{target[7:]}“ gibt es nicht", "die id aus dem Ordnernamen nehmen")
        for lesson in lessons
        for file, line, target in link_targets(lesson)
        if target.startswith("lesson:") and target[7:] not in ids
    ]


def numbers(lessons: list[Lesson]) -> list[Problem]:
    """Rule 1: no two lessons have the same letter and number."""
    seen: dict[str, Lesson] = {}
    found = []
    for lesson in lessons:
        other = seen.setdefault(lesson.code, lesson)
        if other is not lesson:
            what = f"{lesson.code} gibt es schon: {other.id}"
            found.append(Problem(lesson.folder / "lesson.md", 1, 1, what, "eine freie Nummer nehmen"))
    return found


def originality(lessons: list[Lesson]) -> list[Problem]:
    """Rule 16: no two lessons share over 12 % of their five-word runs, or the same course with the same methods."""
    found = []
    runs = {lesson.id: shingles(lesson) for lesson in lessons}
    for one, other in combinations(lessons, 2):
        least = min(len(runs[one.id]), len(runs[other.id])) or 1
        share = len(runs[one.id] & runs[other.id]) / least
        plan = other.folder / "lesson.md"
        if share > SHARED_AT_MOST:
            what = f"{share:.0%} der Fünf-Wort-Folgen stehen auch in {one.id}"
            found.append(Problem(plan, 1, ORIGINALITY, what, "die Stunde eigen schreiben"))
        if _course(one) == _course(other):
            found.append(Problem(plan, 1, ORIGINALITY, f"gleicher Verlauf wie {one.id}", "die Stunde eigen aufbauen"))
    return found


def _course(lesson: Lesson) -> tuple[object, ...]:
    return (lesson.methods, tuple((phase.name, phase.form) for phase in lesson.phases))
