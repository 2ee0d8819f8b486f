"""What must be right before a lesson goes to a class: one plain function for each rule.

A number is the `rule` of its problems and never changes. A function takes a lesson and returns problems. It never
raises for a bad lesson. `SOURCE` holds the checks of one lesson's text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Final

from bullying_desk.lessons.checks.assets import alt_texts, drawings, licences, link_targets, links, scene_drawn
from bullying_desk.lessons.checks.language import (
    all_passages,
    first_names,
    names_and_typography,
    reading_level,
    safety_words,
)
from bullying_desk.lessons.checks.names import FIRST_NAMES
from bullying_desk.lessons.checks.plan import identity, metadata, minutes, parts, substitutes, two_readers
from bullying_desk.lessons.checks.promises import (
    evidence_fits,
    help_numbers,
    material_is_there,
    parents_informed,
    solutions_agree,
)
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.problems import Problem

Check = Callable[[Lesson], list[Problem]]

SOURCE: Final[tuple[Check, ...]] = (
    identity,
    minutes,
    substitutes,
    metadata,
    parts,
    alt_texts,
    reading_level,
    licences,
    links,
    safety_words,
    names_and_typography,
    drawings,
    scene_drawn,
    two_readers,
    help_numbers,
    material_is_there,
    evidence_fits,
    parents_informed,
    solutions_agree,
)


def check_source(lesson: Lesson) -> list[Problem]:
    """Run every check of one lesson's text."""
    return [problem for check in SOURCE for problem in check(lesson)]


SHARED_AT_MOST: Final = 0.12
_LENGTH: Final = 5
ORIGINALITY = 16
TARGETS = 19
_ENOUGH: Final = 20
#: In Dortmund's classes about half of the children have family from elsewhere; the cases shall look the same.
_LOCAL_SHARE: Final = (0.4, 0.7)


def shingles(lesson: Lesson) -> frozenset[tuple[str, ...]]:
    """Return every run of five words of a lesson."""
    words = re.findall(r"\w+", " ".join(text for _, _, text in all_passages(lesson)).lower())
    return frozenset(zip(*(words[at:] for at in range(_LENGTH)), strict=False))


def check_programme(lessons: Iterable[Lesson]) -> list[Problem]:
    """Run the checks that need all lessons: links between them, numbers, originality."""
    known = list(lessons)
    return [*inside_links(known), *numbers(known), *originality(known), *targets(known)]


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


def targets(lessons: list[Lesson]) -> list[Problem]:
    """Rule 19: those to whom it happens are named as the classes are, and no single origin is always hurt.

    `betroffene` names them; a lesson about a group that is put down (subject of the lesson itself) counts like any.
    """
    found, origins = [], Counter[str]()
    for lesson in lessons:
        said = first_names(lesson)
        for name in lesson.targets:
            if name not in said:
                what = f"„{name}“ ist unter betroffene genannt und kommt nicht vor oder ist kein bekannter Vorname"
                found.append(Problem(lesson.folder / "lesson.md", 1, TARGETS, what, "Namen prüfen"))
            origins[FIRST_NAMES.get(name, "xx")] += 1
    local = origins["de"] + origins["xx"]
    share = local / (sum(origins.values()) or 1)
    if sum(origins.values()) >= _ENOUGH and not _LOCAL_SHARE[0] <= share <= _LOCAL_SHARE[1]:
        what = f"{share:.0%} der Betroffenen haben einen hier lange üblichen Vornamen"
        found.append(Problem(lessons[0].folder / "lesson.md", 1, TARGETS, what, "Namen in den Fällen mischen"))
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
