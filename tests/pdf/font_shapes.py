"""Writes down which signs the fonts of the prints hold, so that no page has to read 40 MB of fonts to know it.

`python -m tests.pdf.font_shapes` after the font packages have changed; a test says when.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from bullying_desk.pdf import fonts


def shapes() -> str:
    """Return a line for each family that prints use: its name, then its signs as ranges of numbers in base 16."""
    held: dict[str, set[int]] = {}
    for folder in fonts.font_folders():
        for path in sorted([*Path(folder).glob("*.[ot]tf"), *Path(folder).glob("*.ttc")]):
            if "Italic" not in path.name:  # no print slants a person's words
                for face in _faces(path):
                    name, signs = str(face["name"].getBestFamilyName()), set(face.getBestCmap())
                    held[name] = held.get(name, signs) & signs  # what every weight holds
    return "".join(f"{name}\t{_ranges(signs)}\n" for name, signs in ((each, held[each]) for each in fonts.FAMILIES))


def _faces(path: Path) -> list[Any]:
    from fontTools.ttLib import TTCollection, TTFont

    return list(TTCollection(path, lazy=True)) if path.suffix == ".ttc" else [TTFont(path, lazy=True)]


def _ranges(signs: set[int]) -> str:
    found: list[list[int]] = []
    for sign in sorted(signs):
        if found and sign == found[-1][1] + 1:
            found[-1][1] = sign
        else:
            found.append([sign, sign])
    return " ".join(f"{first:x}" if first == last else f"{first:x}-{last:x}" for first, last in found)


if __name__ == "__main__":
    Path(str(files("bullying_desk.pdf") / fonts.SHAPES)).write_text(shapes(), "utf-8")
