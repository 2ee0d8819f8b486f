"""Beginnings of answers for each door, to be changed before sending. Their words are in answer_starts.yml.

For bystanders and parents they say nothing about the affected child.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bullying_desk.reports.doors.answers import Answers
from bullying_desk.texts import Text, TextFile

WHERE = "{name}"
"""Stands in a text where the writer's shown name goes."""


@dataclass(frozen=True, slots=True)
class Start:
    """A beginning. `code` names it in an address, `title` on the page."""

    code: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class DoorStarts:
    """The beginnings for one door; `danger` comes first where danger was declared."""

    danger: Start
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class AnswerStarts:
    """The file. `did`: a child who did something itself; it comes by the door `me`."""

    me: DoorStarts
    did: DoorStarts
    saw: DoorStarts
    parent: DoorStarts
    teacher: DoorStarts
    staff: DoorStarts


FILE: Final = TextFile(__file__, AnswerStarts)
STARTS: Final = FILE.read()
_BY_DOOR: Final = {1: STARTS.me, 2: STARTS.saw, 3: STARTS.parent, 4: STARTS.teacher, 5: STARTS.staff}
NOTHING_ABOUT_THE_CHILD: Final = frozenset({2, 3})
"""Doors whose reporter is never told anything about the affected child."""


def starts_for(answers: Answers) -> tuple[Start, ...]:
    """Return the beginnings that fit a report; where danger was declared, that one comes first."""
    did = answers.door == 1 and answers.said.get("wem") == "selbst"
    offered = STARTS.did if did else _BY_DOOR[answers.door]
    return (offered.danger, *offered.starts) if answers.danger else offered.starts


def filled(starts: tuple[Start, ...], code: str, name: str) -> str:
    """Return the text of one beginning with the writer's name in it; nothing for an unknown code."""
    return next((start.text.replace(WHERE, name) for start in starts if start.code == code), "")
