"""What a first assessment asks: the kind of case, five axes with written anchors, hard flags, urgency, crisis level.

The anchors help people to judge alike. Nothing is added up, and nothing is chosen for anybody (Art. 22 GDPR; New
Zealand's Bullying Assessment Matrix, their model, says that it does not replace judgement). Urgency says how fast, the
crisis level who leads (principle P4).

The words are in rubric.yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bullying_desk.reports.models import Urgency
from bullying_desk.texts import Every, Text, TextFile


class CaseKind(StrEnum):
    """What kind of case it is, as a member of the team sees it (readable in `Case.kind`)."""

    CONFLICT = "conflict"
    INCIDENT = "incident"
    BULLYING = "bullying"
    VIOLENCE = "violence"
    ENDANGERMENT = "endangerment"


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis; `anchors` for 0 to 3."""

    code: str
    label: Text
    anchors: tuple[Text, Text, Text, Text]


@dataclass(frozen=True, slots=True)
class Rubric:
    """The file. Each kind, urgency and level: a short word, then what it means."""

    kinds: Every[CaseKind, tuple[Text, Text]]
    axes: tuple[Axis, ...]
    flags: Mapping[str, Text]
    urgency: Mapping[Urgency, tuple[Text, Text]]
    levels: Mapping[str, tuple[Text, Text]]


FILE: Final = TextFile(__file__, Rubric)
_CONTENT: Final = FILE.read()
KIND_WORDS: Final = _CONTENT.kinds
KIND_WORDS_AT_WORK: Final = {kind: words for kind, words in KIND_WORDS.items() if kind is not CaseKind.ENDANGERMENT}
"""Where the affected person works at the school (door 5)."""
AXES: Final = _CONTENT.axes
FLAGS: Final = _CONTENT.flags
"""Each of them is more than any axis: with one of them a case is acute, unless two people see it otherwise."""
URGENCY_WORDS: Final = _CONTENT.urgency
CRISIS_LEVELS: Final = _CONTENT.levels
