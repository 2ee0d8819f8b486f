"""Reading the trail page by page: by act, by actor, by subject, by period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bullying_desk.audit.models import AuditEntry
from bullying_desk.clock import BERLIN

T = TypeVar("T")

PAGE = 100


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
