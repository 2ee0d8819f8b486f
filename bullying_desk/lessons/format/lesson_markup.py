"""Reads a lesson's Markdown and its few extra marks (cards, writing lines, gaps) into blocks.

Ordinary Markdown goes on to `markdown`. HTML, raw blocks and foreign pictures are never let in, so nothing an author
writes can reach a reader's browser or a typesetter as code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from bullying_desk.lessons.format.blocks import (
    Block,
    Box,
    Card,
    Cards,
    Chat,
    DrawingSpace,
    Heading,
    PageBreak,
    WritingLines,
    inline_text,
)
from bullying_desk.lessons.format.markdown import Faults, ordinary

_BOXES: Final = frozenset({"kasten", "tafelbild", "achtung"})
_OPEN: Final = re.compile(r"^:::\s*(\w+)\s*(\d)?\s*$")
_LINES: Final = re.compile(r"^\[Zeilen:\s*(\d{1,2})\]\s*$")
_DRAW: Final = re.compile(r"^\[Zeichenfeld:\s*(\d{1,2}(?:[.,]\d)?)\s*cm\]\s*$")
_BREAK: Final = re.compile(r"^\[Neue Seite\]\s*$")
_FRONT: Final = re.compile(r"\A---\s*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The blocks of a text and its faults: (line, what, mend)."""

    blocks: tuple[Block, ...]
    faults: tuple[tuple[int, str, str], ...] = field(default=())


def split_front_matter(text: str) -> tuple[str, str, int]:
    """Split a file into (YAML text, Markdown text, line where the Markdown begins, from 1)."""
    match = _FRONT.match(text)
    if match is None:
        return "", text, 1
    return match.group(1), text[match.end() :], text[: match.end()].count("\n") + 1


class _Reader:
    """Walks the lines once; ordinary stretches go to Markdown, marks are taken out."""

    def __init__(self, text: str, first_line: int) -> None:
        self.lines = text.split("\n")
        self.first = first_line
        self.faults: Faults = []

    def read(self, begin: int, end: int, inside: bool) -> tuple[Block, ...]:
        """Read the lines begin..end (positions from 0)."""
        blocks: list[Block] = []
        stretch: list[str] = []
        start = begin
        at = begin
        while at < end:
            taken = self._mark(at, end, inside)
            if taken is None:
                if not stretch:
                    start = at
                stretch.append(self.lines[at])
                at += 1
                continue
            blocks += self._ordinary(stretch, start)
            stretch = []
            block, at = taken
            if block is not None:
                blocks.append(block)
        return tuple(blocks + self._ordinary(stretch, start))

    def _mark(self, at: int, end: int, inside: bool) -> tuple[Block | None, int] | None:
        text = self.lines[at].rstrip()
        line = self.first + at
        if match := _LINES.match(text):
            return WritingLines(int(match.group(1)), line), at + 1
        if match := _DRAW.match(text):
            return DrawingSpace(float(match.group(1).replace(",", ".")), line), at + 1
        if _BREAK.match(text):
            return PageBreak(line), at + 1
        if text.startswith(":::"):
            return self._fence(at, end, inside)
        return None

    def _fence(self, at: int, end: int, inside: bool) -> tuple[Block | None, int]:
        line = self.first + at
        match = _OPEN.match(self.lines[at].rstrip())
        if match is None or inside:
            self._fault(line, "„:::“ steht hier allein", "Block mit „::: kasten“ öffnen, Blöcke nicht schachteln")
            return None, at + 1
        close = next((n for n in range(at + 1, end) if self.lines[n].strip() == ":::"), None)
        if close is None:
            self._fault(line, f"Der Block „{match.group(1)}“ wird nicht geschlossen", "eine Zeile „:::“ ergänzen")
            close = end
        return self._block(match.group(1), match.group(2), at, close), close + 1

    def _block(self, kind: str, number: str | None, at: int, close: int) -> Block | None:
        line = self.first + at
        if kind == "chat":
            return self._chat(at, close)
        inner = self.read(at + 1, close, inside=True)
        if kind == "karten":
            return self._cards(int(number or 2), inner, line)
        if kind == "aufsteller":
            return replace(self._cards(1, inner, line), stand=True)
        if kind in _BOXES:
            return Box(kind, inner, line)
        known = ", ".join(sorted(_BOXES | {"karten", "aufsteller", "chat"}))
        self._fault(line, f"Den Block „{kind}“ gibt es nicht", f"einen von diesen nehmen: {known}")
        return None

    def _chat(self, at: int, close: int) -> Chat:
        bubbles: list[tuple[str, str]] = []
        for position in range(at + 1, close):
            text = self.lines[position].strip()
            name, colon, said = text.partition(":")
            if colon and said.strip():
                bubbles.append((name.strip(), said.strip()))
            elif text:
                self._fault(self.first + position, "Im Chat fehlt „Name: Text“", "Namen und Doppelpunkt davor setzen")
        return Chat(tuple(bubbles), self.first + at)

    def _cards(self, columns: int, inner: tuple[Block, ...], line: int) -> Cards:
        if columns not in (1, 2, 3):
            self._fault(line, f"{columns} Karten nebeneinander gehen nicht", "1, 2 oder 3 schreiben")
            columns = 2
        cards: list[Card] = []
        title, body = "", list[Block]()
        for block in (*inner, Heading(3, (), 0)):
            if isinstance(block, Heading) and block.level == 3:
                if title:
                    cards.append(Card(title, tuple(body)))
                elif body:
                    self._fault(line, "Vor der ersten Karte steht Text", "Jede Karte mit „### Titel“ beginnen")
                title, body = inline_text(block.inlines), []
            else:
                body.append(block)
        if not cards:
            self._fault(line, "Der Block „karten“ hat keine Karte", "Jede Karte mit „### Titel“ beginnen")
        return Cards(columns, tuple(cards), line)

    def _fault(self, line: int, what: str, mend: str) -> None:
        self.faults.append((line, what, mend))

    def _ordinary(self, stretch: list[str], start: int) -> list[Block]:
        return ordinary(stretch, self.first + start, self.faults) if any(text.strip() for text in stretch) else []


def parse(text: str, first_line: int = 1) -> Parsed:
    """Read Markdown into blocks; `first_line` is where the text begins in its file.

    Never raises: faults are returned (line, what is wrong, how to mend it).
    """
    reader = _Reader(text, first_line)
    blocks = reader.read(0, len(reader.lines), inside=False)
    return Parsed(blocks, tuple(reader.faults))
