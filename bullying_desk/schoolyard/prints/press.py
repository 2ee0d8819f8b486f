"""The press: typst and pandoc in a short-lived child process, never in the web process.

The child sees no setting and no key of the instance: it gets the order on its standard input and a bare environment.
PDFs are made in its memory alone, so that what stands on a slip never lies in a file; pandoc works in a private folder
that is gone when it ends. `python -m bullying_desk.schoolyard.prints.press` is the child.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import bullying_desk

_SECONDS: Final = 60
_AT_ONCE: Final = threading.BoundedSemaphore(2)  # two cores; a third coordinator waits
_PATIENCE: Final = 20.0
_NO_PACKAGES: Final = os.devnull  # typst looks for packages under it and finds no folder
_ROOT: Final = Path(bullying_desk.__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Order:
    """What the child makes: typst sources and pandoc trees by file name, pictures, a time stamp in seconds."""

    sheets: dict[str, str] = field(repr=False)
    trees: dict[str, str] = field(repr=False)
    pictures: dict[str, str] = field(repr=False)
    stamp: int


class PressFailed(Exception):
    """typst or pandoc refused, or took too long; the message names no school."""


class PressBusy(Exception):
    """Two others print at this moment; try again."""


def press(order: Order) -> dict[str, bytes]:
    """Return the files of an order, made in a child process. Raises PressFailed, PressBusy."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise PressBusy
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bullying_desk.schoolyard.prints.press"],
            input=json.dumps(asdict(order)).encode(),
            env=_environment(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise PressFailed("it took too long") from late
    finally:
        _AT_ONCE.release()
    if done.returncode:
        raise PressFailed(f"the child ended with {done.returncode}")
    return unpacked(done.stdout)


def _environment() -> dict[str, str]:
    """Return the few variables the child needs; the instance's own settings and passwords are none of them."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"}


def make(order: Order) -> dict[str, bytes]:
    """Make the files of an order in this process; only for a child. Raises lessons.produce.ProductionFailed."""
    from bullying_desk.lessons.building import produce  # typst and pandoc: only where they are used

    pictures = {name: data.encode() for name, data in order.pictures.items()}
    made = {name: _pdf(sheet, pictures, order.stamp) for name, sheet in sorted(order.sheets.items())}
    if order.trees:
        made |= produce.produce(produce.Order({}, order.trees, {}, (), order.stamp))
    return made


def _pdf(sheet: str, pictures: dict[str, bytes], stamp: int) -> bytes:
    """Set one print as tagged PDF/UA, from memory to memory: no file, no package, no font of the machine."""
    import typst

    from bullying_desk.lessons.building.produce import ProductionFailed

    try:
        pdf = typst.compile(
            {"main.typ": sheet.encode(), **pictures},
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=stamp,
            package_path=_NO_PACKAGES,
            package_cache_path=_NO_PACKAGES,
        )
    except Exception as error:  # typst raises its own class and RuntimeError
        raise ProductionFailed(str(error)) from error
    if not isinstance(pdf, bytes):
        raise ProductionFailed("typst made no file")
    return pdf


@cache
def _fonts() -> Any:
    """Read the letters once for all prints of a process."""
    import typst

    from bullying_desk.lessons.building.produce import font_folders

    return typst.Fonts(include_system_fonts=False, font_paths=list(font_folders()))


def packed(files: dict[str, bytes]) -> bytes:
    """Return files as a ZIP, in order of name, with fixed times: the same prints give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            target.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def zip_of(order: Order) -> bytes:
    """Return an order's prints as a ZIP. It stands here so that a child of the command loads nothing of the desk."""
    return packed(make(order))


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP that `packed` made."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def main() -> None:
    """Be the child: read an order, write a ZIP."""
    order = Order(**json.load(sys.stdin.buffer))
    sys.stdout.buffer.write(packed(make(order)))


if __name__ == "__main__":
    main()
