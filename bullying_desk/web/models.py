"""Open sessions: the row knows its owner and holds a key that only the cookie and the settings together open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base, UtcDateTime
from bullying_desk.rights.models import Right


class WebSession(Right, Base):
    """A signed-in person, or a reporter who opened a report with its six words.

    Backups hold no rows of this table. A reporter's row holds full hours only. The minute of last use is in the cookie
    under a MAC, so that the public side writes no minute.
    """

    __tablename__ = "web_session"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (report_id IS NULL)", name="one_holder"),
        WITHOUT_COUNTING_ROWID,
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    report_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("report.id", ondelete="CASCADE"), index=True)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(default="")  # staff only: "Firefox auf Windows", chosen from a closed list

    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when password and code were last asked again

    covered = ("person_id", "report_id", "key_id", "started_at", "confirmed_at")
    kept = False  # too many and too short for the head

    @property
    def ended(self) -> bool:
        """An ended row holds no key. It still knows its owner, for a POST that came too late."""
        return self.sealed_key is None
