"""When a help line answers, read from the very words that people see. So page and program cannot disagree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from bullying_desk.clock import BERLIN

_DAYS: Final = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_ALWAYS: Final = frozenset({"immer", "tag und nacht"})
_EVERY_HOUR: Final = tuple((day, 0, 24) for day in range(7))
_SENTENCE: Final = re.compile(r"^(?P<days>[a-z, ]*?),? (?:(?P<start>\d{1,2}) )?bis (?P<end>\d{1,2}) uhr$")
_DAY_RANGE: Final = re.compile(r"(\w+) bis (\w+)")


class HoursUnreadable(Exception):
    """The words for the hours of a help line follow no known pattern; the message holds them."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of one line: `days` maps a weekday (0 is Monday) to (first hour, hour of closing)."""

    days: tuple[tuple[int, int, int], ...]

    @property
    def around_the_clock(self) -> bool:
        """Whether the line answers at each hour of the week."""
        return self.days == _EVERY_HOUR

    def at(self, weekday: int, hour: int, minute: int = 0) -> bool:
        """Whether the line answers on this weekday at this time (Berlin)."""
        now = hour * 60 + minute
        return any(day == weekday and first * 60 <= now < last * 60 for day, first, last in self.days)

    def now(self, moment: datetime) -> bool:
        """Whether the line answers at a moment (any time zone). Public holidays are not known."""
        here = moment.astimezone(BERLIN)
        return self.at(here.weekday(), here.hour, here.minute)


@lru_cache(maxsize=64)
def opening(words: str) -> Opening | None:
    """Read hours such as `Montag bis Samstag, 14 bis 20 Uhr.`; None where no hours are known.

    Raises HoursUnreadable for anything else.
    """
    if not words.strip():
        return None
    sentences = [part.strip().lower() for part in words.split(".") if part.strip()]
    if len(sentences) == 1 and sentences[0] in _ALWAYS:
        return Opening(_EVERY_HOUR)
    found: dict[int, tuple[int, int]] = {}
    for sentence in sentences:
        match = _SENTENCE.match(sentence)
        days = _days(match["days"]) if match else ()
        if match is None or not days or (match["start"] is None and not all(day in found for day in days)):
            raise HoursUnreadable(words)
        for day in days:
            # „Dienstag bis 19 Uhr“ lengthens what an earlier sentence has opened.
            first = int(match["start"]) if match["start"] else found[day][0]
            found[day] = (first, int(match["end"]))
    return Opening(tuple((day, first, last) for day, (first, last) in sorted(found.items())))


def _days(words: str) -> tuple[int, ...]:
    if words == "jeden tag":
        return tuple(range(7))
    if match := _DAY_RANGE.fullmatch(words):
        first, last = match.groups()
        return tuple(range(_DAYS.index(first), _DAYS.index(last) + 1)) if {first, last} <= set(_DAYS) else ()
    names = [name for name in re.split(r", | und ", words) if name]
    return tuple(_DAYS.index(name) for name in names) if set(names) <= set(_DAYS) else ()
