"""Commands for keeping an instance: a consistent copy, and restoring it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click
from sqlalchemy import text

from bullying_desk.keyring import SESSION, KeysMissing, load_keys, load_layer, supply
from bullying_desk.keyring.kept import KeptKeys, check, lifted, settle
from bullying_desk.sealing.directory import check_directory_tag
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.pepper import PepperLayer

if TYPE_CHECKING:
    from bullying_desk.commands import Desk

# Rows that no backup holds: sessions would become valid again, the outbox holds invitation links.
LEFT_OUT = ("web_session", "held_post", "draft", "outbox_mail")


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(desk: Desk, target: Path) -> None:
    """Copy the database of a running instance, consistently, WITHOUT the keys and without any session.

    Keep the copy and the folder `keys/` in different places: together they can be attacked offline. For PostgreSQL
    use pg_dump with --exclude-table-data for web_session, held_post, draft and outbox_mail.
    """
    source = _sqlite_path(desk)
    if target.exists():
        raise click.ClickException(f"{target} exists already")
    try:
        target.touch(mode=0o600)
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror}") from error
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    _leave_out(target)
    click.echo(f"{target} holds the database. The keys are NOT in it.")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the database that is there.")
@click.pass_obj
def restore(desk: Desk, source: Path, yes: bool) -> None:
    """Restore a copy. Stop the service first. The keys must be the ones the copy was made with."""
    from bullying_desk.retention import returning

    target = _sqlite_path(desk)
    with closing(_opened(source)) as copy:
        try:
            sound = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            sound = False
    if not sound:
        raise click.ClickException(f"{source} is damaged or no database; nothing was changed")
    if target.exists() and not yes:
        raise click.ClickException(f"{target} is there already; say --yes to replace it")
    known = _checked_keys(desk, source)
    _refuse_while_served(target)
    if known is not None:
        supply(desk.settings.keys, known.salt, known.former)
    for leftover in ("-wal", "-shm"):
        Path(f"{target}{leftover}").unlink(missing_ok=True)
    returning.was_restored(desk.folder)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    _leave_out(target)  # a copy that was not made by `backup` holds them
    click.echo("Restored. Run `bullying-desk migrate` before anything else: it brings the copy to the newest shape and")
    click.echo("destroys again what was destroyed since the copy was made. Then `bullying-desk doctor`, then start.")


def settle_restored(desk: Desk) -> None:
    """Finish what `restore` began, once the tables have their newest schema. Does nothing if nothing was restored."""
    from bullying_desk.erasing import rewriting
    from bullying_desk.erasing.tombstones import TombstonesUnreadable
    from bullying_desk.retention import returning

    if not returning.is_unfinished(desk.folder):
        return
    try:
        pepper_layer = desk.keys.pepper_layer
        again = returning.finish_restoring(desk.database, pepper_layer, desk.folder, desk.clock.now())
    except TombstonesUnreadable as error:
        raise click.ClickException(f"{error} is damaged: put its newest copy back first") from error
    rewriting.rewrite_due(desk.database, desk.clock.today())
    desk.database.forget_deleted()
    click.echo(f"Destroyed again, because it was destroyed after the copy was made: {again}.")


@click.command("restored")
@click.pass_obj
def restored(desk: Desk) -> None:
    """Say that a copy was restored by other means (pg_restore): destroy again what it brought back."""
    from bullying_desk.retention import returning

    returning.was_restored(desk.folder)
    settle_restored(desk)


def refuse_while_served(desk: Desk) -> None:
    """Refuse while the service runs, here or on another machine."""
    if desk.settings.url.startswith("sqlite:"):
        _refuse_while_served(_sqlite_path(desk))
    elif others := desk.database.others():
        raise click.ClickException(f"the database is in use ({others} connections): stop the service everywhere first")


def _refuse_while_served(path: Path) -> None:
    """Refuse while any process has the database open: it would go on writing into a file that is gone."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=1)) as live:
        try:
            # SQLite leaves the write-ahead log only for a single process; the next start goes back to it.
            alone = live.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        except sqlite3.OperationalError:
            alone = False
        except sqlite3.DatabaseError:
            alone = True  # a damaged file is what a restore replaces
    if not alone:
        raise click.ClickException("the database is in use: stop the service first")


def _leave_out(path: Path) -> None:
    """Delete from a copy what no copy may bring back, its bytes too."""
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        known = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in known.intersection(LEFT_OUT):
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the constant above
        copy.commit()
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("VACUUM")


def _keys_of(copy: sqlite3.Connection, pepper_layer: PepperLayer) -> KeptKeys | None:
    """Try the pepper on a copy: with wrong keys nobody could ever open anything. Returns what the copy keeps of them.

    Raises KeysMissing, ClickException where it is no copy of ours.
    """
    try:
        tag = copy.execute(
            "SELECT id, public_half, directory_tag FROM person WHERE directory_tag IS NOT NULL"
        ).fetchone()
        kept_there = copy.execute("SELECT name FROM sqlite_master WHERE name = 'instance_keys'").fetchone()
        row = copy.execute("SELECT sealed FROM instance_keys").fetchone() if kept_there else None
    except sqlite3.DatabaseError as error:
        raise click.ClickException("the copy is not from this program") from error
    if tag is not None:
        try:
            check_directory_tag(pepper_layer, *tag)
        except SealingError as error:
            raise KeysMissing("the keys in this instance are not the ones the copy was made with") from error
    return lifted(pepper_layer, row[0]) if row is not None else None


def _checked_keys(desk: Desk, source: Path) -> KeptKeys | None:
    """Compare the keys of the instance with a copy, and return what the key folder may take from it.

    Raises ClickException with what must be restored first.
    """
    folder = desk.settings.keys
    try:
        with closing(_opened(source)) as copy:
            known = _keys_of(copy, load_layer(folder))
        lost = [name for name in ("salt", SESSION) if not (folder / name).exists()]
        if known is None or not lost:
            check(known, load_keys(folder))
    except KeysMissing as error:
        raise click.ClickException(f"{error}; nothing was changed, put the right keys back first") from error
    return known


def supply_keys(desk: Desk) -> None:
    """Give key folder and database what each lacks. A new session key ends every session."""
    with desk.database.transaction() as session:
        made = settle(session, desk.settings.keys)
        if SESSION in made:
            for table in ("web_session", "held_post"):
                session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - two names, written above
    if made:
        click.echo(f"Put into the key folder: {', '.join(made)}.")


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file to read, whatever its name holds."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)


def _sqlite_path(desk: Desk) -> Path:
    prefix = "sqlite:///"
    if not desk.settings.url.startswith(prefix):
        raise click.ClickException("this command is for SQLite; PostgreSQL has pg_dump and pg_restore")
    return Path(desk.settings.url.removeprefix(prefix))
