"""What the desk keeps beside the reports: a counsellor's own notes, and how a case may end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId, UtcDateTime


class Outcome(StrEnum):
    """Why a case is closed, as coded by staff (kept in `Case.outcome`)."""

    STOPPED = "stopped"
    BETTER = "better"
    SETTLED = "settled"
    HANDED_ON = "handed_on"
    WISHED = "wished"
    SILENT = "silent"
    MISTAKE = "mistake"


class PrivateNote(RandomId, Base):
    """A note sealed to its writer alone (§ 203 StGB); nobody inherits it.

    `key_id` says to which of the writer's keys: a note from before a lost key stays closed for good.
    """

    __tablename__ = "private_note"
    __table_args__ = (Index("ix_private_note_case_id_person_id", "case_id", "person_id"),)

    case_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("case_file.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), index=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
