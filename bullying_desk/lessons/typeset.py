"""Writes a lesson as Typst source, from which `produce` makes the tagged PDF (PDF/UA-1).

Every word goes into a Typst string, so no author can write code; every picture is one of the lesson's own files.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from bullying_desk.lessons.blocks import (
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
    plain_passages,
)
from bullying_desk.lessons.document import DRAFT, Document, Part, head_line
from bullying_desk.lessons.model import Lesson
from bullying_desk.lessons.preamble import PREAMBLE
from bullying_desk.lessons.typography import bound

_RTL: Final = frozenset({"ar", "fa", "he", "ku", "ps", "ur"})
FONTS: Final = ("Atkinson Hyperlegible", "IBM Plex Sans Arabic", "Noto Sans", "DejaVu Sans Mono")
_LONG_BOX: Final = 1500
_BOXES: Final = {"kasten": "kasten", "tafelbild": "tafelbild", "achtung": "achtung"}


def string(text: str) -> str:
    """Return text as a Typst string."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{safe}"'


class _Writer:
    """Writes blocks; knows the lesson for its pictures and the titles of the lessons it links to."""

    def __init__(self, lesson: Lesson, titles: dict[str, str]) -> None:
        self.lesson, self.titles = lesson, titles

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "[" + "".join(self._inline(inline) for inline in inlines) + "]"

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return f"#{string(bound(text))};"
            case Strong(inner):
                return f"#strong{self.inlines(inner)};"
            case Emphasis(inner):
                return f"#emph{self.inlines(inner)};"
            case Gap(width):
                return f"#luecke({width});"
            case Foreign(language, text):
                turn = ", dir: rtl" if language in _RTL else ""
                return f"#text(lang: {string(language)}, region: none{turn}, {string(text)});"
            case Break():
                return "#linebreak();"
            case Link(target, inner):
                return self._link(target, inner)

    def _link(self, target: str, inner: tuple[Inline, ...]) -> str:
        if target.startswith("lesson:"):
            title = self.titles.get(target[7:], "")
            return self.inlines(inner)[1:-1] + (f"#{string(f' (Stunde „{title}“)')};" if title else "")
        return f"#link({string(target)}){self.inlines(inner)};"

    def blocks(self, blocks: Iterable[Block], shift: int) -> str:
        """Write blocks; `shift` is taken from the heading levels, and no level is ever skipped."""
        out, last = [], 1 if shift == 0 else 0
        known = list(blocks)
        for block, following in zip_longest(known, known[1:]):
            if isinstance(block, Heading):
                last = min(block.level - shift, last + 1)
                out.append(f"#heading(level: {last}){self.inlines(block.inlines)}")
            elif isinstance(block, Paragraph) and isinstance(following, Box) and following.kind == "tafelbild":
                out.append(f"#block(sticky: true)[{self._block(block)}]")
            else:
                out.append(self._block(block))
        return "\n".join(out)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(inlines):
                return f"#par{self.inlines(inlines)}"
            case Heading(inlines=inlines):
                return f"#par[#strong{self.inlines(inlines)}]"
            case Listing(items, start):
                cells = "".join(f"[{self._inner(item)}]," for item in items)
                return f"#list({cells})" if start is None else f"#enum(start: {start}, {cells})"
            case Table():
                return self._table(block)
            case Box(kind, blocks):
                # A box is read at one glance; only one that may not fit on a page is allowed to break.
                long = sum(len(text) for _, text in plain_passages(blocks)) > _LONG_BOX
                return f"#block(breakable: {str(long).lower()}, width: 100%)[#{_BOXES[kind]}[{self._inner(blocks)}]]"
            case Cards(columns, cards):
                return f"#karten({columns}, {''.join(self._card(card) for card in cards)})"
            case Chat(bubbles):
                return self._chat(bubbles)
            case WritingLines(count):
                return f"#zeilen({count})"
            case DrawingSpace(height):
                return f"#zeichenfeld({height}cm)"
            case PageBreak():
                return "#pagebreak(weak: true)"
            case Figure():
                return self._figure(block)

    def _inner(self, blocks: tuple[Block, ...]) -> str:
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
            return self.inlines(blocks[0].inlines)[1:-1]
        return "\n".join(self._block(block) for block in blocks)

    def _card(self, card: Card) -> str:
        return f"[#par[#strong[#{string(card.title)}]]\n{self._inner(card.blocks)}],"

    def _chat(self, bubbles: tuple[tuple[str, str], ...]) -> str:
        people = list(dict.fromkeys(name for name, _ in bubbles))
        return "\n".join(f"#blase({people.index(name)}, {string(name)}, [#{string(text)}])" for name, text in bubbles)

    def _table(self, table: Table) -> str:
        widths = ", ".join(f"{share * 100:.2f}fr" for share in table.widths)
        header = ", ".join(self.inlines(cell) for cell in table.header)
        rows = "".join(", ".join(self._cell(row, at) for at in range(len(row))) + ",\n" for row in table.rows)
        body = f"table(columns: ({widths},), table.header({header}),\n{rows})"
        if table.caption:
            return f"#figure(kind: table, caption: [#{string(table.caption)}], {body})"
        return f"#{body}"

    def _cell(self, row: tuple[tuple[Inline, ...], ...], at: int) -> str:
        if at and not row[at]:
            return "v(0.75cm)"  # room to write
        text = self.inlines(row[at])
        return f"strong{text}" if at == 0 and len(row) > 1 else text

    def _figure(self, figure: Figure) -> str:
        picture = self.lesson.picture(figure.file)
        if picture is None:
            return ""
        image = f"image({string(picture.file)}, width: {min(picture.width, 17.0)}cm, alt: {string(picture.alt)})"
        if figure.caption:
            return f"#figure({image}, alt: {string(picture.alt)}, caption: [#{string(figure.caption)}])"
        return f"#figure({image}, alt: {string(picture.alt)})"


