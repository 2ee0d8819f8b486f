"""No table shows in which order children wrote, and no row of theirs shows the minute."""

from __future__ import annotations

import pytest
from sqlalchemy import BigInteger, Integer, Table

from bullying_desk.database import Base, Database, UtcDateTime
from tests.conftest import load_models
from tests.house.project import for_each
from tests.rowids import counting_tables

load_models()
TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)

# Tables that the reporter's side writes. A moment in them is a full hour, and its name says so.
PUBLIC_SIDE = {"report", "report_epoch", "report_grant", "case_file", "case_epoch", "case_grant"}
# A moment finer than the hour in a table that both sides write, and why the reporter's side cannot reach it.
STAFF_MOMENTS: dict[str, str] = {
    "report.answer_from": "when an answer of staff is shown; the next letter or the night empties it",
}


def _written_by_the_public(table: Table) -> bool:
    return table.name in PUBLIC_SIDE or table.name.startswith(("report_", "case_"))


@for_each(TABLES)
def test_no_key_counts_up(table: Table) -> None:
    keys = list(table.primary_key.columns)
    assert keys
    for column in keys:
        assert column.server_default is None, column
        assert column.identity is None, column
        counts = column.autoincrement is True or (
            column.autoincrement == "auto"
            and len(keys) == 1
            and isinstance(column.type, Integer)
            and not column.foreign_keys
            and column.default is None
        )
        assert not counts, column
    assert not table.dialect_options["sqlite"].get("autoincrement")


@pytest.mark.sqlite
def test_sqlite_keeps_no_counting_rowid(database: Database) -> None:
    with database.engine.connect() as connection:
        assert counting_tables(connection) == []


@for_each([each for each in TABLES if _written_by_the_public(each)])
def test_moments_of_the_public_side_are_full_hours(table: Table) -> None:
    fine = {
        f"{table.name}.{column.name}"
        for column in table.columns
        if isinstance(column.type, UtcDateTime) and not column.name.endswith("_hour")
    }
    assert fine == {name for name in STAFF_MOMENTS if name.startswith(f"{table.name}.")}


def test_public_tables_exist() -> None:
    assert {table.name for table in TABLES} >= PUBLIC_SIDE


@for_each(TABLES)
def test_random_keys_have_room_for_63_bits(table: Table) -> None:
    for column in table.columns:
        if column.foreign_keys and isinstance(column.type, Integer):
            assert isinstance(column.type, BigInteger), column
