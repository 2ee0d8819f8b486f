"""The newest state of every right, in a file next to the database: a restored older state is refused and named.

A tag proves that the program wrote a row; it does not prove that the row is the newest. Each row has a generation that
only grows. The file `rights-head` in the instance folder holds the newest generation this machine has seen of each,
with the first half of its tag, and which rows the program itself has deleted.

A second file, `rights-head-reports`, does the same for the sums of each report and case (`rights.sets`). Each minute it
takes in the new ones and misses those that are gone; what their rows give is compared where everything is looked at.

A machine that is behind goes forward, because generations grow. After a crash between database and file the file is
behind, and nobody is locked out. The same generation with another tag is a fork, and a smaller one was restored: both
are faults.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.rights import sets, writing
from bullying_desk.rights.checking import hint, holds_raw, tagger_of
from bullying_desk.rights.models import RightGone, keys_of, right_classes, row_id
from bullying_desk.rights.newest import GONE, NAME, SETS, Key, NewestRights, NewestState, NewestUnreadable, parse
from bullying_desk.rights.tags import Tagger

BATCH = 2_000
Destroyed = Callable[[str, int], bool]


def _nothing(_kind: str, _row: int) -> bool:
    return False


class Fault(Enum):
    """What is wrong with a right."""

    FORGED = "carries no valid tag: it was written past the program"
    BACK = "is an older state that was put back"
    FORK = "differs from the one this machine knows of the same generation"
    MISSING = "was deleted past the program"
    RETURNED = "was deleted by the program and is there again"
    INCOMPLETE = "lacks a reader, an epoch or an offer, or holds an older one: a row was changed past the program"


@dataclass(frozen=True, slots=True)
class Found:
    """One fault: the table, the row, and what is wrong."""

    kind: str
    row_id: int | bytes
    fault: Fault


def kept(instance: Path) -> dict[Key, NewestState]:
    """Return what this machine saw last of the rights of staff, and of reports and cases. Raises NewestUnreadable."""
    return {**parse(instance / NAME), **parse(instance / SETS)}


def look(
    session: Session, known: Mapping[Key, NewestState], *, whole: bool = True, destroyed: Destroyed = _nothing
) -> tuple[list[Found], dict[Key, NewestState]]:
    """Compare every right with its tag and with the files. Returns the faults, and the new content of the files.

    `whole`: also the rights of single reports and sessions, and the sum of each report and case. Else only whether each
    known report and case is still there, and which are new. `destroyed` says whether the program itself has destroyed
    the report or case of a table and an id.
    """
    faults: list[Found] = []
    there: dict[Key, NewestState] = {}
    gone = _gone(session, faults)
    totals = sets.totals_without_tags(session) if whole else Counter[sets.Owner]()
    for model in (model for model in right_classes() if whole or model.kept):
        kind = str(model.__tablename__)
        for named, generation, tag, good, owner in _rows(session, model):
            if not good:
                faults.append(Found(kind, named, Fault.FORGED))
            elif model.kept and isinstance(named, int):
                there[kind, named] = NewestState(generation, tag)
            if owner is not None and good:
                totals[owner] += sets.weight(kind, named, generation)
    there |= _sets(session, totals, faults) if whole else _arrived(session, known, faults)
    if whole:
        faults += [each for each in _lacking(session) if each not in faults]
    for key in there.keys() & gone.keys():
        faults.append(Found(*key, Fault.RETURNED))
    newest = {**there, **gone}
    forged = {(each.kind, each.row_id) for each in faults}
    for key, state in known.items():
        fault = _contradiction(state, newest.get(key))
        kind = key[0].removesuffix(sets.SET)
        if fault is Fault.MISSING and kind != key[0] and destroyed(kind, key[1]):
            continue
        if fault is not None and key not in forged:
            faults.append(Found(*key, fault))
        if fault is not None or key in forged:
            newest[key] = state  # the kept state stays until the fault is mended
    return faults, newest


def keep(session: Session, instance: Path, *, whole: bool = True, destroyed: Destroyed = _nothing) -> list[Found]:
    """Check, and write the newest states down; where something is wrong, the kept state stays. Returns the faults.

    Raises NewestUnreadable.
    """
    known = kept(instance)
    faults, newest = look(session, known, whole=whole, destroyed=destroyed)
    if newest != known:
        write(instance, newest, whole=whole)
    return faults


def write(instance: Path, states: Mapping[Key, NewestState], *, whole: bool = True) -> None:
    """Write the files again, each whole or not at all. `migrate` looks for that of the sums: empty only if `whole`."""
    of_sets = {key: state for key, state in states.items() if key[0].endswith(sets.SET)}
    _write(instance, NAME, {key: state for key, state in states.items() if key not in of_sets})
    if whole or of_sets or (instance / SETS).exists():
        _write(instance, SETS, of_sets)


def _write(instance: Path, name: str, states: Mapping[Key, NewestState]) -> None:
    beside = instance / f"{name}.new"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{kind} {number:x} {state}\n" for (kind, number), state in sorted(states.items()))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(instance / name)


def set_aside(instance: Path, day: date) -> None:
    """Rename the files by this day's date: another database has taken the place of its own, as `restore` says.

    Nothing is deleted. The next `keep` starts new files.
    """
    for name in (NAME, SETS):
        path, number = instance / name, 1
        if path.exists():
            while (aside := instance / f"{name}.{day.isoformat()}-{number}").exists():
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


def sums(session: Session) -> Counter[sets.Owner]:
    """Return the sum of each report and case from its rows as they are. Rows without a valid tag do not count."""
    totals = sets.totals_without_tags(session)
    for model in (model for model in right_classes() if model.of):
        for named, generation, _tag, good, owner in _rows(session, model):
            if owner is not None and good:
                totals[owner] += sets.weight(str(model.__tablename__), named, generation)
    return totals


def _sets(session: Session, totals: Counter[sets.Owner], faults: list[Found]) -> dict[Key, NewestState]:
    """Compare the sums of all reports and cases with what their rows give. Returns the states of valid sums."""
    tagger, there = tagger_of(session), {}
    for row in sets.kept_totals(session):
        owner = (row.kind, row.owner_id)
        found = totals.pop(owner, 0) % sets.SIZE
        if not sets.holds_set(tagger, row):
            faults.append(Found(row.kind + sets.SET, row.owner_id, Fault.FORGED))
            continue
        there[row.kind + sets.SET, row.owner_id] = NewestState(row.generation, row.tag)
        if found != int.from_bytes(row.total, "big"):
            faults.append(Found(*owner, Fault.INCOMPLETE))
    faults += [Found(*owner, Fault.INCOMPLETE) for owner in totals]  # their sum is gone
    return there


def _arrived(session: Session, known: Mapping[Key, NewestState], faults: list[Found]) -> dict[Key, NewestState]:
    """Return the known state of each report and case that is still there, and the state of those that are new.

    So one that is deleted whole is missed from the first minute on. What its rows give is left to the whole look.
    """
    tagger, present = tagger_of(session), sets.owners(session)
    there = {key: known[key] for key in present & known.keys()}
    if len(there) == len(present):
        return there
    for row in sets.kept_totals(session):
        key = (row.kind + sets.SET, row.owner_id)
        if key not in known and sets.holds_set(tagger, row):
            there[key] = NewestState(row.generation, row.tag)
        elif key not in known:
            faults.append(Found(*key, Fault.FORGED))
    return there


def _lacking(session: Session) -> list[Found]:
    """Return the rows that lack what always belongs to them, as each model with a `lacking` says."""
    asked = (model for model in right_classes() if model.lacking is not None)
    found = ((str(model.__tablename__), session.scalars(hint(model.lacking()))) for model in asked)
    return [Found(kind, row, Fault.INCOMPLETE) for kind, rows in found for row in rows]


def _rows(session: Session, model: type[Any]) -> Iterator[tuple[int | bytes, int, bytes, bool, sets.Owner | None]]:
    """Return each row's name, generation and tag, whether they are valid, and whose sum it counts in."""
    tagger: Tagger = tagger_of(session)
    keys = keys_of(model)
    names = (*keys, "generation", "tag", *model.covered, *model.heavy)
    place = names.index(model.of[1]) if model.of else 0
    table = model.__table__.c
    query = hint(select(*(table[name] for name in names)).execution_options(yield_per=BATCH))
    for row in session.execute(query):
        named, (generation, tag, *values) = row_id(row[: len(keys)]), row[len(keys) :]
        owner = (model.of[0], row[place]) if model.of else None
        yield named, generation, tag, holds_raw(tagger, model, named, generation, tag, values), owner


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
