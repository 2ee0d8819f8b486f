"""The fonts of every print: one for German text, and Noto for each script that a pupil may write."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final

#: Freely licensed fonts (OFL-1.1) that ship as Python packages, and the folder inside each.
FONT_PACKAGES: Final = {
    "fontpkg-atkinson-hyperlegible": "files",
    "fontpkg-fira-sans": "files",
    "fontpkg-ibm-plex-sans-arabic": "files",
    "fontpkg-noto-sans": "files",
    "manimgx-fonts": "",  # Noto for 20 more scripts, symbols, and emoji in black and white
    "manimgx-fonts-cjk": "",  # Noto for Chinese, Japanese and Korean
}
#: In the order in which typst tries them. All are named: of those that are not, it would try one alone for a letter.
FAMILIES: Final = (
    *("Atkinson Hyperlegible", "IBM Plex Sans Arabic", "Fira Sans", "Noto Sans", "Noto Sans Arabic"),
    *("Noto Sans Hebrew", "Noto Sans Armenian", "Noto Sans Georgian", "Noto Sans Ethiopic", "Noto Sans Thai"),
    *("Noto Sans Lao", "Noto Sans Khmer", "Noto Sans Myanmar", "Noto Sans Devanagari", "Noto Sans Bengali"),
    *("Noto Sans Gurmukhi", "Noto Sans Gujarati", "Noto Sans Oriya", "Noto Sans Tamil", "Noto Sans Telugu"),
    *("Noto Sans Kannada", "Noto Sans Malayalam", "Noto Sans Sinhala", "Noto Sans CJK SC", "Noto Emoji"),
    *("Noto Sans Symbols",),
)
#: The font of a language whose letters the first one lacks. A word is set from one font, not letter by letter from two.
OWN_FAMILY: Final = {"ar": "IBM Plex Sans Arabic", **dict.fromkeys(("tr", "uk", "ru", "bg"), "Fira Sans")}
#: Which signs each font holds; `tests/pdf/font_shapes.py` writes it.
SHAPES: Final = "shapes.txt"


@cache
def font_folders() -> tuple[str, ...]:
    """Return the folders typst finds the fonts in."""
    return tuple(str(files(name.replace("-", "_")).joinpath(inside)) for name, inside in FONT_PACKAGES.items())


def families_of(language: str) -> tuple[str, ...]:
    """Return the fonts of a print in a language (BCP 47), in the order in which typst tries them."""
    own = OWN_FAMILY.get(language, FAMILIES[0])
    return (own, *(family for family in FAMILIES if family != own))


@cache
def programs() -> tuple[str, ...]:
    """Return each program and font of a print, with its version."""
    return tuple(f"{name}={version(name)}" for name in ("typst", "pypandoc_binary", *FONT_PACKAGES))
