"""Checks that a solution answers the sheet as it stands: the same cards and rows, none missing or invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bullying_desk.lessons.format.blocks import Block, Cards, Heading, Table, inline_text, walk
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.problems import Problem

RULE: Final = 18
_ID: Final = re.compile(r"(?:([A-ZÄÖÜ][a-zäöüß-]+) )?(\d{1,2}(?:(?:, | und )\d{1,2})*|[A-Z])(?![\wäöüß])")
_NUMBERED: Final = frozenset({"Nr.", "Nr", "Nummer"})
_FEWEST: Final = 3
_ALIKE: Final = 0.6


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Things with a number under one name: the six `Fall`, the rows of a table of `Satz`."""

    line: int
    label: str
    ids: frozenset[str]


def _numbered(line: int, texts: list[str], label: str) -> _Numbered:
    found = [match for text in texts if (match := _ID.match(text.strip().strip("„*")))]
    labels = {match.group(1) for match in found if match.group(1)}
    ids = frozenset(one for match in found for one in re.split(r", | und ", match.group(2)))
    return _Numbered(line, labels.pop() if len(labels) == 1 else label, ids)


def _all(blocks: tuple[Block, ...]) -> Iterator[_Numbered]:
    for block in walk(blocks):
        match block:
            case Cards(cards=cards, line=line):
                yield _numbered(line, [card.title for card in cards], "Karte")
            case Table(header=header, rows=rows, line=line) if rows:
                heads = [inline_text(cell) for cell in header]
                label = heads[1] if heads[0] in _NUMBERED and len(heads) > 1 else heads[0]
                yield _numbered(line, [inline_text(row[0]) for row in rows], label)
            case _:
                continue
    sections = [block for block in blocks if isinstance(block, Heading)]
    if sections:
        yield _numbered(sections[0].line, [inline_text(block.inlines) for block in sections], "")


def solutions_agree(lesson: Lesson) -> list[Problem]:
    """Rule 18: a table of answers has exactly the numbers of the cards, rows or cases of the same name on a sheet."""
    if lesson.solution is None:
        return []
    asked = [one for sheet in lesson.sheets for one in _all(sheet.blocks) if len(one.ids) >= _FEWEST]
    found = []
    for answered in _all(lesson.solution.blocks):
        same = [one.ids for one in asked if one.label and one.label == answered.label]
        if len(answered.ids) < _FEWEST or not same or answered.ids in same:
            continue
        near = max(same, key=lambda ids: len(ids & answered.ids))
        if len(near & answered.ids) / len(near | answered.ids) >= _ALIKE:
            wrong = ", ".join(sorted(near ^ answered.ids))
            what = f"Lösung und Blatt passen nicht zusammen ({answered.label} {wrong})"
            found.append(
                Problem(lesson.folder / "loesung.md", answered.line, RULE, what, "jede Nummer einmal beantworten")
            )
    return found
