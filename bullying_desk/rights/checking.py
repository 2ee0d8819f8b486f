"""Reading rights: a row without its valid tag does not come out of the database.

SQLAlchemy hands every statement and every loaded row of every session to this module, so no caller can forget it:

- A whole row (`select(Seat)`, `session.get`) is checked when it is loaded. A bad one is left out of the answer.
- A query for single columns is widened by what the tags cover, checked row by row, and cut back.
- A query whose answer cannot be checked row by row (EXISTS, IN with a query, counts, groups) is refused: UncheckedRead.
- A bad row is entered in `broken(session)`, for the alarm. It is never written again: a change raises RightBroken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Table, event, inspect
from sqlalchemy.engine.result import IteratorResult, Result, SimpleResultMetaData
from sqlalchemy.orm import ORMExecuteState, QueryContext, Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import Delete, Executable, Insert, Select, Update

from bullying_desk.database import Database
from bullying_desk.rights.errors import RightsNotAttached, UncheckedRead, UncheckedWrite
from bullying_desk.rights.models import Right, keys_of, member_classes, row_id
from bullying_desk.rights.newest import NewestRights
from bullying_desk.rights.plans import Place, Prepared, model_of, prepared, right_tables
from bullying_desk.rights.tags import Tagger, digest
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.pepper import PepperLayer

_Query = TypeVar("_Query", bound=Executable)
_RIGHTS, _BROKEN = "rights", "rights_broken"
_MOST_SEEN = 2_000  # rows of each table: the staff of a city, about 1 MB
_UNCHECKED = "rights_unchecked"  # an option of one statement, for the two modules that read bad rows on purpose


@dataclass(frozen=True, slots=True)
class Broken:
    """A row without a valid tag, with its content. Believe none of it."""

    kind: str
    row_id: object
    says: dict[str, Any]


class Guard:
    """The keys of one instance for its database's sessions, and the newest rights from the file next to it."""

    def __init__(self, pepper_layer: Callable[[], PepperLayer], instance: Path | None) -> None:
        """Take a function that returns the pepper layer when first needed, and the instance folder."""
        self._layer = pepper_layer
        self.instance = instance
        self.newest = NewestRights(instance)
        self._tagger: Tagger | None = None
        self._seen: dict[str, dict[object, tuple[Any, ...]]] = {}

    @property
    def tagger(self) -> Tagger:
        """The tagger under this instance's keys."""
        if self._tagger is None:
            self._tagger = Tagger(self._layer())
        return self._tagger

    def believes(self, model: type[Any], named: int | bytes, facts: tuple[Any, ...]) -> bool:
        """Whether a row holds: `facts` are its keys, generation, tag and covered columns.

        A right of staff that was checked before is compared with what was checked then: value by value, never by a
        hash. Each page reads the same few rows, and comparing costs a tenth of an HMAC.
        """
        kind, keys = model.__tablename__, len(facts) - len(model.covered) - 2
        generation, tag = facts[keys], facts[keys + 1]
        seen = self._seen.get(kind) or self._seen.setdefault(kind, {})
        if seen.get(tag) != facts:
            if not self.tagger.holds(tag, kind, named, generation, facts[keys + 2 :]):
                return False
            if len(seen) >= _MOST_SEEN:
                seen.clear()
            if model.kept:
                seen[tag] = facts
        state = self.newest.states.get((kind, named)) if type(named) is int else None
        return state is None or state.allows(generation, tag)


def attach(
    database: Database, pepper_layer: PepperLayer | Callable[[], PepperLayer], instance: Path | None = None
) -> None:
    """Let all sessions of a database check and write rights under these keys, and against the file in a folder."""
    known: Guard | None = database.session_info.get(_RIGHTS)
    instance = instance or (known.instance if known is not None else None)
    database.session_info[_RIGHTS] = Guard(pepper_layer if callable(pepper_layer) else lambda: pepper_layer, instance)


@event.listens_for(Session, "after_begin")
def _begin(session: Session, _transaction: object, _connection: object) -> None:
    guard = session.info.get(_RIGHTS)
    if guard is not None:
        guard.newest.refresh()


def hint(statement: _Query) -> _Query:
    """Let a query read rights unchecked because its answer decides nothing.

    It only finds rows that are worth a check, or a name to show. The caller asks again, checked, before it acts. A
    house test lists every use with its reason.
    """
    return statement.execution_options(**{_UNCHECKED: True})


def tagger_of(session: Session) -> Tagger:
    """Return the tagger of this session. Raises RightsNotAttached."""
    return _guard(session).tagger


def _guard(session: Session) -> Guard:
    guard = session.info.get(_RIGHTS)
    if guard is None:
        raise RightsNotAttached("this database was opened without its keys: rights cannot be checked")
    return cast(Guard, guard)


def broken(session: Session) -> list[Broken]:
    """Return the bad rows this session has met so far."""
    return list(session.info.get(_BROKEN, {}).values())


def values_of(target: Any, names: Sequence[str]) -> list[Any]:
    """Return the values of some attributes of a row."""
    loaded = inspect(target).dict
    return [loaded[name] if name in loaded else getattr(target, name) for name in names]


def holds_raw(
    tagger: Tagger, model: type[Any], named: int | bytes, generation: int, tag: object, values: Sequence[Any]
) -> bool:
    """Whether the tag fits the covered and heavy columns of a row, and the hash fits the heavy ones."""
    covered, heavy = values[: len(model.covered)], values[len(model.covered) :]
    if heavy:
        try:
            if covered[model.covered.index("heavy_digest")] != digest(heavy):
                return False
        except (TypeError, ValueError):
            return False
    return tagger.holds(tag, str(model.__tablename__), named, generation, covered)


