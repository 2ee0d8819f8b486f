"""What every test may ask for: an instance of its own, a database of its own on SQLite or PostgreSQL, a browser's view.

`dev.py test` runs the suite twice: on SQLite, and, for the tests that ask for a database, on the PostgreSQL that the
variable BULLYING_DESK_TEST_POSTGRES names. No test sees what another one wrote.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

import bullying_desk.database
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database
from tests.browser.support import processes
from tests.moving_clock import MovingClock

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from bullying_desk.keyring import Keyring

POSTGRES = os.environ.get("BULLYING_DESK_TEST_POSTGRES", "")
ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """The process that leads the run makes the folder that all test processes share …"""
    if not hasattr(config, "workerinput"):
        processes.open_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    """… and stops the servers of the browser tests at the end."""
    if not hasattr(config, "workerinput"):
        processes.close_folder()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pick the tests that say something about the database under test."""
    left_out = "sqlite" if POSTGRES else "postgres"
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        matches = item.get_closest_marker(left_out) is None
        # On PostgreSQL only what touches a database is worth a second run.
        asks = not {"database", "bare_database"}.isdisjoint(fixtures) or item.get_closest_marker("postgres") is not None
        (kept if matches and (asks or not POSTGRES) else dropped).append(item)
    items[:] = kept
    if dropped:
        config.hook.pytest_deselected(items=dropped)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On a machine that decides, a skipped test has failed, unless it needs the folder `../shared`."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = str(report.longrepr)
        if "../shared" not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped on a machine that decides: {reason}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real input beside the project; without it the test is skipped."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the folder ../shared")
    return SHARED


def load_models() -> None:
    """Import every module called `models` or `…_models`, so that all tables are known."""
    for module in pkgutil.walk_packages(bullying_desk.__path__, "bullying_desk."):
        if module.name.rsplit(".", 1)[-1].endswith("models"):
            importlib.import_module(module.name)


@pytest.fixture(scope="session")
def worker_url(worker_id: str) -> Iterator[str]:
    """Return the address of a PostgreSQL database that this test process has for itself, tables made."""
    name = f"desk_test_{os.getpid()}_{worker_id}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = server.url.set(database=name).render_as_string(hide_password=False)
    load_models()
    database = Database(url)
    Base.metadata.create_all(database.engine)
    database.engine.dispose()
    yield url
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one SQLite file with all tables and no row, to be copied: quicker than making tables for each test."""
    load_models()
    path = tmp_path_factory.mktemp("tables") / "desk.db"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    database.forget_deleted()
    database.engine.dispose()
    _turn_into_sql_once(database.engine)
    return path


def _turn_into_sql_once(first: Engine) -> None:
    """Let all engines of this test process share what they have turned into SQL; each test has one of its own."""
    make_engine = bullying_desk.database.make_engine

    def make_alike(url: str) -> Engine:
        engine = make_engine(url)
        if engine.dialect.name == first.dialect.name:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    bullying_desk.database.make_engine = make_alike


class _Compiled(BytecodeCache):
    """Templates turned into Python, shared by the programs of all tests of this process."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put in what is known, if the template is still the same."""
        checksum, code = self._known.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just made."""
        if bucket.code is not None:
            self._known[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = _Compiled()


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Return the settings of an instance of its own, with an empty database that has all tables."""
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    url = ""
    if POSTGRES:
        url = request.getfixturevalue("worker_url")
    else:
        shutil.copy(request.getfixturevalue("empty_sqlite"), instance / "desk.db")
    return Settings(instance=instance, database_url=url, base_url="https://localhost")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """Return the database under test: empty, with all tables."""
    database = Database(settings.url)
    yield database
    if POSTGRES:
        _empty(database.engine)
    database.engine.dispose()


def _empty(engine: Engine) -> None:
    # As a replica PostgreSQL asks no foreign key and fires no trigger, so the append-only trail can be emptied too.
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Base.metadata.tables.values():
            connection.execute(table.delete())


@pytest.fixture
def engine(database: Database) -> Engine:
    """Return the engine of the database under test."""
    return database.engine


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Return a writing session; the test says when to commit, what it left open is rolled back."""
    with database.session(write=True) as session:
        yield session


@pytest.fixture
def clock() -> MovingClock:
    """Return the program's clock: a Tuesday morning at school until the test moves it."""
    return MovingClock()


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    """Return pepper, session key and receipt salt of the instance, made anew for each test."""
    from bullying_desk.keyring import load_keys, make_keys

    make_keys(settings.keys)
    return load_keys(settings.keys)


@pytest.fixture
def app(settings: Settings, database: Database, clock: MovingClock, keys: Keyring) -> Flask:
    """Return the whole program on the database under test."""
    # Imported here, so that a broken page does not stop the tests of what lies below it.
    from bullying_desk.app import create_app

    app = create_app(settings, clock=clock, database=database, keys=keys)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a caller on https://localhost, so that Secure cookies come back."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "localhost"
    return client
