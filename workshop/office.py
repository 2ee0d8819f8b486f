"""Other programs open the files we make: LibreOffice the office files, poppler the prints."""

from __future__ import annotations

import shutil

from workshop.places import apt_install, complain


def ensure() -> None:
    """Install LibreOffice's writer and poppler where we may. Without them some tests cannot run, and say so."""
    if shutil.which("soffice") is None and not apt_install("libreoffice-writer-nogui"):
        complain("LibreOffice is not installed (on Debian: apt-get install libreoffice-writer-nogui).")
    if shutil.which("pdftoppm") is None and not apt_install("poppler-utils"):
        complain("poppler is not installed (on Debian: apt-get install poppler-utils).")
