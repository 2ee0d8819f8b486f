"""The commands of whoever writes lessons: `lessons check`, `lessons build`, `lessons new`."""

from __future__ import annotations

import sys

import click

from bullying_desk.config import instance_folder
from bullying_desk.lessons.checks import check_source
from bullying_desk.lessons.checks.programme import check_programme
from bullying_desk.lessons.loader import load_programme
from bullying_desk.lessons.problems import errors


@click.group("lessons")
def lessons_cli() -> None:
    """Das Unterrichtsprogramm: prüfen, bauen, neue Stunde anlegen."""


@lessons_cli.command("check")
@click.argument("ids", nargs=-1)
def check(ids: tuple[str, ...]) -> None:
    """Alle Stunden prüfen, oder nur die genannten."""
    programme = load_programme(instance_folder())
    problems = list(programme.problems)
    for lesson in programme.lessons:
        problems += check_source(lesson)
    problems += check_programme(programme.lessons)
    if ids:
        problems = [problem for problem in problems if problem.file.parent.name in ids]
    for problem in sorted(problems):
        click.echo(str(problem))
    wrong = errors(problems)
    click.echo(f"{len(programme.lessons)} Stunden gelesen, {len(wrong)} Fehler, {len(problems) - len(wrong)} Hinweise")
    sys.exit(1 if wrong else 0)
