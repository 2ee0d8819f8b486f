"""What the trail costs: an entry inside a request, and the check of 100,000 linked rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bullying_desk.audit import chain
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.audit.trail import record
from bullying_desk.audit.verifying import verify
from bullying_desk.database import random_id
from tests.benchmarks.figures import Figure, cpu_milliseconds
from tests.serving import open_instance

ROWS, ENTRIES = 100_000, 400
MORNING = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)


def figures(folder: Path) -> Iterator[Figure]:
    """Write entries into an open transaction, as a request does; then link and check a city's trail of years."""
    database, keys = open_instance(folder)
    with database.transaction() as session:
        session.scalar(select(AuditEntry.id).limit(1))
        numbers = iter(range(ENTRIES + 1))

        def entry() -> None:
            number = next(numbers)
            record(session, Event.REPORT_OPENED, MORNING, actor=7, subject=number, report=number)

        yield Figure("an entry of the trail, inside a request", cpu_milliseconds(entry, ENTRIES), "ms CPU", most=0.3)
        session.rollback()
    with database.transaction() as session:
        session.execute(insert(AuditEntry), [_row(number) for number in range(ROWS)])
    batch = chain.BATCH
    while batch == chain.BATCH:
        with database.transaction() as session:
            batch = chain.extend(session, keys.pepper_layer, MORNING + timedelta(days=3))
    with database.transaction(write=False) as session:
        assert verify(session, keys.pepper_layer).linked == ROWS
        spent = cpu_milliseconds(lambda: verify(session, keys.pepper_layer), 1)
    yield Figure("100,000 rows of the trail verified", spent / 1000, "s CPU", most=10)


def _row(number: int) -> dict[str, object]:
    at, facts = MORNING + timedelta(seconds=number), {"report": number}
    return {"id": random_id(), "at": at, "event": "report.opened", "actor_id": 7, "subject_id": number, "facts": facts}
