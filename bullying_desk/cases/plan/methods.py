"""The methods of a plan: for whom each is, when it would do harm, how the talk goes. Their words are in methods.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bullying_desk.cases.assessment.rubric import FLAGS, CaseKind
from bullying_desk.texts import Text, TextFile

ANY: Final = frozenset(CaseKind)


class For(Enum):
    """Whose plan a method belongs to."""

    CHILD = "child"
    AT_WORK = "at_work"


@dataclass(frozen=True, slots=True)
class Method:
    """One method: for whom it is, and when it would do harm.

    There are two kinds of contra-indication. In a case of a kind in `never`, or with a hard flag of `unless`, the
    method is refused whatever anybody says; `why_not` gives the reason. Outside `kinds`, or with a flag of `doubt`, it
    may be used with a reason that stays on file; `why_doubt` says what speaks against it.
    `guide` holds the steps of the talk with the sentences one may say; `agree` what to write down at the end.
    `follow_up`: the individual talk of the first (0) or second (1) window after the last measure; it is none itself.
    `way`: the code of the legal steps beside it; `tells`: who is informed by it (a code of the safety gate).
    `lessons`: whether lessons of the programme are named beside it. `own_words`: it is planned only with what exactly.
    """

    code: str
    title: Text
    fits: Text
    against: Text
    guide: tuple[Text, ...]
    agree: tuple[Text, ...]
    evidence: Text = ""
    kinds: frozenset[CaseKind] = ANY
    never: frozenset[CaseKind] = frozenset()
    unless: frozenset[str] = frozenset()
    why_not: Text = ""
    doubt: frozenset[str] = frozenset()
    why_doubt: Text = ""
    whose: For = For.CHILD
    first_talk: bool = False
    lessons: bool = False
    follow_up: int | None = None
    way: str = ""
    tells: str = ""
    own_words: bool = False

    def __post_init__(self) -> None:
        """Refuse a method that contradicts itself or keeps a reason to itself. Raises ValueError."""
        if unknown := sorted((self.unless | self.doubt) - FLAGS.keys()):
            raise ValueError(f"unknown flags: {', '.join(unknown)}")
        if self.unless & self.doubt or self.kinds & self.never:
            raise ValueError("the same kind or flag is both refused and allowed with a reason")
        if (self.unless or self.never) and not self.why_not:
            raise ValueError("it is refused somewhere, and why_not does not say why")
        if (self.doubt or self.kinds | self.never != ANY) and not self.why_doubt:
            raise ValueError("something speaks against it, and why_doubt does not say what")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of the programme that fits the talks; its code is in the programme's address."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class Methods:
    """The file: all methods in the order in which they are offered, and the lessons beside them."""

    methods: tuple[Method, ...]
    lessons: tuple[Lesson, ...]


FILE: Final = TextFile(__file__, Methods)
_CONTENT: Final = FILE.read()
METHODS: Final[Mapping[str, Method]] = {method.code: method for method in _CONTENT.methods}
"""By the code that stands in the address."""
LESSONS: Final = _CONTENT.lessons
