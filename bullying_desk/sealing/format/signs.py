"""Signs that nobody sees in what people type, copy or import: one place that knows them.

Unicode calls most of them format signs (Cf). Some are letters or marks by their category, and still have no shape: the
fillers of Hangul, the joiner of accents, variation selectors (Unicode 15, Default_Ignorable_Code_Point), and the blank
of Braille.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Final

CONTROL, FORMAT, BROKEN, SHAPELESS = "Cc", "Cf", "Cs", "shapeless"
UNSEEN: Final = frozenset({CONTROL, FORMAT, SHAPELESS})
JOINERS: Final = "\u200c\u200d"  # belong to the writing of Persian and Indian names
VARIANTS: Final = "".join(map(chr, range(0xFE00, 0xFE10)))  # a heart is red with one and black without
_SHAPELESS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + VARIANTS
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)


def kind_of(sign: str) -> str:
    """Return a sign's general category, or SHAPELESS."""
    return SHAPELESS if sign in _SHAPELESS else unicodedata.category(sign)


def without(text: str, kinds: Collection[str], *, keep: str = "") -> str:
    """Return a text without the signs of some kinds; those in `keep` stay."""
    return "".join(sign for sign in text if sign in keep or kind_of(sign) not in kinds)


def visible(text: str | None) -> str | None:
    """Return a line without the signs that nobody sees. A tab between two words of a table becomes a blank."""
    if not text:
        return text
    return without("".join(" " if sign.isspace() else sign for sign in text), UNSEEN, keep=JOINERS + VARIANTS)


def tidied(text: str) -> str:
    """Return a typed text with `\\n` at its lines' ends, without blanks around it; empty where nobody would see it."""
    tidy = text.replace("\r\n", "\n").strip()
    return tidy if without(tidy, UNSEEN).strip() else ""
