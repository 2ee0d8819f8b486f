"""Which words of a text a person may want blackened: proposed by rules, decided by the person who reads the page.

Proposed is each word with a capital that no German list knows, each known first name, also written small, in the
genitive, as a diminutive or with one letter wrong, and what reaches or places a person: addresses, numbers, classes.
In doubt a word is proposed. `tests/cases/test_proposing.py` measures it on letters that were written before this.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bullying_desk.cases.printing import known_words as known
from bullying_desk.cases.printing.blackening import tidy

_CONTACT: Final = (
    r"(?P<mail>[^\s@<>()]+@[^\s@<>()]+\.\w+)|(?P<handle>(?<!\w)@[\w.]{2,})|(?P<number>(?<!\d)(?:\+49|0)[\d /-]{6,}\d)"
    r"|(?P<group>(?<!\w)(?:[1-9]|1[0-3])[ \u00a0]?[a-hA-H](?!\w))"
)
_TOKEN: Final = re.compile(
    _CONTACT
    + r"|(?P<word>(?<![^\W_])[^\W\d_](?:[^\W\d_]|[-’'\u00ad\u034f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff](?=[^\W\d_]))+)"
)
_TITLE: Final = re.compile(r"\b(?:Frau|Fr\.|Herrn?|Hr\.|Familie|namens|heißt|heiße)\s+$", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?:^|[.!?…:\n]\W*|[„“\"»(]\s*)$")
_DIMINUTIVE: Final = re.compile(r"(?:chen|lein|lie|ie|le|li|i|y)$")
LONG_ENOUGH: Final = 5
"""Letters of the shortest word written small that is compared with misspelt names."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, address, number or class in a text. `key` is the same for „Leon“, „LEON“ and „leons“."""

    text: str
    start: int
    key: str
    likely: bool
    """Whether it is proposed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word that can be blackened in the view: as first written, and whether it is proposed."""

    word: str
    key: str
    likely: bool


def tokens(text: str) -> Iterator[Token]:
    """Yield what can be pressed in a text: each word with a capital, each unknown one, and how to reach a person."""
    after_name = False
    for hit in _TOKEN.finditer(text):
        if hit["word"] is None:
            yield Token(hit[0], hit.start(), hit[0].casefold(), True)
            continue
        before, word = text[max(0, hit.start() - 20) : hit.start()], tidy(hit[0])
        titled = bool(_TITLE.search(before)) and word[0].isupper()
        surname = after_name and before.endswith(" ") and word[0].isupper() and word not in known.own_words()
        likely = titled or surname or looks_like_name(word, begins=bool(_SENTENCE.search(before)))
        after_name = likely and not titled and _key(word) == known.fold(word)  # „Leons Heft“ is no surname
        if likely or word[0].isupper() or not _is_known(word):
            yield Token(hit[0], hit.start(), _key(word), likely)


def propose(texts: Iterable[str], gone: Iterable[str] = (), kept: Iterable[str] = ()) -> list[Proposal]:
    """Return the words one might black out, in the order of the texts.

    `gone` are left out: they go anyway. `kept` are not proposed: the name of the print's recipient.
    """
    away, own, found = {_key(word) for word in gone}, {_key(word) for word in kept}, dict[str, Proposal]()
    for token in (one for text in texts for one in tokens(unicodedata.normalize("NFC", text))):
        if token.key in away:
            continue
        first = found.get(token.key) or Proposal(_bare(tidy(token.text)), token.key, False)
        found[token.key] = replace(first, likely=first.likely or (token.likely and token.key not in own))
    return list(found.values())


@lru_cache(maxsize=4096)
def looks_like_name(word: str, *, begins: bool) -> bool:
    """Return whether a word is proposed. `begins`: a sentence begins with it, so a capital says nothing."""
    parts = [part for part in re.split(r"[-’']", word) if len(part) > 1]
    return any(_capital_is_name(part, begins) if part[0].isupper() else _small_is_name(part) for part in parts)


def _is_known(word: str) -> bool:
    return word.casefold() in known.own_small_words() or known.is_german(word)


def _bases(word: str) -> Iterator[str]:
    """Yield a word, and without the ending of a genitive."""
    yield word
    yield from (word[: -len(end)] for end in ("s", "es") if word.casefold().endswith(end) and len(word) > len(end) + 2)


def _how_often(word: str) -> int:
    """Return how frequent a name is, also in the genitive. „Jungs“ is none, because „jung“ is an adjective."""
    genitives = [base for base in _bases(word) if base == word or not known.is_small_german(base)]
    return max(known.first_names().get(known.fold(base), 0) for base in genitives)


def _capital_is_name(word: str, begins: bool) -> bool:
    german = known.is_german(word)
    if word in known.own_words() or (word.casefold() in known.own_small_words() and (begins or not german)):
        return False
    return not german or _how_often(word) >= known.RARE


def _small_is_name(word: str) -> bool:
    """Return whether a word without a capital is a name: many children write all words small."""
    if word.casefold() in known.own_small_words() or known.is_small_german(word):
        return False
    german = known.is_german(word)
    if (often := _how_often(word)) > 0:
        return often >= known.RARE or not german
    if german or known.like_own_word(word):
        return False
    return _is_diminutive(word) or (len(word) >= LONG_ENOUGH and known.like_frequent_name(word))


def _is_diminutive(word: str) -> bool:
    """Return whether a word is the beginning of a frequent name with an ending of endearment: „lenchen“, „timmi“."""
    for base in _bases(known.fold(word)):
        stem = _DIMINUTIVE.sub("", base)
        if stem == base or len(stem) < 3:
            continue
        stem = stem[:-1] if stem[-1] == stem[-2] else stem
        if any(name.startswith(stem) and len(name) <= len(stem) + 4 for name in known.frequent_names()):
            return True
    return False


def _bare(word: str) -> str:
    """Return a word without the ending of a name's genitive: what must go is „Leon“, not only „Leons“."""
    bare = word[:-1].rstrip("'’") if word[-1:] in {"s", "S"} else word
    return bare if len(bare) > 2 and known.fold(bare) in known.first_names() else word


@lru_cache(maxsize=4096)
def _key(word: str) -> str:
    """Return what is the same for all forms of a word: without accents, capitals and the genitive of a name."""
    return known.fold(_bare(word))
