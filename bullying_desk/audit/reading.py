"""Reading the trail page by page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.audit.models import AuditEntry

PAGE = 100


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of entries, the newest first."""

    rows: list[AuditEntry]
    page: int
    pages: int


def entries(session: Session, page: int) -> TrailPage:
    """Return one page of the trail."""
    total = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id).limit(PAGE).offset((page - 1) * PAGE)
    return TrailPage(list(session.scalars(query)), page, pages)
