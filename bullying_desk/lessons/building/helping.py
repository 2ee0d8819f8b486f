"""Whom a child can ring, in one line for the foot of every sheet: with the hours, and with a line for the night."""

from __future__ import annotations

from bullying_desk.guidance.help_lines import HelpLine, help_lines
from bullying_desk.guidance.opening import opening

_DAY: str = "nummer-gegen-kummer"
_NIGHT: str = "telefonseelsorge"


def help_line_words() -> str:
    """Return the line, made from the same data as „Hilfe jetzt“: by day, at night, in danger."""
    day, night = help_lines().by_id(_DAY), help_lines().by_id(_NIGHT)
    hours = "Tag und Nacht" if always_open(night) else f"({night.hours.rstrip('.')})"
    danger = " oder ".join(line.number for line in help_lines().urgent[:2])
    return f"Reden: {day.number} ({day.hours.rstrip('.')}), {hours} {night.number} · In Gefahr: {danger}"


def always_open(line: HelpLine) -> bool:
    """Whether a line answers at every hour of the week."""
    hours = opening(line.hours)
    return hours is not None and all(hours.at(day, hour) for day in range(7) for hour in range(24))
