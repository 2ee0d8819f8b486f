"""Checks the head of a lesson against `lesson.schema.json` and says in German what to mend, and where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from bullying_desk.lessons.format.located import Way, line_of
from bullying_desk.lessons.format.problems import Problem

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
