"""The kinds of sealed texts a report has, and the place each is sealed for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, select

from bullying_desk.database import random_id
from bullying_desk.reports.models import Record, Report
from bullying_desk.sealing.records import RecordPlace, Side

REPORT: Final = "report"  # the form's text; number 1 of the conversation
LETTER: Final = "letter"  # numbers 2, 3 … of the conversation, both sides counted together
NAME: Final = "name"  # number 0, revisions; sealed under a key of its own, and always there, even without a name in it
SLIP: Final = "slip"  # a slip's text; number 1, sealed in the epoch its words do not open (`slip_epoch`)
SLIP_NAME: Final = "slip-name"  # the name on a slip, sealed there too under the key of names
LEFT_OUT: Final = "left-out"  # number 0, revisions; always there, even without a person on it


def place_of(record: Record) -> RecordPlace:
    """Return the place a stored record was sealed for."""
    return RecordPlace(record.owner_id, record.epoch, record.kind, Side(record.side), record.sequence, record.revision)


def record_row(place: RecordPlace, hour: datetime, sealed: bytes, author: int | None = None) -> dict[str, Any]:
    """Return the row of one sealed text."""
    return {
        "id": random_id(),
        "owner_id": place.owner,
        "epoch": place.epoch,
        "kind": place.kind,
        "side": place.side.value,
        "sequence": place.sequence,
        "revision": place.revision,
        "hour": hour,
        "author_id": author,
        "sealed": sealed,
    }


def reports_without() -> Select[int]:
    """Return a query for reports without their list of people left out, or living ones without text or name."""

    def has(kind: str, *more: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(Record.owner_id == Report.id, Record.kind == kind, *more)

    living = Report.emptied_on.is_(None) & ~(has(REPORT) & has(NAME))
    return select(Report.id).where(~has(LEFT_OUT, Record.revision == Report.left_out) | living)


Report.lacking = reports_without  # the look at all rights asks it
