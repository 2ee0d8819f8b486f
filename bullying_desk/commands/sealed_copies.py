"""Copies as files: sealed to the people who may open them, with a checksum beside, and deleted in time.

The format is age (age-encryption.org/v1) with X25519 recipients, by the library pyrage. `backup_recipients` holds the
public halves. The secret half is on paper or on a stick in the safe and never on this machine, except for a drill.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import IO

import click

from bullying_desk.clock import BERLIN
from bullying_desk.config import Settings
from bullying_desk.erasing.default_periods import BACKUPS_LIVE

SEALED = b"age-encryption.org/"
NAMES = re.compile(r"desk-(\d{4}-\d{2}-\d{2})-\d{4}\.db(\.age)?")
LEFT = "copy-"  # how a scratch folder begins; one that a broken command left behind goes after a day
DAY = 24 * 3600


def name_of(now: datetime, *, sealed: bool) -> str:
    """Return the name of a copy in a folder of copies."""
    return f"desk-{now.astimezone(BERLIN):%Y-%m-%d-%H%M}.db{'.age' if sealed else ''}"


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give a folder beside the database for a copy that is not sealed; it is deleted at the end."""
    for old in folder.glob(f"{LEFT}*"):
        if old.is_dir() and old.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=LEFT, dir=folder) as made:
        yield Path(made)


def check_recipients(settings: Settings) -> None:
    """Refuse a recipient that is no public half of an age key, before anything is copied."""
    _recipients(settings)


def seal(copy: Path, target: Path, settings: Settings) -> None:
    """Seal a file to all recipients, and write its checksum beside it, as `sha256sum -c` reads it."""
    import pyrage

    part = target.with_name(f"{target.name}.part")
    with copy.open("rb") as plain, _new(part) as sealed:
        pyrage.encrypt_io(plain, sealed, _recipients(settings))
        sealed.flush()
        os.fsync(sealed.fileno())
    part.replace(target)
    # The name as the system has it: it may hold umlauts, or bytes that are no text.
    Path(f"{target}.sha256").write_bytes(f"{_checksum(target)}  ".encode() + os.fsencode(target.name) + b"\n")


def is_sealed(path: Path) -> bool:
    """Whether a file is one in the age format."""
    with path.open("rb") as file:
        return file.read(len(SEALED)) == SEALED


def checksum_holds(path: Path) -> bool | None:
    """Whether a file is as it was written; None where no checksum is beside it."""
    beside = Path(f"{path}.sha256")
    return beside.read_bytes()[:64] == _checksum(path).encode() if beside.exists() else None


def opened(path: Path, place: Path, identity: Path | None) -> Path:
    """Return a copy that can be read: the file itself, or what was sealed in it, in the scratch folder `place`.

    Without `identity` (a file with the secret half) the secret half is asked for, as it is on the paper.
    """
    if not is_sealed(path):
        return path
    import pyrage

    target = place / "opened.db"
    key = _identity(identity)
    try:
        with path.open("rb") as sealed, _new(target) as plain:
            pyrage.decrypt_io(sealed, plain, [key])
    except (pyrage.DecryptError, OSError) as error:
        raise click.ClickException(f"{path} is not sealed to this key, or is damaged; nothing was changed") from error
    return target


def forget_old(folder: Path, today: date) -> int:
    """Delete the copies of a folder that are older than the privacy notice allows. Returns how many."""
    gone = 0
    for path in sorted(folder.iterdir()):
        known = NAMES.fullmatch(path.name)
        if known is not None and date.fromisoformat(known[1]) < today - timedelta(days=BACKUPS_LIVE):
            path.unlink()
            Path(f"{path}.sha256").unlink(missing_ok=True)
            gone += 1
    return gone


@click.command("backup-key")
@click.confirmation_option(prompt="The secret half will be shown on this screen. Is nobody else looking?")
def backup_key() -> None:
    """Make a key pair for copies. The secret half goes into the safe and is kept nowhere; the other into the settings.

    Keep it apart from the paper with the pepper: who has a copy, this key and the pepper can guess offline.
    """
    secret, public = new_key()
    click.echo(f"For the safe:      {secret}")
    click.echo(f'For settings.toml: backup_recipients = ["{public}"]')


def new_key() -> tuple[str, str]:
    """Return the secret and the public half of a new key pair for copies."""
    from pyrage import x25519

    made = x25519.Identity.generate()
    return str(made), str(made.to_public())


def _recipients(settings: Settings) -> list[object]:
    import pyrage

    try:
        return [pyrage.x25519.Recipient.from_str(each) for each in settings.backup_recipients]
    except pyrage.RecipientError as error:
        raise click.ClickException("backup_recipients: one of them is not the public half of an age key") from error


def _identity(path: Path | None) -> object:
    import pyrage

    try:
        typed = path.read_text("ascii") if path is not None else click.prompt("The key for copies", hide_input=True)
        lines = [line.strip() for line in typed.splitlines() if line.strip() and not line.startswith("#")]
        return pyrage.x25519.Identity.from_str("".join(lines[:1]).upper())
    except (pyrage.IdentityError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException("that is no key for copies: it begins with AGE-SECRET-KEY-1") from error


def copy_private(source: Path, target: Path) -> None:
    """Copy a file into one that nobody else can open, from its first byte on."""
    with source.open("rb") as file, _new(target) as copy:
        shutil.copyfileobj(file, copy)


def _new(path: Path) -> IO[bytes]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)  # a file that was there keeps its mode otherwise
    return os.fdopen(handle, "w+b")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
