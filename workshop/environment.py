"""Builds the folder `.venv` of the program: pinned libraries, each file checked against its hash."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from workshop.places import BIN, ROOT, VENV, StrPath, WorkshopRefused, apt_install, fingerprint, run, say

REQUIREMENTS = ROOT / "requirements"
FILES = {
    "run": [REQUIREMENTS / "build.txt", REQUIREMENTS / "run.txt"],
    "dev": [REQUIREMENTS / "dev.txt"],  # holds all of build.txt and run.txt, in the same versions
}
OLDEST = (3, 11)


def ensure(purpose: str) -> None:
    """Make `.venv` ready for a purpose, "run" or "dev"; quick where it already is.

    Raises WorkshopRefused where Python is too old, or pip can neither be found nor installed.
    """
    if sys.version_info[:2] < OLDEST:
        raise WorkshopRefused("This program needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")
    stamp = _stamp(purpose)
    if _is_ready(purpose, stamp):
        return
    _make_venv()
    say(f"Installing the libraries ({', '.join(path.name for path in FILES[purpose])}) …")
    arguments = [word for path in FILES[purpose] for word in ("-r", str(path))]
    _pip("install", "--require-hashes", "--prefer-binary", *arguments)
    # Without build isolation: the build tool is one of the hashed libraries, not an unchecked download.
    _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _stamp_file(purpose).write_text(stamp, "utf-8")


def _is_ready(purpose: str, stamp: str) -> bool:
    file = _stamp_file(purpose)
    return (
        file.is_file()
        and file.read_text("utf-8") == stamp
        and (BIN / "bullying-desk").exists()
        and (BIN / "python").exists()
    )


def _stamp_file(purpose: str) -> Path:
    return VENV / f"installed-{purpose}.stamp"


def _stamp(purpose: str) -> str:
    # The folder's own path counts: scripts of a moved project point at the old place.
    return fingerprint([*FILES[purpose], ROOT / "pyproject.toml"], str(ROOT))


def _make_venv() -> None:
    if _has_pip():
        return
    say("Making .venv …")
    if not _create() and not (apt_install("python3-venv") and _create()):
        _create_without_pip()


def _has_pip() -> bool:
    python = BIN / "python"
    return python.exists() and _works([str(python), "-m", "pip", "--version"])


def _create() -> bool:
    # Debian's Python without ensurepip leaves a half-made folder behind; it is deleted first.
    return _works([sys.executable, "-m", "venv", "--clear", str(VENV)]) and _has_pip()


def _create_without_pip() -> None:
    """Let any pip on this machine fill the folder, where ensurepip and Debian's python3-venv are missing."""
    pip = [sys.executable, "-m", "pip"]
    if not _works([*pip, "--version"]) and shutil.which("pip3"):
        pip = ["pip3"]
    made = _works([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    if made and _works([*pip, "--python", str(BIN / "python"), "install", "--quiet", "pip"]) and _has_pip():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    raise WorkshopRefused(
        "Python cannot make a virtual environment here: it has no ensurepip and no pip. "
        "Please install it, on Debian and Ubuntu with: apt-get install python3-venv"
    )


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _pip(*arguments: str) -> None:
    command: list[StrPath] = [BIN / "python", "-m", "pip", *arguments, "-qq", "--disable-pip-version-check"]
    if run(command) != 0:
        raise WorkshopRefused(
            "The libraries could not be installed. Is there a connection to a package index? The lines above tell more."
        )
