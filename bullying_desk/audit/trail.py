"""Writing the trail, and reading it without any content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry

Fact = int | str | bool | None


class FactsRefused(ValueError):
    """An entry does not carry exactly the keys its event declares."""


def record(
    session: Session,
    event: Event,
    at: datetime,
    *,
    actor: int | None = None,
    subject: int | None = None,
    **facts: Fact,
) -> None:
    """Enter one act.

    `at` is the moment for acts of staff and the full hour for what a reporter does; `subject` is the id of the
    person, school or case concerned. Raises FactsRefused where the facts are not exactly the declared ones.
    """
    if tuple(sorted(facts)) != tuple(sorted(event.keys)):
        raise FactsRefused(f"{event.name} takes exactly {event.keys}")
    session.add(AuditEntry(at=at, event=event.code, actor_id=actor, subject_id=subject, facts=facts))


def entries_about(session: Session, subject: int, *events: Event, limit: int = 200) -> list[AuditEntry]:
    """Return what happened to one subject, the newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_id == subject)
    if events:
        query = query.where(AuditEntry.event.in_([event.code for event in events]))
    return list(session.scalars(query.order_by(AuditEntry.at.desc()).limit(limit)))
