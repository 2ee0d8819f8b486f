"""typst, from memory to memory: it reads no file of the machine, no font of the machine and no package."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Final

from bullying_desk.pdf.errors import ProductionFailed
from bullying_desk.pdf.fonts import FAMILIES, font_folders

# typst is imported only in the child process: the server holds 7 MB less.
_NO_PACKAGES: Final = os.devnull  # typst looks for packages under it and finds no folder
_PICTURE_DPI: Final = 200.0


def set_pdf(sheet: str, pictures: Mapping[str, str], stamp: int, data: str = "") -> bytes:
    """Return a sheet as tagged PDF (PDF/UA-1). `data` is its `sys.inputs.data`, never read as markup.

    Raises ProductionFailed, among others for a picture without alternative text (PDF/UA-1 refuses it).
    """
    inputs = {"sys_inputs": {"data": data}} if data else {}
    return _bytes_of("compile", sheet, pictures, pdf_standards=["ua-1"], timestamp=stamp, **inputs)


def draw_png(picture: str, pictures: Mapping[str, str]) -> bytes:
    """Return one of the SVG pictures as PNG: pandoc would want another program for it and leave the place empty.

    Raises ProductionFailed.
    """
    return _drawn(picture, pictures[picture])


@lru_cache(maxsize=128)  # most pictures stand in several lessons
def _drawn(name: str, picture: str) -> bytes:
    sheet = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        f'#set text(font: "Atkinson Hyperlegible")\n#image("{name}", width: 12cm)'
    )
    return _bytes_of("compile", sheet, {name: picture}, format="png", ppi=_PICTURE_DPI)


def values_of(sheet: str, pictures: Mapping[str, str], label: str) -> list[Any]:
    """Return the values a sheet has left at a label. Raises ProductionFailed."""
    found = _called("query", sheet, pictures, selector=label, field="value")
    values: list[Any] = json.loads(found)
    return values


def missing_families() -> list[str]:
    """Return the families of prints that typst does not find. Raises ModuleNotFoundError for a missing package."""
    there = set(_fonts().families())
    return [family for family in FAMILIES if family not in there]


def _bytes_of(work: str, sheet: str, pictures: Mapping[str, str], **more: Any) -> bytes:
    made = _called(work, sheet, pictures, **more)
    if not isinstance(made, bytes):
        raise ProductionFailed("typst made no file")
    return made


def _called(work: str, sheet: str, pictures: Mapping[str, str], **more: Any) -> Any:
    import typst

    sources = {"main.typ": sheet.encode(), **{name: text.encode() for name, text in pictures.items()}}
    try:
        return getattr(typst, work)(
            sources,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=_NO_PACKAGES,
            package_cache_path=_NO_PACKAGES,
            **more,
        )
    except Exception as error:  # typst raises its own class and RuntimeError
        raise ProductionFailed(str(error)) from error


@cache
def _fonts() -> Any:
    """Read the fonts once for all prints of a process."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=list(font_folders()))
