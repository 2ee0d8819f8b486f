"""Babel's way into the files of texts. pyproject.toml names `extract` for the YAML files of the program."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from bullying_desk.texts.files import TextFile

PACKAGE = Path(__file__).parents[1]
Found = tuple[int, str | None, str, list[str]]


def extract(
    fileobj: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Yield line, no function name, text and comments of every text for people in a YAML file (Babel's interface)."""
    file = file_of(Path(fileobj.name))
    for said in file.said() if file is not None else ():
        yield said.line, None, said.text, list(said.comments)


def file_of(path: Path) -> TextFile[Any] | None:
    """Return the text file that the module next to a YAML file declares as `FILE`; None where there is none."""
    if not path.with_suffix(".py").exists():
        return None
    place = path.resolve().relative_to(PACKAGE.parent).with_suffix("")
    declared = getattr(importlib.import_module(".".join(place.parts)), "FILE", None)
    return declared if isinstance(declared, TextFile) else None
