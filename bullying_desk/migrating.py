"""Bringing a database to the schema this program expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from bullying_desk.database import be_patient
from bullying_desk.paths import MIGRATIONS

if TYPE_CHECKING:
    from alembic.config import Config

# alembic is imported late: the server only asks `is_current` and saves 10 MB and a tenth of a second.
_REVISION = re.compile(r"^(revision|down_revision) = (?:\"(\w+)\"|None)$", re.MULTILINE)


def configuration() -> Config:
    """Return alembic's settings: where the migrations are."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run migrations up to `revision`; safe to run twice, and on PostgreSQL on two machines at once."""
    from alembic import command

    config = configuration()
    with changing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """Give one transaction in which tables may be changed.

    SQLite changes most of a table by making it again, and dropping the old one would break every row that points at
    it. So foreign keys are off meanwhile, and all of them are checked before the commit (sqlite.org/lang_altertable).
    """
    with engine.connect() as connection:
        be_patient(connection)
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")  # not inside a transaction
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(4629371)"))
                yield connection
                if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                    raise RuntimeError(f"a migration left rows of {broken[0]} that point at nothing")
        finally:
            if sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys = ON")


def newest_revision() -> str:
    """Return the revision that no other one builds on, read from the migration files."""
    found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for path in MIGRATIONS.glob("versions/*.py"):
        for name, value in _REVISION.findall(path.read_text("utf-8")):
            found[name].add(value)
    (newest,) = found["revision"] - found["down_revision"]
    return newest


def is_empty(engine: Engine) -> bool:
    """Whether no table of ours was ever made here: a new instance, not one whose keys were lost."""
    with engine.connect() as connection:
        return not inspect(connection).has_table("alembic_version")


def is_current(engine: Engine) -> bool:
    """Whether the database is at the newest migration."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest_revision()]
