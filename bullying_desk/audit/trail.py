"""Writing the trail, and reading it without any content: about one thing, or page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from bullying_desk.audit.events import READING, Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id, stay

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
    """Write several acts of one kind on one subject at once. Raises FactsRefused before any is written.

    Acts of reading stay where the rest of the transaction is undone (`database.stay`).
    """
    wanted, rows = sorted(event.keys), []
    for facts in each:
        if sorted(facts) != wanted:
            raise FactsRefused(f"{event.name} takes exactly {event.keys}")
        same = {"id": random_id(), "at": at, "event": event.code, "actor_id": actor, "subject_id": subject}
        rows.append({**same, "facts": dict(facts)})
    if rows and event in READING:
        stay(session, lambda: session.connection().execute(_INSERT, rows))
    elif rows:
        session.connection().execute(_INSERT, rows)


def entries_about(session: Session, subject: int, *events: Event, limit: int = 200) -> list[AuditEntry]:
    """Return what happened to one subject, the newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_id == subject)
    if events:
        query = query.where(AuditEntry.event.in_([event.code for event in events]))
    return list(session.scalars(query.order_by(AuditEntry.at.desc()).limit(limit)))


T = TypeVar("T")

PAGE = 20  # of which each fills four lines on a phone


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """The filter of a search; None does not filter. Days are whole days in Dortmund, both included."""

    event: str | None = None
    actor: int | None = None
    subject: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of entries, the newest first."""

    rows: list[AuditEntry]
    total: int
    page: int
    pages: int


def entries(session: Session, page: int, wanted: TrailFilter | None = None) -> TrailPage:
    """Return one page of the trail."""
    wanted = wanted or TrailFilter()
    total = session.scalar(_narrowed(select(func.count()).select_from(AuditEntry), wanted)) or 0
    pages = max(1, -(-total // PAGE))
    page = max(1, min(page, pages))
    query = _newest_first(wanted).limit(PAGE).offset((page - 1) * PAGE)
    return TrailPage(list(session.scalars(query)), total, page, pages)


def all_entries(session: Session, wanted: TrailFilter, limit: int) -> Iterator[AuditEntry]:
    """Yield entries for a spreadsheet, the newest first, at most `limit`."""
    yield from session.scalars(_newest_first(wanted).limit(limit).execution_options(yield_per=1_000))


def _newest_first(wanted: TrailFilter) -> Select[AuditEntry]:
    return _narrowed(select(AuditEntry), wanted).order_by(AuditEntry.at.desc(), AuditEntry.id)


def _narrowed(query: Select[T], wanted: TrailFilter) -> Select[T]:
    if wanted.event is not None:
        query = query.where(AuditEntry.event == wanted.event)
    if wanted.actor is not None:
        query = query.where(AuditEntry.actor_id == wanted.actor)
    if wanted.subject is not None:
        query = query.where(AuditEntry.subject_id == wanted.subject)
    if wanted.first is not None:
        query = query.where(AuditEntry.at >= _midnight(wanted.first))
    if wanted.last is not None:
        query = query.where(AuditEntry.at < _midnight(wanted.last + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)
