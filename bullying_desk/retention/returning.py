"""After a copy was put back: what was destroyed since it was made is destroyed again, and the officer can read that.

The sign of an older database is that the file of marks beside it knows more than it does (`erasing.marks`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bullying_desk.audit import kept_head, trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.database import Database
from bullying_desk.erasing import marks
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.erasing.lifetimes import Kind
from bullying_desk.erasing.marks import Thing
from bullying_desk.retention import gone
from bullying_desk.retention.periods import load
from bullying_desk.sealing.pepper import PepperLayer

RESTORED = "restored"  # a file in the instance folder between `restore` and what follows it


def settle(database: Database, layer: PepperLayer, instance: Path, now: datetime) -> int:
    """Bring the marks of database and file together; destroy again what has come back. Returns how much that was.

    Called at the beginning and at the end of each tick, after migrating, and by `restore`. Raises MarksUnreadable.
    """
    today = now.astimezone(BERLIN).date()
    in_file = marks.kept(instance)
    with database.transaction(write=False) as session:
        there, limit = marks.known(session), today - timedelta(days=load(session, today).days(Kind.MARK))
    missing = {each for each in set(in_file) - set(there) if in_file[each] >= limit}
    again = 0
    if missing or any(day < limit for day in there.values()):
        with database.transaction() as session:
            again = _destroy_again(Destroyer(session, layer, today), missing, now) if missing else 0
            for day in {in_file[each] for each in missing}:
                marks.bury(session, [each for each in missing if in_file[each] == day], day)
            there = marks.forget(session, limit)
    if there != in_file:
        marks.keep(instance, there)
    return again


def _destroy_again(destroyer: Destroyer, missing: set[bytes], now: datetime) -> int:
    session: Session = destroyer.session
    found = marks.come_back(session, destroyer.layer, missing)
    hour = full_hour(now)
    for thing, row_id in found:
        if thing is Thing.NOTE:
            destroyer.note(row_id)
        elif thing is Thing.REPORT:
            destroyer.report(row_id)
            trail.record(session, Event.REPORT_DESTROYED, hour, subject=row_id, report=row_id, why="copy")
        elif thing is Thing.CASE:
            destroyer.case(row_id)
            trail.record(session, Event.CASE_DESTROYED, hour, subject=row_id, why="copy")
        else:
            gone.empty_account(destroyer, row_id)
            trail.record(session, Event.ACCOUNT_EMPTIED, hour, subject=row_id, why="copy")
    return len(found)


def was_restored(instance: Path) -> None:
    """Note that another database has come in the place of its own; the next `finish_restoring` takes it from there."""
    (instance / RESTORED).touch(mode=0o600)


def is_unfinished(instance: Path) -> bool:
    """Whether a copy was put back and nobody has destroyed again what it brought."""
    return (instance / RESTORED).exists()


def finish_restoring(database: Database, layer: PepperLayer, instance: Path, now: datetime) -> int:
    """Settle the marks, and take leave of the trail's head that belongs to the database that was there before.

    The trail says that a copy was put back and how many links the chain had then: whoever keeps the mailed heads can
    tell what is missing now. The old head is laid beside the new one under its day. Returns as `settle`.
    """
    again = settle(database, layer, instance, now)
    before = kept_head.set_aside(instance, now.astimezone(BERLIN).date())
    with database.transaction() as session:
        links = before.number if before is not None else 0
        trail.record(session, Event.COPY_RESTORED, now, links=links, again=again)
        kept_head.keep(session, instance)
    (instance / RESTORED).unlink(missing_ok=True)
    return again
