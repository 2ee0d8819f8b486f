"""One command asks, writes the settings, shows the papers for the safe, and ends with `doctor`."""

from __future__ import annotations

import re

import pytest

from bullying_desk.commands.setup import QUESTIONS, TELLING
from bullying_desk.config import load_settings
from bullying_desk.keyring import load_keys
from tests.operations.conftest import Kept, Operator, keep_copies

pytestmark = pytest.mark.sqlite
ANSWERS = {
    "base_url": "https://portal.stadt.example",
    "operator_name": 'Stadt "Muster" – Amt 40',
    "operator_address": "Musterplatz 1, 44137 Dortmund",
    "operator_email": "portal@stadt.example",
    "operator_phone": "0231 0",
    "privacy_officer": "Viktor Hoffmann",
    "accessibility_email": "portal@stadt.example",
    "mail_from": "portal@stadt.example",
    "smtp_host": "mail.stadt.example",
}
PAPERS = "y\ny\n"


def _typed(**others: str) -> str:
    """Return what a person types; an empty line takes what is usual."""
    return "".join(f"{others.get(each.name, ANSWERS.get(each.name, ''))}\n" for each in QUESTIONS)


def test_an_empty_folder_lacks_only_people_afterwards(operator: Operator) -> None:
    done = operator.run("setup", "--offline", typed=_typed() + PAPERS)
    left = [line for line in done.output.splitlines() if line.startswith("- ")]
    assert [re.sub(r"[:(].*", "", line).strip() for line in left] == [
        "- the last drill was never made",
        "- the night work",
        "- the newest copy is missing",
        "- no school has joined",
    ], done.output
    settings, keys = load_settings(operator.folder), load_keys(operator.folder / "keys")
    assert {name: getattr(settings, name) for name in ANSWERS} == ANSWERS
    assert settings.trusted_proxies == 1
    assert (operator.folder / "settings.toml").stat().st_mode & 0o077 == 0
    assert keys.pepper.printed() in done.output
    secret = re.search(r"AGE-SECRET-KEY-1\S+", done.output)
    assert secret is not None
    assert not [
        path for path in operator.folder.rglob("*") if path.is_file() and secret[0].encode() in path.read_bytes()
    ]
    assert settings.backup_recipients[0].startswith("age1")


def test_it_ends_green_where_people_are_there(operator: Operator, kept: Kept) -> None:
    keep_copies(kept)
    kept.stop()
    operator.done("tick")
    done = operator.run("setup", "--offline", typed=_typed() + PAPERS)
    assert done.exit_code == 0, done.output
    assert "All is well" in done.output


def test_what_is_wrong_is_asked_again_and_what_was_answered_stays(operator: Operator) -> None:
    wrong = {
        "service_name": "Mobbing-Melder\nLindenbank",
        "base_url": "http://x\nhttps://mobbing-hilfe.example\nhttps://portal.stadt.example",
        "operator_email": "niemand\nportal@stadt.example",
        "municipality": "Dortmund\n05913000",
        "smtp_host": "mail server\nmail.stadt.example",
    }
    done = operator.run("setup", "--offline", typed=_typed(**wrong) + "n\n")  # and then somebody is looking
    assert done.exit_code == 1
    for words in ("must not tell what it is for", "begins with https://", "mail address is needed", "eight digits"):
        assert words in done.output
    assert "AGE-SECRET-KEY" not in done.output
    path = operator.folder / "settings.toml"
    path.write_text("# our own remark\n" + path.read_text("utf-8"), "utf-8")
    again = operator.run("setup", "--offline", typed=PAPERS)
    assert "Name of the service" not in again.output
    assert "AGE-SECRET-KEY" in again.output
    assert path.read_text("utf-8").startswith("# our own remark\n")
    third = operator.run("setup", "--offline", typed="")
    assert "AGE-SECRET-KEY" not in third.output  # the key is made once


def test_every_setting_that_doctor_needs_is_asked_for() -> None:
    from bullying_desk.commands.doctor import NEEDED

    assert set(NEEDED) <= {each.name for each in QUESTIONS}
    assert not TELLING.search("https://lindenbank.stadt.example")
