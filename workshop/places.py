"""Where things are in the project, and how the tools print and start programs."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
CACHE = ROOT / ".cache"
TOOK_TOO_LONG = 124


StrPath: TypeAlias = str | Path


class WorkshopRefused(Exception):
    """Something the workshop needs is missing or in the way; the message says what to do."""


def say(message: str) -> None:
    """Print one line at once, before the output of the program started next."""
    print(message, flush=True)


def complain(message: str) -> None:
    """Print one line on the error stream at once."""
    print(message, file=sys.stderr, flush=True)


def run(
    command: Sequence[StrPath],
    *,
    env: dict[str, str] | None = None,
    quiet: bool = False,
    seconds: float | None = None,
) -> int:
    """Run a program in the project's folder and return its exit code.

    `quiet` shows its output only on failure. After `seconds` it is told to stop, and the code is TOOK_TOO_LONG.
    """
    words = [str(word) for word in command]
    output, errors = (subprocess.PIPE, subprocess.STDOUT) if quiet else (None, None)
    with subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=output, stderr=errors, text=True
    ) as process:
        try:
            printed, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _stop(process)
            complain(f"$ {' '.join(words)}\nstopped after {seconds:.0f} seconds")
            return TOOK_TOO_LONG
        except BaseException:
            _stop(process)
            raise
    if quiet and process.returncode != 0:
        complain(f"$ {' '.join(words)}\n{printed}")
    return process.returncode


def _stop(process: subprocess.Popen[str]) -> None:
    """Tell a program to stop as Ctrl-C does, so that it can clear up; after 30 seconds end it."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()


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
    """Whether this is a CI machine: there, what could not be checked counts as failed."""
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
