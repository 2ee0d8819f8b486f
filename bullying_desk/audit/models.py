"""The rows of the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId, UtcDateTime


class AuditEntry(RandomId, Base):
    """One act. There is no foreign key: the trail outlives what it speaks of, and nothing may change it.

    Acts of staff carry their moment; what happens on the reporter's side is entered with the full hour.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_id"), Index("ix_audit_entry_at", "at"))

    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
