"""Checks of what a lesson promises: a line that answers, material that is there, an honest level, a solution."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bullying_desk.guidance.help_lines import HelpLine, help_lines
from bullying_desk.guidance.opening import Opening, opening
from bullying_desk.lessons.format.blocks import Block, Cards, Heading, Table, inline_text, plain_passages, walk
from bullying_desk.lessons.format.easier import unknown_parts
from bullying_desk.lessons.format.located import line_of
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.picture_words import picture_words
from bullying_desk.lessons.format.problems import Problem

RULE: Final = 17
#: Numbers that are right but stand on no page of „Hilfe jetzt“, with the reason.
_OTHER_NUMBERS: Final = {"116016": "Hilfetelefon Gewalt gegen Frauen, Tag und Nacht"}
_NUMBER: Final = re.compile(r"(?<![\d.,§/])(?:0\d{3}(?: \d{1,4}){2,4}|116 \d{3})(?!\d)")
_TIME: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?(?:\s*(?:bis|–)\s*(\d{1,2})(?::(\d{2}))?)? Uhr")
_WEEK: Final = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_SHEET: Final = re.compile(r"\b(?:AB|Arbeitsblatt) (\d)\b")
_THINGS: Final = re.compile(
    r"\b(Wortkarten|Bildkarten|Wortlisten?|Satzstreifen|Satzkarten|Lösungskarten?|Daumenbilder\w*|Lückentext)\b"
)
_DENIES: Final = re.compile(
    r"nicht bekannt|hielt den Stand|gehen? (?:\w+ ){0,4}einher|nicht (?:einzeln|eigens|für sich|geprüft|untersucht)"
)
_SHORT: Final = 20
_EASIER_TO: Final = 10

Unit = tuple[Path, int, str]


def _plan(lesson: Lesson) -> Path:
    return lesson.folder / "lesson.md"


def _units(blocks: tuple[Block, ...]) -> Iterator[tuple[int, str]]:
    """Yield what is read as one piece: a card with its title, a row of a table, else a passage."""
    for block in blocks:
        match block:
            case Cards(cards=cards, line=line):
                for card in cards:
                    yield line, " ".join([card.title, *(text for _, text in plain_passages(card.blocks))])
            case Table(rows=rows, line=line):
                for row in rows:
                    yield line, " | ".join(inline_text(cell) for cell in row)
            case _:
                yield from plain_passages((block,))


def _all_units(lesson: Lesson) -> Iterator[Unit]:
    plan = _plan(lesson)
    yield from ((plan, line, text) for line, text in _units(lesson.body))
    for sheet in (*lesson.sheets, lesson.solution, lesson.letter):
        if sheet is not None:
            yield from ((lesson.folder / sheet.file, line, text) for line, text in _units(sheet.blocks))
    for number, phase in enumerate(lesson.phases):
        yield plan, line_of(lesson.lines, ("phasen", number, "tafel")), phase.board
    for number, hint in enumerate(lesson.safety.notes):
        yield plan, line_of(lesson.lines, ("schutz", "hinweise", number)), hint


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _lines_in(text: str) -> list[HelpLine]:
    """Return the help lines a text names, by number or by address."""
    found = {_digits(number) for number in _NUMBER.findall(text)} | set(re.findall(r"\b11[02]\b", text))
    return [
        line
        for line in help_lines().lines
        if _digits(line.number) in found or (line.web and line.web.removeprefix("www.") in text)
    ]


def help_numbers(lesson: Lesson) -> list[Problem]:
    """Rule 17: every number is one of „Hilfe jetzt“, and one of those named answers at the hour the text speaks of."""
    known = {_digits(line.number) for line in help_lines().lines} | set(_OTHER_NUMBERS)
    found = []
    for file, place, text in _all_units(lesson):
        for number in _NUMBER.findall(text):
            if _digits(number) not in known:
                mend = "die Nummer aus guidance/help_lines.yml nehmen"
                found.append(Problem(file, place, RULE, f"Die Nummer {number} ist unbekannt", mend))
        for weekday, hour in _moments(text):
            if closed := _closed(text, weekday, hour):
                what = f"Um {hour} Uhr nimmt bei {closed} niemand ab: „{text[:60]}“"
                found.append(Problem(file, place, RULE, what, "eine Stelle dazuschreiben, die dann erreichbar ist"))
    return found


def _moments(text: str) -> set[tuple[int | None, int]]:
    """Return the (weekday or None, hour) a text speaks of; both ends of „14 bis 20 Uhr“."""
    days = [number for number, name in enumerate(_WEEK) if re.search(rf"\b{name}\b", text.lower())]
    hours = {int(one) for found in _TIME.findall(text) for one in (found[0], found[2]) if one}
    day = days[0] if len(days) == 1 else None
    return {(day, hour) for hour in hours if hour <= 24}


def _closed(text: str, weekday: int | None, hour: int) -> str:
    """Return the names of the lines of a text when none of them answers then; empty when one does or none is named."""
    named = [(line, opening(line.hours)) for line in _lines_in(text)]
    if not named or any(hours is None or _answers(hours, weekday, hour) for _, hours in named):
        return ""
    return ", ".join(line.name for line, _ in named)


def _answers(hours: Opening, weekday: int | None, hour: int) -> bool:
    """Whether a line answers at an hour of a day, or of any day; the hour of closing is still named with it."""
    return any(first <= hour <= last for day, first, last in hours.days if weekday is None or day == weekday)


def material_is_there(lesson: Lesson) -> list[Problem]:
    """Rule 17: each sheet, card and list that a lesson announces exists; lessons for pupils have their extra forms."""
    plan, found = _plan(lesson), []
    numbers = {sheet.number for sheet in lesson.sheets}
    for file, place, text in (*_all_units(lesson), *((plan, 1, text) for text in _announcing(lesson))):
        for number in _SHEET.findall(text):
            if int(number) not in numbers:
                found.append(Problem(file, place, RULE, f"Arbeitsblatt {number} gibt es nicht", "Nummer prüfen"))
    have = " ".join([*(sheet.title for sheet in lesson.sheets), *(item.what for item in lesson.material)])
    have += " ".join(_headings(lesson)) + " ".join(lesson.methods)
    for text in _announcing(lesson):
        for thing in _THINGS.findall(text):
            if thing.rstrip("n") not in have and not _written_out(lesson, thing):
                found.append(Problem(plan, 1, RULE, f"„{thing}“ wird angekündigt und fehlt", "beilegen oder streichen"))
        if "Wörter mit Bild" in text.replace("Wörtern", "Wörter") and not lesson.word_keys:
            found.append(Problem(plan, 1, RULE, "„Wörter mit Bild“ fehlen", "wortbilder: […] ergänzen"))
    return found + _forms(lesson)


def _announcing(lesson: Lesson) -> list[str]:
    before = [text for _, text in plain_passages(lesson.section("Vor der Stunde"))]
    materials = [phase.material for phase in lesson.phases]
    return [lesson.easier, lesson.harder, lesson.second_language, *before, *materials]


def _headings(lesson: Lesson) -> list[str]:
    blocks = [block for sheet in lesson.sheets for block in walk(sheet.blocks)]
    return [inline_text(block.inlines) for block in blocks if isinstance(block, Heading)]


def _written_out(lesson: Lesson, thing: str) -> bool:
    """Whether a sheet holds the thing without its name: a text with gaps is a text with gaps."""
    text = " ".join(text for sheet in lesson.sheets for _, text in plain_passages(sheet.blocks))
    return thing == "Lückentext" and text.count(" … ") >= 3


def _forms(lesson: Lesson) -> list[Problem]:
    plan, found = _plan(lesson), []
    if lesson.short_form is None:
        found.append(Problem(plan, 1, RULE, "Es gibt keine Form für 20 Minuten", "kurzform: ergänzen"))
    elif lesson.short_form.minutes != _SHORT:
        what = f"Die kurze Form dauert {lesson.short_form.minutes} statt {_SHORT} Minuten"
        found.append(Problem(plan, line_of(lesson.lines, ("kurzform",)), RULE, what, "Minuten anpassen"))
    unknown = [key for key in lesson.word_keys if key not in picture_words()]
    if unknown:
        what = f"Diese Wörter haben kein Bild: {', '.join(unknown)}"
        found.append(Problem(plan, line_of(lesson.lines, ("wortbilder",)), RULE, what, "picture_words.yml ansehen"))
    if not lesson.for_staff and not lesson.word_keys:
        found.append(Problem(plan, 1, RULE, "Es gibt keine Wörter mit Bild", "wortbilder: […] ergänzen"))
    return found + _easier_form(lesson)


def _easier_form(lesson: Lesson) -> list[Problem]:
    plan, easier = _plan(lesson), lesson.easier_from
    if easier is None:
        if lesson.for_staff or min(lesson.grades) > _EASIER_TO:
            return []
        return [Problem(plan, 1, RULE, "Es gibt kein leichteres Blatt", "blatt_leichter: ergänzen")]
    place = line_of(lesson.lines, ("blatt_leichter",))
    source = next((sheet for sheet in lesson.sheets if sheet.file == easier.source), None)
    if source is None:
        return [Problem(plan, place, RULE, f"{easier.source} gibt es nicht", "ein Blatt der Stunde nennen")]
    missing = unknown_parts(source, easier.only)
    what = f"Das hat {easier.source} nicht: {', '.join(missing)}"
    return [Problem(plan, place, RULE, what, "Karte, Zeile oder Überschrift nennen")] if missing else []


def evidence_fits(lesson: Lesson) -> list[Problem]:
    """Rule 17: level A is for what was tried itself; a sentence that says otherwise takes the level back."""
    evidence = lesson.evidence
    if evidence.level != "A" or not (said := _DENIES.search(evidence.sentence)):
        return []
    what = f"Stufe A, aber der Satz sagt „{said.group()}“"
    return [Problem(_plan(lesson), line_of(lesson.lines, ("evidenz",)), RULE, what, "Stufe B oder C nehmen")]


def parents_informed(lesson: Lesson) -> list[Problem]:
    """Rule 17: sex education tells parents before its aim, content, methods and media (§ 33 Abs. 2 SchulG NRW)."""
    if "Sexualerziehung" not in lesson.subjects:
        return []
    plan = _plan(lesson)
    found = []
    if not any("§ 33" in text for _, text in plain_passages(lesson.section("Vor der Stunde"))):
        found.append(Problem(plan, 1, RULE, "§ 33 SchulG NRW fehlt in „Vor der Stunde“", "die Information nennen"))
    letter = " ".join(text for _, text in plain_passages(lesson.letter.blocks)) if lesson.letter else ""
    for word in ("Ziel:", "Inhalt:", "Methoden:", "Medien:", "vorher sehen"):
        if word not in letter:
            found.append(Problem(lesson.folder / "elternbrief.md", 1, RULE, f"„{word}“ fehlt im Brief", "ergänzen"))
    return found


# A solution answers the sheet as it stands: the same cards and rows, none missing or invented.

SOLUTIONS: Final = 18
_ID: Final = re.compile(r"(?:([A-ZÄÖÜ][a-zäöüß-]+) )?(\d{1,2}(?:(?:, | und )\d{1,2})*|[A-Z])(?![\wäöüß])")
_NUMBERED: Final = frozenset({"Nr.", "Nr", "Nummer"})
_FEWEST: Final = 3
_ALIKE: Final = 0.6


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Things with a number under one name: the six `Fall`, the rows of a table of `Satz`."""

    line: int
    label: str
    ids: frozenset[str]


