"""The list of lessons a teacher filters: grade, school form, minutes, theme, method, subject, preparation, reading.

A choice is offered only where lessons exist for it, with their number, so that no choice leads to an empty page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from bullying_desk.lessons.format.blocks import plain_passages
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.readability import words
from bullying_desk.lessons.format.vocabulary import (
    BANDS,
    METHODS,
    MODULES,
    PREPARATION,
    SCHOOL_FORMS,
    SUBJECTS,
    SUPPORT_NEEDS,
)
from bullying_desk.lessons.library.crisis import Crisis, crisis_in
from bullying_desk.lessons.library.search import Found, Index, take_apart

_LITTLE_READING: Final = 160
#: As many lessons fit a word of danger only by accident.
_TOO_MANY: Final = 12


@dataclass(frozen=True, slots=True)
class Question:
    """A teacher's filter; an empty text filters nothing. `grade` is a band (`5-6`) or a grade (`5`)."""

    words: str = ""
    grade: str = ""
    minutes: str = ""
    theme: str = ""
    method: str = ""
    subject: str = ""
    preparation: str = ""
    little_reading: str = ""
    school_form: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter: value in the address, words, number of lessons."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The lessons for a question, none where nothing fits.

    `understood` are filters read out of the words, `dropped` those that had to go because nothing was left,
    `crisis` a danger the words speak of.
    """

    lessons: tuple[Lesson, ...]
    offered: str = ""
    understood: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    crisis: Crisis | None = None


def grades_of(value: str) -> frozenset[int]:
    """Return the grades a value of the filter means; empty when it means nothing."""
    if value in BANDS:
        return frozenset(BANDS[value])
    return frozenset({int(value)}) if value.isascii() and value.isdigit() and 1 <= int(value) <= 13 else frozenset()


def lasts(lesson: Lesson, minutes: str) -> bool:
    """Whether a lesson can be taught in so many minutes, also by its 45-minute cut or its form of 20 minutes."""
    if minutes == "20" and lesson.short_form is not None:
        return True
    return str(lesson.minutes) == minutes or (minutes == "45" and lesson.substitute is not None)


def little_reading(lesson: Lesson) -> bool:
    """Whether pupils who are learning German can follow: few words to read in all, or made for DaZ."""
    if lesson.for_staff:
        return False
    read = sum(len(words(text)) for sheet in lesson.sheets for _, text in plain_passages(sheet.blocks))
    return "DaZ" in lesson.subjects or read <= _LITTLE_READING


def taught_at(lesson: Lesson, form: str) -> bool:
    """Whether a lesson is made for a school form; the training of the staff is for all of them."""
    return form in lesson.school_forms or lesson.for_staff


_TESTS: Final[dict[str, Callable[[Lesson, str], bool]]] = {
    "grade": lambda lesson, value: bool(grades_of(value) & set(lesson.grades)),
    "minutes": lasts,
    "theme": lambda lesson, value: MODULES[lesson.module][1] == value,
    "method": lambda lesson, value: value in lesson.methods,
    "subject": lambda lesson, value: value in lesson.subjects,
    "preparation": lambda lesson, value: value.isascii() and value.isdigit() and lesson.preparation <= int(value),
    "little_reading": lambda lesson, value: little_reading(lesson),
    "school_form": taught_at,
    "need": lambda lesson, value: value in lesson.support_needs,
}
#: The filters, the most telling last: when nothing is left, the first ones go first.
_DROP_ORDER: Final = (
    "need",
    "little_reading",
    "preparation",
    "method",
    "subject",
    "minutes",
    "theme",
    "grade",
    "school_form",
)
LABELS: Final[dict[str, str]] = {
    "grade": "Klasse",
    "minutes": "Zeit",
    "theme": "Thema",
    "method": "Methode",
    "subject": "Fach",
    "preparation": "Vorbereitung",
    "little_reading": "Wenig lesen",
    "school_form": "Schulform",
    "need": "Förderschwerpunkt",
}


class Catalogue:
    """All lessons with their search index."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        self.lessons = tuple(lessons)
        self.index = Index(self.lessons)
        self._by_id = {lesson.id: lesson for lesson in self.lessons}
        self._by_code = {lesson.code: lesson for lesson in self.lessons}

    def get(self, lesson_id: str) -> Lesson | None:
        """Return a lesson by its id, None where there is none."""
        return self._by_id.get(lesson_id)

    def chosen(self, codes: Iterable[str]) -> tuple[Lesson, ...]:
        """Return the lessons of a shareable list (`merk=B2`), unknown ones left out."""
        found = (self._by_code.get(code.upper()) for code in codes)
        return tuple(dict.fromkeys(lesson for lesson in found if lesson is not None))

    def answer(self, question: Question) -> Answer:
        """Answer a question. When filters leave nothing, they are dropped one by one, and the answer names them."""
        plain, understood = _understood(question)
        found = self.index.search(plain.words)
        crisis = crisis_in(question.words)
        dropped: list[str] = []
        left = self._filtered(found, plain)
        for name in _DROP_ORDER if found.lessons else ():
            if left:
                break
            if getattr(plain, name):
                dropped.append(LABELS[name])
                plain = replace(plain, **{name: ""})
                left = self._filtered(found, plain)
        if dropped and len(left) == len(self.lessons):
            left = ()  # nothing of the question is left: all lessons would look like an answer
        if crisis is not None:
            left = tuple(dict.fromkeys([*self.chosen(crisis.lessons), *(left if len(left) < _TOO_MANY else ())]))
        return Answer(left, found.offered if crisis is None else "", understood, tuple(dropped), crisis)

    def _filtered(self, found: Found, question: Question) -> tuple[Lesson, ...]:
        tests = [(test, getattr(question, name)) for name, test in _TESTS.items() if getattr(question, name)]
        return tuple(lesson for lesson in found.lessons if all(test(lesson, value) for test, value in tests))

    def choices(self, question: Question) -> dict[str, list[Choice]]:
        """Return the choices of each filter, given the other choices, with the number of lessons."""
        question, _ = _understood(question)
        found = self.index.search(question.words)
        offered: dict[str, list[Choice]] = {}
        for name, values in _VALUES.items():
            others = self._filtered(found, replace(question, **{name: ""}))
            test = _TESTS[name]
            counted = [Choice(value, label, sum(test(one, value) for one in others)) for value, label in values]
            chosen = getattr(question, name)
            offered[name] = [choice for choice in counted if choice.count or choice.value == chosen]
        return offered


