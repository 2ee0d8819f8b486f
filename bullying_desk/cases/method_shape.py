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
    """One method: whom it fits, and when it would do harm.

    Two kinds of contra-indication are told apart. In a case of one of the kinds `never`, or with a hard flag of
    `unless`, it is refused whatever anybody says; `why_not` says why. Outside `kinds`, or with a flag of `doubt`,
    somebody may use it all the same, with a reason that stays on file; `why_doubt` says what speaks against it.
    `guide` holds the steps of the talk with the sentences one may say; `agree` what to write down at the end.
    `follow_up`: the individual talk of the first (0) or second (1) window after the last measure; it is none itself.
    `way`: the code of the steps of the law beside it; `tells`: whom it tells something (a code of the safety gate).
    """

    code: str
    title: str
    fits: str
    against: str
    evidence: str
    guide: tuple[str, ...]
    agree: tuple[str, ...]
    kinds: frozenset[CaseKind] = ANY
    never: frozenset[CaseKind] = frozenset()
    unless: frozenset[str] = frozenset()
    why_not: str = ""
    doubt: frozenset[str] = frozenset()
    why_doubt: str = ""
    whose: For = For.CHILD
    first_talk: bool = False
    lessons: bool = False
    follow_up: int | None = None
    way: str = ""
    tells: str = ""
