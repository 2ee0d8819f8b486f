"""What must be right before a lesson goes to a class: one plain function for each rule.

A number is the `rule` of its problems and never changes. A function takes a lesson and returns problems. It never
raises for a bad lesson. `SOURCE` holds the checks of one lesson's text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bullying_desk.lessons.checks.answers import solutions_agree
from bullying_desk.lessons.checks.assets import alt_texts, drawings, licences, links
from bullying_desk.lessons.checks.language import names_and_typography, reading_level, safety_words
from bullying_desk.lessons.checks.plan import identity, metadata, minutes, parts, substitutes, two_readers
from bullying_desk.lessons.checks.promises import evidence_fits, help_numbers, material_is_there, parents_informed
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
