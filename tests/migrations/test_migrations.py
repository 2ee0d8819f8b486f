"""A city's database reaches every newer schema, and finds its way back, without losing what children wrote."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select

import bullying_desk.metadata  # noqa: F401 - knows every table
from bullying_desk.database import Base, Database
from bullying_desk.migrating import changing, configuration, is_current, migrate
from bullying_desk.paths import MIGRATIONS
from tests.migrations.filling import fill
from tests.rowids import counting_tables


def _revisions() -> list[str]:
    """Return all revisions, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def migrate_down(engine: Engine, revision: str) -> None:
    """Take migrations back; the program itself only goes forward, and an operator's way back is the backup."""
    config = configuration()
    with changing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_line_of_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_up_down_and_up_again(bare_database: Database) -> None:
    engine = bare_database.engine
    migrate(engine)
    assert is_current(engine)
    assert _tables(engine) == set(Base.metadata.tables)
    migrate_down(engine, "base")
    assert _tables(engine) == set()
    assert not is_current(engine)
    migrate(engine)
    migrate(engine)  # safe to run twice
    assert _tables(engine) == set(Base.metadata.tables)


def test_migrations_make_what_the_models_say(bare_database: Database) -> None:
    migrate(bare_database.engine)
    with bare_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.sqlite
def test_migrations_make_tables_without_a_counting_rowid(bare_database: Database) -> None:
    migrate(bare_database.engine)
    with bare_database.engine.connect() as connection:
        assert counting_tables(connection) == []


def test_rows_survive_every_step_down_and_up(bare_database: Database) -> None:
    """A step back to the revision before, and forward again, keeps every row of the tables both know."""
    engine = bare_database.engine
    migrate(engine)
    with engine.begin() as connection:
        filled = fill(connection)
        assert filled == set(Base.metadata.tables)
        before = _counts(connection)
    for revision in reversed(_revisions()[:-1]):
        migrate_down(engine, revision)
        kept = _tables(engine)
        migrate(engine)
        with engine.connect() as connection:
            after = _counts(connection)
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    migrate_down(engine, "base")
    migrate(engine)


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.tables.values()
    }
