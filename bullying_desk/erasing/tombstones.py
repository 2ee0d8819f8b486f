"""Tombstones of destroyed rows, in the database and in a file: a restored copy brings nothing back.

A copy knows nothing of what was destroyed after it was made. The file does, and it says nothing by itself: each line is
a tombstone and a day. If the file has tombstones that the database does not have, the database is an older one, and
the rows that they name are destroyed again.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path

from sqlalchemy import Insert, column, delete, select, table
from sqlalchemy.orm import Session

from bullying_desk.erasing.models import Tombstone
from bullying_desk.sealing.pepper import PepperLayer

NAME = "erased-marks"
BATCH = 5_000


class Thing(Enum):
    """What a tombstone names, with the table of the id it was made from."""

    REPORT = "report"
    CASE = "case_file"
    PERSON = "person"
    NOTE = "private_note"


class TombstonesUnreadable(Exception):
    """A line of the file is no tombstone: it was cut, or edited."""


def mark(pepper_layer: PepperLayer, thing: Thing, row_id: int, pepper_id: int | None = None) -> bytes:
    """Return the tombstone of a row: the pepper's number and 16 bytes of HMAC-SHA256 over table and id."""
    number = pepper_layer.current_id if pepper_id is None else pepper_id
    said = b"%s %d" % (thing.value.encode("ascii"), row_id)
    return bytes([number]) + hmac.digest(pepper_layer.erased_key(number), said, "sha256")[:16]


def bury(session: Session, found: Iterable[bytes], day: date) -> None:
    """Write tombstones; those that are there already stay unchanged."""
    rows = [{"mark": each, "destroyed_on": day} for each in found]
    if rows:
        session.execute(_unless_there(session.get_bind().dialect.name), rows)


def known(session: Session) -> dict[bytes, date]:
    """Return the tombstones in the database, each with its day."""
    return {row.mark: row.destroyed_on for row in session.execute(select(Tombstone.mark, Tombstone.destroyed_on))}


def destroyed(session: Session, pepper_layer: PepperLayer) -> Callable[[str, int], bool]:
    """Return a function that says whether the program has destroyed the row of a table and an id."""

    @cache
    def marks() -> frozenset[bytes]:
        return frozenset(known(session))

    def is_destroyed(name: str, row_id: int) -> bool:
        return any(mark(pepper_layer, Thing(name), row_id, each) in marks() for each in pepper_layer.ids)

    return is_destroyed


def kept(instance: Path) -> dict[bytes, date]:
    """Return the tombstones in the file. Raises TombstonesUnreadable."""
    try:
        lines = (instance / NAME).read_text("ascii").splitlines()
        pairs = (line.split() for line in lines if line.strip())
        return {_whole(bytes.fromhex(digits)): date.fromisoformat(day) for digits, day in pairs}
    except FileNotFoundError:
        return {}
    except (UnicodeDecodeError, ValueError) as error:
        raise TombstonesUnreadable(str(instance / NAME)) from error


def _whole(found: bytes) -> bytes:
    if len(found) != 17:
        raise ValueError("a mark has 17 bytes")
    return found


def keep(instance: Path, found: dict[bytes, date]) -> None:
    """Write the whole file again: a crash leaves the old one or the new one."""
    beside = instance / f"{NAME}.new"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{each.hex()} {day.isoformat()}\n" for each, day in sorted(found.items()))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(instance / NAME)


def come_back(session: Session, pepper_layer: PepperLayer, missing: set[bytes]) -> list[tuple[Thing, int]]:
    """Return the rows that were destroyed and are there again: private notes first, accounts last."""
    found = []
    for thing in (Thing.NOTE, Thing.REPORT, Thing.CASE, Thing.PERSON):
        ids = table(thing.value, column("id")).c.id
        for pepper_id in sorted({each[0] for each in missing} & set(pepper_layer.ids)):
            for row_id in session.scalars(select(ids).execution_options(yield_per=BATCH)):
                if mark(pepper_layer, thing, row_id, pepper_id) in missing:
                    found.append((thing, row_id))
    return found


def forget(session: Session, before: date) -> dict[bytes, date]:
    """Delete tombstones older than any copy can be, and return the others."""
    session.execute(delete(Tombstone).where(Tombstone.destroyed_on < before))
    return known(session)


@cache
def _unless_there(dialect: str) -> Insert:
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite

        return insert_sqlite(Tombstone).on_conflict_do_nothing()
    from sqlalchemy.dialects.postgresql import insert as insert_postgresql

    return insert_postgresql(Tombstone).on_conflict_do_nothing()
