"""`bullying-desk move-database`: a city that outgrows one machine goes from SQLite to PostgreSQL."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import ArgumentError, OperationalError

from bullying_desk.audit.kept_head import kept
from bullying_desk.audit.verifying import verify
from bullying_desk.commands.keeping import SQLITE, refuse_while_served
from bullying_desk.copying import Content, NotTheSame, copy_tables, counters
from bullying_desk.database import Database
from bullying_desk.erasing import tombstones
from bullying_desk.keyring import is_rotating
from bullying_desk.migrating import is_current, is_empty, migrate
from bullying_desk.retention import returning
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach

if TYPE_CHECKING:
    from bullying_desk.commands import Desk

SETTING = "database_url"
MOVED = ".moved"


@click.command("move-database")
@click.option("--to", "address", prompt="Address of the empty database", help="postgresql+psycopg://…")
@click.pass_obj
def move_database(desk: Desk, address: str) -> None:
    """Move the city from SQLite to an empty PostgreSQL database. Stop the service first.

    Compares every table by its rows and a checksum, and checks the trail, the rights and the marks of what was
    destroyed on both sides. Then it writes `database_url` into settings.toml and renames the SQLite file. If it is
    interrupted, run it again: tables that are there already are compared and left.
    """
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
        click.echo(f"Now set {SETTING} = {json.dumps(address)} in {path}, and rename {file} to {file}{MOVED}.")
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
