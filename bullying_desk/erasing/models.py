"""Marks of what was destroyed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base


class Tombstone(Base):
    """That a row was destroyed, so that a copy from before cannot bring it back.

    `mark` is an HMAC under the pepper over the row's random id: it names nothing to whoever does not already hold both
    the row and the pepper.
    """

    __tablename__ = "tombstone"
    __table_args__ = WITHOUT_COUNTING_ROWID

    mark: Mapped[bytes] = mapped_column(LargeBinary(17), primary_key=True)
    destroyed_on: Mapped[date] = mapped_column(Date, index=True)
