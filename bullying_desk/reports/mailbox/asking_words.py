"""The question "Hat es aufgehört?" for each door, and whether the answer is the affected person's own.

The words are in asking_words.yml. A child of nine reads it alone. A reporter who speaks of another
child may say that they do not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import NO_TOPIC
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.texts import Text, TextFile


@dataclass(frozen=True, slots=True)
class Voice:
    """One way of asking. `own`: the person answers about themselves; `child`: addressed with "du"."""

    title: Text
    intro: Text
    more: Text
    own: bool
    child: bool
    steps: Mapping[Step, Text]

    def __post_init__(self) -> None:
        """Ask for every step; "I do not know" is for reporters who write about another child. Raises ValueError."""
        if self.steps.keys() != set(Step) - {Step.NONE} - ({Step.UNCLEAR} if self.own else set()):
            raise ValueError("steps need every answer, and `unclear` only where somebody speaks of somebody else")


@dataclass(frozen=True, slots=True)
class Voices:
    """The file: one way of asking for each door; `talker` comes by the door `child`."""

    child: Voice
    talker: Voice
    saw: Voice
    parent: Voice
    teacher: Voice
    staff: Voice


FILE: Final = TextFile(__file__, Voices)
VOICES: Final = FILE.read()
_BY_DOOR: Final = {1: VOICES.child, 2: VOICES.saw, 3: VOICES.parent, 4: VOICES.teacher, 5: VOICES.staff}


def voice_of(answers: Answers) -> Voice:
    """Return how this reporter is asked."""
    if answers.door == 1 and answers.said.get("wem") in NO_TOPIC:
        return VOICES.talker
    return _BY_DOOR[answers.door]
