"""The parts of a lesson's text: headings, paragraphs, cards to cut out, lines to write on.

Every writer (page, PDF, Word file) walks the same small tree, so that a worksheet is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold words."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed words."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap to write a word into; `width` counts the underscores."""

    width: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `target` is an address or `lesson:<id>`."""

    target: str
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """Words in another language, which a screen reader has to know about."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break the author wants."""


Inline: TypeAlias = Text | Strong | Emphasis | Gap | Link | Foreign | Break


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 or 3."""

    level: int
    inlines: tuple[Inline, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    inlines: tuple[Inline, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `start` is None for bullets, else the first number."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; the first column names the row. Widths are shares that add up to 1."""

    caption: str
    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    widths: tuple[float, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Box:
    """A framed box: `kasten`, `tafelbild` or `achtung`."""

    kind: str
    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Card:
    """One card to cut out."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """A set of cards, `columns` in a row; `stand` says that each is folded and stands on the floor, half a page big."""

    columns: int
    cards: tuple[Card, ...]
    line: int
    stand: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """An invented chat: who says what."""

    bubbles: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True, slots=True)
class WritingLines:
    """Empty lines to write on."""

    count: int
    line: int


@dataclass(frozen=True, slots=True)
class DrawingSpace:
    """An empty frame to draw in, height in centimetres."""

    height: float
    line: int


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page."""

    line: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of the lesson folder; the alternative text is in the front matter."""

    file: str
    caption: str
    line: int


Block: TypeAlias = (
    Heading | Paragraph | Listing | Table | Box | Cards | Chat | WritingLines | DrawingSpace | PageBreak | Figure
)


def inline_text(inlines: tuple[Inline, ...]) -> str:
    """Return the words of inlines; a gap reads as an ellipsis."""
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text) | Foreign(_, text):
                parts.append(text)
            case Strong(inner) | Emphasis(inner) | Link(_, inner):
                parts.append(inline_text(inner))
            case Gap():
                parts.append(" … ")
            case Break():
                parts.append("\n")
    return "".join(parts)


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block, also those inside lists, boxes and cards."""
    for block in blocks:
        yield block
        match block:
            case Listing(items=items):
                for item in items:
                    yield from walk(item)
            case Box(blocks=inner):
                yield from walk(inner)
            case Cards(cards=cards):
                for card in cards:
                    yield from walk(card.blocks)
            case _:
                pass


def inlines_of(block: Block) -> Iterator[Inline]:
    """Yield the inlines of one block (not of the blocks inside it), nested ones too."""
    match block:
        case Heading(inlines=inlines) | Paragraph(inlines=inlines):
            yield from _nested(inlines)
        case Table(header=header, rows=rows):
            for cell in header:
                yield from _nested(cell)
            for row in rows:
                for cell in row:
                    yield from _nested(cell)
        case _:
            return


def _nested(inlines: tuple[Inline, ...]) -> Iterator[Inline]:
    for inline in inlines:
        yield inline
        if isinstance(inline, Strong | Emphasis | Link):
            yield from _nested(inline.inlines)


def plain_passages(blocks: tuple[Block, ...]) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every passage people read, block by block."""
    for block in walk(blocks):
        match block:
            case Heading(inlines=inlines, line=line) | Paragraph(inlines=inlines, line=line):
                yield line, inline_text(inlines)
            case Table(caption=caption, header=header, rows=rows, line=line):
                if caption:
                    yield line, caption
                for cells in (header, *rows):
                    for cell in cells:
                        if text := inline_text(cell).strip():
                            yield line, text
            case Cards(cards=cards, line=line):
                for card in cards:
                    yield line, card.title
            case Chat(bubbles=bubbles, line=line):
                for _, text in bubbles:
                    yield line, text
            case Figure(caption=caption, line=line) if caption:
                yield line, caption
            case _:
                pass
