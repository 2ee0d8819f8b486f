"""The tests' own ground holds: each test has an empty database, and it is the one that was asked for."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.config import Settings
from bullying_desk.database import Base, Database


@pytest.mark.parametrize("run", ["first", "second"])
def test_each_test_starts_with_empty_tables(database: Database, run: str) -> None:
    with database.transaction() as session:
        for table in Base.metadata.tables.values():
            assert session.scalar(select(func.count()).select_from(table)) == 0, (run, table.name)
        _write_something(session)


def _write_something(session: Session) -> None:
    from datetime import UTC, datetime

    from bullying_desk.audit.models import AuditEntry

    session.add(AuditEntry(at=datetime.now(UTC), event="test", facts={}))


def test_the_database_under_test_is_the_one_asked_for(database: Database, settings: Settings) -> None:
    asked = os.environ.get("BULLYING_DESK_TEST_POSTGRES", "")
    assert database.engine.dialect.name == ("postgresql" if asked else "sqlite")
    assert asked or settings.url.endswith("/instance/desk.db")
