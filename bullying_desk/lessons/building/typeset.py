"""Writes a lesson as Typst source, from which `produce` makes the tagged PDF (PDF/UA-1).

Every word goes into a Typst string, so no author can write code. Every picture is one of the lesson's own files.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from bullying_desk.lessons.building.document import DRAFT, Document, Part, head_line
from bullying_desk.lessons.building.helping import help_line_words
from bullying_desk.lessons.drawing.scenes import SCENE
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
    plain_passages,
)
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.typography import bound
from bullying_desk.lessons.format.vocabulary import AUTHOR, SPECIAL

_RTL: Final = frozenset({"ar", "fa", "he", "ku", "ps", "ur"})
FONTS: Final = ("Atkinson Hyperlegible", "IBM Plex Sans Arabic", "Noto Sans", "DejaVu Sans Mono")
_LONG_BOX: Final = 1500
#: Centimetres of a gap for each underscore: in tables and plans, and on a sheet that children write on.
_NARROW, _WIDE = 0.19, 0.26
#: Heights of cards in centimetres: as they lie in the hand, the largest, and what a page of them has.
_CARD, _LARGE_CARD, _PAGE_OF_CARDS = 2.6, 5.2, 21.0
#: Width of the scene in centimetres: beside the title of a lesson, beside the heading of its first sheet, and there in
#: primary school. Sheets with cards or large type have no more room without another page.
_TITLE_SCENE, _SHEET_SCENE, _YOUNG_SCENE = 2.8, 3.0, 4.2
#: highest grade -> points
_SIZES: Final = ((2, 14.0), (4, 12.5), (13, 11.5))
#: Up to this grade, and at a Förderschule, words are not cut at the end of a line.
_WHOLE_WORDS: Final = 4
_BOXES: Final = {"kasten": "kasten", "tafelbild": "tafelbild", "achtung": "achtung"}


def string(text: str) -> str:
    """Return text as a Typst string."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{safe}"'


class _Writer:
    """Writes blocks; knows the lesson for its pictures and the titles of the lessons it links to."""

    def __init__(self, lesson: Lesson, titles: dict[str, str]) -> None:
        self.lesson, self.titles = lesson, titles
        self.bold_rows = True
        self.card_height = 0.0
        self.gap = _NARROW

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "[" + "".join(self._inline(inline) for inline in inlines) + "]"

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return "#kreuz;".join(f"#{string(bound(part))};" if part else "" for part in text.split("☐"))
            case Strong(inner):
                return f"#strong{self.inlines(inner)};"
            case Emphasis(inner):
                return f"#emph{self.inlines(inner)};"
            case Gap(width):
                return f"#luecke({width}, je: {self.gap}cm);"
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
            case Cards(cards=cards, stand=True):
                return "\n".join(f"#aufsteller({string(card.title)}, [{self._inner(card.blocks)}])" for card in cards)
            case Cards(columns, cards):
                return f"#karten({columns}, {self.card_height}cm, {''.join(self._card(card) for card in cards)})"
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
        wide, self.gap = self.gap, _NARROW
        try:
            return self._filled(row, at)
        finally:
            self.gap = wide

    def _filled(self, row: tuple[tuple[Inline, ...], ...], at: int) -> str:
        if at and not row[at]:
            return "v(0.75cm)"  # room to write
        text = self.inlines(row[at])
        return f"strong{text}" if at == 0 and len(row) > 1 and self.bold_rows else text

    def scene(self, figure: Figure | None, width: float) -> str:
        """Write a scene as wide as this, in centimetres; empty without one."""
        picture = self.lesson.picture(figure.file) if figure is not None else None
        if picture is None:
            return ""
        return f"#figure(image({string(picture.file)}, width: {width}cm), alt: {string(picture.alt)})"

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
        return "9.3pt"
    if part.kind == "letter" or lesson.for_staff:
        return "11pt"
    return f"{sheet_size(lesson, larger=part.larger)}pt"


def sheet_size(lesson: Lesson, *, larger: bool = False) -> float:
    """Return the size of type on a sheet, in points: larger for who begins to read, and on the easier sheet."""
    youngest = 1 if lesson.only_form == SPECIAL else 13 if lesson.for_staff else min(lesson.grades)
    size = next(size for grade, size in _SIZES if youngest <= grade)
    return size + 2 if larger else size


