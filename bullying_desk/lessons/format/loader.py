"""Reads lesson folders: the programme's own, and those a city puts into `INSTANCE/lessons/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from bullying_desk.lessons.format.easier import with_easier_sheet
from bullying_desk.lessons.format.lesson_markup import parse, split_front_matter
from bullying_desk.lessons.format.located import FrontMatterUnreadable, Way, line_of, read_located
from bullying_desk.lessons.format.model import (
    Change,
    Easier,
    Evidence,
    Lesson,
    Material,
    Phase,
    Picture,
    Safety,
    Sheet,
    ShortForm,
    Source,
    Substitute,
)
from bullying_desk.lessons.format.picture_words import with_scene, with_word_sheet
from bullying_desk.lessons.format.problems import Problem
from bullying_desk.lessons.format.vocabulary import SHARES, SHEET_KINDS

_EXTRA_SHEETS = ("loesung.md", "elternbrief.md")
_LARGEST = 200_000
_YAML_MEND = 'Text mit Doppelpunkt, Komma oder # in "Anführungszeichen" setzen, Einrückung prüfen'


@dataclass(frozen=True, slots=True)
class Programme:
    """All lessons in the order of the programme, and everything that could not be read."""

    lessons: tuple[Lesson, ...]
    problems: tuple[Problem, ...]

    def get(self, lesson_id: str) -> Lesson | None:
        """Return a lesson by its id, None where there is none."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)


def programme_folder() -> Path:
    """Return the folder of the lessons that ship with the program."""
    with as_file(files("bullying_desk.lessons").joinpath("programme")) as folder:
        return folder


def lesson_folders(instance: Path | None) -> list[tuple[Path, bool]]:
    """Return (folder, whether it is the city's own) of every lesson; a city's folder replaces one of the same name."""
    found: dict[str, tuple[Path, bool]] = {}
    for base, own in ((programme_folder(), False), (instance / "lessons" if instance else None, True)):
        if base is not None and base.is_dir():
            for folder in base.iterdir():
                if folder.is_dir() and not folder.name.startswith((".", "_")):
                    found[folder.name] = (folder, own)
    return [found[name] for name in sorted(found)]


def load_programme(instance: Path | None = None) -> Programme:
    """Read every lesson. Never raises for a broken lesson: it is left out, and `problems` has it."""
    lessons, problems = [], []
    for folder, own in lesson_folders(instance):
        lesson, found = load_lesson(folder)
        problems += found
        if lesson is None and own and (programme_folder() / folder.name).is_dir():
            lesson, own = load_lesson(programme_folder() / folder.name)[0], False
        if lesson is not None:
            lessons.append(replace(lesson, own=own))
    lessons.sort(key=lambda lesson: (lesson.module, lesson.number, lesson.id))
    return Programme(tuple(lessons), tuple(problems))


def with_fallback(programme: Programme, broken: set[str]) -> list[Lesson]:
    """Return the lessons fit for use: a city's broken one gives way to the one that ships, if there is one."""
    found = []
    for lesson in programme.lessons:
        if lesson.folder.name not in broken:
            found.append(lesson)
        elif lesson.own and (programme_folder() / lesson.folder.name).is_dir():
            shipped, _ = load_lesson(programme_folder() / lesson.folder.name)
            found += [shipped] if shipped is not None else []
    return found


def load_lesson(folder: Path) -> tuple[Lesson | None, list[Problem]]:
    """Read one lesson folder; return (lesson or None, the faults of its shape)."""
    path = folder / "lesson.md"
    text, problems = _read(path)
    if text is None:
        return None, problems
    head, body, first = split_front_matter(text)
    try:
        data, lines = read_located(head, 2)
    except FrontMatterUnreadable as error:
        problem = Problem(
            path,
            error.line,
            RULE,
            f"Der Kopf ist nicht lesbar: {error.reason}",
            _YAML_MEND,
        )
        return None, [problem]
    problems = schema_problems(data, lines, path)
    if not isinstance(data, dict) or problems:
        return None, problems
    lesson, found = _with_texts(typed_head(folder, data, lines), body, first)
    return lesson, problems + found


def _with_texts(lesson: Lesson, body: str, first: int) -> tuple[Lesson, list[Problem]]:
    """Read the plan and its sheets into a lesson whose head is valid."""
    path = lesson.folder / "lesson.md"
    parsed = parse(body, first)
    problems = [Problem(path, line, 5, what, mend) for line, what, mend in parsed.faults]
    sheets, found = _sheets(lesson.folder)
    problems += found
    extra: dict[str, Sheet | None] = {}
    for name in _EXTRA_SHEETS:
        if (lesson.folder / name).exists():
            extra[name], found = _sheet(lesson.folder / name, 0)
            problems += found
    solution, letter = extra.get("loesung.md"), extra.get("elternbrief.md")
    whole = replace(lesson, body=parsed.blocks, sheets=sheets, solution=solution, letter=letter)
    return with_word_sheet(with_scene(with_easier_sheet(whole))), problems


