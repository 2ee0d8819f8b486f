"""Trying a copy out: whether a file is whole, and whether a city could go on from it.

The drill restores a copy into a scratch folder, never into the instance. There it destroys again what was destroyed
since, checks the trail and every right, files a test report and opens it with its six words. Nothing of that remains,
except the date.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bullying_desk.audit.verifying import verify
from bullying_desk.commands import sealed_copies
from bullying_desk.commands.console import SQLITE
from bullying_desk.commands.keeping import LEFT_OUT, checked_keys, is_sound
from bullying_desk.database import Database
from bullying_desk.erasing import tombstones
from bullying_desk.migrating import migrate
from bullying_desk.notices import night
from bullying_desk.reports import opening
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.mailbox.mailbox import find_report
from bullying_desk.reports.models import Report
from bullying_desk.reports.readers.routing import NobodyCanRead, ReaderChoice, Wish
from bullying_desk.retention import returning
from bullying_desk.rights import head
from bullying_desk.rights.checking import attach
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt
from bullying_desk.sealing.slow_hash import SlowHashGate

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

SAID = "Probe einer Sicherung."
_identity = click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the secret key for copies; without it the key is asked for.",
)
_copy = click.argument("copy", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command("verify-backup")
@_copy
@_identity
@click.option("--unopened", is_flag=True, help="Compare a sealed copy with its checksum only; needs no key.")
@click.pass_obj
def verify_backup(desk: Desk, copy: Path, identity: Path | None, unopened: bool) -> None:
    """Check that a copy is whole: its checksum, its seal, its pages and references, and that the keys here fit it."""
    if (holds := sealed_copies.checksum_holds(copy)) is False:
        raise click.ClickException(f"{copy} is not as it was written: its checksum differs")
    if unopened:
        if holds is None:
            raise click.ClickException(f"no checksum is beside {copy}")
        click.echo("The file is as it was written. Its content was not looked at.")
        return
    with _restored(desk, copy, identity) as place:
        with closing(sqlite3.connect(place / "desk.db")) as found:
            rows = found.execute("SELECT count(*) FROM report").fetchone()[0]
        click.echo(f"The copy is whole, and the keys of this instance fit it. Reports: {rows}.")


@click.command()
@_copy
@_identity
@click.pass_obj
def drill(desk: Desk, copy: Path, identity: Path | None) -> None:
    """Try a copy out, once a month: restore it into a scratch folder, and file and open a test report there.

    The instance itself stays as it is. `doctor` says when the last drill is more than 35 days ago.
    """
    with _restored(desk, copy, identity) as place:
        outcome = _try_out(desk, place)
    if outcome.problems:
        raise click.ClickException("the city could not go on from this copy: " + "; ".join(outcome.problems))
    with desk.database.transaction() as session:
        night.note_drill(session, desk.clock.now(), desk.clock.today())
    click.echo(f"The copy holds: {outcome.reports} reports. Trail and rights are whole. Erased again: {outcome.again}.")
    click.echo("A test report was filed in the scratch folder and opened with its six words. The folder is deleted.")


@dataclass
class Outcome:
    """What a drill found."""

    problems: list[str]
    reports: int = 0
    again: int = 0


@contextmanager
def _restored(desk: Desk, copy: Path, identity: Path | None) -> Iterator[Path]:
    """Give a scratch folder with the copy in it, opened and found whole. Raises ClickException where it is not."""
    with sealed_copies.scratch(desk.folder) as place:
        opened = sealed_copies.opened(copy, place, identity)
        if not is_sound(opened):
            raise click.ClickException(f"{copy} is damaged or no database")
        checked_keys(desk, opened)
        shutil.copyfile(opened, place / "desk.db")
        with closing(sqlite3.connect(place / "desk.db")) as found:
            if found.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise click.ClickException(f"{copy} has rows that point at nothing")
            if any(found.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in LEFT_OUT):  # noqa: S608
                raise click.ClickException(f"{copy} holds sessions or mails: `backup` did not make it")
        yield place


def _try_out(desk: Desk, place: Path) -> Outcome:
    """Bring the copy to the newest shape, as `restore` and `migrate` do, and use it."""
    layer, database = desk.keys.pepper_layer, Database(f"{SQLITE}{place / 'desk.db'}")
    try:
        migrate(database.engine)
        attach(database, layer, place)
        if (marks := desk.folder / tombstones.NAME).exists():
            shutil.copyfile(marks, place / tombstones.NAME)
        again = returning.finish_restoring(database, layer, place, desk.clock.now())
        with database.transaction(write=False) as session:
            reports = session.scalar(select(func.count()).select_from(Report.__table__)) or 0
            fault = verify(session, layer).fault
            faults, _newest = head.look(session, {}, destroyed=tombstones.destroyed(session, layer))
        problems = [f"the trail is bent: {fault.kind.value}"] if fault is not None else []
        problems += [f"right in {each.kind}: {each.fault.value}" for each in faults]
        return Outcome(problems + _walk(desk, database), reports, again)
    except tombstones.TombstonesUnreadable as error:
        return Outcome([f"{error} is damaged"])
    except (SQLAlchemyError, SealingError, LookupError) as error:  # the kind only: a message may quote a row
        return Outcome([f"reading it fails with {type(error).__name__}"])
    finally:
        database.engine.dispose()


def _walk(desk: Desk, database: Database) -> list[str]:
    """File a report to the team of a school, and open it again as a child does: with six words and the salt."""
    words, layer = ReceiptWords.generate(), desk.keys.pepper_layer
    with database.transaction() as session:
        school = session.scalars(select(School).where(School.state == SchoolState.JOINED).limit(1)).first()
        if school is None:
            return ["no school has joined, so no report could be filed"]
        receipt = derive_receipt(words, desk.keys.receipt_salt, SlowHashGate(at_once=1), b"")
        answers = Answers(1, False, {"was": (), "text": SAID})
        sent = Submission(school.id, answers, NameGiven(), ReaderChoice(Wish.TEAM), LeftOut())
        try:
            file_report(session, layer, sent, receipt, desk.clock.now(), Terms())
        except NobodyCanRead:
            return [f"nobody could read a report at {school.name}"]
    with database.transaction(write=False) as session:
        again = derive_receipt(words, desk.keys.receipt_salt, SlowHashGate(at_once=1), b"")
        report = find_report(session, layer, again)
        secrets = opening.open_as_reporter(session, layer, again.key, report)
        read = opening.read_answers(session, secrets, report).said["text"]
    return [] if read == SAID else ["the test report came back with another text"]
