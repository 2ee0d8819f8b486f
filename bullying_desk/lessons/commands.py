"""The commands of a lesson's author: `lessons check`, `lessons build`, `lessons new`."""

from __future__ import annotations

import re
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from bullying_desk.config import instance_folder, load_settings
from bullying_desk.database import Database
from bullying_desk.lessons.building.build import Built, build, built_file, check_built, read_index
from bullying_desk.lessons.checks import check_programme, check_source
from bullying_desk.lessons.format.loader import Programme, load_programme, with_fallback
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.paths import all_paths
from bullying_desk.lessons.format.problems import Problem, errors
from bullying_desk.lessons.library.amb import publisher_of
from bullying_desk.lessons.library.feedback import PACE, WORKED, tallies


@click.group("lessons")
@click.option("--instance", type=click.Path(path_type=Path), help="Ordner der Stadt (sonst BULLYING_DESK_INSTANCE).")
@click.pass_context
def lessons_cli(context: click.Context, instance: Path | None) -> None:
    """Das Unterrichtsprogramm: prüfen, bauen, neue Stunde anlegen."""
    # Under `bullying-desk` the whole program has already chosen the folder.
    context.obj = instance_folder(instance or getattr(context.obj, "folder", None))


@lessons_cli.command("check")
@click.argument("ids", nargs=-1)
@click.option("--text", "only_text", is_flag=True, help="Nur die Texte prüfen, keine Dateien bauen.")
@click.pass_obj
def check(instance: Path, ids: tuple[str, ...], only_text: bool) -> None:
    """Alle Stunden prüfen, oder nur die genannten."""
    programme = load_programme(instance)
    problems = source_problems(programme)
    if not only_text:
        chosen = [lesson for lesson in _sound(programme, problems) if not ids or lesson.id in ids]
        problems += _built_problems(instance, programme, chosen)
    if ids:
        problems = [problem for problem in problems if problem.file.parent.name in ids]
    sys.exit(_tell(problems, len(programme.lessons)))


@lessons_cli.command("build")
@click.argument("ids", nargs=-1)
@click.option("--force", is_flag=True, help="Auch Stunden bauen, die noch Fehler haben.")
@click.pass_obj
def build_command(instance: Path, ids: tuple[str, ...], force: bool) -> None:
    """PDF, Word, ODT, Präsentation und Reihen vorab bauen; was schon da ist, bleibt."""
    programme = load_programme(instance)
    problems = source_problems(programme)
    sound = list(programme.lessons) if force else _sound(programme, problems)
    chosen = [lesson for lesson in sound if not ids or lesson.id in ids]
    for problem in errors(problems):
        if not ids or problem.file.parent.name in ids:
            click.echo(str(problem), err=True)
    refused = run_build(instance, sound, chosen)
    left_out = len(programme.lessons) - len(sound)
    click.echo(f"{len(chosen) - len(refused)} Stunden stehen bereit, {left_out + len(refused)} ausgelassen.")
    for name, reason in refused.items():
        click.echo(f"{name}: {reason}", err=True)
    sys.exit(1 if refused or left_out else 0)


@lessons_cli.command("new")
@click.argument("slug")
@click.pass_obj
def new(instance: Path, slug: str) -> None:
    """Eine neue Stunde im Ordner der Stadt anlegen, etwa: new c9-unsere-pause."""
    try:
        folder = write_skeleton(instance / "lessons", slug)
    except SlugRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{folder} ist angelegt. Schreiben Sie lesson.md, dann: lessons check {slug}")


@lessons_cli.command("feedback")
@click.pass_obj
def feedback(instance: Path) -> None:
    """Zeigen, wie Stunden angekommen sind: nur Zahlen."""
    with Database(load_settings(instance).url).session(write=False) as session:
        rows = tallies(session)
    for row in rows:
        worked = WORKED.get(row.worked, "nicht gesagt")
        click.echo(f"{row.lesson_id}: geklappt: {worked}; {PACE[row.pace]}: {row.count}")
    if not rows:
        click.echo("Noch keine Rückmeldung.")


