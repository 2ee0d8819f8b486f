"""Writing the trail, and reading it without any content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import random_id

Fact = int | str | bool | None
_INSERT = insert(AuditEntry.__table__)  # type: ignore[arg-type]  # past the ORM: half the price of an entry


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
    """Write one act into the trail.

    `at` is the moment for acts of staff and the full hour for what a reporter does; `subject` is the id of the
    person, school or case concerned. Raises FactsRefused where the facts are not exactly the declared ones.
    """
    record_many(session, event, at, [facts], actor=actor, subject=subject)


def record_many(
    session: Session,
    event: Event,
    at: datetime,
    each: Iterable[Mapping[str, Fact]],
    *,
    actor: int | None = None,
    subject: int | None = None,
) -> None:
    """Write several acts of one kind on one subject at once. Raises FactsRefused before any is written."""
    wanted, rows = sorted(event.keys), []
    for facts in each:
        if sorted(facts) != wanted:
            raise FactsRefused(f"{event.name} takes exactly {event.keys}")
        same = {"id": random_id(), "at": at, "event": event.code, "actor_id": actor, "subject_id": subject}
        rows.append({**same, "facts": dict(facts)})
    if rows:
        session.connection().execute(_INSERT, rows)


def entries_about(session: Session, subject: int, *events: Event, limit: int = 200) -> list[AuditEntry]:
    """Return what happened to one subject, the newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_id == subject)
    if events:
        query = query.where(AuditEntry.event.in_([event.code for event in events]))
    return list(session.scalars(query.order_by(AuditEntry.at.desc()).limit(limit)))
