"""The tests' own ground holds: each test has an empty database, and it is the one that was asked for."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from bullying_desk.sealing.slow_hash import RECEIPT_PARAMS, SlowHashGate
from bullying_desk.web.request import Services
from tests import conftest, fast_hash


@pytest.mark.parametrize("run", ["first", "second"])
def test_each_test_starts_with_empty_tables(database: Database, run: str) -> None:
    with database.transaction() as session:
        for table in Base.metadata.tables.values():
            assert session.connection().scalar(select(func.count()).select_from(table)) == 0, (run, table.name)
        _write_something(session)


class _Test:
    """A test that asks for some fixtures and carries some marks."""

    def __init__(self, *fixtures: str, marks: str = "") -> None:
        self.fixturenames, self.marks = fixtures, marks.split()

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks else None


def test_pages_run_on_postgresql_where_they_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    work, words, page = _Test("database"), _Test("tmp_path"), _Test("database", "app")
    marked, of_one = _Test("database", "app", marks="sqlite both"), _Test("database", marks="sqlite")
    theirs = _Test("database", "app", marks="postgres")
    dropped: list[_Test] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: dropped.extend(items))
    for address, kept in (("postgresql://", [work, marked, theirs]), ("", [work, words, page, marked, of_one])):
        items: list[Any] = [work, words, page, marked, of_one, theirs]
        everything = list(items)
        monkeypatch.setattr(conftest, "POSTGRES", address)
        dropped.clear()
        conftest.pytest_collection_modifyitems(cast(pytest.Config, SimpleNamespace(hook=hook)), items)
        assert items == kept
        assert dropped == [each for each in everything if each not in kept]


def _write_something(session: Session) -> None:
    from datetime import UTC, datetime

    from bullying_desk.audit.models import AuditEntry

    session.add(AuditEntry(at=datetime.now(UTC), event="test", facts={}))


def test_the_database_under_test_is_the_one_asked_for(database: Database, settings: Settings) -> None:
    asked = os.environ.get("BULLYING_DESK_TEST_POSTGRES", "")
    assert database.engine.dialect.name == ("postgresql" if asked else "sqlite")
    assert asked or settings.url.endswith("/instance/desk.db")


SALT = bytes(range(16))


def _hashed() -> bytes:
    return SlowHashGate(at_once=1).argon2id(b"words", SALT, RECEIPT_PARAMS, b"")


def _argon2id() -> bytes:
    passes, lanes, memory = RECEIPT_PARAMS.passes, RECEIPT_PARAMS.lanes, RECEIPT_PARAMS.memory_kib
    return Argon2id(salt=SALT, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(b"words")


def test_most_tests_compute_a_fast_hash_behind_the_same_gate() -> None:
    began = time.process_time()
    assert len({_hashed() for _ in range(200)}) == 1
    assert time.process_time() - began < 1  # at production cost: five seconds
    assert _hashed() != _argon2id()


@pytest.mark.production_cost
def test_a_marked_test_computes_the_real_one() -> None:
    assert _hashed() == _argon2id()


def test_the_fast_hash_depends_on_password_salt_and_every_cost() -> None:
    costs = {"iterations": 2, "lanes": 1, "memory_cost": 19_456}
    plain = fast_hash.FastHash(salt=SALT, length=32, **costs).derive(b"words")
    assert len(plain) == 32
    assert fast_hash.FastHash(salt=SALT, length=32, **costs).derive(b"Words") != plain
    assert fast_hash.FastHash(salt=SALT[::-1], length=32, **costs).derive(b"words") != plain
    for cost, value in costs.items():
        other = fast_hash.FastHash(salt=SALT, length=32, **{**costs, cost: value + 1})
        assert other.derive(b"words") != plain, cost


def test_the_folders_at_production_cost_are_there() -> None:
    root = Path(__file__).parents[1]
    for folder in fast_hash.PRODUCTION_COST:
        assert list((root / folder).glob("test_*.py")), folder


def test_equal_addresses_of_two_programs_are_built_alike(app: Flask) -> None:
    """Programs share the functions that build addresses; what is put into one address is not in the next."""
    services: Services = app.extensions["services"]
    from bullying_desk.app import create_app

    other = create_app(services.settings, clock=services.clock, database=services.database, keys=services.keys)
    endpoint = next(rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments == {"case_id"})
    for each, number in ((app, 4711), (other, 4712), (app, 4713)):
        with each.test_request_context():
            assert re.findall(r"\d+", each.url_for(endpoint, case_id=number, also="x y")) == [str(number)]
