"""Refused sign-ins in the trail: few rows for an account, one counted row an hour for addresses nobody has.

Anybody can make a refused sign-in, and the trail only grows. So only an account's first MOST of an hour are rows of
their own. The rest, and all of unknown addresses, are counted and entered as one row once the hour is over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import RefusedSignIns
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.clock import full_hour
from bullying_desk.database import Database
from bullying_desk.night import Counts, Night
from bullying_desk.web import sessions

MOST = 20
NOBODY = 0


def enter(database: Database, person_id: int | None, now: datetime) -> None:
    """Count one refused sign-in, in a transaction of its own; the request itself is undone."""
    with database.transaction() as session:
        tries = _count(session, person_id or NOBODY, full_hour(now))
        if person_id is not None and tries <= MOST:
            record(session, Event.SIGN_IN_REFUSED, now, subject=person_id)


def sweep(session: Session, now: datetime) -> int:
    """Enter what was counted in hours that are over, one row an hour and account; returns how many rows."""
    entered = 0
    over = select(RefusedSignIns).where(RefusedSignIns.hour < full_hour(now)).with_for_update(skip_locked=True)
    for row in session.scalars(over).all():
        tries = row.tries if row.person_id == NOBODY else row.tries - MOST
        if tries > 0:
            facts: dict[str, Any] = {"tries": tries, "hour": row.hour.isoformat()}
            record(session, Event.SIGN_INS_COUNTED, now, subject=row.person_id or None, **facts)
            entered += 1
        session.delete(row)
    session.flush()
    return entered


def _count(session: Session, person_id: int, hour: datetime) -> int:
    """Add one to the count of an hour, also where another request adds at this moment; returns the new count."""
    table = RefusedSignIns.__table__
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    added = insert(RefusedSignIns).values(hour=hour, person_id=person_id, tries=1)
    upsert = added.on_conflict_do_update(index_elements=["hour", "person_id"], set_={"tries": table.c.tries + 1})
    return int(session.execute(upsert.returning(RefusedSignIns.tries)).scalar_one())


def by_night(night: Night) -> Counts:
    """End sessions that are over, and enter the refused sign-ins of past hours."""
    with night.transaction() as session:
        ended = sessions.clean(session, night.now, night.settings.idle_minutes, night.settings.session_hours)
        sweep(session, night.now)
    return {"sessions ended": ended}
