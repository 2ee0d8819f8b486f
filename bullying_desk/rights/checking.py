"""Reading rights: a row without its valid tag does not come out of the database.

SQLAlchemy hands every statement and every loaded row of every session to this module, so no caller can forget it:

- A whole row (`select(Seat)`, `session.get`) is checked when it is loaded. A bad one is left out of the answer.
- A query for single columns is widened by what the tags cover, checked row by row, and cut back.
- A query whose answer cannot be checked row by row (EXISTS, IN with a query, counts, groups) is refused: UncheckedRead.
- A bad row is entered in `broken(session)`, for the alarm. It is never written again: a change raises RightBroken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Table, event, inspect
from sqlalchemy.engine.result import IteratorResult, Result, SimpleResultMetaData
from sqlalchemy.orm import Mapper, ORMExecuteState, QueryContext, Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import Alias, Delete, Executable, Insert, Join, Select, Update
from sqlalchemy.sql.functions import FunctionElement

from bullying_desk.database import Base, Database
from bullying_desk.rights.errors import RightsNotAttached, UncheckedRead, UncheckedWrite
from bullying_desk.rights.marks import Marks
from bullying_desk.rights.models import Right, id_of, keys_of, right_classes, row_id
from bullying_desk.rights.tags import Tagger, digest
from bullying_desk.sealing.pepper import PepperLayer

_Query = TypeVar("_Query", bound=Executable)
_RIGHTS, _BROKEN = "rights", "rights_broken"
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
        self.marks = Marks(instance)
        self._tagger: Tagger | None = None

    @property
    def tagger(self) -> Tagger:
        """The tagger under this instance's keys."""
        if self._tagger is None:
            self._tagger = Tagger(self._layer())
        return self._tagger


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
        guard.marks.refresh()


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
    return [getattr(target, name) for name in names]


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
    guard, model, named = _guard(session), type(target), id_of(target)
    values = values_of(target, (*model.covered, *model.heavy))
    good = holds_raw(guard.tagger, model, named, target.generation, target.tag, values) and guard.marks.allows(
        model.__tablename__, named, target.generation, target.tag
    )
    inspect(target)._right_broken = not good
    if not good:
        enter(session, Broken(model.__tablename__, named, dict(zip(model.covered, values, strict=False))))


def is_broken(row: Any) -> bool:
    """Whether a loaded row has no valid tag."""
    return bool(getattr(inspect(row), "_right_broken", False))


def enter(session: Session, found: Broken) -> None:
    """Note a bad row in its session, for the alarm."""
    session.info.setdefault(_BROKEN, {})[found.kind, found.row_id] = found


