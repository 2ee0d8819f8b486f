"""An operator's commands for the register: import it, let a school join, pause, resume.

Exit codes: 0 done · 1 refused, with the reason · 2 wrong call.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Protocol

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.schools.models import School
from bullying_desk.schools.register import membership
from bullying_desk.schools.register.importing import ImportPlan, MunicipalityNotInFile, apply_import, plan_import
from bullying_desk.schools.register.membership import MembershipRefused, SchoolUnknown, find_school
from bullying_desk.schools.register.register_file import RegisterFileRefused, RegisterRow, read_register_file

EVERYWHERE = "all"
_LISTED = 20  # schools named one by one before „and … more“


class Desk(Protocol):
    """What `ctx.obj` brings."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def settings(self) -> Settings: ...


@click.command("import-schools")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--municipality",
    metavar="KEY",
    help="Gemeindeschlüssel, 8 digits; `all` for every municipality in the file. Default: the city of the settings.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask, not even before closing many schools.")
@click.pass_obj
def import_schools(desk: Desk, file: Path, municipality: str | None, dry_run: bool, yes: bool) -> None:
    """Read the official NRW school file: adds, updates, marks closed; never deletes, never joins."""
    if desk.settings.demo:
        raise click.ClickException("Eine Vorführung nimmt keine echten Schulen auf.")
    rows = _read(file)
    place = _municipality(municipality or desk.settings.municipality)
    with desk.database.transaction() as session:
        plan = _plan(session, rows, place)
        _show_plan(plan)
        if dry_run:
            click.echo("Probelauf: nichts geändert.")
            return
        if plan.closes_too_many and not yes:
            _ask_before_closing(plan)
        apply_import(session, plan, desk.clock.today())
        counts = {"added": len(plan.added), "changed": len(plan.changed), "closed": len(plan.closed)}
        record(session, Event.SCHOOLS_IMPORTED, desk.clock.now(), **counts)
    click.echo("Das Schulverzeichnis ist auf dem neuen Stand.")


def _read(file: Path) -> list[RegisterRow]:
    try:
        return read_register_file(file)
    except RegisterFileRefused as refused:
        raise click.ClickException(f"{file.name}, {refused}. Es wurde nichts geändert.") from refused
    except OSError as error:
        raise click.ClickException(f"{file.name}: {error.strerror}") from error


def _municipality(text: str) -> str | None:
    if text == EVERYWHERE:
        return None
    if not (len(text) == 8 and text.isdigit()):
        raise click.BadParameter("8 Ziffern oder `all`", param_hint="--municipality")
    return text


def _plan(session: Session, rows: list[RegisterRow], place: str | None) -> ImportPlan:
    try:
        return plan_import(session, rows, place)
    except MunicipalityNotInFile as missing:
        raise click.ClickException(
            f"Die Datei enthält keine Schule der Gemeinde {missing}. Es wurde nichts geändert."
        ) from missing


def asks_somebody() -> bool:
    """Say whether a person sits before the command, or a script runs it."""
    return sys.stdin.isatty()


def _ask_before_closing(plan: ImportPlan) -> None:
    question = f"{len(plan.closed)} Schulen würden geschlossen, das ist viel. Stimmt die Datei?"
    if not asks_somebody():
        raise click.ClickException(f"{question} Mit --yes bestätigen. Es wurde nichts geändert.")
    if not click.confirm(question):
        raise click.ClickException("Es wurde nichts geändert.")


def _show_plan(plan: ImportPlan) -> None:
    console = Console()
    table = Table(title="Schulverzeichnis", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for words, count in (
        ("Schulen", plan.schools),
        ("neu", len(plan.added)),
        ("geändert", len(plan.changed) - len(plan.reopened)),
        ("wieder offen", len(plan.reopened)),
        ("geschlossen", len(plan.closed)),
        ("unverändert", len(plan.unchanged)),
        ("Zeilen, die keine Schule sind", len(plan.no_schools)),
        ("schon aufgelöst, nicht aufgenommen", len(plan.dissolved)),
    ):
        table.add_row(words, str(count))
    console.print(table)
    _show_changes(console, plan)


def _show_changes(console: Console, plan: ImportPlan) -> None:
    lines = [f"geschlossen: {school.number} {school.shown_name}" for school in plan.closed]
    for changed in plan.changed:
        fields = "; ".join(field.words for field in changed.fields)
        state = "wieder offen" if changed.reopened else "geändert"
        lines.append(f"{state}: {changed.row.number} {changed.row.name}{' – ' + fields if fields else ''}")
    for line in lines[:_LISTED]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if len(lines) > _LISTED:
        console.print(f"… und {len(lines) - _LISTED} weitere")


def _school(session: Session, key_or_number: str) -> School:
    try:
        return find_school(session, key_or_number)
    except SchoolUnknown as unknown:
        raise click.ClickException(f"Es gibt keine Schule mit Schlüssel oder Schulnummer {unknown}.") from unknown


def _show_school(school: School, result: str) -> None:
    table = Table(show_header=False)
    for words, value in (
        ("Schule", school.shown_name),
        ("Schulnummer", school.number),
        ("Schlüssel", school.key),
        ("Stand", result),
    ):
        table.add_row(words, Text(value))  # as text: a name in square brackets is no markup
    Console().print(table)


@click.command()
@click.argument("school")
@click.option(
    "--date",
    "joined_on",
    prompt="Datum der Unterschrift (TT.MM.JJJJ)",
    type=click.DateTime(["%d.%m.%Y", "%Y-%m-%d"]),
    help="The day from which the school takes part.",
)
@click.option("--signatory", prompt="Wer hat für die Schule unterschrieben?", help="Who signed for the school.")
@click.pass_obj
def join(desk: Desk, school: str, joined_on: datetime, signatory: str) -> None:
    """Let SCHOOL (key or Schulnummer) take part: its contact point opens."""
    with desk.database.transaction() as session:
        found = _school(session, school)
        try:
            membership.join(session, found, joined_on.date(), signatory)
        except MembershipRefused as refused:
            raise click.ClickException(str(refused)) from refused
        record(session, Event.SCHOOL_JOINED, desk.clock.now(), subject=found.id)
        _show_school(found, f"macht mit seit {joined_on:%d.%m.%Y}, unterschrieben von {found.joined_signatory}")


@click.command()
@click.argument("school")
@click.option("--reason", prompt="Grund der Pause", help="Why the contact point rests; staff see it.")
@click.pass_obj
def pause(desk: Desk, school: str, reason: str) -> None:
    """Let the contact point of SCHOOL (key or Schulnummer) rest."""
    with desk.database.transaction() as session:
        found = _school(session, school)
        try:
            membership.pause(session, found, reason)
        except MembershipRefused as refused:
            raise click.ClickException(str(refused)) from refused
        record(session, Event.SCHOOL_PAUSED, desk.clock.now(), subject=found.id)
        _show_school(found, f"macht Pause: {found.paused_reason}")


@click.command()
@click.argument("school")
@click.pass_obj
def resume(desk: Desk, school: str) -> None:
    """Open the contact point of SCHOOL (key or Schulnummer) again after a pause."""
    with desk.database.transaction() as session:
        found = _school(session, school)
        try:
            membership.resume(session, found)
        except MembershipRefused as refused:
            raise click.ClickException(str(refused)) from refused
        record(session, Event.SCHOOL_RESUMED, desk.clock.now(), subject=found.id)
        _show_school(found, "macht wieder mit")
