"""Closing a case: with what is known of the outcome, and never against it.

The one other way is for a test or a joke, which is answered first (decision D79). The readable column keeps the code
alone. The source is sealed in the case's file.
"""

from __future__ import annotations

from collections.abc import Mapping

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import case_state, deadlines, sheets
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import outcomes
from bullying_desk.cases.ending.outcomes import Outcomes, Source
from bullying_desk.cases.models import Outcome
from bullying_desk.cases.sheets import CaseSheet, Kind, Secrets
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.mailbox.letters import GOES_ON, Step
from bullying_desk.reports.models import Case, CaseStatus
from bullying_desk.reports.reader_notices import TIMES


class NobodyAsked(Exception):
    """No source says how it has ended, or none since the case was last closed."""


class ContradictsOutcome(Exception):
    """What is known does not allow this reason for closing."""


def allowed(known: Outcomes) -> tuple[Outcome, ...]:
    """Return the codes with which the case may be closed, given what is known; none where nobody was asked.

    If the newest word is that it goes on, only the affected person's wish or another office ends it here.
    """
    deciding = known.deciding
    if deciding is None:
        return ()
    fitting = {Outcome.HANDED_ON, Outcome.WISHED}
    if deciding.step not in GOES_ON:
        fitting.add(Outcome.MISTAKE)
        gone = known.newest({Source.GONE})
        if gone is not None and (deciding.source is Source.GONE or gone.order >= deciding.order):
            fitting.add(Outcome.SILENT)
    if deciding.step is Step.STOPPED:
        fitting |= {Outcome.STOPPED, Outcome.SETTLED}
    if deciding.step in {Step.MUCH_BETTER, Step.BETTER}:
        fitting |= {Outcome.BETTER, Outcome.SETTLED}
    return tuple(code for code in Outcome if code in fitting)


def implied(known: Outcomes) -> Outcome | None:
    """Return the code that the deciding word says by itself; None where a person has to choose one."""
    deciding = known.deciding
    if deciding is None:
        return None
    by_step = {Step.STOPPED: Outcome.STOPPED, Step.MUCH_BETTER: Outcome.BETTER, Step.BETTER: Outcome.BETTER}
    return Outcome.SILENT if deciding.source is Source.GONE else by_step.get(deciding.step)


def close_tryout(me: Counsellor, found: FoundCase) -> None:
    """Close a case that was a test or a joke and has just been answered: the letter says how to go on.

    Raises StillAcute for a danger or an acute judgement, SomebodyWaits, NoCaseKey.
    """
    secrets = open_case_secrets(me, found.case)
    if assessing.is_acute(found.case, assessing.standing(me, found.case, secrets)):
        raise case_state.StillAcute
    if case_state.somebody_waits(me, found.case):
        raise case_state.SomebodyWaits
    said: dict[str, Said] = {"outcome": Outcome.MISTAKE.value, "letters": outcomes.letters_now(found)}
    _end(me, found.case, secrets, said, Outcome.MISTAKE)


def close(me: Counsellor, found: FoundCase, outcome: Outcome | None, times: tuple[str, ...] = TIMES) -> bool:
    """Close a case with a code that fits what is known. A second submit finds it closed.

    Closing an acute case takes two people: then this is a proposal, and returns False. Raises SomebodyWaits,
    OutcomeMissing, NobodyAsked, ContradictsOutcome, NoCaseKey.
    """
    if found.case.status is CaseStatus.CLOSED:
        return True
    secrets, known, fitting = _ready(me, found, outcome)
    now = assessing.standing(me, found.case, secrets)
    if assessing.is_acute(found.case, now):
        assessing.propose(me, found, secrets, {assessing.CLOSING: fitting.value}, times, now)
        return False
    _close(me, found, secrets, known, fitting)
    return True


def check_agreed(me: Counsellor, found: FoundCase, proposal: CaseSheet) -> None:
    """Look whether an acute case may still be closed as proposed. Raises what `close_agreed` raises."""
    _ready(me, found, Outcome(proposal.text(assessing.CLOSING)))


def close_agreed(me: Counsellor, found: FoundCase, proposal: CaseSheet) -> None:
    """Close an acute case that a second person has agreed to close.

    Raises SomebodyWaits, NobodyAsked, ContradictsOutcome, NoCaseKey: something may have changed since.
    """
    if found.case.status is CaseStatus.CLOSED:
        return
    secrets, known, fitting = _ready(me, found, Outcome(proposal.text(assessing.CLOSING)))
    _close(me, found, secrets, known, fitting)


def _ready(me: Counsellor, found: FoundCase, outcome: Outcome | None) -> tuple[Secrets, Outcomes, Outcome]:
    """Return what is known and the code, where the case may be closed with it."""
    case = found.case
    if case_state.somebody_waits(me, case):
        raise case_state.SomebodyWaits
    secrets = open_case_secrets(me, case)
    known = outcomes.outcomes(me, found, secrets)
    if known.deciding is None:
        raise NobodyAsked
    if outcome is None:
        raise case_state.OutcomeMissing
    if outcome not in allowed(known):
        raise ContradictsOutcome
    return secrets, known, outcome


def _close(me: Counsellor, found: FoundCase, secrets: Secrets, known: Outcomes, outcome: Outcome) -> None:
    if known.deciding is None:
        raise NobodyAsked
    said: dict[str, Said] = {
        "outcome": outcome.value,
        "source": known.deciding.source.value,
        "step": known.deciding.step.value,
        "letters": outcomes.letters_now(found),
    }
    _end(me, found.case, secrets, said, outcome)


def _end(me: Counsellor, case: Case, secrets: Secrets, said: Mapping[str, Said], outcome: Outcome) -> None:
    sheets.write(me, case, secrets, Kind.CLOSING, said)
    case_state.let_answers_go(me, case)
    case.status, case.closed_hour, case.outcome, case.due_on = CaseStatus.CLOSED, me.hour, outcome.value, None
    deadlines.clear(case)
    state = CaseStatus.CLOSED.value
    trail.record(me.session, Event.CASE_STATE, me.now, actor=me.person_id, subject=case.id, state=state)
    me.session.flush()
