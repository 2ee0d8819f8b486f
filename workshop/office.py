"""LibreOffice, which opens some of the lessons' office files: another program than the one that made them."""

from __future__ import annotations

import shutil

from workshop.places import apt_install, complain


def ensure() -> None:
    """Install LibreOffice's writer where we may; without it one test is skipped, and says so."""
    if shutil.which("soffice") is None and not apt_install("libreoffice-writer-nogui"):
        complain("LibreOffice is not installed (on Debian: apt-get install libreoffice-writer-nogui).")
