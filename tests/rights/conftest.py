"""A small city on the database under test, and somebody who can write to the database and do nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Keyring
from tests.moving_clock import MovingClock
from tests.world import World, make_world


class Attacker:
    """Writes rows past the program: no key, no account, no tag."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine

    def run(self, statement: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(statement), values)

    def row(self, table: str, **where: Any) -> dict[str, Any]:
        found = self._table(table)
        query = found.select().where(*(found.c[name] == value for name, value in where.items()))
        with self._engine.begin() as connection:
            return dict(connection.execute(query).mappings().one())

    def put(self, table: str, row: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(self._table(table).insert(), [row])

    def set(self, table: str, row_id: int, **values: Any) -> None:
        found = self._table(table)
        with self._engine.begin() as connection:
            connection.execute(found.update().where(found.c.id == row_id).values(**values))

    def _table(self, name: str) -> Table:
        return Base.metadata.tables[name]


@pytest.fixture
def attacker(database: Database) -> Attacker:
    return Attacker(database)


@pytest.fixture
def world(session: Session, keys: Keyring, clock: MovingClock) -> World:
    """Return the small city with a city coordinator and an officer, committed."""
    world = make_world(session, keys.pepper_layer, clock, salt=keys.receipt_salt)
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    world.add("Ines", "Frau Ferreira", Role.DATA_PROTECTION_OFFICER)
    session.commit()
    return world
