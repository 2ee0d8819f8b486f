"""Commands for keeping an instance: a consistent copy, restoring it, and a check of its health."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import text

if TYPE_CHECKING:
    from bullying_desk.commands import Desk

# Rows that no backup holds: sessions would become valid again, the outbox holds invitation links.
LEFT_OUT = ("web_session", "held_post", "outbox_mail")


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(desk: Desk, target: Path) -> None:
    """Copy the database of a running instance, consistently, WITHOUT the keys and without any session.

    Keep the copy and the folder `keys/` in different places: together they can be attacked offline. For PostgreSQL
    use pg_dump with --exclude-table-data for web_session, held_post and outbox_mail.
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
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        try:
            sound = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            sound = False
    if not sound:
        raise click.ClickException(f"{source} is damaged or no database; nothing was changed")
    if target.exists() and not yes:
        raise click.ClickException(f"{target} is there already; say --yes to replace it")
    problem = _keys_do_not_fit(desk, source)
    if problem:
        raise click.ClickException(problem)
    _refuse_while_served(target)
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
    from bullying_desk.erasing.tombstones import MarksUnreadable
    from bullying_desk.retention import returning

    if not returning.is_unfinished(desk.folder):
        return
    try:
        layer = desk.keys.layer
        again = returning.finish_restoring(desk.database, layer, desk.folder, desk.clock.now())
    except MarksUnreadable as error:
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
    """Refuse while the service runs. On PostgreSQL only the operator can know, so the check is theirs."""
    if desk.settings.url.startswith("sqlite:"):
        _refuse_while_served(_sqlite_path(desk))


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


def _keys_do_not_fit(desk: Desk, source: Path) -> str:
    """Try the pepper on one tag of the copy: with wrong keys nobody could ever open anything."""
    from bullying_desk.sealing.directory import check_directory_tag
    from bullying_desk.sealing.format.errors import SealingError

    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        query = "SELECT id, public_half, directory_tag FROM person WHERE directory_tag IS NOT NULL LIMIT 1"
        try:
            row = copy.execute(query).fetchone()
        except sqlite3.DatabaseError:
            return "the copy is not from this program"
    if row is None:
        return ""
    try:
        check_directory_tag(desk.keys.layer, *row)
    except SealingError:
        return "the keys in this instance are not the ones the copy was made with; put the right keys back first"
    return ""


@click.command()
@click.option("--pepper-digits", help="The check digits from the safe, to compare with the pepper in use.")
@click.option("--offline", is_flag=True, help="Do not ask the front server which keys it agrees on.")
@click.pass_obj
def doctor(desk: Desk, pepper_digits: str | None, offline: bool) -> None:
    """Check the instance and say what is wrong. Exit code 1 if it must be mended before real children write."""
    problems: list[str] = []
    settings = desk.settings
    for name, value in (
        ("base_url", settings.base_url),
        ("operator_name", settings.operator_name),
        ("operator_address", settings.operator_address),
        ("operator_email", settings.operator_email),
        ("mail_from", settings.mail_from),
        ("smtp_host", settings.smtp_host),
    ):
        if not value:
            problems.append(f"setting {name} is empty")
    if not settings.tls:
        problems.append("tls is off: only a demonstration may run like this")
    for path in (settings.keys, *settings.keys.glob("*")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            problems.append(f"{path} can be read by others: chmod go-rwx")
    digits = desk.keys.pepper.check_digits()
    if pepper_digits is not None and pepper_digits.replace(" ", "") != digits.replace(" ", ""):
        problems.append("the pepper's check digits are not the ones from the safe")
    problems += _marks_problems(desk)
    problems += _database_problems(desk)
    problems += [] if offline else _line_problems(settings.base_url)
    for problem in problems:
        click.echo(f"- {problem}")
    if problems:
        raise SystemExit(1)
    click.echo(f"All is well. Check digits of the pepper: {digits}")


def _marks_problems(desk: Desk) -> list[str]:
    from bullying_desk.erasing import tombstones
    from bullying_desk.retention import returning

    problems = []
    try:
        tombstones.kept(desk.folder)
    except tombstones.MarksUnreadable as error:
        problems.append(
            f"{error} is damaged: put its newest copy back, or an old database may bring erased things back"
        )
    if returning.is_unfinished(desk.folder):
        problems.append("a copy was put back: run `bullying-desk migrate` before the service starts")
    return problems


def _database_problems(desk: Desk) -> list[str]:
    from bullying_desk.accounts.city.overview import school_lines
    from bullying_desk.schooldays import runs_out
    from bullying_desk.schools.models import SchoolState

    problems = []
    with desk.database.transaction(write=False) as session:
        session.execute(text("SELECT 1"))
        for line in school_lines(session, desk.settings.municipality):
            if line.state is SchoolState.JOINED and line.compared < 2:
                problems.append(f"{line.name} ({line.number}) has fewer than two readers")
    if ends := runs_out(desk.clock.today()):
        problems.append(f"school holidays are only known until {ends}: update the library `holidays`")
    return problems


def _line_problems(base_url: str) -> list[str]:
    from bullying_desk.commands.front_server import NotReached, offers_hybrid

    if not base_url.startswith("https://"):
        return []  # reported as a problem of its own: tls is off
    try:
        if offers_hybrid(base_url):
            return []
    except NotReached:
        return [f"nobody answers at {base_url} (`--offline` leaves this out)"]
    return ["the front server does not offer X25519MLKEM768: who records a connection today may open it one day"]


def _sqlite_path(desk: Desk) -> Path:
    prefix = "sqlite:///"
    if not desk.settings.url.startswith(prefix):
        raise click.ClickException("this command is for SQLite; PostgreSQL has pg_dump and pg_restore")
    return Path(desk.settings.url.removeprefix(prefix))
