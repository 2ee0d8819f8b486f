"""Checks of the plan: is it complete, do the minutes add up, is the safety box honest?"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

from bullying_desk.lessons.format.blocks import Block, Heading, Listing, inline_text, plain_passages
from bullying_desk.lessons.format.located import line_of
from bullying_desk.lessons.format.model import SECTIONS, Lesson
from bullying_desk.lessons.format.problems import Problem
from bullying_desk.lessons.format.vocabulary import GRADES_OF_FORMS, SPECIAL

_LONGEST: Final = {"staff": 45, "young": 15, "older": 25}
_HELP_NUMBER: Final = "116 111"
_HELP_PLACE: Final = "anlaufstelle"


def _at(lesson: Lesson, rule: int, way: tuple[str | int, ...], what: str, mend: str) -> Problem:
    return Problem(lesson.folder / "lesson.md", line_of(lesson.lines, way), rule, what, mend)


@lru_cache(maxsize=1)
def references() -> dict[str, str]:
    """Return the references lessons may name: `R7` -> study and finding."""
    text = files("bullying_desk.lessons").joinpath("evidence.yml").read_text("utf-8")
    return dict(yaml.safe_load(text))


def identity(lesson: Lesson) -> list[Problem]:
    """Rule 1: the id is the folder's name and begins with module and number, because addresses depend on it."""
    found = []
    if lesson.id != lesson.folder.name:
        found.append(
            _at(
                lesson,
                1,
                ("id",),
                f"id „{lesson.id}“ ist nicht der Ordner „{lesson.folder.name}“",
                "beide gleich nennen",
            )
        )
    if not lesson.id.startswith(f"{lesson.module.lower()}{lesson.number}-"):
        found.append(_at(lesson, 1, ("nr",), f"id „{lesson.id}“ passt nicht zu {lesson.code}", "modul und nr prüfen"))
    if lesson.changes[-1].version != lesson.version and lesson.changes[0].version != lesson.version:
        found.append(
            _at(lesson, 1, ("version",), f"Version {lesson.version} steht nicht in aenderungen", "eine Zeile ergänzen")
        )
    return found


def minutes(lesson: Lesson) -> list[Problem]:
    """Rule 2: minutes add up, no phase is too long for the age, first Einstieg, last Reflexion."""
    found = []
    total = sum(phase.minutes for phase in lesson.phases)
    if total != lesson.minutes:
        found.append(
            _at(
                lesson, 2, ("phasen",), f"Die Phasen ergeben {total} statt {lesson.minutes} Minuten", "Minuten anpassen"
            )
        )
    kind = "staff" if lesson.for_staff else "young" if min(lesson.grades) <= 4 else "older"
    for number, phase in enumerate(lesson.phases):
        if phase.minutes > _LONGEST[kind]:
            what = f"„{phase.name}“ dauert {phase.minutes} Minuten, erlaubt sind {_LONGEST[kind]}"
            found.append(_at(lesson, 2, ("phasen", number), what, "die Phase teilen"))
    for number, name in ((0, "Einstieg"), (len(lesson.phases) - 1, "Reflexion")):
        if lesson.phases[number].name != name:
            what = f"Die Phase {number + 1} heißt „{lesson.phases[number].name}“"
            found.append(_at(lesson, 2, ("phasen", number), what, f"die Phase „{name}“ nennen"))
    if len({phase.name for phase in lesson.phases}) != len(lesson.phases):
        found.append(_at(lesson, 2, ("phasen",), "Zwei Phasen heißen gleich", "verschiedene Namen geben"))
    return found


def substitutes(lesson: Lesson) -> list[Problem]:
    """Rule 2: a cut for a substitute is 45 minutes long, of protection level 1, and whole."""
    cut = lesson.substitute
    if cut is None:
        return []
    found = []
    if any(number > len(lesson.phases) for number in cut.phases) or list(cut.phases) != sorted(set(cut.phases)):
        return [_at(lesson, 2, ("vertretung",), "Diese Phasen gibt es nicht", "Nummern der Phasen aufsteigend nennen")]
    total = sum(lesson.phases[number - 1].minutes for number in cut.phases)
    if total != 45:
        found.append(
            _at(lesson, 2, ("vertretung",), f"Der Schnitt dauert {total} statt 45 Minuten", "andere Phasen wählen")
        )
    if lesson.safety.level != 1:
        found.append(_at(lesson, 2, ("vertretung",), "Vertretung geht nur mit Schutzstufe 1", "den Eintrag streichen"))
    if cut.phases[0] != 1 or cut.phases[-1] != len(lesson.phases):
        found.append(_at(lesson, 2, ("vertretung",), "Einstieg oder Reflexion fehlt im Schnitt", "beide aufnehmen"))
    return found


