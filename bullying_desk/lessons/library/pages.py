"""The content of each page of the programme, as plain values for its template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from markupsafe import Markup

from bullying_desk.lessons.building.build import FOLDER
from bullying_desk.lessons.building.document import attribution, day_words, in_one_minute, on_sheet, scene_of
from bullying_desk.lessons.building.slides import BoardSlide, board_slides
from bullying_desk.lessons.building.zipping import path_file
from bullying_desk.lessons.checks.language import first_names
from bullying_desk.lessons.format.blocks import Block
from bullying_desk.lessons.format.model import Lesson, Phase, Sheet
from bullying_desk.lessons.format.paths import SUBSTITUTE, Path, all_paths, by_band, year_plan
from bullying_desk.lessons.format.vocabulary import EVIDENCE, MODULES
from bullying_desk.lessons.library.amb import Publisher, address
from bullying_desk.lessons.library.catalogue import Answer, Catalogue, Choice, Question, unknown_values, without_unknown
from bullying_desk.lessons.library.crisis import Reach, reach
from bullying_desk.lessons.library.library import Library
from bullying_desk.lessons.library.words import is_foreign
from bullying_desk.schooldays import SchoolCalendar

WEEKDAYS: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag")


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The list: the question, its choices, the answer, the lessons picked for sharing, the paths.

    While nothing is `asked`, all lessons stand in short `by_theme`, below the paths for a need of the day.
    `reach` has the help lines where the question speaks of danger; `unknown` holds (filter, value) that is no choice;
    `foreign` says that the words are in another script; `themes` are (key, name) to go on with.
    """

    question: Question
    choices: dict[str, list[Choice]]
    answer: Answer
    picked: tuple[Lesson, ...]
    asked: bool
    by_theme: tuple[tuple[str, list[Lesson]], ...]
    needs: tuple[Path, ...]
    plans: tuple[Path, ...]
    total: int
    narrow: bool
    offered: dict[str, str]
    reach: Reach | None
    unknown: tuple[tuple[str, str], ...]
    foreign: bool
    themes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A phase with the minutes it begins and ends at, and its place on the ruler (720 units wide)."""

    phase: Phase
    start: int
    end: int
    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson to plan with; the texts are clean HTML."""

    lesson: Lesson
    names: str
    minute: list[tuple[str, str]]
    rows: list[Row]
    about: Markup
    before: Markup
    course: list[tuple[str, Markup]]
    trouble: Markup
    home: Markup
    reflection: Markup
    sources: Markup
    evidence: str
    downloads: dict[str, str]
    pages: int
    attribution: str
    updated: str
    changes: list[tuple[str, str, str]]
    near: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A lesson on the board: large words, phase by phase, each with its pictures or tables as HTML."""

    lesson: Lesson
    slides: list[tuple[BoardSlide, Markup]]


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """The sheets of a lesson as pupils read them; no solutions. (anchor, heading, HTML)"""

    lesson: Lesson
    sheets: list[tuple[str, str, Markup]]
    download: bool


@dataclass(frozen=True, slots=True)
class PathPage:
    """A path: its lessons in order, or by band for substitutes, and whether its download exists.

    `days` has the day or week of each lesson, where the path is a plan.
    """

    path: Path
    groups: list[tuple[str, list[Lesson]]]
    ready: bool
    minutes: int
    days: tuple[str, ...]


def index_page(catalogue: Catalogue, asked: Question, picked: Iterable[str], moment: datetime) -> IndexPage:
    """Return the list for a question at a moment; lessons picked for sharing replace any question."""
    question = without_unknown(asked)
    answer = catalogue.answer(question)
    chosen = catalogue.chosen(picked)
    if chosen:
        answer = Answer(chosen)
    return IndexPage(
        question=question,
        choices=catalogue.choices(question),
        answer=answer,
        picked=chosen,
        asked=bool(chosen) or question != Question() or asked != question,
        by_theme=_by_theme(catalogue.lessons),
        needs=tuple(path for path in all_paths() if not path.planned),
        plans=tuple(path for path in all_paths() if path.planned),
        total=len(catalogue.lessons),
        narrow=any((question.method, question.subject, question.preparation, question.little_reading, question.need)),
        offered={"q": answer.offered} if answer.offered else {},
        reach=reach(answer.crisis, moment) if answer.crisis else None,
        unknown=unknown_values(asked),
        foreign=is_foreign(question.words),
        themes=tuple((key, name) for name, key in MODULES.values()),
    )


def _by_theme(lessons: Iterable[Lesson]) -> tuple[tuple[str, list[Lesson]], ...]:
    found: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        found.setdefault(lesson.theme, []).append(lesson)
    return tuple(found.items())


def rows_of(lesson: Lesson) -> list[Row]:
    """Return the phases to scale."""
    found = []
    for start, phase in zip(lesson.starts, lesson.phases, strict=True):
        x, width = 720 * start / lesson.minutes, 720 * phase.minutes / lesson.minutes
        fits = int(width / 8.4)
        label = phase.name if len(phase.name) <= fits else phase.name[: max(0, fits - 1)] + "…" if fits > 4 else ""
        found.append(Row(phase, start, start + phase.minutes, round(x, 1), round(width, 1), label))
    return found


def lesson_page(library: Library, lesson: Lesson, publisher: Publisher) -> LessonPage:
    """Return everything the page of a lesson shows."""
    course = [(name, library.html(lesson, f"v:{name}", blocks, 4)) for name, blocks in lesson.course().items()]
    built = library.built.get(lesson.id)
    near = [one for one in library.catalogue.lessons if one.module == lesson.module and one.id != lesson.id]
    return LessonPage(
        lesson=lesson,
        names=", ".join(sorted(first_names(lesson))),
        minute=[row for row in in_one_minute(lesson) if row[0] != "In 20 Minuten"],
        rows=rows_of(lesson),
        about=_section(library, lesson, "Worum es geht"),
        before=_section(library, lesson, "Vor der Stunde"),
        course=course,
        trouble=_section(library, lesson, "Wenn es schwierig wird"),
        home=_section(library, lesson, "Zu Hause"),
        reflection=_section(library, lesson, "Reflexion"),
        sources=_section(library, lesson, "Quellen"),
        evidence=EVIDENCE[lesson.evidence.level],
        downloads={ending: _kilobytes(file.size) for ending, file in built.files.items()} if built else {},
        pages=built.pages if built else 0,
        attribution=attribution(lesson, publisher.name, address(lesson.id, publisher.base)),
        updated=day_words(lesson.updated),
        changes=[(change.version, day_words(change.day), change.what) for change in lesson.changes],
        near=tuple(near[:3]),
    )


def _section(library: Library, lesson: Lesson, name: str) -> Markup:
    return library.html(lesson, name, lesson.section(name), 3)


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000))} kB"


def board_page(library: Library, lesson: Lesson) -> BoardPage:
    """Return the content of the board, as the presentation has it."""
    return BoardPage(
        lesson, [(slide, library.html(lesson, f"t:{slide.name}", slide.blocks, 3)) for slide in board_slides(lesson)]
    )


def sheets_page(library: Library, lesson: Lesson) -> SheetsPage:
    """Return the sheets of a lesson for pupils."""
    sheets = [
        (sheet.anchor, sheet.heading, library.html(lesson, sheet.anchor, _with_scene(lesson, sheet), 3))
        for sheet in lesson.all_sheets
    ]
    return SheetsPage(lesson, sheets, library.download(lesson.id, "sheets") is not None)


def _with_scene(lesson: Lesson, sheet: Sheet) -> tuple[Block, ...]:
    return (*(scene_of(lesson) if on_sheet(lesson, sheet) else ()), *sheet.blocks)


def path_page(library: Library, path: Path, today: date) -> PathPage:
    """Return a path with the lessons there are, and when to teach them, counted from `today`."""
    lessons = path.lessons(library.catalogue.lessons)
    if path.id == SUBSTITUTE:
        groups = [(band.replace("-", "–"), found) for band, found in by_band(lessons).items() if found]
    else:
        groups = [("", lessons)] if lessons else []
    ready = path_file(library.instance / FOLDER, path.id).is_file()
    return PathPage(path, groups, ready, sum(lesson.minutes for lesson in lessons), _days(path, today))


def _days(path: Path, today: date) -> tuple[str, ...]:
    if path.week:
        return WEEKDAYS
    if not path.band:
        return ()
    weeks = year_plan(len(path.codes), today, SchoolCalendar())
    return tuple(f"Woche ab {day_words(week)}" for week in weeks)
