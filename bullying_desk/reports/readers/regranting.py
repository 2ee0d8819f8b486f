"""A reader has lost every key, and no colleague can give access back: the child sees it, and can.

The child holds its report's secrets with its six words. So it need not write again: one press seals them to the new
key, whose key words a second person has compared. Nobody new comes in: only a person who reads already, by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.reports import opening
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers import granting
from bullying_desk.reports.readers.candidates import Candidate, addressee, staff_of
from bullying_desk.reports.readers.readership import current_grants
from bullying_desk.sealing.pepper import PepperLayer


@dataclass(frozen=True, slots=True)
class Shut:
    """Nobody can open the report now. `renewed` read it before and have a new key that was compared."""

    renewed: tuple[Candidate, ...]


def shut(session: Session, report: Report) -> Shut | None:
    """Return that nobody can open a report with the key they have now; nothing while one reader can."""
    grants = {p: g for p, g in current_grants(session, report).items() if g.state is GrantState.OPEN}
    found = set(session.scalars(select(Person.id).where(Person.id.in_(grants), Person.state == PersonState.ACTIVE)))
    stale = set(session.scalars(_older(report, found)))
    if found - stale:
        return None
    known = staff_of(session, report.school_id).by_person()
    return Shut(tuple(known[person] for person in sorted(found) if person in known))


def give_back(session: Session, layer: PepperLayer, report: Report, secrets: Secrets, hour: datetime) -> int:
    """Let readers with a new key read again, everything the child can open. Returns how many; a second submit: none.

    Raises PublicHalfUnusable.
    """
    now = shut(session, report)
    listed, given = opening.read_left_out(session, secrets, report), 0
    for who in now.renewed if now is not None else ():
        to = addressee(layer, who)
        if to is None or who.person_id in listed.people:
            continue
        granting.add_reader(session, layer, report, secrets, who, to, ReaderReason.RESTORED, hour)
        facts: dict[str, Any] = {"report": report.id, "person": who.person_id, "reason": ReaderReason.RESTORED.value}
        trail.record(session, Event.READER_ADDED, hour, subject=report.case_id, **facts)
        given += 1
    return given


def _older(report: Report, people: Iterable[int]) -> Select[int | None]:
    """Select people with a grant of any epoch that is sealed to an older key of theirs."""
    return (
        select(ReportGrant.person_id)
        .join(Person, Person.id == ReportGrant.person_id)
        .where(ReportGrant.report_id == report.id, ReportGrant.person_id.in_(people))
        .where(ReportGrant.state == GrantState.OPEN, ReportGrant.key_id != Person.key_id)
    )
