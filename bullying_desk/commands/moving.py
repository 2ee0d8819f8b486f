"""`bullying-desk move-database`: a city that outgrows one machine goes from SQLite to PostgreSQL.

All tables are copied from one database into another, and both are proved to hold the same. A copy of a city on
PostgreSQL is made and restored in the same way (`keeping`): it is a SQLite file, written within one snapshot.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from sqlalchemy import URL, Column, Connection, Engine, Row, Table, bindparam, insert, make_url, select, text, update
from sqlalchemy.exc import ArgumentError, OperationalError

import bullying_desk.metadata  # noqa: F401 - knows every table
from bullying_desk.audit.kept_head import kept
from bullying_desk.audit.verifying import verify
from bullying_desk.commands.console import SQLITE, refuse_while_served
from bullying_desk.database import Base, Database, be_patient
from bullying_desk.erasing import tombstones
from bullying_desk.keyring import is_rotating
from bullying_desk.migrating import is_current, is_empty, migrate
from bullying_desk.retention import returning
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

SETTING = "database_url"
MOVED = ".moved"


@click.command("move-database")
@click.option("--to", "address", help="postgresql+psycopg://… without a password.")
@click.pass_obj
def move_database(desk: Desk, address: str | None) -> None:
    """Move the city from SQLite to an empty PostgreSQL database. Stop the service first.

    Without --to it asks for the address, and for the password without showing it. A command line is seen by everybody
    on the machine.
    Compares every table by its rows and a checksum, and checks the trail, the rights and the marks of what was
    destroyed on both sides. Then it writes `database_url` into settings.toml and renames the SQLite file. If it is
    interrupted, run it again: tables that are there already are compared and left.
    """
    address = _asked() if address is None else _without_password(address)
    there = _target(desk, address)
    try:
        with desk.database.session(write=True) as lock:  # nobody writes meanwhile
            lock.connection()
            copied = copy_tables(lock.connection(), there.engine, _say)
        problems = [*_bent(desk, desk.database, "here"), *_bent(desk, there, "there"), *_counters(there)]
    except NotTheSame as error:
        raise click.ClickException(f"table {error} holds other rows there: that database is not empty") from error
    finally:
        there.engine.dispose()
    if problems:
        raise click.ClickException("nothing was switched: " + "; ".join(problems))
    _switch(desk, address, copied)


def _without_password(address: str) -> str:
    """Return an address from the command line. Raises ClickException where it holds a password."""
    given = _parsed(address)
    if given.password is not None or any("pass" in name.lower() for name in given.query):
        raise click.ClickException(
            "no password on the command line: everybody on this machine can see it. Leave --to out, and the command "
            "asks for it; or put it into ~/.pgpass. Change this password if it was a real one."
        )
    return address


def _asked() -> str:
    """Ask for the address, and for the password apart and unseen."""
    given = _parsed(click.prompt("Address of the empty database, without its password"))
    password = click.prompt("Password (none: Enter)", default="", hide_input=True, show_default=False)
    return (given.set(password=password) if password else given).render_as_string(hide_password=False)


def _parsed(address: str) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError) as error:
        raise click.ClickException("this is no address of a database: postgresql+psycopg://…") from error


def _say(name: str, rows: int) -> None:
    click.echo(f"{name}: {rows}")


def _target(desk: Desk, address: str) -> Database:
    """Return the new database with the newest tables, if a move may begin."""
    if not desk.settings.url.startswith(SQLITE) or not address.startswith("postgresql+psycopg:"):
        raise click.ClickException("this command moves a city from SQLite to postgresql+psycopg://…")
    if is_rotating(desk.settings.keys) or returning.is_unfinished(desk.folder):
        raise click.ClickException("first finish what has begun: `bullying-desk doctor` names it")
    refuse_while_served(desk)  # before this process opens the file itself
    _ = desk.keys
    try:
        there = Database(address)
        if is_empty(there.engine):
            migrate(there.engine)
        elif there.others() or not is_current(there.engine):
            raise click.ClickException("that database is in use, or holds something else; nothing was changed")
    except (OperationalError, ArgumentError) as error:
        raise click.ClickException("no PostgreSQL answers at this address; nothing was changed") from error
    attach(there, desk.keys.pepper_layer, desk.folder)
    return there


def _bent(desk: Desk, database: Database, where: str) -> list[str]:
    """Check trail, rights and marks against what this machine has kept in its folder."""
    layer = desk.keys.pepper_layer
    with database.transaction(write=False) as session:
        last = kept(desk.folder)
        fault = verify(session, layer, [last] if last is not None else []).fault
        known = tombstones.destroyed(session, layer)
        faults, _newest = head.look(session, head.kept(desk.folder), destroyed=known)
        missing = tombstones.kept(desk.folder).keys() - tombstones.known(session).keys()
    found = [f"the trail {where} is bent: {fault.kind.value}"] if fault is not None else []
    found += [f"right in {each.kind} {where}: {each.fault.value}" for each in faults]
    return [*found, *([f"marks of what was destroyed are missing {where}: {len(missing)}"] if missing else [])]


def _counters(there: Database) -> list[str]:
    with there.engine.connect() as connection:
        return [f"{name} counts there, which no table of ours does" for name in counters(connection)]


def _switch(desk: Desk, address: str, copied: dict[str, Content]) -> None:
    """Let the next start use the new database, and nothing the old one."""
    click.echo(f"All {len(copied)} tables are the same, {sum(each.rows for each in copied.values())} rows.")
    desk.close()
    file = Path(desk.settings.url.removeprefix(SQLITE))
    path = desk.folder / "settings.toml"
    text = path.read_text("utf-8") if path.exists() else ""
    if SETTING in text:
        shown = json.dumps(make_url(address).render_as_string())  # without the password: *** stands for it
        click.echo(f"Now set {SETTING} = {shown} in {path}, and rename {file} to {file}{MOVED}.")
        return
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
        new.write(f"{text.rstrip()}\n{SETTING} = {json.dumps(address)}\n".lstrip())
        new.flush()
        os.fsync(new.fileno())
    beside.replace(path)
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    file.rename(f"{file}{MOVED}")
    click.echo(
        f"{SETTING} is set. Run `bullying-desk doctor` and start. Then delete {file}{MOVED}, which forgets nothing."
    )


# Copying all tables, and proving that both databases hold the same.

BATCH = 1_000


class Content(NamedTuple):
    """The rows of one table: how many, and the sum of their SHA-256 modulo 2^256, whatever their order."""

    rows: int
    digest: int

    def add(self, rows: Sequence[Row[Any]]) -> Content:
        """Return the content with more rows."""
        more = sum(int.from_bytes(sha256(_plain(row)).digest(), "big") for row in rows)
        return Content(self.rows + len(rows), (self.digest + more) % 2**256)


EMPTY = Content(0, 0)


class NotTheSame(Exception):
    """A table of the target holds other rows than the source: it is another database, or a copy that went wrong."""


def copy_tables(source: Connection, target: Engine, progress: Callable[[str, int], None]) -> dict[str, Content]:
    """Copy every table in an order that foreign keys allow, and compare what arrived with what was read.

    Each table is one transaction: after an interruption it is there whole or not at all, and the next call goes on
    behind it. Both have the newest schema. `progress` gets each table's name and number of rows. Raises NotTheSame.
    """
    found = {}
    for table in Base.metadata.sorted_tables:
        with _writing(target) as there:
            found[table.name] = _copy(source, there, table)
        progress(table.name, found[table.name].rows)
    return found


def copy_whole(source: Connection, target: Engine, left_out: Collection[str]) -> None:
    """Copy all tables but some in one transaction: after an interruption the target is as it was. Raises NotTheSame."""
    with _writing(target) as there:
        for table in Base.metadata.sorted_tables:
            if table.name not in left_out:
                _copy(source, there, table)


@contextmanager
def _writing(target: Engine) -> Iterator[Connection]:
    with target.execution_options(sqlite_begin="IMMEDIATE").begin() as there:
        be_patient(there)
        yield there


def content(connection: Connection, table: Table) -> Content:
    """Return what a table holds."""
    found = EMPTY
    for rows in _batches(connection, table):
        found = found.add(rows)
    return found


def counters(connection: Connection) -> list[str]:
    """Return the sequences of a PostgreSQL database. There are none: every id is random, so none has to be set."""
    if connection.dialect.name != "postgresql":
        return []
    query = text("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
    return list(connection.scalars(query))


def _copy(source: Connection, there: Connection, table: Table) -> Content:
    if there.execute(select(table).limit(1)).first() is not None:
        read = content(source, table)
    else:
        read = _fill(source, there, table)
    if content(there, table) != read:
        raise NotTheSame(table.name)
    return read


def _fill(source: Connection, there: Connection, table: Table) -> Content:
    """Copy the rows. A column that points at the own table is set when all rows are there."""
    read, later = EMPTY, list[dict[str, Any]]()
    loops = [each for each in table.columns if any(key.column.table is table for key in each.foreign_keys)]
    for rows in _batches(source, table):
        read = read.add(rows)
        given = [dict(row._mapping) for row in rows]
        for row in given:
            if any(row[each.name] is not None for each in loops):
                later.append({f"_{name}": row[name] for name in _names([*table.primary_key, *loops])})
                row.update({each.name: None for each in loops})
        there.execute(insert(table), given)
    if later:
        same = [each == bindparam(f"_{each.name}") for each in table.primary_key]
        values: dict[str, Any] = {each.name: bindparam(f"_{each.name}") for each in loops}
        there.execute(update(table).where(*same).values(values), later)
    return read


def _names(columns: Sequence[Column[Any]]) -> list[str]:
    return [each.name for each in columns]


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    query = select(table).execution_options(yield_per=BATCH)
    return connection.execute(query).partitions()


def _plain(row: Row[Any]) -> bytes:
    """Return a row as bytes that are the same on both databases."""
    return repr([each.astimezone(UTC) if isinstance(each, datetime) else each for each in row]).encode()
