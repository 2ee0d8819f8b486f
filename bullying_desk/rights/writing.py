"""Writing rights: each change of a row gives it the next generation and a new tag, in the same statement.

SQLAlchemy calls this for every row before it is written, so no caller can forget it. A bad row is never written again,
because a tag would make it good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, delete, event, func, inspect, select
from sqlalchemy.orm import Mapper, Session, object_session

from bullying_desk.rights import sets
from bullying_desk.rights.checking import hint, holds_raw, is_broken, tagger_of, values_of
from bullying_desk.rights.errors import RightBroken
from bullying_desk.rights.models import Right, RightGone, id_of, keys_of, right_classes, row_id
from bullying_desk.rights.tags import Tagger, digest
from bullying_desk.sealing.format.encoding import VERSION_BYTE
from bullying_desk.sealing.pepper import PepperLayer

GONE = "gone"


@event.listens_for(Right, "before_insert", propagate=True)
def _insert(mapper: Mapper[Any], _connection: Connection, target: Any) -> None:
    _fill_defaults(mapper, target)
    target.generation = (target.generation or 0) + 1
    if target.heavy:
        target.heavy_digest = digest(values_of(target, target.heavy))
    _tag(target)
    sets.count(target, before=None, after=target.generation)


@event.listens_for(Right, "before_update", propagate=True)
def _update(_mapper: Mapper[Any], _connection: Connection, target: Any) -> None:
    state = inspect(target)
    changed = state.committed_state.keys()
    if getattr(state, "_right_sealed", False) or not changed & {*target.covered, *target.heavy, "generation", "tag"}:
        return
    if is_broken(target):
        raise RightBroken(target.__tablename__, id_of(target))
    if changed & set(target.heavy):
        target.heavy_digest = digest(values_of(target, target.heavy))
    target.generation += 1
    _tag(target)
    sets.count(target, before=target.generation - 1, after=target.generation)


@event.listens_for(Right, "before_delete", propagate=True)
def _delete(_mapper: Mapper[Any], _connection: Connection, target: Any) -> None:
    sets.count(target, before=target.generation, after=None)


@event.listens_for(Right, "after_delete", propagate=True)
def _deleted(_mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    # Afterwards: of two who delete the same row, the second one has been refused by now.
    if not target.kept:
        return
    row = gone_row(_tagger(target), target.__tablename__, cast(int, id_of(target)), target.generation + 1)
    connection.execute(_gone_table().insert(), [row])


def forget(session: Session, model: type[Any], condition: ColumnElement[bool]) -> int:
    """Delete rows whose period is over, good and bad ones, and note that the program did it. Returns how many.

    Rows of a report or a case are forgotten with all others of it, and with its sum.
    """
    names = [getattr(model, name) for name in (*keys_of(model), "generation")]
    # Locked: a mark must be newer than any change of its row, also than one that ends a moment later.
    found = session.execute(hint(select(*names).where(condition).with_for_update())).all()
    if not found:
        return 0
    if model.kept:
        tagger, kind = tagger_of(session), str(model.__tablename__)
        rows = [gone_row(tagger, kind, cast(int, row_id(row[:-1])), max(row[-1], 0) + 1) for row in found]
        session.connection().execute(_gone_table().insert(), rows)
    session.connection().execute(delete(model.__table__).where(condition))
    return len(found)


def gone_row(tagger: Tagger, kind: str, row: int, generation: int) -> dict[str, Any]:
    """Return the mark of a row that the program deletes."""
    tag = tagger.tag(f"{kind}/{GONE}", row, generation, ())
    return {"kind": kind, "row_id": row, "generation": generation, "tag": tag}


def tagged(tagger: Tagger, model: type[Any], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return new rows with generation and tag, for statements outside the session, with their columns' defaults."""
    kind, keys, defaults = str(model.__tablename__), keys_of(model), _defaults(model)
    found = []
    for row in rows:
        filled: dict[str, Any] = {**defaults, **row, "generation": 1}
        named = filled[keys[0]] if len(keys) == 1 else row_id([filled[key] for key in keys])
        # What a row does not say is empty in the database too, and need not be written there.
        filled["tag"] = tagger.tag(kind, named, 1, map(filled.get, model.covered))
        found.append(filled)
    return found


