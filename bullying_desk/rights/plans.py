"""How a query is checked: which tables of rights it reads by columns, and where in a row the covered columns are.

A plan is made once for each kind of query. It widens the query by those covered columns that it does not read itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Table, inspect
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import Alias, Join, Select
from sqlalchemy.sql.functions import FunctionElement

from bullying_desk.database import Base
from bullying_desk.rights.errors import UncheckedRead
from bullying_desk.rights.models import Right, keys_of, right_classes


@dataclass(frozen=True, slots=True)
class Place:
    """One table of rights in a query's rows: `facts` takes keys, generation, tag and covered columns out of a row."""

    model: type[Any]
    kind: str
    keys: int
    facts: Callable[[Sequence[Any]], tuple[Any, ...]]


@dataclass(slots=True)
class Plan:
    """How a kind of query is checked. `extra`: the columns it is widened by.

    `entities`: it returns whole rows of any table. `whole`: it returns whole rows of rights.
    """

    places: tuple[Place, ...]
    extra: tuple[Any, ...]
    entities: bool
    whole: bool
    width: int
    shared: bool  # whether the extra columns fit each query of this kind, not only the one it was made for
    metadata: SimpleResultMetaData | None = None  # of the answer, once it is known


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query that is ready to run: widened, with its plan."""

    statement: Select[Any]
    plan: Plan


def prepared(statement: Select[Any]) -> Prepared | None:
    """Return the query to run instead, or None where a query reads no rights. Raises UncheckedRead.

    A query that is built once, in its module, is prepared once.
    """
    try:
        return _prepared[statement]
    except KeyError:
        plan = _plan_of(statement)
        found = None if plan is None else Prepared(_widened(statement, plan), plan)
        _prepared[statement] = found
        return found


def right_tables() -> dict[str, type[Any]]:
    """Return every table of rights by the name of its table."""
    if not _tables or len(_tables) != _known_mappers():
        _tables.clear()
        _tables.update({str(model.__tablename__): model for model in right_classes()})
    return _tables


def model_of(source: Any) -> type[Any] | None:
    """Return the table of rights that a part of a query reads, or None."""
    named = source.element if isinstance(source, Alias) else source
    return right_tables().get(str(named.name)) if isinstance(named, Table) else None


_plans: dict[Any, Plan | None] = {}
_MOST_PLANS = 5_000
_prepared: WeakKeyDictionary[Select[Any], Prepared | None] = WeakKeyDictionary()
_tables: dict[str, type[Any]] = {}


def _known_mappers() -> int:
    return sum(1 for mapper in Base.registry.mappers if issubclass(mapper.class_, Right))


def _plan_of(statement: Select[Any]) -> Plan | None:
    cached = statement._generate_cache_key()
    if cached is None:
        return _make_plan(statement)
    known = _plans.get(cached.key, ...)
    if known is not ... and (known is None or known.shared):
        return known
    if len(_plans) > _MOST_PLANS:
        _plans.clear()
    plan = _plans[cached.key] = _make_plan(statement)
    return plan


def _make_plan(statement: Select[Any]) -> Plan | None:
    sources = [(source, model) for source in _sources(statement) if (model := model_of(source)) is not None]
    outer = {str(source.name) for source in _sources(statement)}
    for inner in visitors.iterate(statement):
        if isinstance(inner, Select) and inner is not statement:
            _refuse_hidden(inner, outer)
    entities = [inspect(each["expr"]) for each in statement.column_descriptions if _is_entity(each["expr"])]
    whole = {str(cast(Any, each).selectable.name) for each in entities}
    by_column = [(source, model) for source, model in sources if model.listed and str(source.name) not in whole]
    if by_column and (statement._group_by_clauses or _counts(statement)):
        raise UncheckedRead(f"rights are counted or grouped before they are checked: {statement}")
    some_whole = any(issubclass(cast(Any, each).mapper.class_, Right) for each in entities)
    if not by_column and not some_whole:
        return None
    asked = [each["expr"] for each in statement.column_descriptions]
    extra: list[Any] = []
    places = tuple(_place(model, source, asked, extra) for source, model in by_column)
    shared = all(isinstance(source, Table) for source, _model in by_column)
    return Plan(places, tuple(extra), bool(entities), some_whole, len(asked), shared)


def _place(model: type[Any], source: Any, asked: list[Any], extra: list[Any]) -> Place:
    """Find the columns of one table among those a query asks for, and put the missing ones to the extra ones."""
    mapper = cast("Mapper[Any]", inspect(model))
    where = {id(_plain(each)): number for number, each in enumerate(asked)}
    numbers, keys = [], keys_of(model)
    for name in (*keys, "generation", "tag", *model.covered):
        column = source.c[mapper.attrs[name].columns[0].key]
        number = where.get(id(column))
        if number is None:
            number = len(asked) + len(extra)
            # Under a name of its own: two columns that are equal but not the same are slow to tell apart.
            extra.append(column.label(f"right_{number}"))
        numbers.append(number)
    return Place(model, str(model.__tablename__), len(keys), itemgetter(*numbers))


def _plain(expression: Any) -> Any:
    """Return the column of a table that an attribute of a model stands for, or the expression itself."""
    found = getattr(expression, "expression", expression)
    return found._deannotate() if hasattr(found, "_deannotate") else found


def _widened(statement: Select[Any], plan: Plan) -> Select[Any]:
    return statement.add_columns(*plan.extra) if plan.extra else statement


def _refuse_hidden(inner: Select[Any], outer: set[str]) -> None:
    for source in _sources(inner):
        model = model_of(source)
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


def _is_entity(expression: Any) -> bool:
    found = inspect(expression, raiseerr=False)
    return found is not None and (getattr(found, "is_mapper", False) or getattr(found, "is_aliased_class", False))


def _counts(statement: Select[Any]) -> bool:
    chosen = (part for column in statement._raw_columns for part in visitors.iterate(column))
    return any(isinstance(part, FunctionElement) for part in chosen)
