"""The outbox, and what is known of the night work that sends it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base, RandomId, UtcDateTime


class OutboxMail(RandomId, Base):
    """One mail that waits to be sent.

    `not_before` is one of the day's fixed times, or the full hour for danger: no row says when a report came.
    A content-free notice (`kind` "news") is written once for a person and time, however much has happened.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (
        Index("ix_outbox_mail_due", "sent", "not_before"),
        Index("uq_outbox_mail_news", "person_id", "kind", "not_before", "sent", unique=True),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str] = mapped_column(String(80), default="")  # the kind of error only, never a server's words
    sent: Mapped[int] = mapped_column(BigInteger, default=0)  # 0 while waiting, then the row's own id
    refused_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the server works, but refuses this mail
    given_up: Mapped[bool] = mapped_column(default=False)  # refused for days: no text, no more attempts


class NightWork(Base):
    """When the night work last ran, what of it failed, since when mails fail, when copies were made. One row."""

    __tablename__ = "night_work"
    __table_args__ = WITHOUT_COUNTING_ROWID

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failed: Mapped[str] = mapped_column(Text, default="")  # names of parts, with blanks between
    mails_stuck_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    backed_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when `backup` last made a copy
    drilled_on: Mapped[date | None] = mapped_column(Date)  # when a copy was last tried out, in a scratch place
    figures: Mapped[str] = mapped_column(
        Text, default="", server_default=""
    )  # JSON, written once an hour (`reports.figures`)
