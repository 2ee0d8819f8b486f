"""One database for the city: typed models, named constraints, ids that give no order away.

Ids are random 63-bit integers (docs/sealing.md). Neither a sequence nor SQLite's rowid may show which of two children
wrote first (decision D5).
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Engine, Integer, MetaData, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


NAME = "bullying-desk"
PATIENCE = 20  # seconds a writer waits for the one before it
_TURN = "holds the turn to write"
_WRITES = "began as a writer"
_STAYS = "what stays of an undone transaction"


def random_id() -> int:
    """Return a fresh id of 63 random bits, never 0, for any row of any table."""
    return int.from_bytes(os.urandom(8), "big") >> 1 or 1  # a report has 24 of them: `secrets` calls four functions


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with a time zone, kept as UTC on both databases (SQLite itself forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base class of all models."""

    metadata = MetaData(naming_convention=CONVENTION)


class RandomId:
    """Mix-in: a primary key of 63 random bits."""

    # On SQLite the type must be INTEGER exactly: then the random key *is* the rowid. Any other type would leave a
    # hidden rowid beside it that counts up and shows who wrote first.
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, default=random_id, autoincrement=False
    )


# For tables whose key is not a random integer: `__table_args__ = {**WITHOUT_COUNTING_ROWID}`.
WITHOUT_COUNTING_ROWID = {"sqlite_with_rowid": False}


def make_engine(url: str) -> Engine:
    """Open the city's database.

    SQLite: write-ahead log, durable commits (`synchronous=FULL`), enforced foreign keys, overwritten deletions.
    Bound values never appear in errors (`hide_parameters`): a child's text must not reach a log.
    """
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": not url.startswith("sqlite")}
    if url.startswith("postgresql"):
        options["connect_args"] = {"application_name": f"{NAME} {secrets.token_hex(8)}", "connect_timeout": 5}
        options["pool_timeout"] = 10  # seconds a request waits for one of the connections
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": PATIENCE, "check_same_thread": False}
        options.update(pool_size=32, max_overflow=96)
    engine = create_engine(url, **options)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "do_connect", _connect_patiently)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        turns = _Turns()
        event.listen(engine, "begin", turns.begin)
        event.listen(engine, "checkin", turns.end)
        event.listen(engine, "invalidate", turns.end)
    return engine


def _connect_patiently(_dialect: Dialect, _record: Any, args: Any, options: dict[str, Any]) -> Any:
    from bullying_desk.patience import PatientConnection

    return PatientConnection.connect(*args, **options)


def be_patient(connection: Connection, patient: bool = True) -> None:
    """Let PostgreSQL take as long as it needs on this connection: migrations, rewriting whole tables."""
    if connection.dialect.name == "postgresql":
        connection.connection.driver_connection.patient = patient  # type: ignore[union-attr]


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the program says BEGIN itself
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-512",  # kB a connection; there are many, and the system keeps the file's pages in memory anyway
        f"busy_timeout={PATIENCE * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def may_write(session: Session) -> bool:
    """Whether a write may follow what this session has read. SQLite refuses a reader that writes after another has."""
    return bool(session.info.get(_WRITES, True)) or session.get_bind().dialect.name != "sqlite"


def stay(session: Session, act: Callable[[], object]) -> None:
    """Do an act now, and once more where its transaction is undone after all (`undo`).

    A page that refuses a form may show an opened report. That somebody has read it is true all the same.
    """
    session.info.setdefault(_STAYS, []).append(act)
    act()


def undo(session: Session) -> None:
    """Undo a transaction, but for what stays: that is done again and committed."""
    acts: list[Callable[[], object]] = session.info.pop(_STAYS, [])
    session.rollback()
    for act in acts:
        act()
    if acts:
        session.commit()


class _Turns:
    """Lets the writers of this process take turns on SQLite, which has one writer at a time.

    If SQLite is busy, a writer tries again after a while, each time later. Under sixteen clients one of them always
    comes at the wrong moment, and a child may wait ten seconds. SQLite's own lock still works behind these turns, for
    other processes.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    def begin(self, connection: Connection) -> None:
        """Begin a transaction. IMMEDIATE only where a write follows: a reader that writes later would be refused."""
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        if mode == "IMMEDIATE" and not connection.info.get(_TURN):
            connection.info[_TURN] = self._lock.acquire(timeout=PATIENCE)
        connection.exec_driver_sql(f"BEGIN {mode}")

    def end(self, _connection: Any, record: ConnectionPoolEntry, *_more: Any) -> None:
        """Let the next one write: the connection returns to the pool, its transaction committed or undone."""
        if record.info.pop(_TURN, False):
            self._lock.release()


class Database:
    """The engine and its sessions; one object for the whole program."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self.session_info: dict[str, Any] = {}  # what every session of this database carries along
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info=self.session_info)
        writers = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._writers = sessionmaker(writers, expire_on_commit=False, info=self.session_info)

    def session(self, *, write: bool) -> Session:
        """Open a session; `write` takes SQLite's write lock at its first statement instead of in the middle."""
        session = self._writers() if write else self._sessions()
        session.info[_WRITES] = write
        return session

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Session]:
        """Run one piece of work in a transaction of its own: commit at the end, roll back on any error."""
        with self.session(write=write) as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def others(self) -> int:
        """Return how many connections other processes of this program hold at PostgreSQL's database."""
        here = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE :name"
        )
        query = text(f"{here} AND application_name <> current_setting('application_name')")
        with self.engine.connect() as connection:
            return int(connection.scalar(query, {"name": f"{NAME} %"}) or 0)

    def write_anew(self, tables: Sequence[str]) -> bool:
        """Rewrite pages so that nothing is left in their unused parts: SQLite's whole file, PostgreSQL's `tables`.

        Returns False where they were busy. It takes about a second for a city. SQLite's writers wait for it, readers do
        not, and PostgreSQL's wait for one of these short tables.
        """
        if self.engine.dialect.name == "sqlite":
            return self._vacuum()
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            be_patient(connection)
            try:
                connection.exec_driver_sql("SET lock_timeout = '500ms'")
                for name in tables:
                    connection.exec_driver_sql(f"VACUUM FULL {name}")
            except OperationalError:
                return False
            finally:
                connection.exec_driver_sql("RESET lock_timeout")
                be_patient(connection, False)
        return True

    def _vacuum(self) -> bool:
        raw = self.engine.raw_connection()
        cursor = raw.cursor()
        try:
            # The copy that is sorted may be larger than our memory; it holds living rows only, sealed as they are.
            cursor.execute("PRAGMA temp_store=FILE")
            cursor.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            return False
        finally:
            cursor.execute("PRAGMA temp_store=MEMORY")
            raw.close()
        return True

    def forget_deleted(self) -> bool:
        """After a deletion, make SQLite drop the erased bytes from its write-ahead log.

        Returns False where a reader kept the log open (SQLite then answers `busy` silently). The caller tries again.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        raw = self.engine.raw_connection()  # a checkpoint cannot run inside a transaction
        try:
            busy, _log, _moved = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.close()
        return not busy
