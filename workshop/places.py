"""Where things lie in the project, and how the workshop speaks and starts programs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
CACHE = ROOT / ".cache"


StrPath: TypeAlias = str | Path


class WorkshopRefused(Exception):
    """Something the workshop needs is missing or in the way; the message says what to do."""


def say(message: str) -> None:
    """Print one line at once, so that it stands before the output of the program started next."""
    print(message, flush=True)


def complain(message: str) -> None:
    """Print one line on the error stream at once."""
    print(message, file=sys.stderr, flush=True)


def run(command: Sequence[StrPath], *, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    """Run a program in the project's folder and return its exit code; `quiet` shows output only on failure."""
    words = [str(word) for word in command]
    environment = {**os.environ, **(env or {})}
    if not quiet:
        return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode
    done = subprocess.run(
        words, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        complain(f"$ {' '.join(words)}\n{done.stdout}")
    return done.returncode


def fingerprint(files: Iterable[Path], *extra: str) -> str:
    """Return one hash over the contents of files and some words; a missing file counts as empty."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name}:{len(content)}:".encode() + content)
    for word in extra:
        digest.update(f"{len(word)}:{word}".encode())
    return digest.hexdigest()


def instance_folder(given: str | None) -> Path:
    """Name the folder of the data: the given one, else `BULLYING_DESK_INSTANCE`, else `instance` in the project."""
    return Path(given or os.environ.get("BULLYING_DESK_INSTANCE") or ROOT / "instance").expanduser().resolve()


def in_ci() -> bool:
    """Whether this is a machine that decides: there, what could not be checked counts as failed."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


_lists_are_fresh = False


def apt_install(*packages: str) -> bool:
    """Install Debian packages where we are root on Debian; return whether that worked."""
    global _lists_are_fresh
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if not _lists_are_fresh:
        say("  reading Debian's package lists …")
        _lists_are_fresh = run(["apt-get", "update", "-q"], env=quiet, quiet=True) == 0
    say(f"  installing Debian's {', '.join(packages)} …")
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    return run(command, env=quiet, quiet=True) == 0
