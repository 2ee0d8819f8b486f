"""Knows the words of a child in danger, in nine languages: then help lines come before any lesson."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml
from rapidfuzz import fuzz

from bullying_desk.guidance.help_lines import HelpLine, help_lines
from bullying_desk.guidance.opening import opening
from bullying_desk.lessons.library.words import fold

_SLIP: Final = 88
_SLIP_FROM: Final = 8


@dataclass(frozen=True, slots=True)
class Crisis:
    """One kind of danger: what to do first, which help lines, which lessons afterwards."""

    id: str
    title: str
    advice: str
    lines: tuple[str, ...]
    lessons: tuple[str, ...]
    pattern: re.Pattern[str]
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The help lines at one moment: which answer now, and which are closed at this hour."""

    now: tuple[HelpLine, ...]
    closed: tuple[HelpLine, ...]


@lru_cache(maxsize=1)
def crises() -> tuple[Crisis, ...]:
    """Return the kinds of danger in the order they are looked for."""
    rows = yaml.safe_load(files("bullying_desk.lessons").joinpath("crisis.yml").read_text("utf-8"))
    return tuple(_crisis(row) for row in rows)


def _crisis(row: dict[str, Any]) -> Crisis:
    terms = [fold(term) for terms in row["words"].values() for term in terms]
    either = "|".join(re.escape(term).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for term in terms)
    plain = tuple(term.strip("*") for term in terms if " " not in term and len(term.strip("*")) >= _SLIP_FROM)
    return Crisis(
        row["id"],
        row["title"],
        row["advice"],
        tuple(row["lines"]),
        tuple(row["lessons"]),
        re.compile(rf"(?<!\w)(?:{either})(?!\w)"),
        plain,
    )


def crisis_in(query: str) -> Crisis | None:
    """Return the danger a question speaks of, slips of the finger included; None where it speaks of none."""
    asked = " ".join(re.findall(r"[^\W_]+", fold(query)))
    for crisis in crises():
        if crisis.pattern.search(asked):
            return crisis
    long = [word for word in asked.split() if len(word) >= _SLIP_FROM]
    for crisis in crises():
        if any(fuzz.ratio(word, known) >= _SLIP for word in long for known in crisis.plain):
            return crisis
    return None


def reach(crisis: Crisis, moment: datetime) -> Reach:
    """Return the help lines to call at this moment; one with unknown hours counts as worth a try."""
    lines = [help_lines().by_id(name) for name in crisis.lines]
    known = {line.id: opening(line.hours) for line in lines}
    closed = tuple(line for line in lines if (hours := known[line.id]) is not None and not hours.now(moment))
    return Reach(tuple(line for line in lines if line not in closed), closed)
