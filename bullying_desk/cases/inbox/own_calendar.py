"""One's own dates as a calendar file (RFC 5545): a day and "Termin im Portal", nothing else.

A calendar is on phones, on servers of others and on the wall of a staff room. So it has no name of a case, no count and
no school. Two dates on one day are one entry, and an entry's id gives away only its day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from bullying_desk.cases.inbox.queue import living
from bullying_desk.retention import asking
from bullying_desk.web.language import _


def own_days(session: Session, person_id: int, key_id: bytes, today: date, answer_school_days: int) -> list[date]:
    """Return the days on which something is due in the person's own cases; overdue things are due today."""
    rows, _clocks = living(session, person_id, key_id, today, answer_school_days)
    mine = [row for row in rows if person_id in {row.owner_id, row.cover_id}]
    days = [day for row in mine for day in row.dues.dates().values()]
    return sorted({max(day, today) for day in [*days, *asking.days_of(session, person_id, key_id)]})


def calendar(days: Iterable[date], person_id: int, now: datetime) -> bytes:
    """Return the calendar file. The same day keeps its mark, so that a second download doubles nothing."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//portal//termine//DE", "CALSCALE:GREGORIAN"]
    for day in days:
        mark = hashlib.sha256(f"{person_id}/{day:%Y%m%d}".encode()).hexdigest()[:20]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{mark}@portal",
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_('Termin im Portal')}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()
