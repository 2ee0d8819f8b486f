"""Where things are in the project, and how the tools print and start programs."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Running:
    """A program that runs. Its output goes into a file, where one was named; `cpu` is where its CPU seconds will be."""

    words: list[str]
    process: subprocess.Popen[str]
    output: Path | None
    cpu: Path | None

    def wait(self, seconds: float | None = None) -> int:
        """Return its exit code. After `seconds` it is told to stop, and the code is TOOK_TOO_LONG."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            complain(f"$ {' '.join(self.words)}\nstopped after {seconds:.0f} seconds")
            return TOOK_TOO_LONG
        except BaseException:
            self.stop()
            raise

    def printed(self) -> str:
        """Return what it has printed into its file so far."""
        return self.output.read_text("utf-8", "replace") if self.output is not None else ""

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of the program and of all that it started; 0 where it has not ended."""
        return float(self.cpu.read_text("utf-8")) if self.cpu is not None and self.cpu.is_file() else 0.0

    def stop(self) -> None:
        """Tell it to stop as Ctrl-C does, so that it can clean up; after 30 seconds tell it to end, then end it."""
        for number, seconds in ((signal.SIGINT, 30), (signal.SIGTERM, 10), (signal.SIGKILL, 10)):
            if self.process.poll() is not None:
                return
            self.process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=seconds)


def start(
    command: Sequence[StrPath],
    *,
    env: dict[str, str] | None = None,
    output: Path | None = None,
    cpu: Path | None = None,
) -> Running:
    """Start a program in the project's folder. Its output and its CPU seconds go into the named files."""
    words = [str(word) for word in command]
    whole = [sys.executable, "-m", "workshop.measuring", str(cpu), *words] if cpu is not None else words
    if cpu is not None:
        cpu.unlink(missing_ok=True)
    with ExitStack() as stack:
        file = stack.enter_context(output.open("w")) if output is not None else None
        process = subprocess.Popen(
            whole,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdout=file,
            stderr=subprocess.STDOUT if file else None,
            text=True,
        )
    return Running(words, process, output, cpu)


def run(
    command: Sequence[StrPath],
    *,
    env: dict[str, str] | None = None,
    quiet: bool = False,
    seconds: float | None = None,
) -> int:
    """Run a program in the project's folder and return its exit code.

    With `quiet` its output is shown only on failure. After `seconds` it is told to stop, and the code is TOOK_TOO_LONG.
    """
    with tempfile.TemporaryDirectory(prefix="desk-workshop-") as folder:
        running = start(command, env=env, output=Path(folder) / "output" if quiet else None)
        code = running.wait(seconds)
        if quiet and code != 0:
            complain(f"$ {' '.join(running.words)}\n{running.printed()}")
        return code


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
