"""The shared fixtures: an instance and a database for each test, on SQLite or PostgreSQL, and a browser's view.

`dev.py test` runs the suite twice: on SQLite, and, for the tests that ask for a database, on the PostgreSQL that the
variable BULLYING_DESK_TEST_POSTGRES names. No test sees what another one wrote.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import re
import secrets
import shutil
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, QueuePool, create_engine, event, text
from sqlalchemy.orm import Session

import bullying_desk
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database, may_write
from bullying_desk.rights.checking import attach
from tests import fast_hash, made_once
from tests.browser.support import processes
from tests.moving_clock import MovingClock

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from bullying_desk.keyring import Keyring

POSTGRES = os.environ.get("BULLYING_DESK_TEST_POSTGRES", "")
ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
BROWSER = ROOT / "tests" / "browser"
OF_SQLITE = re.compile(r"^pytestmark = .*\bmark\.sqlite\b", re.MULTILINE)


# No property is judged by the clock: on a loaded machine an example takes many times as long, and the first one also
# waits until Hypothesis has read the constants of all our modules.
hypothesis_settings.register_profile("loaded", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("loaded")


def pytest_configure(config: pytest.Config) -> None:
    """The process that leads the run makes the folder that all test processes share …"""
    if not hasattr(config, "workerinput"):
        processes.open_folder()
    made_once.share_addresses()


def pytest_unconfigure(config: pytest.Config) -> None:
    """… and stops the servers of the browser tests at the end."""
    if not hasattr(config, "workerinput"):
        processes.close_folder()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out, unread, what would be taken out again: reading all files of tests takes a process ten seconds."""
    chosen = config.getoption("-m")
    if collection_path == BROWSER and chosen == "not browser":
        return True
    if collection_path.parent == BROWSER.parent and collection_path.is_dir() and collection_path != BROWSER:
        return True if chosen == "browser" else None
    if POSTGRES and collection_path.name.startswith("test_") and collection_path.suffix == ".py":
        source = collection_path.read_text("utf-8")
        return True if OF_SQLITE.search(source) and "mark.both" not in source else None
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was just read: it stays until the end, and is most of what there is.

    What a test leaves behind may wait longer, too: that takes 4 % less CPU and 3 % more memory.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pick the tests that say something about the database under test."""
    left_out = "sqlite" if POSTGRES else "postgres"
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        matches = item.get_closest_marker(left_out) is None or item.get_closest_marker("both") is not None
        # On PostgreSQL only what touches a database is worth a second run, and not through its pages: what they ask a
        # database is asked by the tests of the work behind them, and by `tests/access/test_on_postgres.py`.
        touches = not {"database", "bare_database"}.isdisjoint(fixtures) and "app" not in fixtures
        asks = touches or any(item.get_closest_marker(name) is not None for name in ("postgres", "both"))
        (kept if matches and (asks or not POSTGRES) else dropped).append(item)
    items[:] = kept
    if dropped:
        config.hook.pytest_deselected(items=dropped)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test and its fixtures compute a fast hash, except where the cost of the slow one is meant."""
    with nullcontext() if fast_hash.needs_production_cost(item) else fast_hash.installed():
        return (yield)


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


@event.listens_for(Session, "before_flush")
def _a_reader_writes_nothing(session: Session, *_more: object) -> None:
    """SQLite refuses such a write once somebody else has written: the page would be „eine kurze Pause“."""
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    assert may_write(session) or not changed, changed


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real input next to the project; without it the test is skipped."""
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
    made_once.share_sql(database.engine)
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
    made_once.share_sql(database.engine)
    return path


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
def database(settings: Settings, keys: Keyring) -> Iterator[Database]:
    """Return the database under test: empty, with all tables.

    On PostgreSQL the connections stay open for the next test: for each one the server starts a process, which reads
    what it must know of our tables anew.
    """
    database = Database(settings.url)
    if _kept:
        database.engine.pool = _kept.pop()
    attach(database, keys.pepper_layer)
    yield database
    if POSTGRES:
        _empty(database.engine)
        if isinstance(pool := database.engine.pool, QueuePool) and not pool.checkedout():
            _kept.append(pool)
            return
    database.engine.dispose()


_kept: list[QueuePool] = []  # the connections of the last test, with nothing lent


def _empty(engine: Engine) -> None:
    """Empty all tables in one round trip to the server (measured: 2 ms; one by one 11 ms; TRUNCATE 65 ms)."""
    deletes = "; ".join(f'DELETE FROM "{name}"' for name in Base.metadata.tables)
    # As a replica PostgreSQL asks no foreign key and fires no trigger, so the append-only trail can be emptied too.
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {deletes}")


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


@pytest.fixture
def engine(database: Database) -> Engine:
    """Return the engine of the database under test."""
    return database.engine


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Return a writing session; the test says when to commit, the rest is rolled back."""
    with database.session(write=True) as session:
        yield session


@pytest.fixture
def clock() -> MovingClock:
    """Return the program's clock: a Tuesday morning at school until the test moves it."""
    return MovingClock()


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    """Return pepper, session key and receipt salt of the instance, made new for each test."""
    from bullying_desk.keyring import load_keys, make_keys

    make_keys(settings.keys)
    return load_keys(settings.keys)


@pytest.fixture
def app(settings: Settings, database: Database, clock: MovingClock, keys: Keyring) -> Flask:
    """Return the whole program on the database under test."""
    # Imported here, so that a broken page does not stop the tests of the layers below.
    from bullying_desk.app import create_app

    made_once.share_lessons()
    app = create_app(settings, clock=clock, database=database, keys=keys)
    app.jinja_env.bytecode_cache = made_once.TEMPLATES
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client on https://localhost, so that Secure cookies are sent back."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "localhost"
    return client