def _defaults(model: type[Any]) -> dict[str, Any]:
    """Return what the covered columns hold where a new row does not say it, without those that are empty."""
    if model not in _known_defaults:
        columns = {name: model.__table__.c[name].default for name in model.covered}
        scalar = {name: each for name, each in columns.items() if each is not None and each.is_scalar}
        _known_defaults[model] = {name: each.arg for name, each in scalar.items()}
    return _known_defaults[model]


_known_defaults: dict[type[Any], dict[str, Any]] = {}


def seal(tagger: Tagger, row: Any) -> None:
    """Tag a row that is older than its tags, once a person has confirmed the list."""
    row.generation = (row.generation or 0) + 1
    if row.heavy:
        row.heavy_digest = digest(values_of(row, row.heavy))
    inspect(row)._right_sealed = True
    row.tag = tagger.tag(row.__tablename__, id_of(row), row.generation, values_of(row, row.covered))


def retag(session: Session, pepper_layer: PepperLayer) -> int:
    """Tag every right again that is valid under an older pepper; returns how many. A bad one stays bad: it is an alarm.

    Run in batches while the pepper is changed; safe to repeat.
    """
    tagger, count = Tagger(pepper_layer), 0
    for model in right_classes():
        count += sum(_retag(session, tagger, model, row) for row in _outdated(session, model, pepper_layer.current_id))
    for gone in session.scalars(select(RightGone)).all():
        if not tagger.is_current(gone.tag) and tagger.holds(gone.tag, f"{gone.kind}/{GONE}", *_place(gone), ()):
            gone.tag = tagger.tag(f"{gone.kind}/{GONE}", *_place(gone), ())
            count += 1
    session.flush()
    return count + sets.retag_sets(session, tagger)


def _place(gone: RightGone) -> tuple[int, int]:
    return gone.row_id, gone.generation


def _outdated(session: Session, model: type[Any], pepper_id: int) -> Iterator[Any]:
    table = model.__table__.c
    names = (*keys_of(model), "generation", "tag", *model.covered, *model.heavy)
    current = func.substr(table.tag, 1, 2) == VERSION_BYTE + bytes([pepper_id])
    query = hint(select(*(table[name] for name in names)).where(table.tag.is_not(None), ~current))
    yield from session.execute(query).all()


def _retag(session: Session, tagger: Tagger, model: type[Any], row: Any) -> bool:
    keys, (generation, tag, *values) = keys_of(model), row[len(keys_of(model)) :]
    named = row_id(row[: len(keys)])
    if not holds_raw(tagger, model, named, generation, tag, values):
        return False
    newer = generation + (0 if model.of else 1)  # a row of a report counts in its sum with this generation
    new = tagger.tag(str(model.__tablename__), named, newer, values[: len(model.covered)])
    table: Any = model.__table__
    where = [table.c[name] == value for name, value in zip(keys, row, strict=False)]
    change = table.update().where(*where, table.c.tag == tag).values(generation=newer, tag=new)
    return bool(session.connection().execute(change).rowcount)  # none: somebody has changed it meanwhile


def _fill_defaults(mapper: Mapper[Any], target: Any) -> None:
    """Set the values that the database's own defaults would set later: the tag covers them."""
    given = inspect(target).dict
    for column in mapper.local_table.columns:
        name = mapper.get_property_by_column(column).key
        if given.get(name) is None and column.default is not None:
            default: Any = column.default
            setattr(target, name, default.arg(None) if default.is_callable else default.arg)


def _tag(target: Any) -> None:
    facts = values_of(target, target.covered)
    target.tag = _tagger(target).tag(target.__tablename__, id_of(target), target.generation, facts)


def _tagger(target: Any) -> Tagger:
    return tagger_of(cast(Session, object_session(target)))


def _gone_table() -> Any:
    return RightGone.__table__
