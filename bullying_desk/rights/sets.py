"""One sum for all rows of a report, and one for those of a case: a row that is deleted or put back is missed in it.

A tag proves that the program wrote a row. It cannot prove that a row which is gone was there. So each report and each
case has a row in `right_set` with the sum of all its rows, under a tag of its own. A row counts with a hash of its
table, its key and its generation. Each honest change takes the former hash away and adds the new one, in the same
transaction. It never counts the rows again, because that would make a deletion good.

The sum is taken modulo 2^256. A writer of the database can choose among rows that the program wrote, and would need
some with the same sum: with fewer than 200 rows there are none, and with more nobody can find them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, delete, event, insert, inspect, or_, select, update
from sqlalchemy.orm import Session, UOWTransaction, object_session
from sqlalchemy.orm.exc import StaleDataError

from bullying_desk.rights.checking import tagger_of
from bullying_desk.rights.models import Member, RightSet, keys_of, member_classes, row_id
from bullying_desk.rights.tags import Tagger

Owner = tuple[str, int]
SET = "/set"
_CHANGES = "right_set_changes"
SIZE = 1 << 256
_BATCH = 2_000
_TABLE: Any = RightSet.__table__
_ROWS = select(_TABLE.c.kind, _TABLE.c.owner_id, _TABLE.c.generation, _TABLE.c.total, _TABLE.c.tag)


def weight(kind: str, named: int | bytes, generation: int) -> int:
    """Return what one row counts in the sum of its report or case."""
    return int.from_bytes(hashlib.sha256(f"{kind} {named!r} {generation}".encode()).digest(), "big")


def _name(model: Any) -> str:
    return str(model.__tablename__)


def set_row(tagger: Tagger, owner: Owner, generation: int, total: int) -> dict[str, Any]:
    """Return the row with the sum of one report or case."""
    kind, owner_id = owner
    said = (total % SIZE).to_bytes(32, "big")
    tag = tagger.tag(kind + SET, owner_id, generation, (said,))
    return {"kind": kind, "owner_id": owner_id, "generation": generation, "total": said, "tag": tag}


def holds_set(tagger: Tagger, row: Any) -> bool:
    """Whether a row of `right_set` carries its tag."""
    return tagger.holds(row.tag, row.kind + SET, row.owner_id, row.generation, (row.total,))


def sets_of_new(tagger: Tagger, rows: Mapping[type[Any], Iterable[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the sums of new reports and cases whose rows are written outside the session."""
    totals: Counter[Owner] = Counter()
    for model, made in rows.items():
        if issubclass(model, Member) and model.of:
            (kind, column), name, keys = model.of, _name(model), keys_of(model)
            for row in made:
                named = row[keys[0]] if len(keys) == 1 else row_id([row[key] for key in keys])
                totals[kind, row[column]] += weight(name, named, row.get("generation", 0))
    return [set_row(tagger, owner, 1, total) for owner, total in totals.items()]


# --- changes through the session ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Changes:
    """What one flush changes: how much each sum grows, and which reports and cases come or go as a whole."""

    grows: Counter[Owner] = field(default_factory=Counter)
    new: set[Owner] = field(default_factory=set)
    gone: set[Owner] = field(default_factory=set)


def count(target: Any, *, before: int | None, after: int | None) -> None:
    """Note that a row changes its generation. None: it was not there before, or is not there afterwards."""
    session, state, kind = object_session(target), inspect(target), str(target.__tablename__)
    if not target.of or session is None:
        return
    changes: _Changes = session.info.setdefault(_CHANGES, _Changes())
    (owner, column), now = target.of, state.dict[target.of[1]]
    named = row_id([state.dict[name] for name in keys_of(type(target))])
    if before is not None:
        changes.grows[owner, state.committed_state.get(column, now)] -= weight(kind, named, before)
    if after is not None:
        changes.grows[owner, now] += weight(kind, named, after)
    if kind == owner and before is None:
        changes.new.add((owner, now))
    if kind == owner and after is None:
        changes.gone.add((owner, now))


@event.listens_for(Member, "before_insert", propagate=True)
def _insert(_mapper: Any, _connection: Any, target: Any) -> None:
    if not hasattr(target, "generation"):  # a right is counted with its tag (`rights.writing`)
        count(target, before=None, after=0)


