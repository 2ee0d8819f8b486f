"""Paths through the programme: what to teach in which order, for a year, a week, a start, or after an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.vocabulary import BANDS
from bullying_desk.schooldays import HORIZON, SchoolCalendar

SUBSTITUTE: Final = "vertretung"


@dataclass(frozen=True, slots=True)
class Path:
    """One path: lessons by letter and number, with what to know before; `band` is a key of BANDS or empty.

    `week`: one lesson for each day of a week.
    """

    id: str
    title: str
    short: str
    band: str
    codes: tuple[str, ...]
    text: str
    notes: tuple[str, ...] = ()
    week: bool = False

    @property
    def planned(self) -> bool:
        """Whether this is a row of lessons for a school year or a week, not for a need of the day."""
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
            f"{number:02d}  {lesson.title} ({lesson.learners}, {lesson.minutes} Minuten)"
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
            row.get("woche", False),
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


_WEEK: Final = timedelta(days=7)
_FULL: Final = 4  # school days; in a shorter week a lesson falls out too easily
_SUMMER: Final = 5 * _WEEK
_WEEKS: Final = 120  # from before the last summer to behind the next but one


def year_plan(count: int, today: date, calendar: SchoolCalendar) -> list[date]:
    """Return a Monday for each of `count` lessons, spread evenly over the school weeks up to the summer holidays.

    A week counts with four school days or more. The first week after the summer and the last two before it are left
    out. The plan is for the next school year where fewer than two weeks are left for each lesson. It is empty where the
    school holidays are not known.
    """
    for weeks in _school_years(today, calendar):
        if count and len(weeks) >= 2 * count:
            return [weeks[number * len(weeks) // count] for number in range(count)]
    return []


def _school_years(today: date, calendar: SchoolCalendar) -> list[list[date]]:
    """Return the Mondays that are left for lessons in this school year, and those of the next; only whole years."""
    monday = today - today.weekday() * timedelta(days=1) - 2 * _SUMMER
    years: list[list[date]] = [[]]
    last = monday
    for week in (monday + number * _WEEK for number in range(_WEEKS)):
        if week > HORIZON - _WEEK:
            break
        if sum(calendar.is_school_day(week + timedelta(days=day)) for day in range(5)) < _FULL:
            continue
        if week - last > _SUMMER:
            years.append([])
        elif week > today:
            years[-1].append(week)
        last = week
    return [year[:-2] for year in years[:-1]]


def by_band(lessons: Iterable[Lesson]) -> dict[str, list[Lesson]]:
    """Sort lessons into the bands of grades they are made for; a lesson can be in several."""
    known = list(lessons)
    return {band: [lesson for lesson in known if set(lesson.grades) & set(grades)] for band, grades in BANDS.items()}
