"""One made-up row in every table, in an order that foreign keys allow."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Time,
)
from sqlalchemy.types import TypeDecorator

from bullying_desk.database import Base

MOMENT = datetime(2026, 11, 24, 8, tzinfo=UTC)
# Where a check of the table asks for more than any value of the kind.
GIVEN: dict[str, dict[str, Any]] = {
    "school": {"key": "B2C4"},
    "seat": {"ended_on": None},
    "office_hour": {"starts": time(9), "ends": time(10)},
    "break_time": {"starts": time(9), "ends": time(10)},
    "roster_duty": {"kind": "contact", "heads": 2},
}
# Where a check of the table wants one of two: the columns that stay empty.
EMPTY = {"web_session": {"report_id"}, "text_block": {"school_id"}}


def fill(connection: Connection) -> set[str]:
    """Write one row into each table and return the names of the tables."""
    rows: dict[str, dict[str, Any]] = {}
    for table in Base.metadata.sorted_tables:
        row = {
            column.name: _value(column, rows)
            for column in table.columns
            if column.name not in EMPTY.get(table.name, set()) and not _loops(column, table)
        }
        row.update(GIVEN.get(table.name, {}))
        connection.execute(table.insert().values(row))
        rows[table.name] = row
    return set(rows)


def _loops(column: Column[Any], table: Table) -> bool:
    """Whether the column points at its own table or at a later one; such a column may be empty."""
    return any(key.column.table is table for key in column.foreign_keys)


def _value(column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class is not None else kind.enums[0]
    length = getattr(kind, "length", None)
    return next(value for base, value in _values(length) if isinstance(kind, base))


def _values(length: int | None) -> list[tuple[type, Any]]:
    return [
        (Boolean, True),
        (Integer, 1),
        (Numeric, 1),
        (Float, 1.0),
        (LargeBinary, b"x" * (length or 16)),
        (DateTime, MOMENT),
        (Date, date(2026, 11, 24)),
        (Time, MOMENT.time()),
        (JSON, {}),
        (String, "x"),
    ]
