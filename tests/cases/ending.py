"""How tests close a case: the child has said face to face how it ended, as on the pages."""

from __future__ import annotations

from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import closing, outcomes
from bullying_desk.cases.ending.outcomes import Source
from bullying_desk.cases.models import Outcome
from bullying_desk.config import ClockValues
from bullying_desk.reports.mailbox.letters import Step


def say(
    me: Counsellor, found: FoundCase, step: Step = Step.STOPPED, source: Source = Source.FACE, words: str = ""
) -> None:
    """Enter what a person has said today."""
    outcomes.enter(me, found, open_case_secrets(me, found.case), source, step, me.today, words, ClockValues())


def close(me: Counsellor, case_id: int, outcome: Outcome = Outcome.STOPPED) -> FoundCase:
    """Ask the child, then close."""
    found = find_case(me, case_id)
    say(me, found)
    closing.close(me, found, outcome)
    return found
