"""What a method of a plan is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bullying_desk.cases.rubric import CaseKind

BULLYING, CONFLICT, INCIDENT = CaseKind.BULLYING, CaseKind.CONFLICT, CaseKind.INCIDENT
VIOLENCE, ENDANGERMENT = CaseKind.VIOLENCE, CaseKind.ENDANGERMENT
ANY: Final = frozenset(CaseKind)


class For(Enum):
    """Whose plan a method belongs to."""

    CHILD = "child"
    AT_WORK = "at_work"


@dataclass(frozen=True, slots=True)
class Method:
    """One method. `kinds`: where it may be planned; `unless`: hard flags with which it is not; `why_not` says why.

    `guide` holds the steps of the talk with the sentences one may say; `agree` what to write down at the end.
    """

    code: str
    title: str
    fits: str
    against: str
    evidence: str
    guide: tuple[str, ...]
    agree: tuple[str, ...]
    kinds: frozenset[CaseKind] = ANY
    unless: frozenset[str] = frozenset()
    why_not: str = ""
    whose: For = For.CHILD
    first_talk: bool = False
    lessons: bool = False
