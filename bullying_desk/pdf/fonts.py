"""The fonts of every print, and which signs they hold."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final

#: Freely licensed fonts (OFL-1.1) that ship as Python packages.
FONT_PACKAGES: Final = ("fontpkg-atkinson-hyperlegible", "fontpkg-ibm-plex-sans-arabic", "fontpkg-noto-sans")
# What they hold: Latin, Greek, Cyrillic, Arabic, punctuation, currency. For one sign without a shape typst refuses
# the whole print (PDF/UA-1, 7.21.7).
NO_SHAPE: Final = re.compile(
    r"[^\u0020-\u007e\u00a0-\u017f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"
    r"\u0400-\u045f\u0490-\u0491\u060c\u061b\u061f\u0621-\u063a\u0641-\u0652\u0660-\u0669\u067e\u0686\u0698\u06a9\u06af\u06cc"
    r"\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2026\u2030\u2039\u203a\u20ac\u2122]"
)


@cache
def font_folders() -> tuple[str, ...]:
    """Return the folders typst finds the fonts in."""
    return tuple(str(files(package.replace("-", "_")).joinpath("files")) for package in FONT_PACKAGES)


@cache
def programs() -> tuple[str, ...]:
    """Return each program and font that a print is made with, with its version."""
    return tuple(f"{name}={version(name)}" for name in ("typst", "pypandoc_binary", *FONT_PACKAGES))
