"""The blank sheets of the case file: a talk record, an observation, evidence, the safety gate. Words: blanks.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from bullying_desk.cases.sheets import CaseSheet, Kind
from bullying_desk.reports.doors.doors import AT_WORK, Choice
from bullying_desk.texts import Text, TextFile
from bullying_desk.web.language import _, german_date


class Shape(Enum):
    """How a question of a sheet is answered."""

    LINE = "a few words"
    TEXT = "some lines"
    ONE = "one of several"
    MANY = "any of several"
    DAY = "a day"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a sheet. `missing`: what to do where the answer is required and empty."""

    code: str
    label: Text
    shape: Shape = Shape.TEXT
    choices: tuple[Choice, ...] = ()
    hint: Text = ""
    missing: Text = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank sheet; its code is in the address. `notes`: the reminder above it."""

    code: str
    kind: Kind
    title: Text
    intro: Text
    items: tuple[Item, ...]
    notes: tuple[Text, ...] = ()

    def without(self, code: str) -> Blank:
        """Return the sheet without one answer wherever it is offered."""
        items = (replace(item, choices=tuple(one for one in item.choices if one.code != code)) for item in self.items)
        return replace(self, items=tuple(items))

    def pairs(self, sheet: CaseSheet) -> list[tuple[str, str]]:
        """Return question and answer of a filled sheet, without empty ones."""
        return [(_(item.label), _words(item, sheet)) for item in self.items if sheet.said.get(item.code)]


def _words(item: Item, sheet: CaseSheet) -> str:
    if item.shape is Shape.DAY:
        return german_date(date.fromisoformat(sheet.text(item.code)))
    labels = {choice.code: _(choice.label) for choice in item.choices}
    return ", ".join(labels.get(value, value) for value in sheet.many(item.code))


@dataclass(frozen=True, slots=True)
class Takedown:
    """How something in the net is taken down, with the notice under Art. 16 (2) DSA (Regulation (EU) 2022/2065)."""

    title: Text
    steps: tuple[Text, ...]
    heading: Text
    opening: Text
    reasons: tuple[Text, ...]
    name: Text
    faith: Text
    after: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Blanks:
    """The file: every blank sheet; `gate_at_work` is the gate where the affected person works at the school."""

    talk: Blank
    observation: Blank
    evidence: Blank
    gate: Blank
    gate_at_work: Blank
    takedown: Takedown


FILE: Final = TextFile(__file__, Blanks)
_CONTENT: Final = FILE.read()
TAKEDOWN: Final = _CONTENT.takedown
GATE: Final = _CONTENT.gate
GATE_AT_WORK: Final = _CONTENT.gate_at_work
_CHILD: Final = (_CONTENT.talk, _CONTENT.observation, _CONTENT.evidence, GATE)
BLANKS: Final[Mapping[str, Blank]] = {blank.code: blank for blank in _CHILD}


def blank_of(code: str, door: int) -> Blank:
    """Return a blank sheet by its code, as it fits who is affected. Raises KeyError."""
    return GATE_AT_WORK if code == GATE.code and door == AT_WORK else BLANKS[code]
