"""Invalid rights become alarms in the trail, each once a day; `notices` brings them to people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.rights.head import Found

AGAIN = timedelta(days=1)


def raise_for_rights(session: Session, faults: Iterable[Found], now: datetime) -> int:
    """Enter each fault that was not entered within a day; returns how many were."""
    entered = 0
    for each in faults:
        subject = each.row_id if isinstance(each.row_id, int) else None
        what = f"{each.kind}:{each.fault.name.lower()}"
        if subject is not None and _is_known(session, subject, what, now):
            continue
        person = subject if each.kind == Person.__tablename__ else None
        trail.record(session, Event.KEY_ALARM, now, subject=subject, person=person, what=what)
        entered += 1
    return entered


def _is_known(session: Session, subject: int, what: str, now: datetime) -> bool:
    entries = trail.entries_about(session, subject, Event.KEY_ALARM, limit=10)
    return any(each.facts["what"] == what and each.at > now - AGAIN for each in entries)
