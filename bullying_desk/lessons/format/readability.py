"""How hard a text is to read, so that a worksheet fits the children who get it.

First Wiener Sachtextformel (Bamberger/Vanecek 1984): 0.1935·MS + 0.1672·SL + 0.1297·IW - 0.0327·ES - 0.875, in school
years; meant for 4 to 15, below 4 it only says "easy".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_VOWELS: Final = re.compile(r"(?:aa|ee|oo|ie|ei|ai|au|eu|äu|ey|ay|[aeiouyäöü])", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-zÄÖÜäöüß]+(?:-[A-Za-zÄÖÜäöüß]+)*")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?:…])[“‘)]*\s+|\n")


@dataclass(frozen=True, slots=True)
class Reading:
    """Figures of a text: number of words, school years after the first Wiener Sachtextformel."""

    words: int
    level: float


def syllables(word: str) -> int:
    """Count the syllables of a German word by its groups of vowels."""
    return max(1, len(_VOWELS.findall(word.lower().replace("qu", "kw").replace("-", ""))))


def words(text: str) -> list[str]:
    """Return the words of a text; a word with a hyphen is one."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a colon ends one, since children breathe there."""
    return [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def measure(passages: list[str]) -> Reading:
    """Measure passages as one text (each passage ends a sentence). An empty text has level 0."""
    text = "\n".join(passages)
    found = words(text)
    if not found:
        return Reading(0, 0.0)
    counts = [syllables(word) for word in found]
    many = 100 * sum(count >= 3 for count in counts) / len(found)
    one = 100 * sum(count == 1 for count in counts) / len(found)
    long = 100 * sum(len(word.replace("-", "")) > 6 for word in found) / len(found)
    length = len(found) / max(1, len(sentences(text)))
    return Reading(len(found), round(0.1935 * many + 0.1672 * length + 0.1297 * long - 0.0327 * one - 0.875, 1))
