"""What stands on the board, step by step: the same for the page with the clock and for the presentation (PPTX).

The presentation shows the class what the board shows. What a teacher says, expects and must not forget stands in the
notes of the speaker, which no projector shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bullying_desk.lessons.building.document import DRAFT, Document, head_line, rule_title, safety_box, scene_of
from bullying_desk.lessons.building.office import Tree, TreeWriter, meta_of, para, plain
from bullying_desk.lessons.format.blocks import Block, Box, Figure, Table
from bullying_desk.lessons.format.model import Lesson, Phase
from bullying_desk.lessons.format.vocabulary import AUTHOR

_SHEET_NAMED: Final = re.compile(r"(?:AB|Arbeitsblatt|Arbeitsblätter)\s*(\d)")
_PICTURES: Final = 2
SKETCH: Final = "Tafelbild"


@dataclass(frozen=True, slots=True)
class BoardSlide:
    """One thing on the board: a phase with its words and pictures, or the sketch of the board (without a phase).

    `when` is the minutes of the lesson at which it begins and ends.
    """

    name: str
    phase: Phase | None
    when: tuple[int, int] | None
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def minutes(self) -> int:
        """How long it takes; 0 where no clock runs."""
        return self.phase.minutes if self.phase is not None else 0


def board_slides(lesson: Lesson) -> list[BoardSlide]:
    """Return the board phase by phase, with the scene on the first; the sketch of the board is behind that."""
    found = [
        BoardSlide(
            phase.name,
            phase,
            (start, start + phase.minutes),
            tuple(phase.board.splitlines()),
            (*(scene_of(lesson) if start == 0 else ()), *_pictures_of(lesson, phase)),
        )
        for start, phase in zip(lesson.starts, lesson.phases, strict=True)
    ]
    boxes = [
        block for block in lesson.section("Vor der Stunde") if isinstance(block, Box) and block.kind == "tafelbild"
    ]
    if boxes:
        found.insert(1, BoardSlide(SKETCH, None, None, (), tuple(inner for box in boxes for inner in box.blocks)))
    return found


def _pictures_of(lesson: Lesson, phase: Phase) -> tuple[Block, ...]:
    """Return the pictures of the sheets that a phase works with."""
    numbers = {int(number) for number in _SHEET_NAMED.findall(phase.material)}
    sheets = [sheet for sheet in lesson.sheets if sheet.number in numbers]
    return tuple(block for sheet in sheets for block in sheet.blocks if isinstance(block, Figure))[:_PICTURES]


def slides_tree(document: Document, titles: dict[str, str]) -> Tree:
    """Write a lesson as pandoc's document tree for a presentation: one heading of level 2 for each slide."""
    lesson = document.lesson
    writer = TreeWriter(lesson, titles, "pptx")
    blocks: list[Tree] = []
    for slide in board_slides(lesson):
        notes = _said(writer, lesson, slide)
        for shown in _shown(writer, slide):
            blocks += [_title(slide.name), *shown, _notes(notes)]
    blocks += [_title(rule_title(lesson)), para([{"t": "Strong", "c": plain(lesson.rule)}])]
    blocks.append(_notes([para(plain("Zum Weitergeben: " + document.attribution))]))
    head = meta_of(lesson)
    head["meta"]["author"] = {"t": "MetaInlines", "c": plain(f"{AUTHOR} · {lesson.licence}")}
    head["meta"]["notes"] = {"t": "MetaBlocks", "c": _opening(writer, document)}
    return {**head, "blocks": blocks}


def _title(words: str) -> Tree:
    return {"t": "Header", "c": [2, ["", [], []], plain(words)]}


def _shown(writer: TreeWriter, slide: BoardSlide) -> list[list[Tree]]:
    """Return what is shown, slide by slide: words with a picture beside them; a table has a slide of its own."""
    lines = [para(plain(line)) for line in slide.lines]
    if not (lines and slide.blocks):
        return [lines] if lines else [writer.inner(part) for part in _with_tables_apart(slide.blocks)]
    columns = [_div(["column"], half) for half in (lines, writer.inner(slide.blocks[:1]))]
    return [[_div(["columns"], columns)], *(writer.inner((one,)) for one in slide.blocks[1:])]


def _with_tables_apart(blocks: Iterable[Block]) -> list[tuple[Block, ...]]:
    """Cut the blocks so that each table stands alone: pandoc puts text beside a table, and makes both small."""
    numbered = enumerate(blocks)
    runs = groupby(numbered, key=lambda each: each[0] if isinstance(each[1], Table) else -1)
    return [tuple(block for _, block in run) for _, run in runs]


def _said(writer: TreeWriter, lesson: Lesson, slide: BoardSlide) -> list[Tree]:
    if slide.phase is None or slide.when is None:
        return [para(plain("So sieht die Tafel aus. Füllen Sie sie mit der Klasse."))]
    phase, (start, end) = slide.phase, slide.when
    material = "" if phase.material == "–" else f". Material: {phase.material}"
    head = para(plain(f"Minute {start} bis {end}. {phase.form}{material}"))
    return [head, *writer.inner(lesson.course().get(phase.name, ()))]


def _opening(writer: TreeWriter, document: Document) -> list[Tree]:
    """Return the notes of the first slide: draft, safety box, head of the lesson, whom to name."""
    lesson = document.lesson
    draft = [] if lesson.checked else [para(plain(DRAFT + "."))]
    rest = [para(plain(head_line(lesson))), para(plain("Zum Weitergeben: " + document.attribution))]
    return [*draft, *writer.inner(safety_box(lesson).blocks), *rest]


def _notes(blocks: list[Tree]) -> Tree:
    return _div(["notes"], blocks)


def _div(classes: list[str], blocks: list[Tree]) -> Tree:
    return {"t": "Div", "c": [["", classes, []], blocks]}
