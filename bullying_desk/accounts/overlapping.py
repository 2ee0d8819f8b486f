"""Absences of one seat that meet on some days: found under a lock, so that of two presses at once one comes second."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.schools.models import Absence, Seat

_DAY = timedelta(days=1)


def meanwhile(session: Session, seat_id: int, first: date, last: date) -> list[Absence]:
    """Return when somebody is away on any of these days, the earliest first; the seat's row is locked from now on."""
    session.execute(select(Seat.id).where(Seat.id == seat_id).with_for_update())
    query = select(Absence).where(Absence.seat_id == seat_id, Absence.first_day <= last, Absence.last_day >= first)
    query = query.order_by(Absence.first_day, Absence.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def gaps(known: Iterable[Absence], first: date, last: date) -> list[tuple[date, date]]:
    """Return which of the days nobody has entered yet; `known` are absences in order that do not overlap."""
    found, begin = [], first
    for one in known:
        if one.first_day > begin:
            found.append((begin, one.first_day - _DAY))
        begin = max(begin, one.last_day + _DAY)
    return [*found, (begin, last)] if begin <= last else found
