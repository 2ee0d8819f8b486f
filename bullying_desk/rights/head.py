"""The newest state of every right, in a file next to the database: a restored older state is refused and named.

A tag proves that the program wrote a row; it does not prove that the row is the newest. Each row has a generation that
only grows. The file `rights-head` in the instance folder holds the newest generation this machine has seen of each,
with the first half of its tag, and which rows the program itself has deleted.

A machine that is behind goes forward, because generations grow. After a crash between database and file the file is
behind, and nobody is locked out. The same generation with another tag is a fork, and a smaller one was restored: both
are faults.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.rights import writing
from bullying_desk.rights.checking import hint, holds_raw, tagger_of
from bullying_desk.rights.models import RightGone, keys_of, right_classes, row_id
from bullying_desk.rights.newest import GONE, NAME, Key, NewestRights, NewestState, NewestUnreadable, parse
from bullying_desk.rights.tags import Tagger

BATCH = 2_000


class Fault(Enum):
    """What is wrong with a right."""

    FORGED = "carries no valid tag: it was written past the program"
    BACK = "is an older state that was put back"
    FORK = "differs from the one this machine knows of the same generation"
    MISSING = "was deleted past the program"
    RETURNED = "was deleted by the program and is there again"


@dataclass(frozen=True, slots=True)
class Found:
    """One fault: the table, the row, and what is wrong."""

    kind: str
    row_id: int | bytes
    fault: Fault


def kept(instance: Path) -> dict[Key, NewestState]:
    """Return what this machine saw last. Raises NewestUnreadable where the file is damaged."""
    return parse(instance / NAME)


def look(
    session: Session, known: Mapping[Key, NewestState], *, whole: bool = True
) -> tuple[list[Found], dict[Key, NewestState]]:
    """Compare every right with its tag and with the file. Returns the faults, and the new content of the file.

    `whole`: also the rights of single reports and sessions, of which only the tag is checked.
    """
    faults: list[Found] = []
    there: dict[Key, NewestState] = {}
    gone = _gone(session, faults)
    for model in (model for model in right_classes() if whole or model.kept):
        kind = str(model.__tablename__)
        for named, generation, tag, good in _rows(session, model):
            if not good:
                faults.append(Found(kind, named, Fault.FORGED))
            elif model.kept and isinstance(named, int):
                there[kind, named] = NewestState(generation, tag)
    for key in there.keys() & gone.keys():
        faults.append(Found(*key, Fault.RETURNED))
    newest = {**there, **gone}
    forged = {(each.kind, each.row_id) for each in faults}
    for key, state in known.items():
        fault = _contradiction(state, newest.get(key))
        if fault is not None and key not in forged:
            faults.append(Found(*key, fault))
        if fault is not None or key in forged:
            newest[key] = state  # the kept state stays until the fault is mended
    return faults, newest


def keep(session: Session, instance: Path, *, whole: bool = True) -> list[Found]:
    """Check, and write the newest states down; where something is wrong, the kept state stays. Returns the faults.

    Raises NewestUnreadable.
    """
    known = kept(instance)
    faults, newest = look(session, known, whole=whole)
    if newest != known:
        write(instance, newest)
    return faults


def write(instance: Path, states: Mapping[Key, NewestState]) -> None:
    """Write the whole file again, or nothing."""
    beside = instance / f"{NAME}.new"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{kind} {number:x} {state}\n" for (kind, number), state in sorted(states.items()))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(instance / NAME)


def set_aside(instance: Path, day: date) -> None:
    """Rename the file by this day's date: another database has taken the place of its own, as `restore` says.

    Nothing is deleted. The next `keep` starts a new file.
    """
    path, number = instance / NAME, 1
    if path.exists():
        while (aside := instance / f"{NAME}.{day.isoformat()}-{number}").exists():
            number += 1
        path.replace(aside)


def _contradiction(state: NewestState, now: NewestState | None) -> Fault | None:
    if now is None:
        return Fault.MISSING
    if state.tag == GONE:
        return None if now.tag == GONE else Fault.RETURNED
    if now.generation < state.generation:
        return Fault.BACK
    return Fault.FORK if now.generation == state.generation and now.tag != state.tag else None


def _rows(session: Session, model: type[Any]) -> Iterator[tuple[int | bytes, int, bytes, bool]]:
    """Return each row's name, generation and tag, and whether they are valid; heavy columns are read too."""
    tagger: Tagger = tagger_of(session)
    keys = keys_of(model)
    names = (*keys, "generation", "tag", *model.covered, *model.heavy)
    table = model.__table__.c
    query = hint(select(*(table[name] for name in names)).execution_options(yield_per=BATCH))
    for row in session.execute(query):
        named, (generation, tag, *values) = row_id(row[: len(keys)]), row[len(keys) :]
        yield named, generation, tag, holds_raw(tagger, model, named, generation, tag, values)


def _gone(session: Session, faults: list[Found]) -> dict[Key, NewestState]:
    tagger, found = tagger_of(session), {}
    columns = (RightGone.kind, RightGone.row_id, RightGone.generation, RightGone.tag)
    for kind, named, generation, tag in session.execute(select(*columns)):
        if tagger.holds(tag, f"{kind}/{writing.GONE}", named, generation, ()):
            found[kind, named] = NewestState(generation, GONE)
        else:
            faults.append(Found("right_gone", named, Fault.FORGED))
    return found


__all__ = ["Fault", "Found", "NewestRights", "NewestUnreadable", "keep", "kept", "look", "set_aside", "write"]
