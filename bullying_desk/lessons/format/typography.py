"""Keeps together on one line what is read together: phone numbers, „AB 1“, „Klasse 5“."""

from __future__ import annotations

import re
from typing import Final

_NO_BREAK: Final = "\u00a0"
_TOGETHER: Final = re.compile(
    r"(?<=\d) (?=\d)|(?<=\bAB) (?=\d)|(?<=\bArbeitsblatt) (?=\d)|(?<=\bKlasse) (?=\d)|(?<=\d) (?=(?:Minuten|Uhr)\b)"
)


def bound(text: str) -> str:
    """Return text with no-break spaces where a line break would hurt; sources keep their plain spaces."""
    return _TOGETHER.sub(_NO_BREAK, text)
