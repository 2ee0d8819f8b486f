"""Word lists that ship with the program, and the neutral names by which colleagues talk about a case.

A case called "Kiesel Anker" can be said aloud in a staff room; it tells nothing about the child. The words are none
of a receipt's words, so that nobody mistakes a case's name for the beginning of one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def case_words() -> tuple[str, ...]:
    """Return the 512 words of case names, as written. Their order is part of every name: add none, move none."""
    return tuple(files("bullying_desk.resources").joinpath("case_words_de.txt").read_text("utf-8").split())


def case_name(case_id: int) -> str:
    """Return the two neutral words of a case, always the same for the same id, for example "Kiesel Anker".

    261,632 names: enough to talk by within a school, but no key; two cases of a city may share one. Raises
    ValueError unless 0 <= case_id < 2**63.
    """
    if not 0 <= case_id < 2**63:
        raise ValueError("a case id is a whole number below 2**63")
    words = case_words()
    number = int.from_bytes(hashlib.sha256(b"case-name" + case_id.to_bytes(8, "big")).digest()[:16], "big")
    rest, first = divmod(number, len(words))
    second = (first + 1 + rest % (len(words) - 1)) % len(words)
    return f"{words[first]} {words[second]}"