def metadata(lesson: Lesson) -> list[Problem]:
    """Rule 3, the part without the AMB files: what only people can keep right (dates in order, school forms)."""
    found = []
    if lesson.updated < lesson.created:
        found.append(_at(lesson, 3, ("stand",), "stand liegt vor erstellt", "die Daten prüfen"))
    if lesson.published is not None and lesson.published < lesson.created:
        found.append(_at(lesson, 3, ("veroeffentlicht",), "veroeffentlicht liegt vor erstellt", "die Daten prüfen"))
    return found + _school_forms(lesson)


def _school_forms(lesson: Lesson) -> list[Problem]:
    """Each school form has a grade of the lesson, each grade a school form; support needs belong to a Förderschule."""
    found, way = [], ("schulformen",)
    for form in lesson.school_forms:
        if form != SPECIAL and not set(GRADES_OF_FORMS[form]) & set(lesson.grades):
            found.append(_at(lesson, 3, way, f"„{form}“ hat keine Klasse dieser Stunde", "klassen prüfen"))
    known = {grade for form in lesson.school_forms for grade in GRADES_OF_FORMS.get(form, lesson.grades)}
    if left := [grade for grade in lesson.grades if grade not in known]:
        what = f"Klasse {left[0]} gibt es an keiner der Schulformen"
        found.append(_at(lesson, 3, way, what, "eine Schulform ergänzen"))
    if (SPECIAL in lesson.school_forms) != bool(lesson.support_needs):
        what = "Förderschule und foerderschwerpunkte gehören zusammen"
        found.append(_at(lesson, 3, way, what, "beides nennen oder beides streichen"))
    return found


def parts(lesson: Lesson) -> list[Problem]:
    """Rule 5: every part is there: sections, full phases, sheets, solution, letter, help, references."""
    return [
        *_sections(lesson),
        *_course(lesson),
        *_questions(lesson),
        *_files(lesson),
        *_safety(lesson),
        *_help(lesson),
    ]


def _sections(lesson: Lesson) -> list[Problem]:
    path = lesson.folder / "lesson.md"
    headings = [block for block in lesson.body if isinstance(block, Heading) and block.level == 2]
    names = [inline_text(heading.inlines) for heading in headings]
    if names == list(SECTIONS):
        empty = [heading for heading in headings if not lesson.section(inline_text(heading.inlines))]
        return [
            Problem(path, h.line, 5, f"„{inline_text(h.inlines)}“ ist leer", "den Abschnitt schreiben") for h in empty
        ]
    found = []
    for heading in headings:
        if inline_text(heading.inlines) not in SECTIONS:
            what = f"Den Abschnitt „{inline_text(heading.inlines)}“ gibt es nicht"
            found.append(Problem(path, heading.line, 5, what, "### benutzen oder umbenennen"))
    missing = [name for name in SECTIONS if name not in names]
    wanted = ", ".join(missing) if missing else "andere Reihenfolge"
    return [*found, Problem(path, 1, 5, f"Abschnitte: {wanted}", "diese in dieser Folge: " + " / ".join(SECTIONS))]


def _course(lesson: Lesson) -> list[Problem]:
    course = lesson.course()
    names = [phase.name for phase in lesson.phases]
    if list(course) != names:
        what = f"Unter „Verlauf“ steht {', '.join(course) or 'nichts'}"
        return [_at(lesson, 5, (), what, f"je Phase eine ###-Überschrift: {', '.join(names)}")]
    found, expected = [], 0
    for name, blocks in course.items():
        said = " ".join(text for _, text in plain_passages(blocks))
        for label in ("Sagen:", "Tun:"):
            if label not in said and name != "Pause":
                found.append(_at(lesson, 5, (), f"In „{name}“ fehlt „**{label}**“", "den Absatz ergänzen"))
        expected += "Erwartet:" in said
    if expected * 2 < len(names):
        found.append(
            _at(lesson, 5, (), "„**Erwartet:**“ steht in weniger als der Hälfte der Phasen", "Antworten ergänzen")
        )
    return found


