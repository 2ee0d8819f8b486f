"""Three lessons that fit a teacher's report: to teach around it, never to act it out.

They are chosen by hand for each kind of report and for younger and older classes; no typed text is read.
"""

from __future__ import annotations

from collections.abc import Iterable

from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.library.catalogue import Catalogue

COUNT = 3
YOUNGER: dict[str, tuple[str, ...]] = {
    "worte": ("F1", "A3", "D1"),
    "hand": ("B2", "G1", "D1"),
    "apart": ("C4", "A4", "D1"),
    "sachen": ("B2", "B3", "C1"),
    "handy": ("E1", "B3", "F1"),
    "bilder": ("E1", "B1", "B3"),
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
