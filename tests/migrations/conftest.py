"""A database without a single table, on SQLite or PostgreSQL."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bullying_desk.database import Database
from tests.conftest import POSTGRES


@pytest.fixture
def bare_database(tmp_path: Path) -> Iterator[Database]:
    """Return a database in which nothing has been made yet."""
    if not POSTGRES:
        database = Database(f"sqlite:///{tmp_path / 'bare.db'}")
        yield database
        database.engine.dispose()
        return
    name = f"desk_bare_{os.getpid()}_{secrets.token_hex(4)}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    database = Database(server.url.set(database=name).render_as_string(hide_password=False))
    yield database
    database.engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()
