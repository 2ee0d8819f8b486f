"""One talk with the affected person, entered once: its record says that they were seen, what is done, and how it goes.

Without this a person would write the same talk down four times: as a record, as a meeting, as a step of the plan and
as a word about the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bullying_desk.cases import deadlines
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import outcomes
from bullying_desk.cases.ending.outcomes import Source
from bullying_desk.cases.plan import planning
from bullying_desk.cases.sheets import CaseSheet, Pile, Secrets
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import Case


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk with the affected person: when, whether it has stopped in their words, and what was agreed."""

    day: date
    step: Step = Step.NONE
    words: str = ""
    agreed: str = ""


class AffectedMissing(ValueError):
    """Whether it has stopped is a word of the affected person; the record does not say that it was a talk with them."""


def check(said: Mapping[str, Said], today: date) -> None:
    """Refuse a record that cannot be true. Raises outcomes.DayAhead, AffectedMissing."""
    if date.fromisoformat(str(said["am"])) > today:
        raise outcomes.DayAhead(said["am"])
    if said.get("stand") and not said.get("selbst"):
        raise AffectedMissing


def counts(
    me: Counsellor, found: FoundCase, secrets: Secrets, record: CaseSheet, before: Pile, values: ClockValues
) -> bool:
    """Let a talk record count wherever the talk is asked for; True where it was one with the affected person.

    `before` is the file without the record: a second submit finds the record there and changes nothing.
    """
    if not record.many("selbst"):
        return False
    if record in before.opened:
        return True
    day, step, agreed = date.fromisoformat(record.text("am")), Step(record.text("stand")), record.text("vereinbart")
    held(me, found, secrets, before, Talk(day, step, agreed=agreed), values)
    return True


def held(me: Counsellor, found: FoundCase, secrets: Secrets, before: Pile, talk: Talk, values: ClockValues) -> None:
    """Note a talk with the affected person: they were seen, the step of the plan is done, their word is known.

    `before` is the file as it was; a second submit of a word that stands there changes nothing.
    Raises outcomes.DayAhead, StepMissing, NoCaseKey, NoteTooLong.
    """
    case, done = found.case, _step_done(before, found.case, asked=bool(talk.step))
    if talk.step:
        word = outcomes.enter(me, found, secrets, Source.FACE, talk.step, talk.day, talk.words, values)
        if word in before.opened:
            return
    deadlines.seen_in_person(me, case, talk.day)
    if done is not None:
        planning.finish(me, found, secrets, done.number, talk.day, talk.agreed, dropped=False, values=values)


def _step_done(file: Pile, case: Case, *, asked: bool) -> planning.Measure | None:
    """Return the open step of the plan that this talk was: the follow-up that is due, else the first talk."""
    ahead = [one for one in planning.measures_in(file) if one.done is None]
    if asked and case.follow_up_due is not None:
        return next((one for one in ahead if one.method.follow_up == case.follow_ups), None)
    return next((one for one in ahead if one.method.first_talk), None)
