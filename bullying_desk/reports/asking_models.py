"""What the database holds of "Hat es aufgehört?": from which day it is asked, and since which hour it is answered.

The answer itself is a letter of the conversation and sealed like every other.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Date, Enum, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import Base, RandomId, UtcDateTime


class Round(StrEnum):
    """Why it is asked: the team wants to know now, or so many weeks have passed since the last measure."""

    TEAM = "team"
    TWO_WEEKS = "two_weeks"
    EIGHT_WEEKS = "eight_weeks"


_ROUND = Enum(Round, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


class ReportQuestion(RandomId, Base):
    """One question to whoever reported. The page shows it from `ask_on` until it is answered; no notice is sent."""

    __tablename__ = "report_question"
    __table_args__ = (UniqueConstraint("report_id", "round"),)

    report_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("report.id", ondelete="CASCADE"))
    round: Mapped[Round] = mapped_column(_ROUND)
    ask_on: Mapped[date] = mapped_column(Date, index=True)
    answered_hour: Mapped[datetime | None] = mapped_column(UtcDateTime)
