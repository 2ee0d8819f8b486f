"""The forms of a German word as one: "schlägt" finds "geschlagen", "Fuss" finds "Fuß".

It is built on the stemmer of the lessons' search (after CISTEM). What that lacks for stories of this kind is here:
participles ("ausgelacht"), prefixes ("verprügelt"), nouns made of verbs ("Hänselei"), and the strong verbs of the
field. Snowball's German stemmer was tried: it keeps "beleidigt" and "Beleidigungen" apart, knows no participle and
takes 44 µs a word (decision D58).
"""

from __future__ import annotations

import re
from typing import Final

from bullying_desk.lessons.library.words import fold as fold_slowly
from bullying_desk.lessons.library.words import stem

_WORD: Final = re.compile(r"[^\W_]+")
_QUICK: Final = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}
_SEPARABLE: Final = (
    "zusammen", "hinter", "herum", "nieder", "runter", "unter", "nach", "fest", "fort", "rein", "raus", "rum", "weg",
    "mit", "ein", "aus", "auf", "vor", "los", "bei", "hin", "her", "zu", "an", "ab", "um",
)  # fmt: skip
_INSEPARABLE: Final = ("ver", "zer", "ent", "miss", "be", "er")
_ENDINGS: Final = ("ing", "ei", "er")
_WOMAN: Final = re.compile(r"(?<=er)in(?:nen)?$")
_SHORTEST: Final = 4
_LONG_ENOUGH: Final = 5
# Strong verbs of children's stories, and a few nouns: the word, and its forms with another stem.
_STRONG: Final = """
    schlagen schlug schlugen; treten tritt trat traten; werfen wirft warf warfen worfen; stossen stiess stoesst;
    nehmen nimmt nahm nahmen nommen; sprechen spricht sprach sprachen sprochen; brechen bricht brach brachen brochen;
    stehlen stiehlt stahl stahlen stohlen; schreiben schrieb schrieben; schreien schrie schrien; schieben schob schoben;
    schliessen schloss schlossen; ziehen zog zogen; zwingen zwang zwangen zwungen; beissen biss bissen;
    greifen griff griffen; reissen riss rissen; kneifen kniff kniffen; lassen liess laesst; sehen sieht sah sahen;
    helfen hilft half holfen; fangen faengt fing fingen; fallen faellt fiel fielen; halten haelt hielt hielten;
    laufen laeuft lief liefen; rufen rief riefen; schiessen schoss schossen; sterben stirbt starb storben;
    luegen log logen; gehen ging gingen gangen; kommen kam kamen; schneiden schnitt schnitten; sitzen sass sassen;
    verlieren verlor verloren; essen isst ass gessen; trinken trank trunken; angst aengstlich aengste;
"""


def _cut(word: str) -> str:
    cut = stem(_WOMAN.sub("", word))
    for ending in _ENDINGS:
        if cut.endswith(ending) and len(cut) - len(ending) >= _SHORTEST - 1:
            return stem(cut[: -len(ending)])
    return cut


_ROOT: Final = {
    _cut(form): _cut(words[0]) for words in (line.split() for line in _STRONG.split(";")) for form in words[1:]
}


def fold(text: str) -> str:
    """Return text in small letters, umlauts written out; accents cost time only where there are any."""
    quick = text.lower().translate(_QUICK)
    return quick if quick.isascii() else fold_slowly(quick)


def words_of(text: str) -> set[str]:
    """Return the folded words of a text."""
    return set(_WORD.findall(fold(text)))


def keys(word: str) -> frozenset[str]:
    """Return the roots a folded word may come from; two words are forms of one where they share a root."""
    found = {_root(word)}
    for bare in (word, *_without(word, _SEPARABLE)):
        found |= {_root(bare)}
        found |= {_root(rest) for rest in _without(bare, ("ge", "zu", *_INSEPARABLE))}
    return frozenset(found)


def _without(word: str, prefixes: tuple[str, ...]) -> list[str]:
    cut = [word[len(prefix) :] for prefix in prefixes if word.startswith(prefix)]
    return [rest for rest in cut if len(rest) >= _SHORTEST]


def _root(word: str) -> str:
    cut = _cut(word)
    return _ROOT.get(cut, cut)


class Question:
    """The words of a search: each must be found, in any of its forms or as a part of a longer word.

    It keeps what it learns about the words of opened texts for one search only: nothing of a child's words stays.
    """

    def __init__(self, text: str) -> None:
        self.words = tuple(dict.fromkeys(_WORD.findall(fold(text))))
        self._asked = [(number, keys(word), _root(word), word) for number, word in enumerate(self.words)]
        self._seen: dict[str, frozenset[int]] = {}

    def found_in(self, text: str) -> set[int]:
        """Return the numbers of the words that a text holds."""
        found: set[int] = set()
        for word in words_of(text):
            hit = self._seen.get(word)
            if hit is None:
                hit = self._seen[word] = self._hits(word)
            found |= hit
        return found

    def _hits(self, word: str) -> frozenset[int]:
        own, root = keys(word), _root(word)
        return frozenset(
            number
            for number, asked, asked_root, typed in self._asked
            if own & asked or _is_part(asked_root, root) or (len(typed) >= _SHORTEST and typed in word)
        )


def _is_part(asked: str, root: str) -> bool:
    """Whether a compound begins or ends with it; of short roots too many do."""
    return len(asked) >= _LONG_ENOUGH and (root.startswith(asked) or root.endswith(asked))
