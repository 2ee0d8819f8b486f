"""The five equal doors: the questions of each (principle P2). Their words are in doors.yml.

The only required answer is what happened, or a text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bullying_desk.texts import Text, TextFile


class Kind(Enum):
    """How a question is answered."""

    ONE = "one of several"
    MANY = "any of several"
    TEXT = "a story"
    LINE = "a few words"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. The code is stored, the label may be corrected or translated later."""

    code: str
    label: Text
    icon: str = ""
    retired: bool = False  # what older reports say; not offered any more


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `when` is a condition on other answers, in the words of steps.js (`name=a|b`, `name!=a`)."""

    code: str
    label: Text
    kind: Kind
    choices: tuple[Choice, ...] = ()
    hint: Text = ""
    when: str = ""
    rows: int = 3
    duo: bool = False
    optional: bool = False

    @property
    def asks_at_once(self) -> bool:
        """Whether it is a step of its own; what may be left out, or takes one tick, is folded under another."""
        return not (self.optional or self.duo)

    @property
    def icons(self) -> dict[str, str]:
        """Return the pictograms beside the answers."""
        return {choice.code: choice.icon for choice in self.choices if choice.icon}

    def label_of(self, code: str) -> str:
        """Return the words of an answer; a code of an older version speaks for itself."""
        return next((choice.label for choice in self.choices if choice.code == code), code)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together: one step where scripts run, one part of the page where they do not.

    `title` stands above the first question where that alone does not say what is asked.
    """

    code: str
    questions: tuple[Question, ...]
    title: Text = ""
    words: Text = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """One of the five ways in. `polite`: the door speaks to adults. `content`: answers of which one is enough."""

    number: int
    icon: str
    title: Text
    second: Text
    heading: Text
    polite: bool
    danger: Question
    sections: tuple[Section, ...]
    content: tuple[str, ...]
    missing: Text  # the words to show when there is no content yet

    def questions(self) -> Iterator[Question]:
        """Yield every question of the door but danger, readers and name, which all doors share."""
        for section in self.sections:
            yield from section.questions

    def question(self, code: str) -> Question | None:
        """Return the question with this code, or None."""
        return next((question for question in self.questions() if question.code == code), None)


@dataclass(frozen=True, slots=True)
class Doors:
    """The file: lists of answers that several questions offer, and the doors in their order."""

    answers: Mapping[str, tuple[Choice, ...]]
    doors: tuple[Door, ...]


FILE: Final = TextFile(__file__, Doors)
_CONTENT: Final = FILE.read()
DOORS: Final[Mapping[int, Door]] = {door.number: door for door in _CONTENT.doors}
ANSWERS: Final = _CONTENT.answers
ME, SAW, PARENT, TEACHER, STAFF = _CONTENT.doors
AT_WORK: Final = STAFF.number
NO_TOPIC: Final = frozenset({"selbst", "reden"})
"""Answers to "Wem ist es passiert?" that need neither a kind nor a text: being heard is reason enough to write."""


def holds(rule: str, given: Mapping[str, Collection[str]]) -> bool:
    """Whether a condition of `when` holds for the answers, by the same rules as steps.js.

    `a=b|c` one of these was chosen, `a=*` anything; `a!=b` it was not; `a>1`, `a<3` so many were chosen. Conditions
    joined by `;` must all hold; of groups joined by `||` one.
    """
    return any(all(_is_so(one, given) for one in group.split(";") if one.strip()) for group in rule.split("||"))


_CONDITION = re.compile(r"\s*([^=!<>]+?)\s*(!?=|<|>)\s*(.*?)\s*")


def _is_so(condition: str, given: Mapping[str, Collection[str]]) -> bool:
    part = _CONDITION.fullmatch(condition)
    if part is None:
        return True
    name, sign, wanted = part.groups()
    said = [one for one in given.get(name, ()) if one]
    if sign in "<>":
        return len(said) < int(wanted) if sign == "<" else len(said) > int(wanted)
    found = bool(said) if wanted == "*" else any(one in wanted.split("|") for one in said)
    return found == (sign == "=")
