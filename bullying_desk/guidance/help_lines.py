"""Help lines: the services a child, a parent or a teacher can call when a letter to the team is not enough.

They are data with source and date, because hours change and a wrong number costs a frightened child its courage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("help_lines.yml")
AUDIENCES = frozenset({"pupils", "parents", "staff"})


class HelpLinesWrong(Exception):
    """The file of help lines has an entry that no child may see; the message names it."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One service that helps. `called`: the day the operator called the number, or None."""

    id: str
    name: str
    audience: frozenset[str]
    number: str
    dial: str
    web: str
    urgent: bool
    words: str
    grown: str
    hours: str
    cost: str
    source: str
    dated: date
    called: date | None


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
        return tuple(line for line in self.lines if audience in line.audience and not line.urgent)

    def by_id(self, name: str) -> HelpLine:
        """Return one line by its id. Raises KeyError for an unknown one."""
        for line in self.lines:
            if line.id == name:
                return line
        raise KeyError(name)


@cache
def help_lines() -> HelpLines:
    """Return the help lines that come with the program, read once."""
    return read_help_lines(FILE.read_text("utf-8"))


def read_help_lines(text: str) -> HelpLines:
    """Read help lines from YAML.

    Raises HelpLinesWrong naming the entry: no way to reach it, no source or date, unknown audience, id given twice,
    or no words for one of its audiences.
    """
    data = yaml.safe_load(text)
    lines = tuple(_line(entry) for entry in data["lines"])
    ids = [line.id for line in lines]
    if len(set(ids)) != len(ids):
        raise HelpLinesWrong("an id is given twice")
    return HelpLines(collected=data["collected"], lines=lines)


def _line(entry: Mapping[str, Any]) -> HelpLine:
    name = str(entry.get("id", "?"))
    dated = entry.get("dated")
    number = str(entry.get("number", ""))
    line = HelpLine(
        id=name,
        name=str(entry.get("name", "")),
        audience=frozenset(entry.get("for", ())),
        number=number,
        dial=str(entry.get("dial") or re.sub(r"[^+\d]", "", number)),
        web=str(entry.get("web", "")),
        urgent=bool(entry.get("urgent", False)),
        words=str(entry.get("words", "")),
        grown=str(entry.get("grown", "")),
        hours=str(entry.get("hours", "")),
        cost=str(entry.get("cost", "")),
        source=str(entry.get("source", "")),
        dated=dated if isinstance(dated, date) else date.min,
        called=entry.get("called"),
    )
    _check(line)
    return line


def _check(line: HelpLine) -> None:
    wrong = {
        "it has no name": not line.name,
        "it has neither number nor web address": not (line.number or line.web),
        "its number cannot be dialled": bool(line.number) and not re.fullmatch(r"\+?\d{3,15}", line.dial),
        "its audience is unknown": not line.audience or not line.audience <= AUDIENCES,
        "it has no words for pupils": "pupils" in line.audience and not line.words,
        "it has no words for adults": bool(line.audience - {"pupils"}) and not line.grown,
        "it has no source": not line.source,
        "it has no date": line.dated == date.min,
    }
    for reason, is_so in wrong.items():
        if is_so:
            raise HelpLinesWrong(f"{line.id}: {reason}")
