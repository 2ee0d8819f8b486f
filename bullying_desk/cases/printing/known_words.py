"""What is known about words: German words, first names of many countries, and the program's own vocabulary.

German words: `bullying_desk/resources/german_words.txt.xz`, made by `tests/cases/german_words.py` from igerman98. Names
and how frequent they are: the list of Jörg Michael in the library gender-guesser, 2008, under the GNU FDL. Both are
read at the first print and kept.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from babel.dates import get_day_names, get_month_names
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

SHORTEST_PART: Final = 4
"""Letters of the shortest word in a compound. With 3, „Rosalind“ and hundreds of other names count as compounds."""
RARE: Final = 3
"""From this frequency on a word that is also German may be a name: about one person in 6,400 of some country."""
_LETTERS: Final = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ı": "i", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
# Places in a line of the list of names. East Asian names in Latin letters are left out: nearly each German syllable
# is one.
_NAME, _WEST, _INDIA = slice(3, 29), slice(30, 78), slice(79, 80)
_JOINTS: Final = ("s", "n", "en", "er", "e", "es")
_WORD: Final = re.compile(r"[^\W\d_]+")
_TITLE: Final = re.compile(r"(?:Frau|Herrn?|Familie) [^\W\d_]+")
_NOTES: Final = re.compile(r"(?m)#.*$|^[\s-]*[\w.-]+:")  # comments and keys are English


def fold(word: str) -> str:
    """Return a word in small letters and without accents: „Işık“ and „isik“ are one name."""
    if word.isascii():
        return word.lower()
    bare = "".join(one for one in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(one))
    return "".join(_LETTERS.get(one, one) for one in bare)


@cache
def first_names() -> dict[str, int]:
    """Return each folded first name and its greatest frequency in a country, 1 to 13; each step is a factor of two."""
    found = dict[str, int]()
    for line in files("gender_guesser").joinpath("data", "nam_dict.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        often = int(
            max(line[_WEST] + line[_INDIA]).strip() or "0", 16
        )  # blanks sort before digits, these before A to D
        for part in re.split(r"[+\s-]+", line[_NAME].strip()):
            name = fold(part)
            if often and len(name) > 1:
                found[name] = max(often, found.get(name, 0))
    return found


@cache
def frequent_names() -> tuple[str, ...]:
    """Return the names that are frequent in some country, to compare misspelt ones with."""
    return tuple(name for name, often in first_names().items() if often >= RARE and len(name) > 3)


@cache
def _german_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return all German words, without capitals, and those of them that are written small."""
    packed = files("bullying_desk.resources").joinpath("german_words.txt.xz").read_bytes()
    lines = [line for line in lzma.decompress(packed).decode("utf-8").splitlines() if not line.startswith("#")]
    return frozenset(map(str.casefold, lines)), frozenset(filter(str.islower, lines))


def is_german(word: str) -> bool:
    """Return whether a word is in the German list, in any case, or is a compound of two of its words."""
    words, small = _german_words()[0], word.casefold()
    return small in words or is_compound(small, words)


def is_small_german(word: str) -> bool:
    """Return whether German writes a word without a capital, except where a sentence begins."""
    return word.casefold() in _german_words()[1]


def is_compound(word: str, words: frozenset[str] | set[str]) -> bool:
    """Return whether `word` is two of `words`, with or without a joint: „Schulhof“, „Klassenchat“."""
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if word[cut:] not in words:
            continue
        first = word[:cut]
        if first in words or first + "e" in words or first + "en" in words:
            return True
        bare = (first.removesuffix(joint) for joint in _JOINTS if first.endswith(joint))
        if any(len(each) >= SHORTEST_PART and each in words for each in bare):
            return True
    return False


@cache
def own_words() -> frozenset[str]:
    """Return the words of the program's own texts as they are written there, weekdays, months and names of services.

    A name is none of them, and neither is a word after „Frau“ or „Herr“: examples name invented people.
    """
    found = set[str]()
    for text in _own_texts(files("bullying_desk")):
        found.update(_WORD.findall(_TITLE.sub(" ", _NOTES.sub(" ", text))))
    found = {word for word in found if first_names().get(fold(word), 0) < RARE or word.islower()}
    found |= set(files("bullying_desk.cases.printing").joinpath("usual_words.txt").read_text("utf-8").split())
    for width in ("wide", "abbreviated", "short"):
        found.update(name.rstrip(".") for name in get_day_names(width, locale="de").values())
    # Short months are left out: „Jan“ is a boy.
    return frozenset(found | set(get_month_names("wide", locale="de").values()))


def _own_texts(folder: Traversable) -> list[str]:
    """Return the files of German texts under `folder`.

    The stories of the demonstration and the drawn scenes are full of names. The words of a crisis are in nine
    languages, and „can“ and „ben“ are words in two of them.
    """
    found = list[str]()
    for each in folder.iterdir():
        if each.is_dir() and each.name not in {"demonstration", "drawing", "programme", "__pycache__"}:
            found += _own_texts(each)
        elif each.name.endswith(".yml") and each.name != "crisis_words.yml":
            found.append(each.read_text("utf-8"))
    return found


@cache
def own_small_words() -> frozenset[str]:
    """Return the own words without capitals."""
    return frozenset(word.casefold() for word in own_words())


def like_own_word(word: str) -> bool:
    """Return whether a word is one of the program's with at most one letter wrong: „imer“."""
    return extractOne(word.casefold(), own_small_words(), scorer=OSA.distance, score_cutoff=1) is not None


def like_frequent_name(word: str) -> bool:
    """Return whether a word is a frequent name with at most one letter wrong."""
    return extractOne(fold(word), frequent_names(), scorer=OSA.distance, score_cutoff=1) is not None
