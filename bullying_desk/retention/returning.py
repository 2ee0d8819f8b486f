"""After a copy was restored, what was destroyed since then is destroyed again, and the officer can read that.

An older database shows by its tombstones: the file next to it has more of them (`erasing.tombstones`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bullying_desk.audit import kept_head, trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.database import Database
from bullying_desk.erasing import tombstones
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.erasing.tombstones import Thing
from bullying_desk.night import Counts, Night
from bullying_desk.retention import emptied_accounts
from bullying_desk.retention.changing_periods import load
from bullying_desk.rights import head
from bullying_desk.sealing.pepper import PepperLayer

RESTORED = "restored"  # a file in the instance folder between `restore` and the work that follows it


def settle(database: Database, pepper_layer: PepperLayer, instance: Path, now: datetime) -> int:
    """Give database and file the same tombstones, and destroy again what has come back. Returns how much that was.

    Called at the beginning and the end of each tick, after migrating, and by `restore`. Raises TombstonesUnreadable.
    """
    today = now.astimezone(BERLIN).date()
    in_file = tombstones.kept(instance)
    with database.transaction(write=False) as session:
        there, limit = tombstones.known(session), today - timedelta(days=load(session, today).days(Kind.MARK))
    missing = {each for each in set(in_file) - set(there) if in_file[each] >= limit}
    again = 0
    if missing or any(day < limit for day in there.values()):
        with database.transaction() as session:
            again = _destroy_again(Destroyer(session, pepper_layer, today), missing, now) if missing else 0
            for day in {in_file[each] for each in missing}:
                tombstones.bury(session, [each for each in missing if in_file[each] == day], day)
            there = tombstones.forget(session, limit)
    if there != in_file:
        tombstones.keep(instance, there)
    return again


def _destroy_again(destroyer: Destroyer, missing: set[bytes], now: datetime) -> int:
    session: Session = destroyer.session
    found = tombstones.come_back(session, destroyer.pepper_layer, missing)
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
            emptied_accounts.empty_account(destroyer, row_id)
            trail.record(session, Event.ACCOUNT_EMPTIED, hour, subject=row_id, why="copy")
    return len(found)


def was_restored(instance: Path) -> None:
    """Note that another database has taken the place of this one; the next `finish_restoring` goes on from there."""
    (instance / RESTORED).touch(mode=0o600)


def is_unfinished(instance: Path) -> bool:
    """Whether a copy was restored and what it brought back is not yet destroyed again."""
    return (instance / RESTORED).exists()


def finish_restoring(database: Database, pepper_layer: PepperLayer, instance: Path, now: datetime) -> int:
    """Settle the tombstones, and set the trail's head of the former database aside.

    The trail says that a copy was restored and how many links the chain had then. A person who keeps the mailed heads
    can see what is missing. The old head is kept in a file named by its day. Returns the same as `settle`.
    """
    head.set_aside(instance, now.astimezone(BERLIN).date())  # first: what the copy holds is older than what it says
    again = settle(database, pepper_layer, instance, now)
    before = kept_head.set_aside(instance, now.astimezone(BERLIN).date())
    with database.transaction() as session:
        links = before.number if before is not None else 0
        trail.record(session, Event.COPY_RESTORED, now, links=links, again=again)
        kept_head.keep(session, instance)
        head.keep(session, instance, whole=False)
    (instance / RESTORED).unlink(missing_ok=True)
    return again


def by_night(night: Night) -> Counts:
    """Give database and file the same tombstones; after a restored copy, destroy again what it brought back."""
    instance = night.settings.instance
    finish = finish_restoring if is_unfinished(instance) else settle
    try:
        again, unreadable = finish(night.database, night.pepper_layer, instance, night.now), 0
    except tombstones.TombstonesUnreadable:
        again, unreadable = 0, 1
    return {"destroyed again after a copy": again, "marks of what was destroyed cannot be read": unreadable}
