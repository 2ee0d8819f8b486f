"""The figures of the hour: what the operator's monitoring reads at `/metrics`, written once an hour by the night work.

A figure that moved with each report would tell whoever watches the network, or reads the monitoring, in which minute a
child wrote. So all of them are taken together with the first pass after the full hour and stay until the next one, on
every machine. Nothing counts danger, and no figure belongs to a school or a person.
"""

from __future__ import annotations

import json
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import RefusedSignIns
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.night import Counts, Night
from bullying_desk.notices import night as night_notes
from bullying_desk.notices.models import NightWork, OutboxMail
from bullying_desk.reports.models import Case, CaseStatus
from bullying_desk.reports.waiting import FEWEST_SHOWN, late_answers
from bullying_desk.rights.checking import hint
from bullying_desk.schooldays import HORIZON


def by_night(night: Night) -> Counts:
    """Take the figures with the first pass after the full hour."""
    with night.transaction() as session:
        take(session, night.settings.instance, night.now)
    return {}


def take(session: Session, instance: Path, now: datetime) -> bool:
    """Take the figures of an hour, where nobody has yet. Returns whether it did.

    Runs before refused sign-ins of former hours are entered in the trail and forgotten: it counts them.
    """
    row = session.scalars(select(NightWork).with_for_update()).first()
    hour = full_hour(now).isoformat()
    before: dict[str, Any] = json.loads(row.figures) if row is not None and row.figures else {}
    if row is None or before.get("hour") == hour:
        return False
    found = {
        **_mails(session, row, now),
        **_overdue(session, now),
        "sign_in_failures": before.get("sign_in_failures", 0) + _refused(session, now),
        "key_alarms": _key_alarms(session, now),
        "database_seconds": _database_seconds(session),
        "disk_free_bytes": shutil.disk_usage(instance).free,
        "calendar_horizon": _seconds(datetime.combine(HORIZON, datetime.min.time(), BERLIN)),
    }
    found |= {key: value for key, value in before.items() if key == night_notes.CERTIFICATE}  # `watch` looks at it
    row.figures = json.dumps({"hour": hour, "hour_seconds": _seconds(full_hour(now)), **found}, sort_keys=True)
    session.flush()
    return True


def _mails(session: Session, row: NightWork, now: datetime) -> dict[str, float]:
    """Count mails that wait for a mail server: those whose time has come, and how long the oldest has waited."""
    query = select(func.count(), func.min(OutboxMail.not_before)).where(
        OutboxMail.sent == 0, OutboxMail.given_up.is_(False), OutboxMail.not_before <= now
    )
    count, oldest = session.execute(query).one()
    return {
        "notices_waiting": count,
        "notices_oldest_seconds": round((now - oldest).total_seconds()) if count else 0,
        "notices_refused_people": len(night_notes.refused(session, now)),
        "mail_server_down": int(row.mails_stuck_since is not None),
    }


def _overdue(session: Session, now: datetime) -> dict[str, float]:
    """Count answers, plans and follow-ups whose day is over, whatever the urgency, rounded down to fives (D82)."""
    today = now.astimezone(BERLIN).date()
    here = Case.status != CaseStatus.CLOSED
    return {
        "overdue_answers": late_answers(session, now).at_least,
        "overdue_plans": _count(session, Case, here, Case.plan_due < today),
        "overdue_follow_ups": _count(session, Case, here, Case.follow_up_due < today),
    }


def _count(session: Session, model: type[Any], *which: ColumnElement[bool]) -> int:
    count = session.scalar(hint(select(func.count()).select_from(model).where(*which))) or 0
    return count // FEWEST_SHOWN * FEWEST_SHOWN


def _refused(session: Session, now: datetime) -> int:
    query = select(func.sum(RefusedSignIns.tries)).where(RefusedSignIns.hour < full_hour(now))
    return int(session.scalar(query) or 0)


def _key_alarms(session: Session, now: datetime) -> int:
    since = full_hour(now).replace(hour=0)
    query = select(func.count()).where(AuditEntry.event == Event.KEY_ALARM.code, AuditEntry.at >= since)
    return session.scalar(query) or 0


def _database_seconds(session: Session) -> float:
    """Return how long the database takes for the smallest question, in seconds."""
    begin = time.perf_counter()
    session.execute(text("SELECT 1"))
    return round(time.perf_counter() - begin, 6)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
