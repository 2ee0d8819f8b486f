"""Every table has a kind of data and an end: a new table is one line in `bullying_desk/erasing/registry.py`."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Date, Table, func, select
from sqlalchemy.orm import Session

from bullying_desk.database import Base, Database, UtcDateTime
from bullying_desk.erasing.default_periods import PERIODS, Kind
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.erasing.registry import TABLES
from bullying_desk.keyring import Keyring
from bullying_desk.metadata import TABLES as ALL_TABLES
from bullying_desk.retention.words import KIND_WORDS
from tests.house.project import for_each
from tests.migrations.filling import fill
from tests.world import layer_of

# The name of each column that points at these. A table may lose the pointer when it has an end of its own.
OWNERS = {"report": "report", "case_file": "case"}
# The row that `tests/migrations/filling.py` writes there belongs to a person instead.
NOT_OF_A_REPORT = {"web_session"}


def test_every_table_stands_in_the_register_and_nothing_else() -> None:
    assert set(TABLES) == set(ALL_TABLES)


@for_each(ALL_TABLES.values())
def test_what_points_at_a_report_or_a_case_goes_with_it(table: Table) -> None:
    kept = TABLES[table.name]
    for column in table.columns:
        for key in column.foreign_keys:
            whose = OWNERS.get(key.column.table.name)
            if whose is not None and table.name not in OWNERS:
                assert getattr(kept, whose) == column.name, f"{column}: say of_{whose}() in the register"


@for_each(ALL_TABLES.values())
def test_the_register_names_columns_that_are_there(table: Table) -> None:
    kept = TABLES[table.name]
    for name in (kept.report, kept.case, kept.person, kept.day, kept.moment):
        assert name is None or name in table.columns
    if kept.day or kept.moment:
        assert kept.kind in PERIODS
        kind = table.columns[str(kept.day or kept.moment)].type
        assert isinstance(kind, Date if kept.day else UtcDateTime)


def test_every_period_lies_between_its_bounds() -> None:
    assert all(each.least <= each.days <= each.most for each in PERIODS.values())
    assert PERIODS[Kind.CONVERSATION].days <= PERIODS[Kind.CASE].days


@pytest.mark.parametrize("what", ["report", "case"])
def test_nothing_is_left_of_a_destroyed_case_in_any_table(
    what: str, database: Database, session: Session, keys: Keyring
) -> None:
    """One row in every table there is, all of one report in one case: whatever is added later is tried here, too."""
    fill(session.connection())
    owned = [(name, of) for name, kept in TABLES.items() for of in (kept.report, kept.case) if of is not None]
    there = {name for name, of in owned if _count(session, name, of)}
    assert {name for name, _of in owned} - there <= NOT_OF_A_REPORT  # the positive control: the others hold a row each
    destroyer = Destroyer(session, layer_of(keys), date(2026, 11, 24))
    if what == "report":
        destroyer.report(1)
    else:
        destroyer.case(1)
    assert not [name for name, of in owned if _count(session, name, of)]
    assert (_count(session, "report"), _count(session, "case_file")) == (0, 0)
    assert _count(session, "tombstone") == 3  # the filled one, the report's, the case's
    assert _count(session, "person") == _count(session, "school") == 1


def _count(session: Session, name: str, of: str | None = None) -> int:
    table = Base.metadata.tables[name]
    query = select(func.count()).select_from(table)
    return session.connection().scalar(query if of is None else query.where(table.c[of] == 1)) or 0


def test_every_period_on_the_page_is_the_period_of_some_table() -> None:
    """A number that deletes nothing would be a promise that nobody keeps."""
    own_rules = {Kind.MISTAKE}  # a case that was closed as one
    assert set(PERIODS) - own_rules == {kept.kind for kept in TABLES.values()} & set(PERIODS)
    assert set(KIND_WORDS) == set(PERIODS)
