"""What tests do to rows of rights that the program does one by one: count them, and set many at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session


def count(session: Session, model: type[Any], *where: ColumnElement[bool]) -> int:
    """Return how many rows with a valid tag there are."""
    return len(session.scalars(select(model).where(*where)).all())


def set_all(session: Session, model: type[Any], *where: ColumnElement[bool], **values: Any) -> None:
    """Set columns of some rows, each with its new tag, as the program would."""
    for row in session.scalars(select(model).where(*where)).all():
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()
