"""What the case page says about people: who reads and why, who is left out, who has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bullying_desk.cases.casefile import CaseFile
from bullying_desk.cases.words import GRANT, REASON
from bullying_desk.reports.models import GrantState, ReaderReason
from bullying_desk.web.language import _, german_date

UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class ReaderWords:
    """One person of "Wer kann das lesen?"."""

    name: str
    function: str
    state: str
    reason: str
    reads: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class LookerWords:
    """One person of "Wer hat hineingesehen?"."""

    name: str
    last_at: datetime
    saw_name: bool


def about_people(file: CaseFile, me: int) -> dict[str, object]:
    """Return what the page says about people, by the names the template uses."""
    return {"readers": readers(file, me), "lookers": lookers(file), "left_out": left_out(file)}


def readers(file: CaseFile, me: int) -> list[ReaderWords]:
    """Return everybody with a grant of the report: readers, stand-ins, who has left. Who was asked: `offer_words`."""
    return [
        ReaderWords(
            name=file.names.get(line.person_id, UNKNOWN),
            function=line.function,
            state=_state(line.state, line.since_hour, line.until_hour),
            reason=_(REASON[line.reason or ReaderReason.CHOSEN]) if line.state is GrantState.OPEN else "",
            reads=line.state is GrantState.OPEN,
            is_me=line.person_id == me,
        )
        for line in file.readers
        if line.state is not GrantState.OFFERED
    ]


def _state(state: GrantState, since: datetime, until: datetime | None) -> str:
    if state is GrantState.OPEN:
        return _("liest seit %(day)s") % {"day": german_date(since)}
    if state is GrantState.ENDED and until is not None:
        return _("liest nicht mehr seit %(day)s") % {"day": german_date(until)}
    return _(GRANT[state])


def lookers(file: CaseFile) -> list[LookerWords]:
    """Return who has opened the case, whoever looked last first."""
    return [LookerWords(file.names.get(one.person_id, UNKNOWN), one.last_at, one.saw_name) for one in file.lookers]


def left_out(file: CaseFile) -> list[str]:
    """Return who must not learn of the report: names, the head of school, an adult who is not in the list."""
    named = sorted(file.names.get(person, UNKNOWN) for person in file.left_out.people)
    head = [_("die Schulleitung")] if file.left_out.head else []
    return [*named, *head, *([_("eine andere erwachsene Person der Schule")] if file.left_out.somebody_else else [])]
