"""Whether a school has a tablet out for its pupils."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.schools.models import School, Tablet


def is_out(session: Session, key: str) -> bool:
    """Say whether the school with this key has a tablet out; only schools that take part have one."""
    query = select(School).join(Tablet, Tablet.school_id == School.id).where(School.key == key)
    found = session.scalars(query).one_or_none()
    return found is not None and found.takes_reports


def has_one(session: Session, school: School) -> bool:
    """Say whether a tablet is switched on for a school."""
    return session.scalar(select(Tablet.id).where(Tablet.school_id == school.id)) is not None


def put_out(session: Session, school: School, today: date, *, out: bool) -> None:
    """Switch a school's tablet on or off; twice is once."""
    if not out:
        session.execute(delete(Tablet).where(Tablet.school_id == school.id))
    elif not has_one(session, school):
        session.add(Tablet(school_id=school.id, since=today))
    session.flush()
