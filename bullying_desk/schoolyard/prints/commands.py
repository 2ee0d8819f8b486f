"""The operator prints for all schools at once: one ZIP a school, by two child processes.

Exit codes: 0 done · 1 refused, or some schools could not be printed · 2 called wrongly.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.produce import produce_zip
from bullying_desk.pdf.sandbox import confine
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.membership import SchoolUnknown, find_school
from bullying_desk.schoolyard.prints import editions
from bullying_desk.schoolyard.prints.addresses import AddressMissing
from bullying_desk.schoolyard.prints.facts import Facts, gather
from bullying_desk.schoolyard.prints.kit import EVERYTHING, PLACES, in_languages
from bullying_desk.texts.catalogues import GERMAN, TRANSLATED

_WORKERS = 2
_QUEUE = 6  # orders in hand at a time: memory stays the same for a village and for a city


class Desk(Protocol):
    """What `ctx.obj` brings."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def settings(self) -> Settings: ...


@click.command("print-kit")
@click.argument("schools", nargs=-1)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("druck"),
    help="Folder for the ZIP files, one a school. Default: ./druck",
)
@click.option(
    "--language",
    "languages",
    type=click.Choice([each.code for each in (GERMAN, *TRANSLATED)]),
    multiple=True,
    default=[GERMAN.code],
    help="Language of what pupils and parents read. May be given several times. Default: de",
)
@click.pass_obj
def print_kit(desk: Desk, schools: tuple[str, ...], folder: Path, languages: tuple[str, ...]) -> None:
    """Make the print kit of SCHOOLS (keys or Schulnummern), or of every school that takes part."""
    orders = _orders(desk, schools, languages)
    if not orders:
        raise click.ClickException("Keine Schule macht mit: nichts zu drucken.")
    folder.mkdir(parents=True, exist_ok=True)
    failed = _print({key: job.order for key, job in orders.items()}, folder, lambda key: _note(desk, orders[key]))
    for key, reason in sorted(failed.items()):
        click.echo(f"{key}: {reason}", err=True)
    click.echo(f"{len(orders) - len(failed)} von {len(orders)} Schulen gedruckt nach {folder}.")
    sys.exit(1 if failed else 0)


@dataclass(frozen=True, slots=True)
class Job:
    """A school's kit to be printed, and the hashes by which its page knows later whether a print is still true."""

    school_id: int
    edition: date
    order: Order
    marks: dict[str, str]


def _orders(desk: Desk, wanted: tuple[str, ...], codes: tuple[str, ...]) -> dict[str, Job]:
    with desk.database.transaction(write=False) as session:
        chosen = [_found(session, each) for each in wanted] or list(
            session.scalars(select(School).where(School.state == SchoolState.JOINED).order_by(School.key))
        )
        try:
            return {each.key: _job(desk, session, each, codes) for each in chosen}
        except KeyError as code:
            raise click.ClickException(f"In dieser Sprache gibt es noch keine Drucke: {code}") from code
        except AddressMissing as missing:
            raise click.ClickException("Es fehlt die Adresse des Dienstes: `base_url` in settings.toml.") from missing


def _job(desk: Desk, session: Session, school: School, codes: tuple[str, ...]) -> Job:
    settings, today, everything = desk.settings, desk.clock.today(), (*EVERYTHING, PLACES)

    def gathered() -> Facts:
        return gather(session, school, settings.service_name, settings.base_url, today)

    order = in_languages(gathered, codes, everything)
    return Job(school.id, today, order, editions.marks_of(gathered(), everything, codes))


def _note(desk: Desk, job: Job) -> None:
    with desk.database.transaction() as session:
        editions.note(session, job.school_id, job.edition, job.marks)


def _found(session: Session, key_or_number: str) -> School:
    try:
        return find_school(session, key_or_number)
    except SchoolUnknown as unknown:
        raise click.ClickException(f"Es gibt keine Schule mit Schlüssel oder Schulnummer {unknown}.") from unknown


def _print(orders: dict[str, Order], folder: Path, printed: Callable[[str], None]) -> dict[str, str]:
    """Print with a progress bar, telling `printed` of each; return those that could not be printed, with the reason."""
    failed: dict[str, str] = {}
    waiting = iter(sorted(orders.items()))
    running: dict[Future[bytes], str] = {}
    with (
        ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn"), initializer=confine) as pool,
        click.progressbar(length=len(orders), label="Drucken", file=sys.stderr) as bar,
    ):
        while True:
            for key, order in waiting:
                running[pool.submit(produce_zip, order)] = key
                if len(running) >= _QUEUE:
                    break
            if not running:
                return failed
            done, _rest = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                key = running.pop(future)
                bar.update(1)
                error = future.exception()
                if error is None:
                    (folder / f"{key}.zip").write_bytes(future.result())
                    printed(key)
                else:
                    failed[key] = f"{type(error).__name__}: {error}"