def _questions(lesson: Lesson) -> list[Problem]:
    blocks = lesson.section("Reflexion")
    said = " ".join(text for _, text in plain_passages(blocks))
    found = [
        _at(lesson, 5, (), f"In „## Reflexion“ fehlt „**{label}**“", "den Absatz ergänzen")
        for label in ("Für die Klasse:", "Für mich:")
        if label not in said and not (lesson.for_staff and label == "Für die Klasse:")
    ]
    own = _last_list(blocks)
    if own is None or len(own.items) != 3:
        found.append(_at(lesson, 5, (), "„Für mich“ hat nicht drei Fragen", "eine Liste mit drei Fragen schreiben"))
    return found


def _last_list(blocks: tuple[Block, ...]) -> Listing | None:
    lists = [block for block in blocks if isinstance(block, Listing)]
    return lists[-1] if lists else None


def _files(lesson: Lesson) -> list[Problem]:
    found = []
    if not lesson.sheets and not lesson.no_sheet:
        found.append(
            _at(lesson, 5, (), "Es gibt kein Arbeitsblatt", "ab1.md schreiben oder ohne_arbeitsblatt begründen")
        )
    if lesson.sheets and lesson.no_sheet:
        found.append(_at(lesson, 5, ("ohne_arbeitsblatt",), "Es gibt doch ein Arbeitsblatt", "den Eintrag streichen"))
    if lesson.sheets and lesson.solution is None:
        found.append(_at(lesson, 5, (), "loesung.md fehlt", "die Lösungen aufschreiben"))
    if not lesson.for_staff and lesson.letter is None:
        found.append(_at(lesson, 5, (), "elternbrief.md fehlt", "den Brief schreiben"))
    there = {sheet.file for sheet in lesson.sheets}
    for number, item in enumerate(lesson.material):
        if item.file and item.file not in there:
            found.append(_at(lesson, 5, ("material", number), f"{item.file} gibt es nicht", "die Datei anlegen"))
    named = {item.file for item in lesson.material}
    for name in sorted(there - named):
        found.append(
            _at(lesson, 5, ("material",), f"{name} steht nicht beim Material", f"eine Zeile mit datei: {name} ergänzen")
        )
    known = references()
    for number, reference in enumerate(lesson.evidence.references):
        if reference not in known:
            found.append(
                _at(lesson, 5, ("evidenz", "verweise", number), f"{reference} ist unbekannt", "evidence.yml ansehen")
            )
    if not lesson.evidence.references and lesson.evidence.level != "D":
        found.append(_at(lesson, 5, ("evidenz",), f"Stufe {lesson.evidence.level} ohne Verweis", "R-Nummern nennen"))
    return found


def _safety(lesson: Lesson) -> list[Problem]:
    found = []
    care = lesson.safety.aftercare
    if lesson.safety.level == 3 and not ("10 Minuten" in care and "am selben Tag" in care):
        what = "Schutzstufe 3 ohne „10 Minuten“ und „am selben Tag“ in der Nachsorge"
        found.append(_at(lesson, 5, ("schutz", "nachsorge"), what, "beides zusagen"))
    return found


def _help(lesson: Lesson) -> list[Problem]:
    if lesson.for_staff:
        return []
    said = [text for sheet in lesson.sheets for _, text in plain_passages(sheet.blocks)]
    said += [text for blocks in lesson.course().values() for _, text in plain_passages(blocks)]
    said += [phase.board for phase in lesson.phases]
    words = " ".join(said)
    found = []
    if _HELP_NUMBER not in words:
        found.append(_at(lesson, 5, (), f"Die Nummer {_HELP_NUMBER} kommt nicht vor", "auf Blatt oder Tafel nennen"))
    if _HELP_PLACE not in words.lower():
        found.append(_at(lesson, 5, (), "Die Anlaufstelle kommt nicht vor", "auf Blatt, Tafel oder im Verlauf nennen"))
    return found


def two_readers(lesson: Lesson) -> list[Problem]:
    """Rule 15: `geprueft` needs a teacher and a counsellor whom the city names."""
    if lesson.status != "geprueft" or {role for role, _ in lesson.readers} >= {"lehrkraft", "beratung"}:
        return []
    return [
        _at(lesson, 15, ("status",), "geprueft ohne zwei Gegenleser", "gegengelesen mit lehrkraft und beratung füllen")
    ]
