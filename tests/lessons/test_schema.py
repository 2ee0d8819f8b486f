"""The schema that editors get is the one the program means: its lists are the vocabulary."""

from __future__ import annotations

from typing import Any

import pytest

from bullying_desk.lessons.format import vocabulary
from bullying_desk.lessons.format.loader import validator


def _schema() -> Any:
    return validator().schema


def _property(*way: str) -> Any:
    found: Any = _schema()
    for step in way:
        found = found["properties"][step] if step not in {"items"} else found["items"]
    return found


@pytest.mark.parametrize(
    ("way", "values"),
    [
        (("modul",), list(vocabulary.MODULES)),
        (("schulformen", "items"), list(vocabulary.SCHOOL_FORMS)),
        (("foerderschwerpunkte", "items"), list(vocabulary.SUPPORT_NEEDS)),
        (("methode", "items"), list(vocabulary.METHODS)),
        (("faecher", "items"), list(vocabulary.SUBJECTS)),
        (("kompetenzen", "items"), list(vocabulary.COMPETENCES)),
        (("dauer_min",), list(vocabulary.DURATIONS)),
        (("vorbereitung_min",), list(vocabulary.PREPARATION)),
        (("zielgruppe",), list(vocabulary.AUDIENCES)),
        (("lizenz",), list(vocabulary.LICENCES)),
        (("evidenz", "stufe"), list(vocabulary.EVIDENCE)),
        (("material", "items", "je"), list(vocabulary.SHARES)),
    ],
)
def test_the_lists_are_the_vocabulary(way: tuple[str, ...], values: list[Any]) -> None:
    assert _property(*way)["enum"] == values


def test_every_entry_says_how_to_mend_it() -> None:
    assert not [name for name, entry in _schema()["properties"].items() if not entry.get("description")]


def test_unknown_entries_are_refused_everywhere() -> None:
    schema = _schema()
    objects = [entry for entry in (schema, *schema["properties"].values()) if entry.get("type") == "object"]
    objects += [
        entry["items"] for entry in schema["properties"].values() if entry.get("items", {}).get("type") == "object"
    ]
    assert len(objects) > 8
    assert all(entry["additionalProperties"] is False for entry in objects)
