"""How lessons went, as counts: no text, no time, no name."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bullying_desk.database import WITHOUT_COUNTING_ROWID, Base


class LessonFeedback(Base):
    """How often a lesson was rated so: one row for each lesson and pair of answers."""

    __tablename__ = "lesson_feedback"
    __table_args__ = ({**WITHOUT_COUNTING_ROWID},)

    lesson_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    worked: Mapped[str] = mapped_column(String(10), primary_key=True)
    pace: Mapped[str] = mapped_column(String(10), primary_key=True)
    count: Mapped[int]
