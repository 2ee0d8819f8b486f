"""The second, easier sheet of a lesson: the same tasks, fewer of them, in larger type, with beginnings of sentences.

It is made from the sheet itself, so the two cannot drift apart when a text is changed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bullying_desk.lessons.format.blocks import (
    Block,
    Box,
    Card,
    Cards,
    Heading,
    Paragraph,
    Strong,
    Table,
    Text,
    inline_text,
)
from bullying_desk.lessons.format.model import Easier, Lesson, Sheet

_ID: Final = re.compile(r"(?<!\w)(?:\d{1,2}|[A-Z])(?!\w)")


def with_easier_sheet(lesson: Lesson) -> Lesson:
    """Return a lesson with its easier sheet, made from the sheet it names."""
    easier = lesson.easier_from
    source = next((sheet for sheet in lesson.sheets if easier is not None and sheet.file == easier.source), None)
    if easier is None or source is None:
        return lesson
    made = replace(
        source,
        file=f"{source.file}, leichter",
        blocks=(*_fewer(source.blocks, easier.only), *_beginnings(easier)),
        variant="leichter",
    )
    return replace(lesson, made_sheets=(*lesson.made_sheets, made))


def unknown_parts(sheet: Sheet, only: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts an easier sheet asks for that its source does not have."""
    names = [name for block in sheet.blocks for name in _names(block)]
    return tuple(part for part in only if not any(_means(part, name) for name in names))


def _names(block: Block) -> list[str]:
    match block:
        case Cards(cards=cards):
            return [card.title for card in cards]
        case Table(rows=rows):
            return [inline_text(row[0]) for row in rows]
        case Heading(inlines=inlines):
            return [inline_text(inlines)]
        case Box(blocks=inner):
            return [name for one in inner for name in _names(one)]
        case _:
            return []


def _means(part: str, name: str) -> bool:
    """Whether a part (`3`, `Fall 1`, `Seilspringen`) is the card, row or section of this name."""
    if name.startswith(part) and not name[len(part) : len(part) + 1].isalnum():
        return True
    first = _ID.search(name)
    return first is not None and first.group() == part


def _fewer(blocks: tuple[Block, ...], only: tuple[str, ...]) -> list[Block]:
    """Keep what is asked for; a block none of whose parts is asked for stays whole."""
    kept: list[Block] = []
    skipping = False
    headings = [name for block in blocks if isinstance(block, Heading) for name in _names(block)]
    cut_sections = any(_means(part, name) for part in only for name in headings)
    for block in blocks:
        if isinstance(block, Heading) and cut_sections:
            name = inline_text(block.inlines)
            skipping = _ID.search(name) is not None and not any(_means(part, name) for part in only)
        if not skipping:
            kept.append(_cut(block, only))
    return kept


def _cut(block: Block, only: tuple[str, ...]) -> Block:
    match block:
        case Cards(columns, cards, line):
            chosen: tuple[Card, ...] = tuple(card for card in cards if any(_means(part, card.title) for part in only))
            return Cards(min(columns, 2), chosen or cards, line)
        case Table(rows=rows):
            left = tuple(row for row in rows if any(_means(part, inline_text(row[0])) for part in only))
            return replace(block, rows=left or rows)
        case Box(blocks=inner):
            return replace(block, blocks=tuple(_cut(one, only) for one in inner))
        case _:
            return block


def _beginnings(easier: Easier) -> list[Block]:
    head = Paragraph((Strong((Text("So kannst du anfangen:"),)),), 1)
    lines = [Paragraph((Text(f"„{text}“"),), 1) for text in easier.beginnings]
    return [Box("kasten", (head, *lines), 1)] if lines else []