def _read(path: Path) -> tuple[str | None, list[Problem]]:
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            return None, [Problem(path, 1, RULE, "Die Datei ist größer als 200 kB", "Text kürzen")]
        return raw.decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff"), []
    except FileNotFoundError:
        return None, [Problem(path, 1, RULE, f"{path.name} fehlt", "die Datei anlegen (bullying-desk lessons new)")]
    except (UnicodeDecodeError, OSError):
        return None, [Problem(path, 1, RULE, "Die Datei ist nicht lesbar", "als Text in UTF-8 speichern")]


def _sheets(folder: Path) -> tuple[tuple[Sheet, ...], list[Problem]]:
    sheets, problems = [], []
    for number, path in enumerate(sorted(folder.glob("ab[1-9].md")), start=1):
        if path.name != f"ab{number}.md":
            problems.append(Problem(path, 1, 5, f"ab{number}.md fehlt", "die Arbeitsblätter ohne Lücke nummerieren"))
        sheet, found = _sheet(path, number)
        problems += found
        if sheet is not None:
            sheets.append(sheet)
    return tuple(sheets), problems


def _sheet(path: Path, number: int) -> tuple[Sheet | None, list[Problem]]:
    text, problems = _read(path)
    if text is None:
        return None, problems
    head, body, first = split_front_matter(text)
    try:
        data, lines = read_located(head, 2)
    except FrontMatterUnreadable as error:
        return None, [Problem(path, error.line, RULE, f"Der Kopf ist nicht lesbar: {error.reason}", _YAML_MEND)]
    given = dict(data) if isinstance(data, dict) else {}
    allowed = {"titel": None, "art": SHEET_KINDS, "je": SHARES} if number else {"titel": None}
    named = given.pop("name", "ja") != "nein"
    for key, values in allowed.items():
        value = given.get(key)
        if not isinstance(value, str) or not value or (values is not None and value not in values):
            known = f"eins von: {', '.join(values)}" if values is not None else "einen Titel"
            problems.append(
                Problem(path, lines.get((key,), 1), RULE, f"„{key}“ fehlt oder ist unbekannt", known + " angeben")
            )
    problems += [
        Problem(path, lines.get((key,), 1), RULE, f"unbekannter Eintrag „{key}“", "den Eintrag streichen")
        for key in given
        if key not in allowed
    ]
    parsed = parse(body, first)
    problems += [Problem(path, line, 5, what, mend) for line, what, mend in parsed.faults]
    if any(problem.rule == RULE for problem in problems):
        return None, problems
    return Sheet(
        path.name, given["titel"], given.get("art", ""), given.get("je", ""), parsed.blocks, number, named=named
    ), problems


# Turns the head of a lesson, which the schema has held to be right, into the typed lesson.


def typed_head(folder: Path, data: dict[str, Any], lines: dict[Way, int]) -> Lesson:
    """Give types to values that the schema has checked; the texts come later."""
    return Lesson(
        folder=folder,
        lines=lines,
        body=(),
        sheets=(),
        solution=None,
        letter=None,
        **_names(data),
        **_classes(data),
        **_teaching(data),
        **_keeping(data),
    )


def _names(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "title": data["titel"],
        "subtitle": data["untertitel"],
        "short": data["kurz"],
        "module": data["modul"],
        "number": data["nr"],
        "rule": data["klassenregel"],
        "goals": tuple(data["lernziele"]),
        "keywords": tuple(data["stichworte"]),
        "words": tuple((word["wort"], word["heisst"]) for word in data.get("begriffe", ())),
    }


def _classes(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "grades": tuple(sorted(data["klassen"])),
        "school_forms": tuple(data["schulformen"]),
        "support_needs": tuple(data.get("foerderschwerpunkte", ())),
        "audience": data["zielgruppe"],
        "minutes": data["dauer_min"],
        "methods": tuple(data["methode"]),
        "subjects": tuple(data["faecher"]),
        "competences": tuple(data.get("kompetenzen", ())),
        "preparation": data["vorbereitung_min"],
    }


