"""Writes a lesson's text as HTML for its page, the pupils' view and the board; nh3 has the last word on every tag."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

import nh3

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
)
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.picture_words import drawing
from bullying_desk.lessons.format.typography import bound

_RTL: Final = frozenset({"ar", "fa", "he", "ku", "ps", "ur"})
_TAGS: Final = {
    *("h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "br", "a", "span", "div", "figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {
    "*": {"class", "lang", "dir"},
    "a": {"href"},
    "ol": {"start"},
    "th": {"scope"},
    "img": {"src", "alt", "width", "height", "loading"},
    "div": {"role", "tabindex", "aria-label"},
}
_BOXES: Final = {"kasten": "box", "tafelbild": "box chalk", "achtung": "note amber"}
_PIXELS_PER_CM: Final = 38


class _Writer:
    """Writes blocks of one lesson; `base` is the address of the programme, as `/unterricht`."""

    def __init__(self, lesson: Lesson, base: str, ratios: dict[str, float]) -> None:
        self.lesson, self.base, self.ratios = lesson, base, ratios

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return escape(bound(text))
            case Strong(inner):
                return f"<strong>{self.inlines(inner)}</strong>"
            case Emphasis(inner):
                return f"<em>{self.inlines(inner)}</em>"
            case Gap(width):
                return f'<span class="gap">{"_" * width}</span>'
            case Foreign(language, text):
                turn = ' dir="rtl"' if language in _RTL else ""
                return f'<span lang="{escape(language)}"{turn}>{escape(text)}</span>'
            case Break():
                return "<br>"
            case Link(target, inner):
                address = f"{self.base}/{target[7:]}" if target.startswith("lesson:") else target
                return f'<a href="{escape(address)}">{self.inlines(inner)}</a>'

    def blocks(self, blocks: Iterable[Block], level: int) -> str:
        """Write blocks; the highest heading among them becomes `level`, and none is skipped."""
        out: list[str] = []
        given = list(blocks)
        first = min((block.level for block in given if isinstance(block, Heading)), default=2)
        last = level - 1
        for block in given:
            if isinstance(block, Heading):
                last = min(block.level - first + level, last + 1, 4)
                out.append(f"<h{last}>{self.inlines(block.inlines)}</h{last}>")
            else:
                out.append(self._block(block))
        return "\n".join(out)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(inlines):
                return f"<p>{self.inlines(inlines)}</p>"
            case Heading(inlines=inlines):
                return f"<p><strong>{self.inlines(inlines)}</strong></p>"
            case Listing():
                return self._listing(block)
            case Table():
                return self._table(block)
            case Box(kind, blocks):
                return f'<div class="{_BOXES[kind]}">{"".join(self._block(inner) for inner in blocks)}</div>'
            case Cards(columns, cards):
                items = "".join(self._card(card) for card in cards)
                return f'<ul class="cards cards{columns}">{items}</ul>'
            case Chat(bubbles):
                said = "".join(f"<li><strong>{escape(name)}</strong> {escape(text)}</li>" for name, text in bubbles)
                return f'<ul class="chat">{said}</ul>'
            case WritingLines(count):
                return '<div class="lines">' + "<br>" * count + "</div>"
            case DrawingSpace():
                return '<div class="drawing"></div>'
            case PageBreak():
                return '<div class="newpage"></div>'
            case Figure():
                return self._figure(block)

    def _card(self, card: Card) -> str:
        inner = "".join(self._block(block) for block in card.blocks)
        return f"<li><p><strong>{escape(card.title)}</strong></p>{inner}</li>"

    def _listing(self, block: Listing) -> str:
        cells = "".join(f"<li>{self._inner(item)}</li>" for item in block.items)
        if block.start is None:
            return f"<ul>{cells}</ul>"
        first = f' start="{block.start}"' if block.start != 1 else ""
        return f"<ol{first}>{cells}</ol>"

    def _inner(self, blocks: tuple[Block, ...]) -> str:
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return self.inlines(blocks[0].inlines)
        return "".join(self._block(block) for block in blocks)

    def _table(self, table: Table) -> str:
        head = "".join(f'<th scope="col">{self.inlines(cell)}</th>' for cell in table.header)
        rows = "".join(f"<tr>{self._cells(row)}</tr>" for row in table.rows)
        caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
        name = escape(table.caption or "Tabelle")
        inner = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">{inner}</div>'

    def _cells(self, row: tuple[tuple[Inline, ...], ...]) -> str:
        if len(row) == 1:
            return f"<td>{self.inlines(row[0])}</td>"
        return f'<th scope="row">{self.inlines(row[0])}</th>' + "".join(
            f"<td>{self.inlines(cell)}</td>" for cell in row[1:]
        )

    def _figure(self, figure: Figure) -> str:
        picture = self.lesson.picture(figure.file)
        if picture is None:
            return ""
        width = round(picture.width * _PIXELS_PER_CM)
        height = round(width * self.ratios.get(figure.file, 1.0))
        source = escape(f"{self.base}/{self.lesson.id}/{figure.file}")
        caption = f"<figcaption>{escape(figure.caption)}</figcaption>" if figure.caption else ""
        image = f'<img src="{source}" alt="{escape(picture.alt)}" width="{width}" height="{height}" loading="lazy">'
        return f"<figure>{image}{caption}</figure>"


def render(lesson: Lesson, blocks: Iterable[Block], level: int = 3, base: str = "/unterricht") -> str:
    """Return clean HTML of blocks; headings begin at `level`, pictures and lesson links begin with `base`."""
    ratios = {picture.file: picture_ratio(lesson, picture.file) for picture in lesson.all_pictures}
    text = _Writer(lesson, base, ratios).blocks(blocks, level)
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "tel", "mailto"},
        link_rel="noopener noreferrer",
        generic_attribute_prefixes=set(),
    )


def picture_ratio(lesson: Lesson, file: str) -> float:
    """Return height divided by width of a drawing, from its viewBox, so that the page does not jump; 1 if unknown."""
    try:
        head = drawing(lesson, file)[:2000]
        box = head.split('viewBox="', 1)[1].split('"', 1)[0]
        _, _, width, height = (float(part) for part in box.replace(",", " ").split())
        return height / width
    except (OSError, IndexError, ValueError, ZeroDivisionError):
        return 1.0