def _part(writer: _Writer, part: Part, lesson: Lesson, first: bool) -> str:
    out = [] if first else ["#pagebreak(weak: true)"]
    on_sheet = part.kind == "sheet"
    writer.bold_rows, writer.card_height = not on_sheet, _card_height(part.blocks) if on_sheet else 0.0
    writer.gap = _WIDE if on_sheet else _NARROW
    scene, blocks = scene_apart(part.blocks)
    inner = []
    if part.kind != "plan":
        head = f"#heading(level: 1)[#{string(part.title)}]"
        if part.note:
            head += f'\n#text(8pt, fill: rgb("#434a6e"))[#{string(part.note)}]'
        inner.append(_beside(head, writer.scene(scene, _scene_width(lesson))))
    inner.append(writer.blocks(blocks, shift=1 if part.kind == "plan" else 0))
    room = "0.52em" if part.kind in ("plan", "solution") else "0.75em"
    spacing = "0.64em" if part.kind in ("plan", "solution") else "1.1em"
    tight = "#show heading: set block(above: 0.9em, below: 0.55em)\n" if part.kind == "plan" else ""
    if on_sheet:
        tight += "#set table(inset: (x: 6pt, y: 7pt))\n"
    if on_sheet and not lesson.for_staff and (lesson.only_form == SPECIAL or min(lesson.grades) <= _WHOLE_WORDS):
        tight += "#set text(hyphenate: false)\n"
    out.append(f"#[{tight}#set text(size: {_size(part, lesson)})\n#set par(leading: {room}, spacing: {spacing})")
    return "\n".join([*out, *inner, "]"])


def scene_apart(blocks: tuple[Block, ...]) -> tuple[Figure | None, tuple[Block, ...]]:
    """Return the scene that opens a part, and the rest: print sets it beside the heading, where it takes no room."""
    if blocks and isinstance(blocks[0], Figure) and blocks[0].file == SCENE:
        return blocks[0], blocks[1:]
    return None, blocks


def _scene_width(lesson: Lesson) -> float:
    young = min(lesson.grades, default=13) <= _WHOLE_WORDS and lesson.only_form != SPECIAL
    return _YOUNG_SCENE if young else _SHEET_SCENE


def _beside(head: str, scene: str) -> str:
    return f"#grid(columns: (1fr, auto), column-gutter: 0.4cm, [{head}], [{scene}])" if scene else head


