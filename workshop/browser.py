"""The tools of the browser tests: Debian's Chromium, axe for accessibility, the W3C's checker for broken HTML."""

from __future__ import annotations

import os
import shutil

from workshop.places import CACHE, ROOT, VENV, StrPath, WorkshopRefused, apt_install, fingerprint, run, say

SOURCE = ROOT / "tests" / "browser" / "support"
HOME = CACHE / "browser-checks"
AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
VNU = HOME / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same engine without the browser's own windows: a new context costs 0.15 CPU seconds instead of 1.3 (Chromium 156).
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")


def tools() -> dict[str, str]:
    """Install what is missing, and return the paths of both browsers as environment variables.

    Pages are walked in Chromium's shell without windows where Debian has it, else in the whole browser. What a browser
    remembers of forms is looked up in the whole one. Raises WorkshopRefused with everything that is missing and cannot
    be installed.
    """
    whole = os.environ.get("BULLYING_DESK_WHOLE_CHROMIUM") or _program(BROWSERS, "chromium", "fonts-dejavu-core")
    shell = os.environ.get("BULLYING_DESK_CHROMIUM") or _shell() or whole
    _program(("java",), "default-jre-headless")
    _program(("npm",), "nodejs", "npm")
    _make_driver_run()
    _install_checkers()
    return {"BULLYING_DESK_CHROMIUM": shell, "BULLYING_DESK_WHOLE_CHROMIUM": whole}


def _shell() -> str | None:
    found = _first(SHELLS)
    return _first(SHELLS) if found is None and apt_install(SHELLS[0]) else found


def _program(names: tuple[str, ...], *packages: str) -> str:
    found = _first(names)
    if found is None and apt_install(*packages):
        found = _first(names)
    if found is None:
        raise WorkshopRefused(f"{names[0]} is not installed (on Debian: apt-get install {' '.join(packages)}).")
    return found


def _first(names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := shutil.which(name))), None)


def _make_driver_run() -> None:
    """Make sure that Playwright's own driver starts; slim machines lack a library that it needs."""
    driver = next(VENV.glob("lib/python*/site-packages/playwright/driver/node"))
    command: list[StrPath] = [driver, "--version"]
    if run(command, quiet=True) != 0 and not (apt_install("libatomic1") and run(command, quiet=True) == 0):
        raise WorkshopRefused("Playwright's driver does not start; the lines above tell why.")


def _install_checkers() -> None:
    """Install the two checkers from the pinned list; npm compares each with its hash and runs no script of theirs."""
    files = [SOURCE / "package.json", SOURCE / "package-lock.json"]
    stamp, mark = fingerprint(files), HOME / "installed.stamp"
    if mark.is_file() and mark.read_text("utf-8") == stamp:
        return
    say("Installing axe-core and vnu-jar …")
    HOME.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, HOME / file.name)
    command = ["npm", "ci", "--prefix", str(HOME), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if run(command, quiet=True) != 0:
        raise WorkshopRefused("The checkers axe-core and vnu-jar could not be installed from the package index of npm.")
    mark.write_text(stamp, "utf-8")