# --- whole rows -------------------------------------------------------------------------------------------------


@event.listens_for(Right, "load", propagate=True)
def _loaded(target: Any, context: QueryContext) -> None:
    _check(target, context.session)


@event.listens_for(Right, "refresh", propagate=True)
def _refreshed(target: Any, context: QueryContext, attributes: set[str] | None) -> None:
    if attributes is None or "tag" in attributes:
        _check(target, context.session)


def _check(target: Any, session: Session) -> None:
    guard, model = _guard(session), type(target)
    kind, keys = str(model.__tablename__), keys_of(model)
    facts = tuple(values_of(target, (*keys, "generation", "tag", *model.covered)))
    named = facts[0] if len(keys) == 1 else row_id(facts[: len(keys)])
    good = _heavy_holds(target, model) and guard.believes(model, named, facts)
    inspect(target)._right_broken = not good
    if not good:
        enter(session, Broken(kind, named, dict(zip(model.covered, facts[len(keys) + 2 :], strict=True))))


def _heavy_holds(target: Any, model: type[Any]) -> bool:
    if not model.heavy:
        return True
    try:
        return bool(target.heavy_digest == digest(values_of(target, model.heavy)))
    except (SealingError, TypeError, ValueError):
        return False


def is_broken(row: Any) -> bool:
    """Whether a loaded row has no valid tag."""
    return bool(getattr(inspect(row), "_right_broken", False))


def enter(session: Session, found: Broken) -> None:
    """Note a bad row in its session, for the alarm."""
    session.info.setdefault(_BROKEN, {})[found.kind, found.row_id] = found


# --- statements -------------------------------------------------------------------------------------------------


@event.listens_for(Session, "do_orm_execute")
def _execute(state: ORMExecuteState) -> Result[Any] | None:
    statement = state.statement
    if state.is_column_load or statement.get_execution_options().get(_UNCHECKED):
        return None
    if isinstance(statement, Select):
        found = prepared(statement)
        if found is not None and statement._for_update_arg is not None:
            # Who locks a row has what holds now, also where the session has read the row before its turn.
            state.update_execution_options(populate_existing=True)
        return None if found is None else _checked(state, found)
    if isinstance(statement, Update | Delete | Insert):
        _refuse_bulk(statement)
    elif _tables_in(statement):
        raise UncheckedRead("a statement of this kind cannot be checked")
    return None


def _refuse_bulk(statement: Update | Delete | Insert) -> None:
    name = getattr(statement.table, "name", "")
    model = right_tables().get(name)
    if isinstance(statement, Insert):
        if any(name == each.__tablename__ for each in member_classes()):
            raise UncheckedWrite(f"rows of {name} are written one by one: they count in a sum")
        return  # a row inserted without its tag is not believed afterwards
    if model is None:
        return
    if isinstance(statement, Delete):
        if model.kept or model.of:
            raise UncheckedWrite(f"rows of {model.__tablename__} are deleted one by one")
        return
    changed = {getattr(column, "key", column) for column in statement._values or ()}
    if changed & {"id", "generation", "tag", "heavy_digest", *model.covered, *model.heavy}:
        raise UncheckedWrite(f"rights in {model.__tablename__} are changed row by row")


def _tables_in(statement: Any) -> bool:
    return any(model_of(part) is not None for part in visitors.iterate(statement) if isinstance(part, Table))


def _checked(state: ORMExecuteState, found: Prepared) -> Result[Any]:
    """Run a query, leave out rows without a valid tag, and return the wanted columns."""
    session, plan, guard = state.session, found.plan, _guard(state.session)
    result = _run(state, found)
    asked = list(result.keys())
    if len(asked) != plan.width + len(plan.extra):
        raise UncheckedRead(f"columns are not where they are looked for: {found.statement}")
    rows: list[Any] = [row for row in result.all() if _holds(session, guard, plan.places, row)]
    if plan.whole and session.info.get(_BROKEN):
        rows = [row for row in rows if not any(isinstance(each, Right) and is_broken(each) for each in row)]
    if plan.extra:
        rows = [row[: plan.width] for row in rows]
        if found.statement._distinct:
            rows = list(dict.fromkeys(rows))
    if plan.metadata is None:
        plan.metadata = SimpleResultMetaData(asked[: plan.width])
    cut: IteratorResult[Any] = IteratorResult(plan.metadata, iter(rows))
    cut._attributes = result._attributes  # whether it is a query for one kind of whole rows
    return cut


def _run(state: ORMExecuteState, found: Prepared) -> Result[Any]:
    """Run the widened query. Single columns come straight from the connection: the ORM makes nothing more of them."""
    if found.plan.entities:
        return state.invoke_statement(statement=found.statement)
    if state.execution_options.get("autoflush", True):
        state.session._autoflush()
    connection = state.session.connection(bind_arguments=state.bind_arguments)
    options = state.local_execution_options
    return connection.execute(found.statement, state.parameters or {}, execution_options=options)


def _holds(session: Session, guard: Guard, places: tuple[Place, ...], row: Any) -> bool:
    """Whether each right in a row of columns carries its tag and is the newest that this machine knows."""
    for place in places:
        facts = place.facts(row)
        if facts[0] is None:  # an outer join that found nothing
            continue
        named = facts[0] if place.keys == 1 else row_id(facts[: place.keys])
        if not guard.believes(place.model, named, facts):
            enter(
                session, Broken(place.kind, named, dict(zip(place.model.covered, facts[place.keys + 2 :], strict=True)))
            )
            return False
    return True