def _card_height(blocks: tuple[Block, ...]) -> float:
    """Return the least height of a card in centimetres: a sheet of nothing but cards fills its page."""
    sets = [block for block in blocks if isinstance(block, Cards)]
    alone = len(sets) == 1 and all(isinstance(block, Cards | Paragraph) for block in blocks)
    if not alone:
        return _CARD
    rows = -(-len(sets[0].cards) // sets[0].columns)
    return max(_CARD, min(_LARGE_CARD, _PAGE_OF_CARDS / rows))


def typst_source(document: Document, kinds: frozenset[str], title: str, titles: dict[str, str]) -> str:
    """Write the parts of these kinds (`plan`, `sheet`, `solution`, `letter`) as one Typst file."""
    lesson = document.lesson
    writer = _Writer(lesson, titles)
    # Digits from another typeface: a zero with a stroke looks to children like another letter.
    fonts = ", ".join(['(name: "Noto Sans", covers: regex("[0-9]"))', *(string(font) for font in FONTS)])
    out = [
        f"#set document(title: {string(title)}, author: {string(AUTHOR)}, "
        f"keywords: ({''.join(string(word) + ', ' for word in lesson.keywords)}))",
        f"#let schriften = ({fonts})",
        f"#let fusszeile = {string(document.footer)}",
        f"#let hilfezeile = {string('' if lesson.for_staff else help_line_words())}",
        PREAMBLE,
    ]
    if "plan" in kinds:
        out.append(_title(lesson, writer.scene(scene_apart(document.parts[0].blocks)[0], _TITLE_SCENE)))
    chosen = [part for part in document.parts if part.kind in kinds]
    for number, part in enumerate(chosen):
        out.append(_part(writer, part, lesson, first=number == 0))
        if part.kind == "plan":
            out.append(f"#par[#text(8.5pt)[#{string('Zum Weitergeben: ' + document.attribution)}]]")
            out.append("#context [#metadata(here().page()) <planende>]")
    return "\n".join(out) + "\n"


def _title(lesson: Lesson, scene: str) -> str:
    """Write title and subtitle, with the scene beside them; head line, and the word that it is a draft."""
    out = [_beside(f"#title[#{string(lesson.title)}]\n#text(12pt)[#{string(lesson.subtitle)}]", scene)]
    out.append(f'#par[#text(fill: rgb("#434a6e"))[#{string(head_line(lesson))}]]')
    if not lesson.checked:
        out.append(f"#par[#strong[#{string(DRAFT)}.]]")
    return "\n".join(out)


# The look of the printed lesson: page, type, tables, boxes, cards, writing lines, as Typst definitions.


PREAMBLE: Final = """
#set page(paper: "a4", margin: (x: 1.9cm, top: 1.6cm, bottom: 1.75cm), footer: context {
  set text(7.5pt, fill: rgb("#434a6e"), hyphenate: false)
  set par(leading: 0.45em)
  if hilfezeile != "" { strong(hilfezeile); linebreak() }
  fusszeile
  h(1fr)
  counter(page).display("1 / 1", both: true)
})
#set text(lang: "de", region: "DE", font: schriften, size: 9.5pt, hyphenate: true, fill: rgb("#171e45"))
#set par(leading: 0.6em, spacing: 0.75em, justify: false)
#set list(marker: [•], spacing: 0.55em)
#set enum(spacing: 0.7em)
#set table(stroke: 0.5pt + rgb("#6d759b"), inset: (x: 4pt, y: 4pt), fill: (x, y) => if y == 0 { rgb("#e6eaf6") })
#set table.cell(breakable: false)
#show table.cell.where(y: 0): strong
#show table: set par(justify: false, spacing: 0.5em)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true)
#show figure.caption: set block(sticky: true)
#show figure.caption: set text(9pt)
#show figure.caption: set align(start)
#show figure.where(kind: table): set align(start)
#set figure(numbering: none)
#show heading: set text(fill: rgb("#28378f"), hyphenate: false)
#show heading.where(level: 1): set text(0.95em)
#show heading.where(level: 2): set text(0.92em)
#show heading.where(level: 3): set text(1em)
#show heading: set block(above: 1.15em, below: 0.7em, sticky: true)
#show title: set text(19pt, fill: rgb("#28378f"), hyphenate: false)
#let kasten(body) = block(width: 100%, inset: 8pt, stroke: 0.8pt + rgb("#171e45"), radius: (right: 6pt), body)
#let tafelbild(body) = block(width: 100%, inset: 9pt, stroke: 1.4pt + rgb("#33500d"), fill: rgb("#f6f9ee"), body)
#let achtung(body) = block(width: 100%, inset: 8pt, stroke: (left: 4pt + rgb("#6b3500")), fill: rgb("#fcefdc"), body)
#let luecke(n, je: 0.19cm) = box(width: n * je, height: 0.9em, stroke: (bottom: 0.6pt + rgb("#171e45")))
#let zeile = block(width: 100%, height: 0.95cm, stroke: (bottom: 0.6pt + rgb("#6d759b")))
#let zeilen(n) = block(width: 100%, above: 0.4em, below: 1em, breakable: false, stack(..range(n).map(_ => zeile)))
#let zeichenfeld(h) = block(width: 100%, height: h, stroke: 0.8pt + rgb("#6d759b"), radius: 4pt)
#let blase(i, wer, body) = align(if calc.even(i) { start } else { end }, block(width: 72%, inset: 7pt, radius: 8pt,
  breakable: false, fill: if calc.even(i) { rgb("#e6eaf6") } else { rgb("#eaf1d6") },
  align(start)[#text(0.85em, strong(wer)) \\ #body]))
#let schnitt = (dash: "dashed", thickness: 0.7pt, paint: rgb("#434a6e"))
// A last column without width keeps each row at least as high as a card in the hand.
#let karten(n, hoehe, ..k) = grid(columns: (1fr,) * n + (0pt,), inset: (x, y) => if x < n { 10pt } else { 0pt },
  stroke: (x, y) => if x < n { schnitt },
  ..k.pos().chunks(n).map(row => (
    row.map(c => grid.cell(breakable: false, c)) + ([],) * (n - row.len()), block(height: hoehe),
  ).flatten()).flatten())
#let aufsteller(titel, body) = block(width: 100%, breakable: false, stroke: schnitt, below: 0.4cm)[
  #block(width: 100%, height: 5.6cm, below: 0pt, stroke: (bottom: schnitt),
    pdf.artifact(align(center + horizon, rotate(180deg, text(26pt, strong(titel))))))
  #block(width: 100%, height: 5.6cm, above: 0pt, inset: 12pt,
    align(center + horizon)[#text(26pt, strong(titel)) #parbreak() #text(14pt, body)])]
#let kreuz = box(baseline: 0.1em, text(1.5em, "☐"))
"""
