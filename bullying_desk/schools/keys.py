"""The short key of a school, as printed on posters: one typing error never leads to another school.

A key has three free characters and one check character. The alphabet has 23 characters, a prime. So the characters are
numbers of a field, and one weighted sum of zero (as in ISBN-10) guarantees that any two keys differ in at least two
places and that no two swapped characters give another key.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

# No vowels (no accidental words), no 0 and 1, and nothing that looks like a character that stays:
# no B (8), L (1), Q (G), S (5), Y (V), Z (2). 23 is prime.
ALPHABET = "23456789CDFGHJKMNPRTVWX"
KEY_LENGTH = 4
_PRIME = len(ALPHABET)
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = (3, 7, 11, 1)  # all different and not 0 modulo 23: swapped characters are noticed, too
_READ_AS = str.maketrans({"B": "8", "S": "5", "Z": "2"})  # never printed, so only meant in one way

# What must not be on a school's walls: numbers and letters of the far right, swearing, parties.
_UNWANTED = (
    "88", "HH", "HJ", "KKK", "NPD", "WP", "FCK", "FKK", "WTF", "NGR", "NGGR", "FTT", "KCK", "HTR",
    "CDU", "FDP", "RTD", "TT6", "666", "69", "420", "PMM", "TD",
)  # fmt: skip


class KeysExhausted(RuntimeError):
    """Every key of four characters is given away (more than 10,000 schools)."""


def is_key(text: str) -> bool:
    """Say whether the text is exactly a key as printed: four characters of the alphabet whose check holds."""
    return len(text) == KEY_LENGTH and all(c in _VALUE for c in text) and _sum(text) == 0


def _sum(text: str) -> int:
    return sum(weight * _VALUE[c] for weight, c in zip(_WEIGHTS, text, strict=True)) % _PRIME


def is_allowed(key: str) -> bool:
    """Say whether a key may be printed and hung in a school."""
    return not any(unwanted in key for unwanted in _UNWANTED)


def tidy(text: str) -> str:
    """Return the typed text as a printed key: upper case, without blanks and hyphens, S read as 5.

    The result may be anything; ask `is_key`.
    """
    return "".join(c for c in text.upper() if c.isalnum()).translate(_READ_AS)


def looks_like_key(text: str) -> bool:
    """Whether a person who typed this surely meant a key: four characters, letters and digits mixed.

    Four letters may be a school's initials, four digits the beginning of a postcode.
    """
    tidied = tidy(text)
    mixed = any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
    return len(tidied) == KEY_LENGTH and tidied.isascii() and mixed


def new_key(taken: Collection[str]) -> str:
    """Return a key that no school has or had; drawn by chance, since a key is given once and for ever.

    `taken` holds every key ever given, those of closed schools too. Raises `KeysExhausted`.
    """
    given = taken if isinstance(taken, (set, frozenset)) else set(taken)
    for _ in range(200):  # most keys are free: a draw nearly always succeeds
        key = _draw()
        if key not in given and is_allowed(key):
            return key
    free = [key for key in all_keys() if key not in given]
    if not free:
        raise KeysExhausted
    return secrets.choice(free)


def _draw() -> str:
    return _with_check("".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH - 1)))


def _with_check(free: str) -> str:
    total = sum(weight * _VALUE[c] for weight, c in zip(_WEIGHTS, free, strict=False))
    return free + ALPHABET[-total % _PRIME]


def all_keys() -> list[str]:
    """Return every key that may ever be given, in order (more than 10,000)."""
    keys = (_with_check(a + b + c) for a in ALPHABET for b in ALPHABET for c in ALPHABET)
    return [key for key in keys if is_allowed(key)]


def nearest_keys(typed: str, keys: Iterable[str], limit: int = 5) -> list[str]:
    """Return the given keys that differ from the typed one by one slip, nearest first.

    One slip: a wrong, missing, additional or swapped character. Never more than `limit`; an exact key comes first.
    The person decides by the name which school it is.
    """
    tidied = tidy(typed)[:12]
    if not KEY_LENGTH - 1 <= len(tidied) <= KEY_LENGTH + 1:
        return []
    found = process.extract(tidied, list(keys), scorer=OSA.distance, score_cutoff=1, limit=None)
    return [key for key, _distance, _place in sorted(found, key=lambda hit: (hit[1], hit[0]))[:limit]]
