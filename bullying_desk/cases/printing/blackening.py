"""Blackening: a person with the page, its copied text or the opened file finds no letter of what was taken out.

A word is found in any case, with German endings, in other spellings of its umlauts and accents, and next to hyphens,
digits and underscores. In scripts without spaces between words (Chinese, Thai) it is found anywhere; in Arabic and
Hebrew also with a prefix. There too much goes rather than too little. Its replacement always has the same length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bullying_desk.sealing.format.signs import FORMAT, SHAPELESS, kind_of, without

BLACK = "geschwärzt"
_HIDING = frozenset({FORMAT, SHAPELESS})
_GENITIVE = "(?:['’`´]s?|s)?"
_ENDING = r"(?:['’ʼ`´]s?|s|es|e|n|en|er|ern|ens|i|chen|lein|ina|is|sche[nrsm]?)?"
# Letters that are two of others, or one of others with a stroke, once their accents are taken off.
_LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ı": "i", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
_DIGRAPHS = {"ae": "ae?", "oe": "oe?", "ue": "ue?", "ss": "ss?"}
_UMLAUTS = {"ä": "ae?", "ö": "oe?", "ü": "ue?", "ø": "oe?"}
# Scripts that put no space between words, or whose names take particles in one piece: a name is found anywhere.
_IN_ONE_PIECE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
# „and“, „to“, „with“, „the“ in one piece with the next word.
_JOINED_BEFORE = {"ARABIC": "(?:[وفبلك]|ال|لل){0,3}", "HEBREW": "[והבלמשכ]{0,3}"}
# A case ending of another script: letters, and the vowel signs that `\w` does not know.
_OTHER_ENDING = r"(?:[^\W\d_]|[\u0591-\u05bd\u0610-\u061a\u064b-\u0655\u0900-\u0dff]){0,4}"
_PARTICLES = frozenset(
    {"von", "van", "der", "den", "de", "zu", "zur", "vom", "al", "el", "bin", "ben", "di", "da", "la"}
)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text: unchanged, or the replacement of something taken out."""

    text: str
    black: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in a text that is taken out. `role`: what replaces it; `word`: which of the words it is, or empty."""

    start: int
    end: int
    role: str
    word: str


def tidy(text: str) -> str:
    """Return text in one spelling and without invisible characters: a name cannot hide behind a soft hyphen."""
    return without(unicodedata.normalize("NFC", text), _HIDING)


def name_words(name: str) -> list[str]:
    """Return the parts of a name that must go: each word of two or more characters but „von“ and its like."""
    words = [word for word in _WORD.findall(tidy(name)) if len(word) > 1]
    return [word for word in words if word.casefold() not in _PARTICLES]


class Blackener:
    """Takes words out of texts. `roles`: whole expressions and their replacements, for example a colleague's name."""

    def __init__(self, words: Iterable[str], roles: Mapping[str, str] | None = None) -> None:
        named = sorted((roles or {}).items(), key=lambda pair: -len(pair[0]))  # „Frau Aydin“ before „Aydin“
        tidied = {tidy(word).strip(): word for word in words}
        alone = sorted((word for word in tidied if any(map(str.isalnum, word))), key=lambda word: (-len(word), word))
        self._what = [(role, "") for _name, role in named] + [(BLACK, tidied[word]) for word in alone]
        choices = [_whole(name, _GENITIVE) for name, _role in named] + [_whole(word, _ENDING) for word in alone]
        self._find = re.compile("|".join(f"({one})" for one in choices)) if choices else None

    def gaps(self, text: str) -> Iterator[Gap]:
        """Yield the places of a text in NFC that are taken out, in order."""
        if self._find is None:
            return
        folded, places = _folded(text)
        for hit in self._find.finditer(folded):
            start, end = places[hit.start()], places[hit.end()]
            if start < end and hit.lastindex is not None:
                yield Gap(start, end, *self._what[hit.lastindex - 1])

    def runs(self, text: str) -> list[Run]:
        """Return the text in pieces; those taken out are marked."""
        plain = unicodedata.normalize("NFC", text)
        found, last = list[Run](), 0
        for gap in self.gaps(plain):
            found += [Run(plain[last : gap.start])] if gap.start > last else []
            found.append(Run(gap.role, black=True))
            last = gap.end
        return found + ([Run(plain[last:])] if last < len(plain) else [])


def _folded(text: str) -> tuple[str, list[int]]:
    """Return text in small letters without accents and signs nobody sees, and for each place the place in `text`."""
    signs, places = list[str](), list[int]()
    for place, sign in enumerate(text):
        if kind_of(sign) in _HIDING:
            continue
        bare = "".join(one for one in unicodedata.normalize("NFD", sign.casefold()) if not unicodedata.combining(one))
        bare = "".join(_LETTERS.get(one, one) for one in bare)
        signs.append(bare)
        places += [place] * len(bare)
    # A letter that is only accents belongs to the one before it, so that nothing of it is left standing.
    return "".join(signs), [*places, len(text)]


def _whole(word: str, ending: str) -> str:
    """Return an expression for a word by itself: no letter on either side, „Ina“ is not in „China“.

    Hyphens, digits and underscores do not hide a name.
    """
    script = unicodedata.name(next(filter(str.isalpha, word), " "), "").partition(" ")[0]
    if script in _IN_ONE_PIECE:
        return _pattern(word)
    ending = ending if script in {"LATIN", "SPACE"} else _OTHER_ENDING
    return rf"(?<![^\W\d_]){_JOINED_BEFORE.get(script, '')}{_pattern(word)}{ending}(?![^\W\d_])"


def _pattern(word: str) -> str:
    """Return an expression over folded text for one word or several, in every spelling; blanks may be any and many."""
    found, signs, at = list[str](), tidy(word).strip().casefold(), 0
    while at < len(signs):
        sign, pair = signs[at], signs[at : at + 2]
        bare, _places = _folded(sign)
        at += 2 if pair in _DIGRAPHS else 1
        if pair in _DIGRAPHS:
            found.append(_DIGRAPHS[pair])
        elif sign.isspace():
            found.append(r"\s+")
        else:
            found.append(_UMLAUTS.get(sign) or _DIGRAPHS.get(bare) or re.escape(bare))
    before, after = (r"(?<!\d)" if signs[:1].isdigit() else ""), (r"(?!\d)" if signs[-1:].isdigit() else "")
    return before + "".join(found) + after
