"""Which words a person may want blackened: proposed by simple signs, decided by whoever reads the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from bullying_desk.cases.printing.blackening import tidy

_WORD = re.compile(r"(?<![^\W_])[^\W\d_](?:[^\W\d_]|[-’'](?=[^\W\d_]))+")
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.\w+")
_HANDLE = re.compile(r"(?<!\w)@[\w.]{2,}")
_NUMBER = re.compile(r"(?<!\d)(?:\+49|0)[\d /-]{6,}\d")
_GROUP = re.compile(r"(?<!\w)(?:[5-9]|1[0-3])\s?[a-hA-H](?!\w)")
_BEFORE = re.compile(
    r"(?:\b(?:Frau|Herr|Herrn|Lehrer|Lehrerin|heißt|namens|von|mit|und|Freundin|Freund|Bruder|Schwester)\s+)$",
    re.IGNORECASE,
)
# Words that begin with a capital in German and say nothing about who somebody is.
_USUAL = frozenset(files("bullying_desk.cases.printing").joinpath("usual_words.txt").read_text("utf-8").split())
MOST = 80


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word that stands in the texts, how often, and whether it looks like somebody's name or how to reach them."""

    word: str
    times: int
    likely: bool


def propose(texts: Iterable[str], known: Iterable[str] = ()) -> list[Proposal]:
    """Return the words one might black out, the likely ones first. `known` are never proposed: they go anyway."""
    count, likely = Counter[str](), set[str]()
    gone = {word.casefold() for word in known}
    for text in map(tidy, texts):
        for pattern in (_MAIL, _HANDLE, _NUMBER, _GROUP):
            for hit in pattern.finditer(text):
                count[hit[0]] += 1
                likely.add(hit[0])
        for hit in _WORD.finditer(text):
            word = hit[0]
            if not word[0].isupper() or word.casefold() in _USUAL or word.casefold() in gone:
                continue
            count[word] += 1
            if _BEFORE.search(text[: hit.start()]):
                likely.add(word)
    found = [Proposal(word, times, word in likely) for word, times in count.items()]
    return sorted(found, key=lambda one: (not one.likely, -one.times, one.word.casefold()))[:MOST]
