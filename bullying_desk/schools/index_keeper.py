"""Keeps the search index in step with the register: a school that was added or has joined is found at once."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.search import SchoolIndex


def load_index(session: Session) -> SchoolIndex:
    """Build the index from the register."""
    schools = session.scalars(select(School).where(School.state != SchoolState.CLOSED).order_by(School.number))
    return SchoolIndex(school for school in schools if school.school_form.has_pupils)


def register_version(session: Session) -> tuple[int, int]:
    """Return numbers that differ whenever a school was added or changed: how many, and the sum of their revisions."""
    count, revisions = session.execute(select(func.count(School.id), func.coalesce(func.sum(School.revision), 0))).one()
    return int(count), int(revisions)


class IndexKeeper:
    """Keeps one index for the whole process and builds it again when the register has changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: tuple[int, int] | None = None
        self._index = SchoolIndex(())

    def current(self, session: Session) -> SchoolIndex:
        """Return an index of the register as this session sees it."""
        version = register_version(session)
        with self._lock:
            if version != self._version:
                self._index, self._version = load_index(session), version
            return self._index