@event.listens_for(Member, "before_delete", propagate=True)
def _delete(mapper: Any, connection: Any, target: Any) -> None:
    if hasattr(target, "generation"):
        return
    # SQLAlchemy only warns where a row without a generation is gone already; it must not be taken off the sum twice.
    keys = [column == value for column, value in zip(mapper.primary_key, inspect(target).identity, strict=True)]
    if connection.execute(select(*mapper.primary_key).where(*keys).with_for_update()).first() is None:
        raise StaleDataError(f"a row of {target.__tablename__} was deleted by somebody else")
    count(target, before=0, after=None)


@event.listens_for(Session, "before_flush")
def _forget(session: Session, _context: UOWTransaction, _instances: object) -> None:
    session.info.pop(_CHANGES, None)  # of a flush that failed


@event.listens_for(Session, "after_flush")
def _renew(session: Session, _context: UOWTransaction) -> None:
    changes: _Changes | None = session.info.pop(_CHANGES, None)
    if changes is None:
        return
    tagger, connection = tagger_of(session), session.connection()
    fresh = [set_row(tagger, owner, 1, changes.grows[owner]) for owner in sorted(changes.new - changes.gone)]
    if fresh:
        connection.execute(insert(_TABLE), fresh)
    for owner in changes.gone - changes.new:
        connection.execute(delete(_TABLE).where(_is(owner)))
    others = [_is(owner) for owner in changes.grows.keys() - changes.new - changes.gone]
    if not others:
        return
    for row in connection.execute(_ROWS.where(or_(*others)).order_by(*_TABLE.primary_key).with_for_update()).all():
        if holds_set(tagger, row):  # a bad one stays bad: it is named until somebody mends it
            _write(session, tagger, row, changes.grows[row.kind, row.owner_id])


def _write(session: Session, tagger: Tagger, row: Any, grows: int = 0) -> bool:
    """Write a sum again. Returns False where somebody else has changed it since it was read."""
    owner = (row.kind, row.owner_id)
    values = set_row(tagger, owner, row.generation + 1, int.from_bytes(row.total, "big") + grows)
    change = update(_TABLE).where(_is(owner), _TABLE.c.tag == row.tag).values(values)
    return bool(session.connection().execute(change).rowcount)


def _is(owner: Owner) -> Any:
    return and_(_TABLE.c.kind == owner[0], _TABLE.c.owner_id == owner[1])


# --- all of them --------------------------------------------------------------------------------------------------


def kept_totals(session: Session) -> Iterable[Any]:
    """Return every row of `right_set`, in batches."""
    return session.execute(_ROWS.execution_options(yield_per=_BATCH))


def owners(session: Session) -> set[tuple[str, int]]:
    """Return the names of all sums, as the file of the newest rights has them."""
    return {(kind + SET, owner_id) for kind, owner_id in session.execute(select(_TABLE.c.kind, _TABLE.c.owner_id))}


def totals_without_tags(session: Session) -> Counter[Owner]:
    """Return the sums of the rows that carry no tag of their own: epochs of reports, whose content is bound."""
    totals: Counter[Owner] = Counter()
    for model in member_classes():
        if not hasattr(model, "generation"):
            keys, (kind, column) = keys_of(model), model.of
            names = (*keys, column)
            for row in session.execute(select(*(getattr(model, name) for name in names))):
                totals[kind, row[-1]] += weight(str(model.__tablename__), row_id(row[:-1]), 0)
    return totals


def seal_sets(session: Session, totals: Mapping[Owner, int]) -> int:
    """Write the sums of everything there is, once, when a database is older than them. Returns how many."""
    tagger, owners = tagger_of(session), sorted(totals)
    for start in range(0, len(owners), _BATCH):
        rows = [set_row(tagger, owner, 1, totals[owner]) for owner in owners[start : start + _BATCH]]
        session.connection().execute(insert(_TABLE), rows)
    return len(owners)


def retag_sets(session: Session, tagger: Tagger) -> int:
    """Tag the valid sums again under the pepper in use. Returns how many."""
    rows = [row for row in session.execute(_ROWS).all() if not tagger.is_current(row.tag)]
    return sum(_write(session, tagger, row) for row in rows if holds_set(tagger, row))
