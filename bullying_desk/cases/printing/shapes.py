"""What can leave a case: six kinds of print, what each may hold, and what it holds by default.

Nobody gets by an access request (Art. 15 GDPR) what belongs to others (Art. 15 (4)). The reporter gets their own report
and conversation. The affected child gets its own words, and of the team's file what staff tick. An accused child gets
no report, no letter and no reader, but what staff tick of the team's file and write in their own words. No print says
where an information came from, not even by the voice of a text (BVerwG 4 September 2003, 5 C 48.02). A court or the
data protection officer may decide that it was knowingly false: then staff print the case itself, unblackened, with that
as the reason.

The words are in shapes.yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bullying_desk.cases.papers.timeline import Course, Moment
from bullying_desk.texts import Every, Text, TextFile

OWN_DOOR = 1  # "Mir passiert etwas"


class PrintShape(StrEnum):
    """What is printed; the values are in addresses, in the trail and in the case file."""

    CASE = "fall"
    REPORTER = "meldend"
    AFFECTED = "betroffen"
    ACCUSED = "beschuldigt"
    CLOSING = "abschluss"
    HANDOVER = "uebergabe"

    @property
    def can_be_full(self) -> bool:
        """Whether a second reason can print it without blackening. An answer to a request never is."""
        return self in {PrintShape.CASE, PrintShape.HANDOVER}

    @property
    def answers_a_request(self) -> bool:
        """Whether it answers a request under Art. 15."""
        return self in {PrintShape.REPORTER, PrintShape.AFFECTED, PrintShape.ACCUSED}

    @property
    def needs_words(self) -> bool:
        """Whether staff write a text of their own into it."""
        return self in {PrintShape.CLOSING, PrintShape.ACCUSED}


@dataclass(frozen=True, slots=True)
class ShapeWords:
    """One kind of print. `title` and `more` are for staff; the paper has `heading`, `intro` above, `close` below."""

    title: Text
    more: Text
    heading: Text
    intro: tuple[Text, ...] = ()
    close: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintWords:
    """The file. `request` and `rights` frame every answer to a request under Art. 15 GDPR."""

    shapes: Every[PrintShape, ShapeWords]
    request: tuple[Text, ...]
    rights: tuple[Text, ...]
    not_blackened: Text


FILE: Final = TextFile(__file__, PrintWords)
_CONTENT: Final = FILE.read()
_SHAPES: Final = _CONTENT.shapes
SHAPE_WORDS: Final = {shape: (words.title, words.more) for shape, words in _SHAPES.items()}
HEADINGS: Final = {shape: words.heading for shape, words in _SHAPES.items()}
NOT_BLACKENED: Final = _CONTENT.not_blackened


def intro_of(shape: PrintShape) -> tuple[str, ...]:
    """Return what is above the content of a print."""
    return (*(_CONTENT.request if shape.answers_a_request else ()), *_SHAPES[shape].intro)


def close_of(shape: PrintShape) -> tuple[str, ...]:
    """Return what is below the content of a print."""
    return (*_SHAPES[shape].close, *(_CONTENT.rights if shape.answers_a_request else ()))


@dataclass(frozen=True, slots=True)
class PrintOffer:
    """One moment that may be printed, and whether it is by default."""

    moment: Moment
    printed: bool


def offers(shape: PrintShape, course: Course, report_id: int | None) -> list[PrintOffer]:
    """Return the parts of a case that this print may hold at all, in order of time."""
    return [
        PrintOffer(moment, usual)
        for moment in course.moments
        if (usual := _usual(shape, moment, course.doors, report_id)) is not None
    ]


def _usual(shape: PrintShape, moment: Moment, doors: Mapping[int, int], report_id: int | None) -> bool | None:
    """Return whether a moment is printed by default; None: it never is."""
    # Two children may have written through this door: the one who asks gets its own words, and nothing of the other
    # one.
    own = moment.report_id is not None and moment.report_id == report_id and doors.get(report_id) == OWN_DOOR
    if shape is PrintShape.CASE:
        return True
    if shape is PrintShape.HANDOVER:
        return moment.what in {"report", "letter", "entry"} if moment.what != "print" else None
    if shape is PrintShape.REPORTER:
        return True if moment.report_id == report_id and moment.what in {"report", "letter", "reader"} else None
    if shape is PrintShape.AFFECTED:
        if moment.what in {"report", "letter", "reader"}:
            return True if own else None
        return False if moment.what in {"entry", "print"} else None
    if shape is PrintShape.ACCUSED:
        return False if moment.what == "entry" else None
    return None
