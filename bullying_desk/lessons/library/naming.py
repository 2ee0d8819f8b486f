"""The first names that stand in a lesson and its sheets: a child of the class must not find its own name in a case."""

from __future__ import annotations

from typing import Final

from bullying_desk.lessons.checks.language import all_passages
from bullying_desk.lessons.checks.names import FIRST_NAMES
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.readability import words

#: Names that are ordinary words, too: as names they would be noticed in every text.
_ALSO_WORDS: Final = frozenset({"An", "Mai", "Rosa", "Nova", "Can", "Till", "Lan", "Ada", "Jo", "Nur"})


def first_names(lesson: Lesson) -> set[str]:
    """Return every first name in the plan, the sheets, the solution and the letter."""
    found = {word for _, _, text in all_passages(lesson) for word in words(text)}
    return {name for name in found if name in FIRST_NAMES and name not in _ALSO_WORDS}