_VALUES: Final[dict[str, list[tuple[str, str]]]] = {
    "grade": [(band, band.replace("-", "–")) for band in BANDS],
    "minutes": [(str(minutes), f"{minutes} Minuten") for minutes in (20, 45, 60, 90, 180)],
    "theme": [(key, name) for name, key in MODULES.values()],
    "method": [(name, name) for name in METHODS],
    "subject": [(name, name) for name in SUBJECTS],
    "preparation": [(str(most), "ohne" if most == 0 else f"bis {label}") for most, label in PREPARATION.items()],
    "little_reading": [("1", "wenig lesen, gut für DaZ")],
    "school_form": [(name, name) for name in SCHOOL_FORMS],
    "need": [(name, name) for name in SUPPORT_NEEDS],
}


def _understood(question: Question) -> tuple[Question, tuple[str, ...]]:
    """Read grade, minutes and school form from the words of a question, where no filter says otherwise."""
    asked = take_apart(question.words)
    told = []
    if asked.grade and not question.grade:
        told.append(f"Klasse {asked.grade}")
    if asked.minutes and not question.minutes:
        told.append(f"{asked.minutes} Minuten")
    if asked.school_form and not question.school_form:
        told.append(asked.school_form)
    plain = replace(
        question,
        words=asked.words,
        grade=question.grade or asked.grade,
        minutes=question.minutes or asked.minutes,
        school_form=question.school_form or asked.school_form,
    )
    return plain, tuple(told)


def unknown_values(question: Question) -> tuple[tuple[str, str], ...]:
    """Return (filter, value) of every value that is no choice of its filter, as a mistyped address carries it."""
    known = {name: {value for value, _ in values} for name, values in _VALUES.items()}
    given = {name: getattr(question, name) for name in _TESTS}
    return tuple(
        (LABELS[name], value)
        for name, value in given.items()
        if value and value not in known[name] and not (name == "grade" and grades_of(value))
    )


def without_unknown(question: Question) -> Question:
    """Return a question without the values no filter knows."""
    labels = {label for label, _ in unknown_values(question)}
    return replace(question, **{name: "" for name in _TESTS if LABELS[name] in labels})


# Three lessons that fit a teacher's report: to teach around it, never to act it out.
#
# They are chosen by hand for each kind of report and for younger and older classes; no typed text is read.


COUNT = 3
YOUNGER: dict[str, tuple[str, ...]] = {
    "worte": ("F1", "A3", "D1"),
    "hand": ("B2", "G1", "D1"),
    "apart": ("C4", "A4", "D1"),
    "sachen": ("B2", "B3", "C1"),
    "handy": ("E1", "B3", "F1"),
    "bilder": ("E1", "B1", "B3"),
    "merkmal": ("F1", "A4", "C4"),
    "anfassen": ("B1", "B4", "B3"),
    "sexworte": ("B1", "B4", "B3"),
    "gruppe": ("F1", "A4", "C4"),
    "koerper": ("B1", "B4", "B3"),
    "geld": ("B3", "B4", "D1"),
    "erwachsen": ("B4", "B3", "B1"),
}
OLDER: dict[str, tuple[str, ...]] = {
    "worte": ("F2", "D3", "A5"),
    "hand": ("D4", "D3", "G4"),
    "apart": ("D2", "D3", "C5"),
    "sachen": ("D3", "D2", "G4"),
    "handy": ("E2", "E4", "D3"),
    "bilder": ("E3", "E4", "E6"),
    "merkmal": ("F2", "F4", "D4"),
    "anfassen": ("B6", "D4", "C6"),
    "sexworte": ("B6", "D4", "C6"),
    "gruppe": ("F2", "F4", "D4"),
    "koerper": ("B6", "D4", "C6"),
    "geld": ("D3", "B5", "D4"),
    "erwachsen": ("B5", "B6", "D2"),
}
WITHOUT_KIND = {True: ("C1", "B3", "D1"), False: ("C3", "D2", "D3")}


def fitting_lessons(catalogue: Catalogue, kinds: Iterable[str], *, younger: bool) -> list[Lesson]:
    """Return three lessons for the kinds of a report (codes of its door); `younger`: a primary school.

    With several kinds the first lesson of each comes first, so that three kinds bring three views.
    """
    table = YOUNGER if younger else OLDER
    rows = [table[kind] for kind in kinds if kind in table] or [WITHOUT_KIND[younger]]
    codes = dict.fromkeys(row[place] for place in range(COUNT) for row in rows)
    # Never one of protection level 3: it needs two adults and time afterwards, not a suggestion in passing.
    by_code = {lesson.code: lesson for lesson in catalogue.lessons if lesson.safety.level < 3}
    return [by_code[code] for code in codes if code in by_code][:COUNT]
