"""Packs the lessons of a path into one download: PDF and Word files in the order to teach them, and a note."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.paths import Path as LessonPath

PATHS: Final = "reihen"
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_ENDINGS: Final = ("pdf", "docx")


def path_file(built: Path, path_id: str) -> Path:
    """Return the path of a path's download; `built` is the folder of all downloads."""
    return built / PATHS / f"{path_id}.zip"


def zip_paths(built: Path, paths: Iterable[LessonPath], lessons: list[Lesson], folders: dict[str, Path]) -> None:
    """Write the download of every path; `folders` has the folder of each lesson's files."""
    for path in paths:
        steps = [lesson for lesson in path.lessons(lessons) if lesson.id in folders]
        target = path_file(built, path.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".new")
        with zipfile.ZipFile(fresh, "w") as archive:
            _put(archive, "LIESMICH.txt", path.readme(steps).encode("utf-8"))
            for number, lesson in enumerate(steps, start=1):
                for ending in _ENDINGS:
                    source = folders[lesson.id] / f"{lesson.id}.{ending}"
                    if source.is_file():
                        _put(archive, f"{number:02d}-{source.name}", source.read_bytes())
        os.replace(fresh, target)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file with a fixed time, so that the same lessons give the same download."""
    info = zipfile.ZipInfo(name, _ZIP_TIME)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)
