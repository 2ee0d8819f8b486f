"""How hard the texts of each language are: the longest sentence, and how many words are not among the commonest.

`python3 dev.py languages --readable` measures part 1 and writes the table into TRANSLATORS.md. It needs the package
wordfreq (code Apache-2.0, word lists CC BY-SA 4.0), which nothing else needs: install it for this command alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from bullying_desk.texts.catalogues import GERMAN, TRANSLATED, Language, Part, messages, part_of, read

COMMONEST = 5_000
PAGE = Path(__file__).resolve().parents[2] / "TRANSLATORS.md"
_TABLE = re.compile(r"(?<=<!-- readable -->\n).*?(?=<!-- end -->)", re.DOTALL)
_HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|\[-?\w+\]")
_ENDS = re.compile(r"[.!?؟…:](?=[\s»”“\"’)]|$)")
_WORD = re.compile(r"[^\W\d_](?:['’ʼ\-/]?[^\W_]|[\u064b-\u0652])*")


@dataclass(frozen=True, slots=True)
class Readable:
    """One language: words of its longest sentence, and the share of running words outside the commonest."""

    language: Language
    longest: int
    uncommon: float


def sentences(language: Language) -> Iterator[str]:
    """Yield the sentences of part 1; German from the template's own texts, which are the same in every catalogue."""
    source = read(TRANSLATED[0] if language == GERMAN else language)
    for message in messages(source):
        if part_of(message) is Part.JOURNEY:
            said = message.id if language == GERMAN else message.string
            for text in said if isinstance(said, (tuple, list)) else (said,):
                yield from (each for each in _ENDS.split(_HOLES.sub(" ", text or "")) if each.strip())


def longest(language: Language) -> int:
    """Return how many words the longest sentence has."""
    return max(len(_WORD.findall(each)) for each in sentences(language))


Commonest = Callable[[str, int], list[str]]  # a language and how many words, the commonest first
Tokens = Callable[[str, str], list[str]]  # the words of a text in a language


def measured(language: Language, commonest: Commonest, tokens: Tokens) -> Readable:
    """Measure one language with a list of its commonest words and what splits its texts into words."""
    known = set(commonest(language.code, COMMONEST))
    words = [word for each in sentences(language) for word in tokens(each, language.code) if _WORD.search(word)]
    return Readable(language, longest(language), sum(word not in known for word in words) / len(words))


def table(rows: list[Readable], day: date, source: str) -> str:
    """Return the table of TRANSLATORS.md."""
    lines = [f"Measured on {day:%Y-%m-%d} with {source}, part 1.", ""]
    lines += ["| language | longest sentence, words | words outside the 5,000 commonest |", "|---|---|---|"]
    lines += [f"| {each.language.code} | {each.longest} | {each.uncommon:.0%} |" for each in rows]
    return "\n".join(lines) + "\n"


def write(day: date) -> int:
    """Measure every language and write the table; 1 where the list of words is not installed."""
    try:
        lists = import_module("wordfreq")
    except ModuleNotFoundError:
        print("The word lists are not installed. Run: .venv/bin/python -m pip install wordfreq")
        return 1
    rows = [measured(each, lists.top_n_list, lists.tokenize) for each in (GERMAN, *TRANSLATED)]
    said = table(rows, day, f"wordfreq {version('wordfreq')}")
    PAGE.write_text(_TABLE.sub(lambda _old: said, PAGE.read_text("utf-8")), "utf-8")
    print(said)
    return 0
