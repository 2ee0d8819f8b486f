"""Rows that are older than their tags: a person sees the list and says yes before the program believes them.

This happens once in the life of an instance. Later a row without a tag was written from outside.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.rights.checking import hint, tagger_of
from bullying_desk.rights.models import right_classes
from bullying_desk.rights.writing import seal

BATCH = 500


def untagged(session: Session) -> dict[str, int]:
    """Return how many rows of each table were never tagged; tables without any are left out."""
    found = {}
    for model in right_classes():
        count = session.scalar(hint(select(func.count()).select_from(model.__table__).where(_never(model))))
        if count:
            found[str(model.__tablename__)] = count
    return found


def rows(session: Session, model: type[Any]) -> list[Any]:
    """Return the rows of a table that were never tagged, for the list. Believe none of them yet."""
    return list(session.scalars(hint(select(model).where(_never(model)))))


def seal_all(session: Session) -> int:
    """Tag every row that never was; returns how many. Only after a person has said yes to the list."""
    tagger, count = tagger_of(session), 0
    for model in right_classes():
        query = hint(select(model).where(_never(model)).limit(BATCH))
        while batch := session.scalars(query).all():
            for row in batch:
                seal(tagger, row)
            session.flush()
            session.expunge_all()
            count += len(batch)
    return count


def _never(model: type[Any]) -> Any:
    return (model.__table__.c.tag.is_(None)) & (model.__table__.c.generation == 0)
