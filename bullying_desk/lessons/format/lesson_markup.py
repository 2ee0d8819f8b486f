"""Reads a lesson's Markdown and its few extra marks (cards, writing lines, gaps) into blocks.

Ordinary Markdown goes to markdown-it-py with everything dangerous off. HTML, raw blocks and foreign pictures are never
let in, so nothing an author writes can reach a reader's browser or a typesetter as code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bullying_desk.lessons.format.blocks import (
    Block,
    Box,
    Break,
    Card,
    Cards,
    Chat,
    DrawingSpace,
    Emphasis,
    Figure,
    Foreign,
    Gap,
    Heading,
    Inline,
    Link,
    Listing,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    Text,
    WritingLines,
    inline_text,
)

_BOXES: Final = frozenset({"kasten", "tafelbild", "achtung"})
_OPEN: Final = re.compile(r"^:::\s*(\w+)\s*(\d)?\s*$")
_LINES: Final = re.compile(r"^\[Zeilen:\s*(\d{1,2})\]\s*$")
_DRAW: Final = re.compile(r"^\[Zeichenfeld:\s*(\d{1,2}(?:[.,]\d)?)\s*cm\]\s*$")
_BREAK: Final = re.compile(r"^\[Neue Seite\]\s*$")
_FRONT: Final = re.compile(r"\A---\s*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
#: (line, what is wrong, how to mend it)
Faults: TypeAlias = list[tuple[int, str, str]]

_CAPTION: Final = re.compile(r"^Tabelle:\s*(.+?)\s*$")
_GAP: Final = re.compile(r"_{4,}")
_SPECIAL: Final = re.compile("\ue000(\\d+)\ue001|\\[([^\\[\\]]+)\\]\\{([a-z]{2,3})\\}")
_markdown: Final = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .disable(["html_block", "html_inline", "code", "fence", "reference", "autolink"])
)


def ordinary(stretch: list[str], first_line: int, faults: Faults) -> list[Block]:
    """Read lines of ordinary Markdown; anything not allowed is added to `faults`."""
    source = _GAP.sub(lambda m: f"\ue000{len(m.group())}\ue001", "\n".join(stretch))
    return _Tree(first_line, _table_widths(stretch), faults).blocks(_markdown.parse(source))


def _table_widths(stretch: list[str]) -> list[tuple[float, ...]]:
    """Read the shares of the columns from the dashes of each table's second line."""
    found: list[tuple[float, ...]] = []
    for text in stretch:
        if re.fullmatch(r"\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?", text):
            dashes = [cell.count("-") for cell in text.strip().strip("|").split("|")]
            found.append(tuple(number / sum(dashes) for number in dashes))
    return found


class _Tree:
    """Turns the token stream of markdown-it into blocks."""

    def __init__(self, first_line: int, widths: list[tuple[float, ...]], faults: Faults) -> None:
        self.first, self.widths, self.faults = first_line, widths, faults
        self.caption = ""

    def _fault(self, line: int, what: str, mend: str) -> None:
        self.faults.append((line, what, mend))

    def blocks(self, tokens: list[Token]) -> list[Block]:
        found: list[Block] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            close = _closing(tokens, at)
            block = self._block(token, tokens[at + 1 : close])
            if block is not None:
                found.append(block)
            at = close + 1
        return found

    def _line(self, token: Token) -> int:
        return self.first + (token.map[0] if token.map else 0)

    def _block(self, token: Token, inner: list[Token]) -> Block | None:
        line = self._line(token)
        if token.type == "heading_open":
            return self._heading(int(token.tag[1]), inner[0], line)
        if token.type == "paragraph_open":
            return self._paragraph(inner[0], line)
        if token.type in ("bullet_list_open", "ordered_list_open"):
            start = int(str(token.attrs.get("start", 1))) if token.type.startswith("ordered") else None
            return Listing(tuple(self._items(inner)), start, line)
        if token.type == "table_open":
            return self._table(inner, line)
        self._fault(line, f"„{token.markup or token.type}“ gibt es hier nicht", "einfacher schreiben")
        return None

    def _heading(self, level: int, inner: Token, line: int) -> Heading:
        if level not in (2, 3):
            self._fault(line, f"Überschrift mit {'#' * level}", "nur ## und ### benutzen")
        return Heading(level, self._inlines(inner), line)

    def _paragraph(self, inner: Token, line: int) -> Block | None:
        children = inner.children or []
        if len(children) == 1 and children[0].type == "image":
            return Figure(str(children[0].attrs.get("src", "")), children[0].content, line)
        if any(child.type == "image" for child in children):
            self._fault(line, "Ein Bild steht mitten im Text", "das Bild in einen eigenen Absatz stellen")
        if match := _CAPTION.match(inner.content):
            self.caption = match.group(1)
            return None
        return Paragraph(self._inlines(inner), line)

    def _items(self, tokens: list[Token]) -> list[tuple[Block, ...]]:
        items: list[tuple[Block, ...]] = []
        at = 0
        while at < len(tokens):
            close = _closing(tokens, at)
            items.append(tuple(self.blocks(tokens[at + 1 : close])))
            at = close + 1
        return items

    def _table(self, tokens: list[Token], line: int) -> Table:
        rows: list[tuple[tuple[Inline, ...], ...]] = []
        cells: list[tuple[Inline, ...]] = []
        for token in tokens:
            if token.type == "tr_open":
                cells = []
            elif token.type == "inline":
                cells.append(self._inlines(token))
            elif token.type == "tr_close":
                rows.append(tuple(cells))
        even = tuple(1 / len(rows[0]) for _ in rows[0])
        widths = self.widths.pop(0) if self.widths and len(self.widths[0]) == len(rows[0]) else even
        caption, self.caption = self.caption, ""
        return Table(caption, rows[0], tuple(rows[1:]), widths, line)

    def _inlines(self, token: Token) -> tuple[Inline, ...]:
        return tuple(self._nest(list(token.children or [])))

    def _nest(self, tokens: list[Token]) -> list[Inline]:
        found: list[Inline] = []
        while tokens:
            token = tokens.pop(0)
            if token.type.endswith("_close"):
                return found
            if token.type == "strong_open":
                found.append(Strong(tuple(self._nest(tokens))))
            elif token.type == "em_open":
                found.append(Emphasis(tuple(self._nest(tokens))))
            elif token.type == "link_open":
                found.append(Link(str(token.attrs.get("href", "")), tuple(self._nest(tokens))))
            elif token.type == "hardbreak":
                found.append(Break())
            elif token.type == "softbreak":
                found.append(Text(" "))
            elif token.content:
                found += _special(token.content)
        return found


def _special(text: str) -> list[Inline]:
    """Find gaps and words of other languages in plain text."""
    found: list[Inline] = []
    at = 0
    for match in _SPECIAL.finditer(text):
        if match.start() > at:
            found.append(Text(text[at : match.start()]))
        found.append(Gap(int(match.group(1))) if match.group(1) else Foreign(match.group(3), match.group(2)))
        at = match.end()
    if at < len(text):
        found.append(Text(text[at:]))
    return found


def _closing(tokens: list[Token], at: int) -> int:
    """Return the position of the token that closes the one at `at`."""
    if tokens[at].nesting != 1:
        return at
    depth = 0
    for position in range(at, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position
    return len(tokens) - 1


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
