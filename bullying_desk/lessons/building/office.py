"""Writes a lesson as the document tree pandoc reads (its JSON), from which `produce` makes DOCX and ODT.

pandoc gets a tree, never text to interpret: no raw code of an author, no path of the machine can get into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from xml.sax.saxutils import escape

from bullying_desk.lessons.building.document import DRAFT, Document, Part, head_line
from bullying_desk.lessons.building.helping import help_line_words
from bullying_desk.lessons.format.blocks import (
    Block,
    Box,
    Break,
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
from bullying_desk.lessons.format.typography import bound
from bullying_desk.lessons.format.vocabulary import AUTHOR

Tree = dict[str, Any]
_VERSION: Final = [1, 23, 1]
_NO_ATTRIBUTES: Final = ["", [], []]
_STYLES: Final = {"kasten": "Kasten", "tafelbild": "Tafelbild", "achtung": "Achtung"}
_RTL: Final = frozenset({"ar", "fa", "he", "ku", "ps", "ur"})


def plain(text: str) -> list[Tree]:
    """Return words as pandoc's inlines."""
    found: list[Tree] = []
    for number, word in enumerate(text.replace("\n", " ").split(" ")):
        if number:
            found.append({"t": "Space"})
        if word:
            found.append({"t": "Str", "c": word})
    return found


def _div(style: str, blocks: list[Tree]) -> Tree:
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


def para(inlines: list[Tree]) -> Tree:
    """Return a paragraph."""
    return {"t": "Para", "c": inlines}


def _room() -> list[Tree]:
    """Return an empty cell that is high enough to write into."""
    return [_div("Schreibplatz", [para([{"t": "Str", "c": "\u00a0"}])])]


def _drawing(height: float) -> Tree:
    """Return an empty frame of about so many centimetres."""
    space: Tree = {"t": "Str", "c": "\u00a0"}
    return _div("Zeichenfeld", [para([space, *[{"t": "LineBreak"}] * max(1, round(height * 2)), space])])


def _flat(block: Block) -> list[Block]:
    """Turn a list inside a box into paragraphs: a list would tear the frame of the box apart."""
    if not isinstance(block, Listing):
        return [block]
    found: list[Block] = []
    for number, item in enumerate(block.items):
        mark = "• " if block.start is None else f"{block.start + number}. "
        head, *rest = item or (Paragraph((), 0),)
        found.append(Paragraph((Text(mark), *head.inlines), 0) if isinstance(head, Paragraph) else head)
        found += rest
    return found


