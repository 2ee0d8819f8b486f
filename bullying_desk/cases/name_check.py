"""Noticing a full name where initials or a role would do: the file of a case is no register of children.

It only asks, and a second press saves what was meant. It knows common first names and ways of address, so it misses
some names and now and then asks for nothing; it decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from bullying_desk.lessons.checks.names import FIRST_NAMES

MOST_SHOWN = 3
_WORDS_TOO: Final = frozenset({"An", "Mai", "Till"})  # „An Eltern“, „Mai“: German words first
_CAPITAL: Final = r"[A-ZÄÖÜÇĞİŞ][\wäöüßçğışéèáíóúčćžšđłńêîû'’-]+"
_PAIR: Final = re.compile(rf"\b({_CAPITAL})[ \t]+((?:(?:von|van|de|el|al|bin)[ \t]+)?{_CAPITAL})")


def full_names(texts: Iterable[str]) -> list[str]:
    """Return what looks like first name and surname, each once, in the order it was typed.

    „Lena Schmidt“ is noticed, „Lena S.“, „Kind A“, „Klassenleitung“ and „Frau Aydin“ are not: initials and roles are
    what the form asks for, and adults of the school are named by their surname.
    """
    found: dict[str, None] = {}
    for text in texts:
        for first, rest in _PAIR.findall(text):
            if first in FIRST_NAMES and first not in _WORDS_TOO:
                found.setdefault(f"{first} {rest}")
    return list(found)


def mark_of(names: Iterable[str]) -> str:
    """Return what tells, at the second press, that these names were asked about; it holds none of them."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def shown(names: list[str]) -> str:
    """Return the first of them as they stand in a sentence."""
    return ", ".join(f"„{name}“" for name in names[:MOST_SHOWN])