def source_problems(programme: Programme) -> list[Problem]:
    """Run every check of the texts, lesson by lesson and over all."""
    problems = list(programme.problems)
    for lesson in programme.lessons:
        problems += check_source(lesson)
    return problems + check_programme(programme.lessons)


def run_build(instance: Path, known: list[Lesson], chosen: list[Lesson]) -> dict[str, str]:
    """Build with a progress bar; return the lessons that were refused, with the reason.

    Lessons that are known but not chosen keep their files.
    """
    settings = load_settings(instance)
    with click.progressbar(length=len(chosen), label="Unterricht bauen", file=sys.stderr) as bar:
        report = build(
            chosen,
            all_paths(),
            instance,
            publisher_of(settings, "").name,
            settings.base_url.rstrip("/"),
            progress=lambda _: bar.update(1),
            keep={lesson.id for lesson in known},
        )
    return report.refused


def _sound(programme: Programme, problems: list[Problem]) -> list[Lesson]:
    return with_fallback(programme, {problem.file.parent.name for problem in errors(problems)})


def _built_problems(instance: Path, programme: Programme, lessons: list[Lesson]) -> list[Problem]:
    refused = run_build(instance, list(programme.lessons), lessons)
    index = read_index(instance)
    found = []
    for lesson in lessons:
        if lesson.id in refused:
            found.append(
                Problem(lesson.folder / "lesson.md", 1, 7, refused[lesson.id], "den Text an dieser Stelle prüfen")
            )
        elif lesson.id in index:
            found += check_built(lesson, index[lesson.id].pages, _files(instance, lesson.id, index[lesson.id]))
    return found


def _files(instance: Path, lesson_id: str, built: Built) -> dict[str, bytes]:
    places = {ending: built_file(instance, lesson_id, built, ending) for ending in ("pdf", "docx", "odt", "pptx")}
    return {ending: place.read_bytes() for ending, place in places.items() if place is not None and place.is_file()}


def _tell(problems: list[Problem], count: int) -> int:
    here = Path.cwd()
    for problem in sorted(problems):
        click.echo(str(problem).replace(f"{here}/", "", 1))
    wrong = errors(problems)
    click.echo(f"{count} Stunden gelesen, {len(wrong)} Fehler, {len(problems) - len(wrong)} Hinweise")
    return 1 if wrong else 0


# Lays out the folder of a new lesson, so that a teacher starts from a form and not from an empty page.


_SLUG: Final = re.compile(r"([a-h])(\d{1,2})(-[a-z0-9]+)+")


class SlugRefused(Exception):
    """The name is no address of a lesson, or exists already; the message says what to do."""


def write_skeleton(folder: Path, slug: str, today: date | None = None) -> Path:
    """Write a new lesson folder and return it.

    Raises SlugRefused when the name does not fit or the folder exists.
    """
    match = _SLUG.fullmatch(slug)
    if match is None:
        raise SlugRefused(
            "Der Name braucht Buchstabe A–H, Nummer und Wörter: c9-unsere-pause (a–z, 0–9, Bindestriche)."
        )
    target = folder / slug
    if target.exists():
        raise SlugRefused(f"{target} gibt es schon.")
    day = (today or date.today()).isoformat()
    base = files("bullying_desk.lessons").joinpath("skeleton")
    target.mkdir(parents=True)
    guide = folder / "ANLEITUNG.md"
    if not guide.exists():
        guide.write_text(base.joinpath("ANLEITUNG.md").read_text("utf-8"), "utf-8")
    for name in ("lesson.md", "ab1.md", "loesung.md", "elternbrief.md"):
        text = base.joinpath(name).read_text("utf-8")
        text = text.replace("{id}", slug).replace("{modul}", match.group(1).upper()).replace("{nr}", match.group(2))
        (target / name).write_text(text.replace("{heute}", day), "utf-8")
    return target