# --- statements -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A table of rights in a query: which model, under which name."""

    model: type[Any]
    source: Any

    @property
    def names(self) -> tuple[str, ...]:
        return (*keys_of(self.model), "generation", "tag", *self.model.covered)

    @property
    def columns(self) -> list[Any]:
        mapper = cast("Mapper[Any]", inspect(self.model))
        return [self.source.c[mapper.attrs[name].columns[0].key] for name in self.names]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a kind of query is checked: the tables of rights it reads by columns, and whether it returns whole rows."""

    places: tuple[_Place, ...]
    whole: bool

    @property
    def extra(self) -> int:
        """How many columns a query of this kind is widened by."""
        return sum(len(place.names) for place in self.places)


_plans: dict[Any, _Plan | None] = {}
_MOST_PLANS = 5_000
_tables: dict[str, type[Any]] = {}


def _right_tables() -> dict[str, type[Any]]:
    if not _tables or len(_tables) != _known_mappers():
        _tables.clear()
        _tables.update({str(model.__tablename__): model for model in right_classes()})
    return _tables


def _known_mappers() -> int:
    return sum(1 for mapper in Base.registry.mappers if issubclass(mapper.class_, Right))


@event.listens_for(Session, "do_orm_execute")
def _execute(state: ORMExecuteState) -> Result[Any] | None:
    statement = state.statement
    if state.is_column_load or statement.get_execution_options().get(_UNCHECKED):
        return None
    if isinstance(statement, Select):
        plan = _plan_of(statement)
        return None if plan is None else _checked(state, statement, plan)
    if isinstance(statement, Update | Delete | Insert):
        _refuse_bulk(statement)
    elif _tables_in(statement):
        raise UncheckedRead("a statement of this kind cannot be checked")
    return None


def _refuse_bulk(statement: Update | Delete | Insert) -> None:
    model = _right_tables().get(getattr(statement.table, "name", ""))
    if model is None or isinstance(statement, Insert):
        return  # a row inserted without its tag is not believed afterwards
    if isinstance(statement, Delete):
        if model.kept:
            raise UncheckedWrite(f"rows of {model.__tablename__} are deleted one by one")
        return
    changed = {getattr(column, "key", column) for column in statement._values or ()}
    if changed & {"id", "generation", "tag", "heavy_digest", *model.covered, *model.heavy}:
        raise UncheckedWrite(f"rights in {model.__tablename__} are changed row by row")


def _plan_of(statement: Select[Any]) -> _Plan | None:
    cached = statement._generate_cache_key()
    if cached is None:
        return _make_plan(statement)
    try:
        return _plans[cached.key]
    except KeyError:
        if len(_plans) > _MOST_PLANS:
            _plans.clear()
        plan = _plans[cached.key] = _make_plan(statement)
        return plan


def _make_plan(statement: Select[Any]) -> _Plan | None:
    places = [_Place(model, source) for source in _sources(statement) if (model := _model_of(source)) is not None]
    outer = {str(source.name) for source in _sources(statement)}
    for inner in visitors.iterate(statement):
        if isinstance(inner, Select) and inner is not statement:
            _refuse_hidden(inner, outer)
    entities = [inspect(each["expr"]) for each in statement.column_descriptions if _is_entity(each["expr"])]
    whole = {str(cast(Any, each).selectable.name) for each in entities}
    by_column = tuple(each for each in places if each.model.listed and str(each.source.name) not in whole)
    if by_column and (statement._group_by_clauses or _counts(statement)):
        raise UncheckedRead(f"rights are counted or grouped before they are checked: {statement}")
    some_whole = any(issubclass(cast(Any, each).mapper.class_, Right) for each in entities)
    return _Plan(by_column, some_whole) if by_column or some_whole else None


def _refuse_hidden(inner: Select[Any], outer: set[str]) -> None:
    for source in _sources(inner):
        model = _model_of(source)
        if model is not None and model.listed and str(source.name) not in outer:
            raise UncheckedRead(f"rights are read where their tags cannot be seen: {inner}")


def _sources(statement: Select[Any]) -> list[Any]:
    return [leaf for source in statement.get_final_froms() for leaf in _leaves(source)]


def _leaves(source: Any) -> Iterator[Any]:
    if isinstance(source, Join):
        yield from _leaves(source.left)
        yield from _leaves(source.right)
    else:
        yield source


def _model_of(source: Any) -> type[Any] | None:
    named = source.element if isinstance(source, Alias) else source
    return _right_tables().get(str(named.name)) if isinstance(named, Table) else None


def _is_entity(expression: Any) -> bool:
    found = inspect(expression, raiseerr=False)
    return found is not None and (getattr(found, "is_mapper", False) or getattr(found, "is_aliased_class", False))


def _counts(statement: Select[Any]) -> bool:
    chosen = (part for column in statement._raw_columns for part in visitors.iterate(column))
    return any(isinstance(part, FunctionElement) for part in chosen)


def _tables_in(statement: Any) -> bool:
    return any(_model_of(part) is not None for part in visitors.iterate(statement) if isinstance(part, Table))


def _checked(state: ORMExecuteState, statement: Select[Any], plan: _Plan) -> Result[Any]:
    """Run a query, leave out rows without a valid tag, and return the wanted columns."""
    guard = _guard(state.session)
    result = state.invoke_statement(statement=_widened(statement, plan))
    asked = list(result.keys())
    width = len(asked) - plan.extra
    asked = asked[:width]
    kept = [tuple(row[:width]) for row in result.all() if _row_holds(state.session, guard, plan, row, width)]
    if statement._distinct and plan.extra:
        kept = list(dict.fromkeys(kept))
    cut: IteratorResult[Any] = IteratorResult(SimpleResultMetaData(asked), iter(kept))
    cut._attributes = result._attributes  # whether it is a query for one kind of whole rows
    return cut


def _widened(statement: Select[Any], plan: _Plan) -> Select[Any]:
    """Return the query with the covered columns behind its own; of one that is built once, the same each time."""
    if not plan.places:
        return statement
    known = _wide.get(statement)
    if known is None:
        known = _wide[statement] = statement.add_columns(*(c for place in plan.places for c in place.columns))
    return known


_wide: WeakKeyDictionary[Select[Any], Select[Any]] = WeakKeyDictionary()


def _row_holds(session: Session, guard: Guard, plan: _Plan, row: Any, width: int) -> bool:
    if plan.whole and any(isinstance(each, Right) and is_broken(each) for each in row[:width]):
        return False
    start = width
    for place in plan.places:
        names = place.names
        found = row[start : start + len(names)]
        start += len(names)
        many = len(keys_of(place.model))
        keys, (generation, tag, *values) = found[:many], found[many:]
        if keys[0] is None:  # an outer join that found nothing
            continue
        kind = str(place.model.__tablename__)
        named = row_id(keys)
        if not guard.tagger.holds(tag, kind, named, generation, values) or not guard.marks.allows(
            kind, named, generation, tag
        ):
            enter(session, Broken(kind, named, dict(zip(place.model.covered, values, strict=True))))
            return False
    return True
