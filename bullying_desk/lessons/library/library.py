"""The lessons as the website holds them: read once, read again when a build has made new ones.

A city's own lesson appears only after `lessons build` has checked it; shipped lessons were checked before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from markupsafe import Markup

from bullying_desk.lessons.building.build import FOLDER, INDEX, Built, built_file, read_index
from bullying_desk.lessons.building.html import render
from bullying_desk.lessons.format.blocks import Block
from bullying_desk.lessons.format.loader import Programme, load_programme, with_fallback
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.library.catalogue import Catalogue
from bullying_desk.web.request import Kept, services, settings

_lock = Lock()


@dataclass(frozen=True, slots=True)
class Download:
    """A file to give out."""

    path: Path
    size: int
    sha256: str


@dataclass(slots=True)
class Library:
    """All lessons, their built files, and the pages written so far."""

    instance: Path
    stamp: tuple[int, ...]
    catalogue: Catalogue
    built: dict[str, Built]
    pages: dict[tuple[str, str], Markup] = field(default_factory=dict)

    def html(self, lesson: Lesson, name: str, blocks: tuple[Block, ...], level: int) -> Markup:
        """Return a text of a lesson as HTML, written once; `name` is the text's name within its lesson."""
        key = (lesson.id, name)
        if key not in self.pages:
            # nh3 has cleaned it: `render` lets no tag through that is not on its list.
            self.pages[key] = Markup(render(lesson, blocks, level))  # noqa: S704
        return self.pages[key]

    def download(self, lesson_id: str, ending: str) -> Download | None:
        """Return a download of a lesson (`pdf`, `docx`, `odt`, `sheets`, `letter`), None where there is none."""
        built = self.built.get(lesson_id)
        if built is None:
            return None
        path = built_file(self.instance, lesson_id, built, ending)
        if path is None or not path.is_file():
            return None
        made = built.files[ending]
        return Download(path, made.size, made.sha256)


def _stamp(instance: Path) -> tuple[int, ...]:
    try:
        status = (instance / FOLDER / INDEX).stat()
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_ino)


def open_library(instance: Path, known: Library | None) -> Library:
    """Return the library; it is read again only when a build has finished since."""
    stamp = _stamp(instance)
    if known is not None and known.stamp == stamp:
        return known
    with _lock:
        built = read_index(instance)
        programme = load_programme(instance)
        return Library(instance, stamp, Catalogue(_fit(programme, built)), built)


def _fit(programme: Programme, built: dict[str, Built]) -> list[Lesson]:
    unchecked = {
        lesson.folder.name
        for lesson in programme.lessons
        if lesson.own and not (lesson.id in built and built[lesson.id].own)
    }
    return with_fallback(programme, unchecked)


#: The lessons as they are held between two builds.
LIBRARY: Final[Kept[Library | None]] = Kept(lambda: None)


def library() -> Library:
    """Return the lessons of this program; they are read again after a build."""
    found = open_library(settings().instance, services().kept(LIBRARY))
    services().keep(LIBRARY, found)
    return found