def _size(part: Part, lesson: Lesson) -> str:
    if part.kind in ("plan", "solution"):
        return "9.5pt"
    if part.kind == "letter" or lesson.for_staff:
        return "11pt"
    return "14pt" if min(lesson.grades) <= 2 else "12.5pt" if min(lesson.grades) <= 4 else "11.5pt"


def _part(writer: _Writer, part: Part, lesson: Lesson, first: bool) -> str:
    out = [] if first else ["#pagebreak(weak: true)"]
    inner = []
    if part.kind != "plan":
        inner.append(f"#heading(level: 1)[#{string(part.title)}]")
        if part.note:
            inner.append(f'#text(8pt, fill: rgb("#434a6e"))[#{string(part.note)}]')
    inner.append(writer.blocks(part.blocks, shift=1 if part.kind == "plan" else 0))
    room = "0.52em" if part.kind in ("plan", "solution") else "0.75em"
    spacing = "0.64em" if part.kind in ("plan", "solution") else "1.1em"
    tight = "#show heading: set block(above: 0.9em, below: 0.55em)\n" if part.kind == "plan" else ""
    out.append(f"#[{tight}#set text(size: {_size(part, lesson)})\n#set par(leading: {room}, spacing: {spacing})")
    return "\n".join([*out, *inner, "]"])


def typst_source(document: Document, kinds: frozenset[str], title: str, titles: dict[str, str]) -> str:
    """Write the parts of these kinds (`plan`, `sheet`, `solution`, `letter`) as one Typst file."""
    lesson = document.lesson
    writer = _Writer(lesson, titles)
    fonts = ", ".join(string(font) for font in FONTS)
    footer = f"{lesson.title} · {lesson.code} · {lesson.licence} · Version {lesson.version}"
    out = [
        f"#set document(title: {string(title)}, author: {string('Programm der Anlaufstelle')}, "
        f"keywords: ({''.join(string(word) + ', ' for word in lesson.keywords)}))",
        f"#let schriften = ({fonts})",
        f"#let fusszeile = {string(footer)}",
        PREAMBLE,
    ]
    if "plan" in kinds:
        out.append(f"#title[#{string(lesson.title)}]\n#text(12pt)[#{string(lesson.subtitle)}]\n")
        out.append(f'#par[#text(fill: rgb("#434a6e"))[#{string(head_line(lesson))}]]')
        if not lesson.checked:
            out.append(f"#par[#strong[#{string(DRAFT)}.]]")
    chosen = [part for part in document.parts if part.kind in kinds]
    for number, part in enumerate(chosen):
        out.append(_part(writer, part, lesson, first=number == 0))
        if part.kind == "plan":
            out.append(f"#par[#text(8.5pt)[#{string('Zum Weitergeben: ' + document.attribution)}]]")
            out.append("#context [#metadata(here().page()) <planende>]")
    return "\n".join(out) + "\n"
