"""Pages that held erased rows are rewritten after a destruction, and once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bullying_desk.database import Database
from bullying_desk.erasing import rewriting
from tests.moving_clock import MovingClock


def test_whoever_keeps_the_tables_busy_is_noticed_and_the_next_pass_writes_anew(
    database: Database, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    assert rewriting.rewrite_due(database, today)
    with database.transaction() as session:
        rewriting.ask(session, today)
    calls: list[bool] = []

    def busy(_tables: object) -> bool:
        calls.append(True)
        return len(calls) > 2

    monkeypatch.setattr(database, "write_anew", busy)
    assert [rewriting.rewrite_due(database, today) for _ in range(4)] == [False, False, True, True]
    assert len(calls) == 3  # done is done …
    assert rewriting.rewrite_due(database, today + timedelta(days=1))
    assert len(calls) == 4  # … until the next day


@pytest.mark.postgres
def test_a_table_in_use_is_left_for_later(database: Database) -> None:
    assert database.write_anew(rewriting.OPENING)
    with database.transaction(write=False) as reader:
        reader.execute(text("SELECT count(*) FROM case_grant"))
        assert not database.write_anew(rewriting.OPENING)
    assert database.write_anew(rewriting.OPENING)


@pytest.mark.postgres
def test_the_tables_that_open_something_lie_in_new_files(database: Database) -> None:
    def files() -> list[int]:
        with database.transaction(write=False) as session:
            return [session.scalar(text(f"SELECT pg_relation_filenode('{name}')")) for name in rewriting.OPENING]

    before = files()
    assert database.write_anew(rewriting.OPENING)
    assert not set(before) & set(files())
