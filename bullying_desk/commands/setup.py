"""`bullying-desk setup`: from an empty folder to an instance that lacks only people.

It asks for each setting that is missing, writes them, makes tables and keys, shows the two papers for the safe, and
ends with `doctor`. Broken off, it is called again: what was answered stays.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from bullying_desk.commands import main, migrate, sealed_copies
from bullying_desk.config import ENVIRONMENT_PREFIX

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

# Such a word in the address stands in histories, DNS and filter logs: whoever reads those knows what a child looks for.
TELLING = re.compile(r"mobb|bull(?:y|ie)|gewalt|kummer|opfer|not(?:fall|ruf)|hilfe|sorgen|beschwer", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """One setting: what is asked, and what is wrong with an answer ("" where nothing is)."""

    name: str
    text: str
    wrong: Callable[[str], str]
    usual: str = ""


def _filled(answer: str) -> str:
    return "" if answer and "…" not in answer else "it must not stay empty"


def _mail(answer: str) -> str:
    return (
        ""
        if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", answer)
        else "a mail address is needed, like portal@stadt.example"
    )


def _address(answer: str) -> str:
    if not re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]{2,}", answer):
        return "it begins with https:// and ends with the name, like https://portal.stadt.example"
    return "the address must not tell what it is for: it stands in histories and logs" if TELLING.search(answer) else ""


def _neutral(answer: str) -> str:
    return _filled(answer) or ("the name must not tell what it is for" if TELLING.search(answer) else "")


def _number(answer: str) -> str:
    return "" if re.fullmatch(r"\d{8}", answer) else "the Gemeindeschlüssel has eight digits"


def _host(answer: str) -> str:
    return "" if re.fullmatch(r"[A-Za-z0-9.-]+", answer) else "the name of a server is needed, like mail.stadt.example"


QUESTIONS = (
    Question("service_name", "Name of the service, neutral", _neutral, "Lindenbank"),
    Question("base_url", "Address of the portal, neutral", _address),
    Question("city_name", "Name of the city", _filled, "Dortmund"),
    Question("municipality", "Gemeindeschlüssel of the city", _number, "05913000"),
    Question("operator_name", "Who runs it: name for the imprint", _filled),
    Question("operator_address", "Postal address", _filled),
    Question("operator_email", "Mail address of the operator", _mail),
    Question("operator_phone", "Telephone", _filled),
    Question("privacy_officer", "Data protection officer", _filled),
    Question("accessibility_email", "Mail address for barriers", _mail),
    Question("mail_from", "Mails are sent from", _mail),
    Question("smtp_host", "Mail server", _host),
    Question("smtp_user", "Its user, empty for none", lambda _answer: ""),
    Question("smtp_password", "Its password, empty for none", lambda _answer: ""),
)
ALWAYS: dict[str, Any] = {"trusted_proxies": 1}  # nginx of the guide stands in front


@click.command("setup")
@click.option("--offline", is_flag=True, help="Let `doctor` not ask the front server and the mail server.")
@click.pass_context
def setup(context: click.Context, offline: bool) -> None:
    """Set up an instance: ask for the settings, make tables and keys, show the papers for the safe, run `doctor`.

    What `doctor` still names at the end is for people: schools that join, coordinators, a first copy and its drill.
    """
    desk: Desk = context.obj
    desk.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = _known(desk)
    _write(desk, {name: value for name, value in ALWAYS.items() if name not in known})
    for question in QUESTIONS:
        if question.name not in known and ENVIRONMENT_PREFIX + question.name.upper() not in os.environ:
            _write(desk, {question.name: _ask(question)})
    context.invoke(migrate)
    if not desk.settings.backup_recipients:
        _papers(desk)
        desk.__dict__.pop("settings")  # they have one more line now
    doctor = main.get_command(context, "doctor")
    context.invoke(doctor, pepper_digits=None, offline=offline)  # type: ignore[arg-type]


def _known(desk: Desk) -> dict[str, Any]:
    path = desk.folder / "settings.toml"
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: {error}") from error


def _ask(question: Question) -> str:
    """Ask until the answer can be used."""
    hidden = question.name == "smtp_password"
    while True:
        answer = click.prompt(
            question.text, default=question.usual, show_default=bool(question.usual), hide_input=hidden
        )
        if not (wrong := question.wrong(answer.strip())):
            return str(answer.strip())
        click.echo(f"  {wrong}")


def _write(desk: Desk, more: dict[str, Any]) -> None:
    """Add lines to settings.toml; what stands there stays as it is, with its comments."""
    path = desk.folder / "settings.toml"
    text = path.read_text("utf-8") if path.exists() else ""
    lines = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in more.items())
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write((f"{text.rstrip()}\n" if text.strip() else "") + lines)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _papers(desk: Desk) -> None:
    """Show the pepper and a new key for copies, for two safes. Of the key only the public half is kept."""
    secret, public = sealed_copies.new_key()
    click.confirm("Two secrets will be shown on this screen. Is nobody else looking?", abort=True)
    click.echo(f"\nPaper 1, for the safe\n  {desk.settings.service_name}, {desk.settings.base_url}")
    click.echo(f"  Pepper {desk.keys.pepper_id}: {desk.keys.pepper.printed()}")
    click.echo(f"  Check digits: {desk.keys.pepper.check_digits()}")
    click.echo(f"\nPaper 2, for another safe and another person\n  Key for copies: {secret}\n")
    click.confirm("Are both on paper? A lost pepper loses every report, a lost key every copy.", abort=True)
    _write(desk, {"backup_recipients": [public]})