class TreeWriter:
    """Writes blocks for one target: `docx`, `odt` or `pptx`."""

    def __init__(self, lesson: Lesson, titles: dict[str, str], target: str) -> None:
        self.lesson, self.titles, self.target = lesson, titles, target

    def inlines(self, inlines: Iterable[Inline]) -> list[Tree]:
        return [tree for inline in inlines for tree in self._inline(inline)]

    def _inline(self, inline: Inline) -> list[Tree]:
        match inline:
            case Text(text):
                return plain(bound(text))
            case Strong(inner):
                return [{"t": "Strong", "c": self.inlines(inner)}]
            case Emphasis(inner):
                return [{"t": "Emph", "c": self.inlines(inner)}]
            case Gap(width):
                return [{"t": "Str", "c": "_" * width}]
            case Foreign(language, text):
                turn = [["dir", "rtl"]] if language in _RTL else []
                return [{"t": "Span", "c": [["", [], [["lang", language], *turn]], plain(text)]}]
            case Break():
                return [{"t": "LineBreak"}]
            case Link(target, inner):
                if target.startswith("lesson:"):
                    title = self.titles.get(target[7:], "")
                    return self.inlines(inner) + (plain(f" (Stunde „{title}“)") if title else [])
                return [{"t": "Link", "c": [_NO_ATTRIBUTES, self.inlines(inner), [target, ""]]}]

    def blocks(self, blocks: Iterable[Block], shift: int) -> list[Tree]:
        found: list[Tree] = []
        last = 1 if shift == 0 else 0
        for block in blocks:
            if isinstance(block, Heading):
                last = min(block.level - shift, last + 1)
                found.append({"t": "Header", "c": [last, _NO_ATTRIBUTES, self.inlines(block.inlines)]})
            else:
                found += self._block(block)
        return found

    def inner(self, blocks: tuple[Block, ...]) -> list[Tree]:
        return [tree for block in blocks for tree in self._block(block)]

    def _block(self, block: Block) -> list[Tree]:
        match block:
            case Paragraph(inlines):
                return [para(self.inlines(inlines))]
            case Heading(inlines=inlines):
                return [para([{"t": "Strong", "c": self.inlines(inlines)}])]
            case Listing():
                return [self._listing(block)]
            case Table():
                return [self._table(block)]
            case Box(kind, blocks):
                return [_div(_STYLES[kind], self.inner(tuple(flat for one in blocks for flat in _flat(one))))]
            case Cards():
                return [self._cards(block)]
            case Chat(bubbles):
                said: list[list[Tree]] = [
                    [{"t": "Strong", "c": plain(f"{name}:")}, {"t": "Space"}, *plain(text)] for name, text in bubbles
                ]
                return [_div("Chat", [para(line) for line in said])]
            case WritingLines(count):
                return [_div("Schreiblinie", [para([{"t": "Str", "c": "\u00a0"}]) for _ in range(count)])]
            case DrawingSpace(height):
                return [_drawing(height)]
            case PageBreak():
                return [self._raw_break()]
            case Figure():
                return self._figure(block)

    def _listing(self, block: Listing) -> Tree:
        cells = [self.inner(item) for item in block.items]
        tight = [[{**tree, "t": "Plain"} if tree["t"] == "Para" else tree for tree in cell] for cell in cells]
        if block.start is None:
            return {"t": "BulletList", "c": tight}
        return {"t": "OrderedList", "c": [[block.start, {"t": "Decimal"}, {"t": "Period"}], tight]}

    def _cards(self, block: Cards) -> Tree:
        """Write cards as a table, so that they lie side by side as on the printed sheet."""
        cells = [self._card(card.title, card.blocks) for card in block.cards]
        cells += [[]] * (-len(cells) % block.columns)
        rows = [cells[at : at + block.columns] for at in range(0, len(cells), block.columns)]
        columns = [[{"t": "AlignLeft"}, {"t": "ColWidth", "c": round(1 / block.columns, 4)}]] * block.columns
        trees = [
            [_NO_ATTRIBUTES, [[_NO_ATTRIBUTES, {"t": "AlignDefault"}, 1, 1, cell] for cell in row]] for row in rows
        ]
        body = [_NO_ATTRIBUTES, 0, [], trees]
        return {
            "t": "Table",
            "c": [_NO_ATTRIBUTES, [None, []], columns, [_NO_ATTRIBUTES, []], [body], [_NO_ATTRIBUTES, []]],
        }

    def _card(self, title: str, blocks: tuple[Block, ...]) -> list[Tree]:
        return [para([{"t": "Strong", "c": plain(title)}]), *self.inner(blocks)]

    def _figure(self, figure: Figure) -> list[Tree]:
        picture = self.lesson.picture(figure.file)
        if picture is None:
            return []
        size = ["", [], [["width", f"{min(picture.width, 17.0)}cm"]]]
        name = figure.file.removesuffix(".svg") + ".png"
        if self.target == "pptx":  # there the words of a picture would stand below it; the title is read to the blind
            return [para([{"t": "Image", "c": [_NO_ATTRIBUTES, [], [name, picture.alt]]}])]
        image = {"t": "Image", "c": [size, plain(picture.alt), [name, ""]]}
        caption = [_div("Bildunterschrift", [para(plain(figure.caption))])] if figure.caption else []
        return [para([image]), *caption]

    def _table(self, table: Table) -> Tree:
        columns = [[{"t": "AlignLeft"}, {"t": "ColWidth", "c": round(share, 4)}] for share in table.widths]
        rows = [self._row(row, bold_first=True) for row in table.rows]
        caption = [None, [{"t": "Plain", "c": plain(table.caption)}] if table.caption else []]
        body = [_NO_ATTRIBUTES, 1, [], rows]
        head = [_NO_ATTRIBUTES, [self._row(table.header, bold_first=False)]]
        return {"t": "Table", "c": [_NO_ATTRIBUTES, caption, columns, head, [body], [_NO_ATTRIBUTES, []]]}

    def _row(self, cells: tuple[tuple[Inline, ...], ...], bold_first: bool) -> list[Any]:
        written = []
        for at, cell in enumerate(cells):
            inlines = self.inlines(cell)
            if bold_first and at == 0 and len(cells) > 1 and inlines:
                inlines = [{"t": "Strong", "c": inlines}]
            written.append(
                [_NO_ATTRIBUTES, {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": inlines}] if inlines else _room()]
            )
        return [_NO_ATTRIBUTES, written]

    def _raw_break(self) -> Tree:
        if self.target == "docx":
            return {"t": "RawBlock", "c": ["openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>']}
        return {"t": "RawBlock", "c": ["opendocument", '<text:p text:style-name="Seitenumbruch"/>']}

    def page_heading(self, title: str) -> Tree:
        """Write a heading of level 1 that begins a new page, as a property of the paragraph (no empty page)."""
        if self.target == "docx":
            text = (
                '<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:pageBreakBefore/></w:pPr>'
                f"<w:r><w:t>{escape(title)}</w:t></w:r></w:p>"
            )
            return {"t": "RawBlock", "c": ["openxml", text]}
        text = f'<text:h text:style-name="Seitenkopf" text:outline-level="1">{escape(title)}</text:h>'
        return {"t": "RawBlock", "c": ["opendocument", text]}


def _part(writer: TreeWriter, part: Part, footer: str) -> list[Tree]:
    if part.kind == "plan":
        return writer.blocks(part.blocks, shift=1)
    note = [_div("Hinweis", [para(plain(part.note))])] if part.note else []
    foot = [_div("Hinweis", [para(plain(text))]) for text in _foot(writer.lesson, part, footer)]
    return [writer.page_heading(part.title), *note, *writer.blocks(part.blocks, shift=0), *foot]


def _foot(lesson: Lesson, part: Part, footer: str) -> list[str]:
    """Return what stands below a sheet: whom to ring, then author, licence and origin."""
    if part.kind != "sheet":
        return [footer]
    return [footer] if lesson.for_staff else [help_line_words(), footer]


def pandoc_tree(document: Document, titles: dict[str, str], target: str) -> Tree:
    """Write a lesson as pandoc's document tree; `target` is `docx` or `odt`."""
    lesson = document.lesson
    writer = TreeWriter(lesson, titles, target)
    blocks: list[Tree] = [_div("Hinweis", [para(plain(head_line(lesson)))])]
    if not lesson.checked:
        blocks.append(_div("Hinweis", [para([{"t": "Strong", "c": plain(DRAFT + ".")}])]))
    for part in document.parts:
        blocks += _part(writer, part, document.footer)
        if part.kind == "plan":
            blocks.append(_div("Hinweis", [para(plain("Zum Weitergeben: " + document.attribution))]))
    return {**meta_of(lesson), "blocks": blocks}


def meta_of(lesson: Lesson) -> Tree:
    """Return the head of a tree: title, subtitle, language, author and keywords of a lesson."""
    text = {
        "title": lesson.title,
        "subtitle": lesson.subtitle,
        "lang": "de-DE",
        "author": AUTHOR,
        "keywords": ", ".join(lesson.keywords),
        "date": "",
    }
    meta: Tree = {key: {"t": "MetaInlines", "c": plain(value)} for key, value in text.items() if value}
    return {"pandoc-api-version": _VERSION, "meta": meta}
