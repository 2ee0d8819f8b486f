"""Help lines: the services a child, a parent or a teacher can call when a letter to the team is not enough.

They are data with source and date, because hours change and a wrong number costs a frightened child its courage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

from bullying_desk.guidance.opening import HoursUnreadable, opening
from bullying_desk.texts import Text, TextFile

EMERGENCY: Final = frozenset({"police", "ambulance"})
AUDIENCES: Final = frozenset({"pupils", "parents", "staff"})


def _is_readable(hours: str) -> bool:
    try:
        opening(hours)
    except HoursUnreadable:
        return False
    return True


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One service that helps. `called`: the day the operator called the number, or None.

    `words` speak to pupils, `grown` to adults. `dial` is the number as a telephone takes it.
    """

    id: str
    name: Text
    for_: frozenset[str]
    source: str
    dated: date
    number: str = ""
    dial: str = ""
    web: str = ""
    urgent: bool = False
    words: Text = ""
    grown: Text = ""
    hours: Text = ""
    cost: Text = ""
    called: date | None = None

    def __post_init__(self) -> None:
        """Make `dial`, and refuse a line that must not go before a child. Raises ValueError."""
        object.__setattr__(self, "dial", self.dial or re.sub(r"[^+\d]", "", self.number))
        wrong = {
            "it has neither number nor web address": not (self.number or self.web),
            "its number cannot be dialled": bool(self.number) and not re.fullmatch(r"\+?\d{3,15}", self.dial),
            "its audience is unknown": not self.for_ or not self.for_ <= AUDIENCES,
            "it has no words for pupils": "pupils" in self.for_ and not self.words,
            "it has no words for adults": bool(self.for_ - {"pupils"}) and not self.grown,
            "its hours cannot be read": not _is_readable(self.hours),
        }
        if reasons := [reason for reason, is_so in wrong.items() if is_so]:
            raise ValueError(f"{self.id}: {'; '.join(reasons)}")

    @property
    def around_the_clock(self) -> bool:
        """Whether the line answers day and night."""
        known = opening(self.hours)
        return known is not None and known.around_the_clock

    def answers_at(self, moment: datetime) -> bool:
        """Whether the line answers at a moment; a line without known hours is never promised."""
        known = opening(self.hours)
        return known is not None and known.now(moment)

    @property
    def week(self) -> str:
        """The hours as a script reads them: "day first last" for each weekday (0 is Monday), joined by commas."""
        known = opening(self.hours)
        return ",".join(f"{day} {first} {last}" for day, first, last in known.days) if known is not None else ""


@dataclass(frozen=True, slots=True)
class HelpLines:
    """All help lines with the day they were collected."""

    collected: date
    lines: tuple[HelpLine, ...]

    @property
    def urgent(self) -> tuple[HelpLine, ...]:
        """The lines at the top of "Hilfe jetzt"."""
        return tuple(line for line in self.lines if line.urgent)

    def more_for(self, audience: str) -> tuple[HelpLine, ...]:
        """Return the other lines for pupils, parents or staff, in the file's order."""
        return tuple(line for line in self.lines if audience in line.for_ and not line.urgent)

    def answering(self, moment: datetime, audience: str = "pupils") -> tuple[HelpLine, ...]:
        """Return who listens at a moment, without police and ambulance: who answers in writing first.

        For adults those come before, who are there for them alone and have hours.
        """
        lines = [line for line in self.lines if audience in line.for_ and line.answers_at(moment)]
        lines.sort(key=lambda line: (bool(line.number), audience != "pupils" and "pupils" in line.for_))
        return tuple(line for line in lines if line.id not in EMERGENCY)

    def always(self, audience: str = "pupils") -> tuple[HelpLine, ...]:
        """Return who listens day and night: what paper and old pages may name."""
        lines = (line for line in self.lines if audience in line.for_ and line.around_the_clock)
        return tuple(line for line in lines if line.id not in EMERGENCY)

    def with_hours(self, audience: str = "pupils") -> tuple[HelpLine, ...]:
        """Return who listens at times that are known, and not always."""
        lines = (line for line in self.lines if audience in line.for_ and line.week)
        return tuple(line for line in lines if not line.around_the_clock)

    def by_id(self, name: str) -> HelpLine:
        """Return one line by its id. Raises KeyError for an unknown one."""
        for line in self.lines:
            if line.id == name:
                return line
        raise KeyError(name)


FILE: Final = TextFile(__file__, HelpLines)


@cache
def help_lines() -> HelpLines:
    """Return the help lines that come with the program, read once."""
    return FILE.read()
