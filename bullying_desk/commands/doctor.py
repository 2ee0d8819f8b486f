"""`bullying-desk doctor`: a check of an instance, one line for each thing that must be mended."""

from __future__ import annotations

import stat
from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from bullying_desk.config import Settings
from bullying_desk.keyring import is_rotating
from bullying_desk.keyring.kept import compare

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

NEEDED = (
    "base_url",
    "operator_name",
    "operator_address",
    "operator_email",
    "operator_phone",
    "privacy_officer",
    "accessibility_email",
    "mail_from",
    "smtp_host",
)
SOON = timedelta(days=30)


@click.command()
@click.option("--pepper-digits", help="The check digits from the safe, to compare with the pepper in use.")
@click.option("--offline", is_flag=True, help="Do not ask the front server and the mail server.")
@click.pass_obj
def doctor(desk: Desk, pepper_digits: str | None, offline: bool) -> None:
    """Check the instance and say what is wrong. Exit code 1 if it must be mended before real children write."""
    settings = desk.settings
    problems = [*_settings_problems(settings), *_security_txt_problems(settings, desk.clock.today())]
    for path in (settings.keys, *settings.keys.glob("*")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            problems.append(f"{path} can be read by others: chmod go-rwx")
    digits = desk.keys.pepper.check_digits()
    if pepper_digits is not None and pepper_digits.replace(" ", "") != digits.replace(" ", ""):
        problems.append("the pepper's check digits are not the ones from the safe")
    if is_rotating(settings.keys):
        problems.append("the pepper is being changed: stop the service and run `rotate-pepper` again to finish")
    problems += _marks_problems(desk)
    problems += _font_problems()
    problems += _copies_problems(desk)
    problems += _database_problems(desk)
    problems += [] if offline else [*_line_problems(settings.base_url), *_mail_problems(settings)]
    for problem in problems:
        click.echo(f"- {problem}")
    if problems:
        raise SystemExit(1)
    click.echo(f"All is well. Check digits of the pepper: {digits}")


def _settings_problems(settings: Settings) -> list[str]:
    """Name what is empty, or still holds the dots of the guide."""
    problems = []
    for name in NEEDED:
        if not getattr(settings, name):
            problems.append(f"setting {name} is empty")
    for each in fields(settings):
        if isinstance(value := getattr(settings, each.name), str) and ("…" in value or "..." in value):
            problems.append(f"setting {each.name} still holds the dots of the guide")
    if not settings.tls:
        problems.append("tls is off: only a demonstration may run like this")
    if not settings.trusted_proxies:
        problems.append("trusted_proxies is 0: behind nginx all callers count as one network")
    if settings.database_url.startswith("postgresql") and settings.limits_storage.startswith("memory:"):
        problems.append("limits_storage is memory: more than one process would count abuse each for itself")
    if settings.limits_storage.startswith(("redis", "valkey")):
        problems += _limits_problems(settings.limits_storage)
    return problems


def _security_txt_problems(settings: Settings, today: date) -> list[str]:
    if not settings.security_contact:
        return []
    until = settings.security_until
    if until is None:
        return ["security_contact needs security_expires: without a day there is no /.well-known/security.txt"]
    if until < today + SOON:
        return [f"/.well-known/security.txt ends on {until}: set a later security_expires"]
    return []


def _limits_problems(storage: str) -> list[str]:
    from limits.errors import ConfigurationError
    from limits.storage import storage_from_string

    try:
        return [] if storage_from_string(storage).check() else ["the store of limits does not answer"]
    except ConfigurationError:
        return ["limits_storage needs the package `redis`: pip install -r requirements/shared.txt"]


def _mail_problems(settings: Settings) -> list[str]:
    from bullying_desk.notices import delivery

    if not settings.smtp_host:
        return []  # told as an empty setting
    failure = delivery.try_server(settings)
    return [f"the mail server refuses us: {failure}"] if failure else []


def _font_problems() -> list[str]:
    """Name missing fonts: without them prints in Arabic, Turkish or Cyrillic fail, or are set from other letters."""
    from bullying_desk.pdf import typesetting

    install = "pip install -r requirements/run.txt"
    try:
        return [f"the font {family} of prints is missing: {install}" for family in typesetting.missing_families()]
    except ModuleNotFoundError as missing:
        return [f"the package {missing.name} of prints is missing: {install}"]


def _marks_problems(desk: Desk) -> list[str]:
    from bullying_desk.erasing import tombstones
    from bullying_desk.retention import returning

    problems = []
    try:
        tombstones.kept(desk.folder)
    except tombstones.TombstonesUnreadable as error:
        problems.append(
            f"{error} is damaged: put its newest copy back, or an old database may bring erased things back"
        )
    if returning.is_unfinished(desk.folder):
        problems.append("a copy was put back: run `bullying-desk migrate` before the service starts")
    return problems


def _copies_problems(desk: Desk) -> list[str]:
    """Name what is missing for going on after a lost machine. `watch` tells people when the last copy is old."""
    from bullying_desk.commands import sealed_copies
    from bullying_desk.notices.running import running

    problems = []
    try:
        sealed_copies.check_recipients(desk.settings)
    except click.ClickException as error:
        problems.append(error.message)
    if not desk.settings.backup_recipients:
        problems.append("setting backup_recipients is empty: `bullying-desk backup-key` makes a key for copies")
    with desk.database.transaction(write=False) as session:
        known = running(session, desk.clock.now())
    drilled = known.last.drilled_on if known.last is not None else None
    if known.drill_is_old:
        when = f"was on {drilled}" if drilled is not None else "was never made"
        problems.append(f"the last drill {when}: try the newest copy out with `bullying-desk drill`")
    for left in desk.folder.glob("*.moved"):
        problems.append(f"{left} holds everything from before the move, also what is erased since: delete it")
    return problems


def _database_problems(desk: Desk) -> list[str]:
    from bullying_desk.accounts.city.overview import school_lines
    from bullying_desk.commands.rights import rights_problems
    from bullying_desk.commands.watching import alarms
    from bullying_desk.schooldays import runs_out
    from bullying_desk.schools.models import SchoolState

    problems = rights_problems(desk)
    with desk.database.transaction(write=False) as session:
        if not compare(session, desk.keys):
            problems.append("the database keeps no salt yet: run `bullying-desk migrate`")
        problems += [each.line for each in alarms(session, desk.folder, desk.clock.now())]
        lines = school_lines(session, desk.settings.municipality)
        if not any(line.state is SchoolState.JOINED for line in lines):
            problems.append("no school has joined: `bullying-desk join NUMBER`")
        for line in lines:
            if line.state is SchoolState.JOINED and line.compared < 2:
                problems.append(f"{line.name} ({line.number}) has fewer than two readers")
    if ends := runs_out(desk.clock.today()):
        problems.append(f"school holidays are only known until {ends}: update the library `holidays`")
    return problems


def _line_problems(base_url: str) -> list[str]:
    from bullying_desk.commands.watching import NotReached, offers_hybrid

    if not base_url.startswith("https://"):
        return []  # reported as a problem of its own: tls is off
    try:
        if offers_hybrid(base_url):
            return []
    except NotReached:
        return [f"nobody answers at {base_url} (`--offline` leaves this out)"]
    return ["the front server does not offer X25519MLKEM768: who records a connection today may open it one day"]
