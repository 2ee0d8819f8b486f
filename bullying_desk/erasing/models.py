"""Tombstones, the city's own numbers of days, and when pages were last rewritten."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, Enum, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.rights.models import Right


class Tombstone(Base):
    """Says that a row was destroyed, so that an older copy cannot bring it back.

    `mark` is an HMAC under the pepper over the row's random id. It says nothing to a person who does not already hold
    both the row and the pepper.
    """

    __tablename__ = "tombstone"
    __table_args__ = WITHOUT_COUNTING_ROWID

    mark: Mapped[bytes] = mapped_column(LargeBinary(17), primary_key=True)
    destroyed_on: Mapped[date] = mapped_column(Date, index=True)


class RetentionPeriod(Right, Base):
    """How many days the city keeps one kind of data. `authority` is a Traegernummer, or empty for all others.

    A shorter period counts only from `effective_on`, so that nobody deletes a city by one wrong number.
    """

    __tablename__ = "retention_period"
    __table_args__ = WITHOUT_COUNTING_ROWID

    authority: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[Kind] = mapped_column(
        Enum(Kind, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members]),
        primary_key=True,
    )
    days: Mapped[int]
    days_before: Mapped[int]
    effective_on: Mapped[date] = mapped_column(Date)

    covered = ("days", "days_before", "effective_on")


class Rewriting(Base):
    """The day on which the pages were last rewritten, and whether something was destroyed since. One row."""

    __tablename__ = "rewriting"
    __table_args__ = WITHOUT_COUNTING_ROWID

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date)
    due: Mapped[bool] = mapped_column(Boolean)
    letters: Mapped[bool] = mapped_column(Boolean, default=False)  # a letter was taken back since
