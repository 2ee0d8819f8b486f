"""The desk's words for a case: codes turned into plain words, in one place. The words are in case_words.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bullying_desk.cases.assessment.rubric import URGENCY_WORDS
from bullying_desk.cases.deadlines import Due
from bullying_desk.cases.ending.outcomes import Source
from bullying_desk.cases.models import Outcome
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import CaseStatus, GrantState, ReaderReason, Urgency
from bullying_desk.texts import Every, Text, TextFile


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """How a case ended, and what that means where the words alone do not say it."""

    words: Text
    more: Text = ""


@dataclass(frozen=True, slots=True)
class CaseWords:
    """The file. `view`, `door` and `reporter` are by the number of the door."""

    status: Every[CaseStatus, Text]
    outcome: Every[Outcome, OutcomeWords]
    outcome_at_work: Mapping[Outcome, OutcomeWords]
    step: Mapping[Step, Text]
    source: Every[Source, tuple[Text, Text]]
    view: Mapping[int, Text]
    due: Every[Due, Text]
    reason: Every[ReaderReason, Text]
    grant: Every[GrantState, Text]
    door: Mapping[int, Text]
    reporter: Mapping[int, Text]


def _pairs(outcomes: Mapping[Outcome, OutcomeWords]) -> dict[Outcome, tuple[str, str]]:
    return {outcome: (each.words, each.more) for outcome, each in outcomes.items()}


FILE: Final = TextFile(__file__, CaseWords)
_CONTENT: Final = FILE.read()
STATUS: Final = _CONTENT.status
OUTCOME: Final = _pairs(_CONTENT.outcome)
OUTCOME_AT_WORK: Final = _pairs(_CONTENT.outcome_at_work)
"""The words that differ where the affected person works at the school (door 5)."""
STEP: Final = _CONTENT.step
SOURCE: Final = _CONTENT.source
"""Who says how it has ended: of a child, and where the affected person works at the school."""
VIEW: Final = _CONTENT.view
_SHAPES: Final = {Urgency.ACUTE: "akut", Urgency.HIGH: "hoch", Urgency.MEDIUM: "mittel", Urgency.LOW: "niedrig"}
URGENCY: Final = {urgency: (URGENCY_WORDS[urgency][0], shape) for urgency, shape in _SHAPES.items()}
DUE: Final = _CONTENT.due
REASON: Final = _CONTENT.reason
GRANT: Final = _CONTENT.grant
DOOR: Final = _CONTENT.door
REPORTER: Final = _CONTENT.reporter
"""Who speaks in the conversation, by door; a name needs its own press."""
