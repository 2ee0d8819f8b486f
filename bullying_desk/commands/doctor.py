"""`bullying-desk doctor`: a check of an instance, one line for each thing that must be mended."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import click

from bullying_desk.keyring import is_rotating
from bullying_desk.keyring.kept import compare

if TYPE_CHECKING:
    from bullying_desk.commands import Desk


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
    if is_rotating(settings.keys):
        problems.append("the pepper is being changed: stop the service and run `rotate-pepper` again to finish")
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
    from bullying_desk.commands.rights import rights_problems
    from bullying_desk.schooldays import runs_out
    from bullying_desk.schools.models import SchoolState

    problems = rights_problems(desk)
    with desk.database.transaction(write=False) as session:
        if not compare(session, desk.keys):
            problems.append("the database keeps no salt yet: run `bullying-desk migrate`")
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
