"""Paths through the programme: what to teach in which order, for a grade, a start, or after an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.vocabulary import BANDS

SUBSTITUTE: Final = "vertretung"


@dataclass(frozen=True, slots=True)
class Path:
    """One path: lessons by letter and number, with what to know before; `band` is a key of BANDS or empty."""

    id: str
    title: str
    short: str
    band: str
    codes: tuple[str, ...]
    text: str
    notes: tuple[str, ...] = ()

    @property
    def yearly(self) -> bool:
        """Whether this is a row of lessons for a whole year, not for a need of the day."""
        return bool(self.band) or self.id.startswith("kollegium")

    def lessons(self, lessons: Iterable[Lesson]) -> list[Lesson]:
        """Return the lessons of the path in its order; the path for substitutes takes every lesson marked for it."""
        if self.id == SUBSTITUTE:
            return sorted((one for one in lessons if one.substitute), key=lambda one: (one.grades, one.code))
        known = {lesson.code: lesson for lesson in lessons}
        return [known[code] for code in self.codes if code in known]

    def readme(self, steps: list[Lesson]) -> str:
        """Return the text file in the download of the path."""
        rows = [
            f"{number:02d}  {lesson.title} ({lesson.grade_words}, {lesson.minutes} Minuten)"
            for number, lesson in enumerate(steps, 1)
        ]
        return "\r\n".join(
            [
                self.title,
                "",
                self.short,
                "",
                self.text,
                "",
                *(f"- {note}" for note in self.notes),
                "",
                *rows,
                "",
                "Frei nach CC BY-SA 4.0",
                "",
            ]
        )


@lru_cache(maxsize=1)
def all_paths() -> tuple[Path, ...]:
    """Return the paths in the order of the page; the one for substitutes is made from the lessons themselves."""
    rows = yaml.safe_load(files("bullying_desk.lessons").joinpath("paths.yml").read_text("utf-8"))
    found = [
        Path(
            row["id"],
            row["titel"],
            row["kurz"],
            str(row["band"]),
            tuple(row["stunden"]),
            row["text"],
            tuple(row.get("hinweise", ())),
        )
        for row in rows
    ]
    cover = Path(
        SUBSTITUTE,
        "Vertretung: nur mit der Tafel",
        "45 Minuten ohne Kopien, auch für jemanden, der die Klasse nicht kennt.",
        "",
        (),
        "Alle Stunden hier haben Schutzstufe 1. Wie es ohne Kopien geht, steht bei jeder Stunde oben im Kasten.",
    )
    return (*found, cover)


def by_band(lessons: Iterable[Lesson]) -> dict[str, list[Lesson]]:
    """Sort lessons into the bands of grades they are made for; a lesson can be in several."""
    known = list(lessons)
    return {band: [lesson for lesson in known if set(lesson.grades) & set(grades)] for band, grades in BANDS.items()}
