"""Addresses of the five doors that tell nobody which door it was.

Addresses stand in a browser's history, and "5" would say that a teacher is hurt. So our own links name a door by a
word that is made for one school and one day. It opens the door on that day and the next; later it leads to the choice
of doors. Printed addresses with a number go on working.
"""

from __future__ import annotations

import hmac
from datetime import date, timedelta
from typing import Final

from bullying_desk.web.request import clock, keys

DOORS: Final = range(1, 6)
LENGTH: Final = 10
_LETTERS = str.maketrans("0123456789", "ghkmnpqrtw")  # letters only, so that no word looks like a door's number


def door_word(door: int, school: str = "") -> str:
    """Return today's word of a door at a school; without a school, of the search for one."""
    return _word(door, school, clock().today())


def door_of_word(word: str, school: str = "") -> int | None:
    """Return the door of a word of today or yesterday, None for any other."""
    today = clock().today()
    days = (today, today - timedelta(days=1))
    return next((door for day in days for door in DOORS if _word(door, school, day) == word), None)


def _word(door: int, school: str, day: date) -> str:
    made = hmac.digest(keys().session_key, f"door {door} {school} {day.isoformat()}".encode(), "sha256")
    return made.hex()[:LENGTH].translate(_LETTERS)
