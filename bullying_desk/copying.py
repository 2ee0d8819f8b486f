"""Copying all tables from one database into another, SQLite or PostgreSQL, and proving that both hold the same.

A copy of a city on PostgreSQL is a SQLite file, as that of a city on SQLite. It is written within one snapshot. So
there is one way to make a copy, one to restore it, and one to move.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Engine, Row, Table, bindparam, insert, select, text, update

import bullying_desk.metadata  # noqa: F401 - knows every table
from bullying_desk.database import Base, be_patient

BATCH = 1_000


class Content(NamedTuple):
    """The rows of one table: how many, and the sum of their SHA-256 modulo 2^256, whatever their order."""

    rows: int
    digest: int

    def add(self, rows: Sequence[Row[Any]]) -> Content:
        """Return the content with more rows."""
        more = sum(int.from_bytes(sha256(_plain(row)).digest(), "big") for row in rows)
        return Content(self.rows + len(rows), (self.digest + more) % 2**256)


EMPTY = Content(0, 0)


class NotTheSame(Exception):
    """A table of the target holds other rows than the source: it is another database, or a copy that went wrong."""


def copy_tables(source: Connection, target: Engine, progress: Callable[[str, int], None]) -> dict[str, Content]:
    """Copy every table in an order that foreign keys allow, and compare what arrived with what was read.

    Each table is one transaction: after an interruption it is there whole or not at all, and the next call goes on
    behind it. Both have the newest schema. `progress` gets each table's name and number of rows. Raises NotTheSame.
    """
    found = {}
    for table in Base.metadata.sorted_tables:
        with _writing(target) as there:
            found[table.name] = _copy(source, there, table)
        progress(table.name, found[table.name].rows)
    return found


def copy_whole(source: Connection, target: Engine, left_out: Collection[str]) -> None:
    """Copy all tables but some in one transaction: after an interruption the target is as it was. Raises NotTheSame."""
    with _writing(target) as there:
        for table in Base.metadata.sorted_tables:
            if table.name not in left_out:
                _copy(source, there, table)


@contextmanager
def _writing(target: Engine) -> Iterator[Connection]:
    with target.execution_options(sqlite_begin="IMMEDIATE").begin() as there:
        be_patient(there)
        yield there


def content(connection: Connection, table: Table) -> Content:
    """Return what a table holds."""
    found = EMPTY
    for rows in _batches(connection, table):
        found = found.add(rows)
    return found


def counters(connection: Connection) -> list[str]:
    """Return the sequences of a PostgreSQL database. There are none: every id is random, so none has to be set."""
    if connection.dialect.name != "postgresql":
        return []
    query = text("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
    return list(connection.scalars(query))


def _copy(source: Connection, there: Connection, table: Table) -> Content:
    if there.execute(select(table).limit(1)).first() is not None:
        read = content(source, table)
    else:
        read = _fill(source, there, table)
    if content(there, table) != read:
        raise NotTheSame(table.name)
    return read


def _fill(source: Connection, there: Connection, table: Table) -> Content:
    """Copy the rows. A column that points at the own table is set when all rows are there."""
    read, later = EMPTY, list[dict[str, Any]]()
    loops = [each for each in table.columns if any(key.column.table is table for key in each.foreign_keys)]
    for rows in _batches(source, table):
        read = read.add(rows)
        given = [dict(row._mapping) for row in rows]
        for row in given:
            if any(row[each.name] is not None for each in loops):
                later.append({f"_{name}": row[name] for name in _names([*table.primary_key, *loops])})
                row.update({each.name: None for each in loops})
        there.execute(insert(table), given)
    if later:
        same = [each == bindparam(f"_{each.name}") for each in table.primary_key]
        values: dict[str, Any] = {each.name: bindparam(f"_{each.name}") for each in loops}
        there.execute(update(table).where(*same).values(values), later)
    return read


def _names(columns: Sequence[Column[Any]]) -> list[str]:
    return [each.name for each in columns]


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    query = select(table).execution_options(yield_per=BATCH)
    return connection.execute(query).partitions()


def _plain(row: Row[Any]) -> bytes:
    """Return a row as bytes that are the same on both databases."""
    return repr([each.astimezone(UTC) if isinstance(each, datetime) else each for each in row]).encode()