def _teaching(data: dict[str, Any]) -> dict[str, Any]:
    differences = data.get("differenzierung", {})
    evidence = data["evidenz"]
    return {
        "phases": tuple(_phase(phase) for phase in data["phasen"]),
        "material": tuple(Material(item["was"], item["je"], item.get("datei", "")) for item in data["material"]),
        "substitute": _substitute(data.get("vertretung")),
        "no_sheet": data.get("ohne_arbeitsblatt", ""),
        "short_form": _short_form(data.get("kurzform")),
        "easier_from": _easier(data.get("blatt_leichter")),
        "word_keys": tuple(data.get("wortbilder", ())),
        "targets": tuple(data.get("betroffene", ())),
        "safety": _safety(data["schutz"]),
        "evidence": Evidence(evidence["stufe"], tuple(evidence["verweise"]), evidence["satz"]),
        "easier": differences.get("leichter", ""),
        "harder": differences.get("schwerer", ""),
        "second_language": differences.get("daz", ""),
    }


def _keeping(data: dict[str, Any]) -> dict[str, Any]:
    published = data.get("veroeffentlicht")
    return {
        "pictures": tuple(_picture(picture) for picture in data.get("bilder", ())),
        "based_on": tuple(_source(source) for source in data.get("basiert_auf", ())),
        "licence": data["lizenz"],
        "status": data["status"],
        "version": data["version"],
        "created": date.fromisoformat(data["erstellt"]),
        "published": date.fromisoformat(published) if published else None,
        "updated": date.fromisoformat(data["stand"]),
        "changes": tuple(Change(c["version"], date.fromisoformat(c["datum"]), c["was"]) for c in data["aenderungen"]),
        "readers": tuple((reader["rolle"], reader["datum"]) for reader in data.get("gegengelesen", ())),
    }


def _phase(data: dict[str, Any]) -> Phase:
    keys = ("min", "phase", "form", "sagen", "tun", "material", "tafel")
    minutes, name, form, say, do, material, board = (data[key] for key in keys)
    return Phase(minutes, name, form, say, do, material, board.strip())


def _safety(data: dict[str, Any]) -> Safety:
    return Safety(data["stufe"], tuple(data["hinweise"]), tuple(data["nicht_wenn"]), data["nachsorge"])


def _picture(data: dict[str, Any]) -> Picture:
    return Picture(data["datei"], data["alt"], data["urheber"], data["lizenz"], float(data["breite_cm"]))


def _source(data: dict[str, Any]) -> Source:
    return Source(data["titel"], data["urheber"], data.get("url", ""), data.get("lizenz", ""))


def _substitute(data: dict[str, Any] | None) -> Substitute | None:
    return Substitute(tuple(data["phasen"]), data["ohne_kopien"]) if data else None


def _short_form(data: list[dict[str, Any]] | None) -> ShortForm | None:
    return ShortForm(tuple((step["min"], step["tun"]) for step in data)) if data else None


def _easier(data: dict[str, Any] | None) -> Easier | None:
    return Easier(data["von"], tuple(data["nur"]), tuple(data["anfaenge"])) if data else None


# Checks the head of a lesson against `lesson.schema.json` and says in German what to mend, and where.


RULE = 1


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    """Return the validator of the front matter (JSON Schema 2020-12)."""
    schema = json.loads(files("bullying_desk.lessons").joinpath("lesson.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def schema_problems(data: Any, lines: dict[Way, int], file: Path) -> list[Problem]:
    """Return every fault of a lesson's head against the schema."""
    found = []
    for error in validator().iter_errors(data):
        way = tuple(error.absolute_path)
        what, way = _fact(error, way)
        found.append(Problem(file, line_of(lines, way), RULE, what, _mend(error)))
    return found


def _fact(error: ValidationError, way: Way) -> tuple[str, Way]:
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in way) or "Der Kopf"
    given: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            known = set(_schema(error).get("properties", {}))
            unknown = [key for key in given if key not in known]
            return f"{name}: unbekannter Eintrag „{', '.join(unknown)}“", (*way, unknown[0])
        case "required":
            missing = [key for key in wanted if key not in given]
            return f"{name}: es fehlt „{', '.join(missing)}“", way
        case "type":
            return f"{name}: „{given}“ ist von der falschen Art", way
        case "maxLength":
            return f"{name}: {len(given)} Zeichen sind zu viel", way
        case "maxItems" | "minItems":
            return f"{name}: {len(given)} Einträge sind zu viel oder zu wenig", way
        case _:
            return f"{name}: „{given}“ geht hier nicht", way


def _schema(error: ValidationError) -> dict[str, Any]:
    return dict(error.schema) if isinstance(error.schema, Mapping) else {}


def _mend(error: ValidationError) -> str:
    if error.validator == "additionalProperties":
        return 'den Eintrag streichen oder richtig schreiben; Text mit Komma in { } braucht "Anführungszeichen"'
    if error.validator == "required":
        return "den Eintrag ergänzen"
    return str(_schema(error).get("description") or "die Beschreibung des Formats ansehen")
