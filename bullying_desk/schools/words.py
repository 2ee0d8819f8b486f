"""How a school's name falls into words, so that „Göthe Gym“, „goethegymnasium“ and „Goethe-Gymnasium“ meet."""

from __future__ import annotations

import re
import unicodedata

# Umlauts are written ü, ue or u by different keyboards; all three become u, in the register and in what is typed.
_UMLAUTS = (("ß", "ss"), ("ae", "a"), ("oe", "o"), ("ue", "u"))
# Letters that Unicode does not take apart, from names of Turkish, Polish, Scandinavian and Croatian origin.
_WHOLE_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "a", "œ": "o", "þ": "th"})
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_STREET = re.compile(r"^(.*?)str(?:asse|as|a)?$")

# Kinds of school as parts of compounds, longest first: „Bachgrundschule“ is „Bach“ and „Grundschule“.
_KINDS = (
    "gemeinschaftsgrundschule",
    "gemeinschaftshauptschule",
    "weiterbildungskolleg",
    "gemeinschaftsschule",
    "sekundarschule",
    "gesamtschule",
    "waldorfschule",
    "forderschule",
    "berufskolleg",
    "grundschule",
    "hauptschule",
    "realschule",
    "gymnasium",
    "kolleg",
    "schule",
    "gesamt",
    "gymn",
    "gym",
)
KIND_WORDS = frozenset(_KINDS) | {"klinikschule", "volksschule", "seminar"}

# Words that hardly tell schools apart: they may be missing or additional at no cost.
WEAK_WORDS = frozenset(
    {
        *("schule", "sch", "schulen", "str", "der", "die", "das", "dem", "den", "des", "am", "an", "im", "in", "auf"),
        *("zu", "zum", "zur", "von", "vom", "und", "u", "fur", "e", "v", "i", "ii", "sek", "stadt", "stadtisch", "gem"),
        *("stadtische", "stadtisches", "stadtischen", "primarstufe", "sekundarstufe", "sekundarstufen"),
    }
)

# What people write instead of the register's word; keys and values are folded.
ALIASES: dict[str, tuple[str, ...]] = {
    "gs": ("grundschule",),
    "ggs": ("grundschule",),
    "gg": ("grundschule",),
    "kgs": ("grundschule", "kath"),
    "egs": ("grundschule", "ev"),
    "hs": ("hauptschule",),
    "ghs": ("hauptschule",),
    "rs": ("realschule",),
    "ge": ("gesamtschule",),
    "ges": ("gesamtschule",),
    "igs": ("gesamtschule",),
    "gy": ("gymnasium",),
    "gym": ("gymnasium",),
    "gymn": ("gymnasium",),
    "gesamt": ("gesamtschule",),
    "gesamtsch": ("gesamtschule",),
    "gymi": ("gymnasium",),
    "gymmi": ("gymnasium",),
    "bk": ("berufskolleg",),
    "bks": ("berufskolleg",),
    "berufsschule": ("berufskolleg",),
    "berufschule": ("berufskolleg",),
    "wbk": ("weiterbildungskolleg",),
    "abendgymnasium": ("weiterbildungskolleg",),
    "fs": ("forderschule",),
    "fos": ("forderschule",),
    "sonderschule": ("forderschule",),
    "sks": ("sekundarschule",),
    "st": ("sankt",),
    "sankt": ("st",),
    "katholisch": ("kath",),
    "katholische": ("kath",),
    "evangelisch": ("ev",),
    "evangelische": ("ev",),
    "dr": ("doktor",),
}


def fold(text: str) -> str:
    """Return the text in small Latin letters and digits, words divided by one blank, umlauts and accents gone."""
    lowered = text.casefold().translate(_WHOLE_LETTERS)
    for vowel, plain in (("ä", "a"), ("ö", "o"), ("ü", "u"), *_UMLAUTS):
        lowered = lowered.replace(vowel, plain)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()


def words(text: str) -> list[str]:
    """Return the folded words of a text; streets always end in `str`: „Brügmannstraße“ gives `brugmannstr`."""
    return [_STREET.sub(r"\1str", word) for word in fold(text).split()]


def split_compound(word: str) -> tuple[str, str] | None:
    """Divide „bachgrundschule“ into `bach` and `grundschule`; None where there is nothing to divide."""
    for kind in _KINDS:
        if word.endswith(kind) and len(word) - len(kind) >= 3:
            return word[: -len(kind)], kind
    return None
