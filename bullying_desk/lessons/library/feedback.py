"""Three presses after a lesson: taught, worked, minutes right. Only counts, so nothing needs moderation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.lessons.models import LessonFeedback

#: The buttons: value in the form -> words.
WORKED: Final[dict[str, str]] = {"ja": "Ja", "teils": "Zum Teil", "nein": "Nein"}
PACE: Final[dict[str, str]] = {"kurz": "Zeit war zu kurz", "passt": "Zeit hat gepasst", "lang": "Zeit war zu lang"}
NOT_SAID: Final = "offen"


class AnswerUnknown(Exception):
    """The answer is none of the buttons."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one pair of answers was pressed for a lesson."""

    lesson_id: str
    worked: str
    pace: str
    count: int


def count_feedback(session: Session, lesson_id: str, worked: str, pace: str) -> None:
    """Add one to the count of a pair of answers; `worked` may be left out.

    Raises AnswerUnknown for anything but the buttons' values.
    """
    worked = worked or NOT_SAID
    if (worked != NOT_SAID and worked not in WORKED) or pace not in PACE:
        raise AnswerUnknown
    if _add_one(session, lesson_id, worked, pace):
        return
    try:
        with session.begin_nested():
            session.add(LessonFeedback(lesson_id=lesson_id, worked=worked, pace=pace, count=1))
    except IntegrityError:  # another request was first at the same moment
        _add_one(session, lesson_id, worked, pace)


def _add_one(session: Session, lesson_id: str, worked: str, pace: str) -> bool:
    """Add in the database, not here: two presses at once must both count."""
    key = (LessonFeedback.lesson_id == lesson_id, LessonFeedback.worked == worked, LessonFeedback.pace == pace)
    found = session.scalar(
        update(LessonFeedback).where(*key).values(count=LessonFeedback.count + 1).returning(LessonFeedback.count)
    )
    return found is not None


def tallies(session: Session) -> list[Tally]:
    """Return all counts, by lesson."""
    rows = session.scalars(
        select(LessonFeedback).order_by(LessonFeedback.lesson_id, LessonFeedback.worked, LessonFeedback.pace)
    )
    return [Tally(row.lesson_id, row.worked, row.pace, row.count) for row in rows]


def rated(session: Session, lesson_id: str) -> dict[str, int]:
    """Return how often each answer was pressed for one lesson, by the button's value; nothing where nobody pressed."""
    rows = session.scalars(select(LessonFeedback).where(LessonFeedback.lesson_id == lesson_id))
    found: dict[str, int] = {}
    for row in rows:
        for value in (row.worked, row.pace):
            found[value] = found.get(value, 0) + row.count
    return found
