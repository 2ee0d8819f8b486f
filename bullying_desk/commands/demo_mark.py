"""The mark of a demonstration: in its settings, and for ever in its trail."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.audit.trail import record
from bullying_desk.clock import Clock

SETTINGS = """# A demonstration: every school, person and report in it is invented. It refuses real use.
demo = true
tls = false
base_url = "http://127.0.0.1:8000"
municipality = "05999999"
operator_name = "Stadt Musterstadt (Vorführung)"
operator_address = "Musterplatz 1, 00000 Musterstadt"
operator_email = "vorfuehrung@example.org"
operator_phone = "0000 000000"
status_page = true
"""


def mark(session: Session, clock: Clock) -> None:
    """Enter into the append-only trail that this instance is a demonstration."""
    record(session, Event.DEMONSTRATION, clock.now())


def is_marked(session: Session) -> bool:
    """Whether this instance was ever filled as a demonstration, whatever its settings are today."""
    query = select(AuditEntry.id).where(AuditEntry.event == Event.DEMONSTRATION.code).limit(1)
    return session.scalar(query) is not None
