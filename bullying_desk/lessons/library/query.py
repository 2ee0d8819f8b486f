"""Understands what a teacher's sentence holds besides its subject: „6. Klasse“, „20 Minuten“, „Doppelstunde“."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bullying_desk.lessons.format.vocabulary import DURATIONS
from bullying_desk.lessons.library.words import fold

_NUMBER: Final = r"(1[0-3]|[1-9])"
_GRADE: Final = re.compile(
    rf"\b(?:klasse|klassen|jahrgang|jahrgangsstufe|jg|stufe|kl|grade|class)\b\.?\s*{_NUMBER}\b(?!\s*(?:min|stunde))"
    rf"|\b{_NUMBER}\s*\.?\s*(?:te[rns]?\s+)?(?:klasse|klaessler|klaesslerinnen|jahrgang|schuljahr|kl)\b"
)
_MINUTES: Final = re.compile(r"\b(\d{1,3})\s*-?\s*(?:min\b|minuten\b|minuetig\w*)")
_SPANS: Final[tuple[tuple[re.Pattern[str], int], ...]] = (
    (re.compile(r"\bdoppelstunde\w*"), 90),
    (re.compile(r"\beinzelstunde\w*"), 45),
    (re.compile(r"\b(?:eine )?viertelstunde\b|\b(?:eine )?halbe stunde\b|\bkurze? stunde\b"), 20),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart: the words that are left, a grade and minutes as the filters take them, or empty."""

    words: str
    grade: str = ""
    minutes: str = ""


def take_apart(query: str) -> Asked:
    """Take grade and minutes out of a question; of several grades the first one counts."""
    asked = fold(query)
    grades = [one or other for one, other in _GRADE.findall(asked)]
    minutes = [int(found) for found in _MINUTES.findall(asked)]
    minutes += [span for pattern, span in _SPANS if pattern.search(asked)]
    rest = _MINUTES.sub(" ", _GRADE.sub(" ", asked))
    for pattern, _ in _SPANS:
        rest = pattern.sub(" ", rest)
    # A lesson longer than the given time does not fit: „30 Minuten“ means the forms of 20.
    fitting = [span for span in DURATIONS if minutes and span <= minutes[0]]
    return Asked(
        " ".join(rest.split()), grades[0] if grades else "", str(fitting[-1] if fitting else 20) if minutes else ""
    )