def _numbered(line: int, texts: list[str], label: str) -> _Numbered:
    found = [match for text in texts if (match := _ID.match(text.strip().strip("„*")))]
    labels = {match.group(1) for match in found if match.group(1)}
    ids = frozenset(one for match in found for one in re.split(r", | und ", match.group(2)))
    return _Numbered(line, labels.pop() if len(labels) == 1 else label, ids)


def _all(blocks: tuple[Block, ...]) -> Iterator[_Numbered]:
    for block in walk(blocks):
        match block:
            case Cards(cards=cards, line=line):
                yield _numbered(line, [card.title for card in cards], "Karte")
            case Table(header=header, rows=rows, line=line) if rows:
                heads = [inline_text(cell) for cell in header]
                label = heads[1] if heads[0] in _NUMBERED and len(heads) > 1 else heads[0]
                yield _numbered(line, [inline_text(row[0]) for row in rows], label)
            case _:
                continue
    sections = [block for block in blocks if isinstance(block, Heading)]
    if sections:
        yield _numbered(sections[0].line, [inline_text(block.inlines) for block in sections], "")


def solutions_agree(lesson: Lesson) -> list[Problem]:
    """Rule 18: a table of answers has exactly the numbers of the cards, rows or cases of the same name on a sheet."""
    if lesson.solution is None:
        return []
    asked = [one for sheet in lesson.sheets for one in _all(sheet.blocks) if len(one.ids) >= _FEWEST]
    found = []
    for answered in _all(lesson.solution.blocks):
        same = [one.ids for one in asked if one.label and one.label == answered.label]
        if len(answered.ids) < _FEWEST or not same or answered.ids in same:
            continue
        near = max(same, key=lambda ids: len(ids & answered.ids))
        if len(near & answered.ids) / len(near | answered.ids) >= _ALIKE:
            wrong = ", ".join(sorted(near ^ answered.ids))
            what = f"Lösung und Blatt passen nicht zusammen ({answered.label} {wrong})"
            found.append(
                Problem(lesson.folder / "loesung.md", answered.line, SOLUTIONS, what, "jede Nummer einmal beantworten")
            )
    return found
