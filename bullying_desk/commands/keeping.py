"""Commands for keeping an instance: a consistent copy, sealed, and restoring it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bullying_desk.commands import sealed_copies
from bullying_desk.commands.console import SQLITE, refuse_while_open, sqlite_path
from bullying_desk.database import Database, be_patient
from bullying_desk.erasing import tombstones
from bullying_desk.keyring import SESSION, KeysMissing, load_keys, load_layer, supply
from bullying_desk.keyring.kept import KeptKeys, check, lifted, settle
from bullying_desk.migrating import is_current
from bullying_desk.notices import night
from bullying_desk.sealing.directory import check_directory_tag
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.pepper import PepperLayer

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

# Rows that no backup holds: sessions would become valid again, the outbox holds invitation links.
LEFT_OUT = ("web_session", "held_post", "draft", "outbox_mail")


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--plain", is_flag=True, help="Do not seal the copy: you seal it yourself.")
@click.pass_obj
def backup(desk: Desk, target: Path, plain: bool) -> None:
    """Copy the database of a running instance, consistently, WITHOUT the keys and without any session.

    TARGET is a new file, or a folder: then the copy is named by its time, the marks of what was destroyed are put
    beside it, and copies older than 35 days are deleted. A copy is sealed to `backup_recipients`. On PostgreSQL it is
    a SQLite file too, from one snapshot.
    """
    sealed, now, folder = not plain, desk.clock.now(), target.is_dir()
    if sealed and not desk.settings.backup_recipients:
        raise click.ClickException("backup_recipients is empty: make a key with `backup-key`, or say --plain")
    sealed_copies.check_recipients(desk.settings)
    path = target / sealed_copies.name_of(now, sealed=sealed) if folder else target
    if path.exists():
        raise click.ClickException(f"{path} exists already")
    try:
        with sealed_copies.scratch(desk.folder) as place:
            copy = place / "desk.db"
            _copy(desk, copy)
            if sealed:
                sealed_copies.seal(copy, path, desk.settings)
            else:
                sealed_copies.copy_private(copy, path)
        gone = _tidy(desk, target) if folder else 0
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    _note_copy(desk)
    click.echo(f"{path} holds the database. The keys are NOT in it. Older copies deleted: {gone}.")


def _copy(desk: Desk, target: Path) -> None:
    """Copy the database as it is at one moment; without what no copy may bring back."""
    if desk.settings.url.startswith(SQLITE):
        with closing(sqlite3.connect(sqlite_path(desk))) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        _leave_out(target)
        return
    from bullying_desk.commands.moving import copy_whole
    from bullying_desk.migrating import migrate

    made, snapshot = Database(f"{SQLITE}{target}").engine, {"isolation_level": "REPEATABLE READ"}
    migrate(made)
    with desk.database.engine.connect().execution_options(**snapshot) as live:
        be_patient(live)
        copy_whole(live, made, LEFT_OUT)
        be_patient(live, False)
    made.dispose()
    _leave_out(target)


def _tidy(desk: Desk, folder: Path) -> int:
    """Put the marks of what was destroyed beside the copies, and delete the copies that are too old."""
    if (marks := desk.folder / tombstones.NAME).exists():
        sealed_copies.copy_private(marks, folder / tombstones.NAME)
    return sealed_copies.forget_old(folder, desk.clock.today())


def _note_copy(desk: Desk) -> None:
    """Write down when the copy was made. Before an update the database may be older than the program: then not."""
    database = Database(desk.settings.url)
    try:
        if is_current(database.engine):
            with database.transaction() as session:
                night.note_copy(session, desk.clock.now())
    except OperationalError as error:
        click.echo(f"The copy is made; when it was could not be noted: {type(error).__name__}", err=True)
    finally:
        database.engine.dispose()


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the database that is there.")
@click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the secret key for copies; without it the key is asked for.",
)
@click.pass_obj
def restore(desk: Desk, source: Path, yes: bool, identity: Path | None) -> None:
    """Restore a copy. Stop the service first. The keys must be the ones the copy was made with.

    On SQLite the copy takes the place of the database that is there. On PostgreSQL the database must be empty.
    """
    desk.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sealed_copies.scratch(desk.folder) as place:
        copy = sealed_copies.opened(source, place, identity)
        if not is_sound(copy):
            raise click.ClickException(f"{source} is damaged or no database; nothing was changed")
        if desk.settings.url.startswith(SQLITE):
            _replace(desk, copy, yes)
        else:
            _fill(desk, copy, place)
    click.echo("Restored. Run `bullying-desk migrate` before anything else: it brings the copy to the newest shape and")
    click.echo("destroys again what was destroyed since the copy was made. Then `bullying-desk doctor`, then start.")


def is_sound(copy: Path) -> bool:
    """Whether a file is a SQLite database without damage."""
    try:
        with closing(_opened(copy)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _replace(desk: Desk, copy: Path, yes: bool) -> None:
    """Put a copy in the place of the SQLite file."""
    from bullying_desk.retention import returning

    target = sqlite_path(desk)
    if target.exists() and not yes:
        raise click.ClickException(f"{target} is there already; say --yes to replace it")
    known = checked_keys(desk, copy)
    refuse_while_open(target)
    if known is not None:
        supply(desk.settings.keys, known.salt, known.former)
    for leftover in ("-wal", "-shm"):
        Path(f"{target}{leftover}").unlink(missing_ok=True)
    returning.was_restored(desk.folder)
    sealed_copies.copy_private(copy, target)
    _leave_out(target)  # a copy that was not made by `backup` holds them


def _fill(desk: Desk, copy: Path, place: Path) -> None:
    """Put a copy into an empty PostgreSQL database, in one transaction."""
    from bullying_desk.commands.moving import NotTheSame, copy_whole
    from bullying_desk.migrating import migrate
    from bullying_desk.retention import returning

    there, newest = Database(desk.settings.url), place / "newest.db"
    if there.others():
        raise click.ClickException("the database is in use: stop the service everywhere first")
    known = checked_keys(desk, copy)
    shutil.copyfile(copy, newest)
    _leave_out(newest)
    here = Database(f"{SQLITE}{newest}")
    migrate(here.engine)
    migrate(there.engine)
    if known is not None:
        supply(desk.settings.keys, known.salt, known.former)
    try:
        with here.engine.connect() as source:
            copy_whole(source, there.engine, LEFT_OUT)
    except NotTheSame as error:
        raise click.ClickException(f"the database is not empty: {error} holds other rows than the copy") from error
    finally:
        here.engine.dispose()
        there.engine.dispose()
    returning.was_restored(desk.folder)


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


def checked_keys(desk: Desk, source: Path) -> KeptKeys | None:
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
