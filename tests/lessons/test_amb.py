"""A lesson's metadata is valid AMB 20231019, real JSON-LD, and cannot break out of its page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft7Validator, FormatChecker
from pyld import jsonld
from referencing import Registry, Resource

from bullying_desk.lessons.format.loader import Programme
from bullying_desk.lessons.format.model import Source
from bullying_desk.lessons.library.amb import FileFact, Publisher, amb_block, script_text, sitemap

PUBLISHER = Publisher("Stadt Musterhausen", "https://schule.example.org")
MADE = {"pdf": FileFact(1000, "a" * 64), "docx": FileFact(2000, "b" * 64), "sheets": FileFact(10, "c" * 64)}
AMB = "https://w3id.org/kim/amb/20231019/schemas/"


def _formats() -> FormatChecker:
    """Return a checker that knows the two formats jsonschema leaves to other packages."""
    checker = FormatChecker()

    @checker.checks("date-time", raises=ValueError)
    def date_time(value: object) -> bool:
        return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)

    @checker.checks("uri", raises=ValueError)
    def uri(value: object) -> bool:
        return not isinstance(value, str) or (bool(urlsplit(value).scheme) and " " not in value)

    return checker


@pytest.fixture(scope="session")
def amb(shared: Path) -> Draft7Validator:
    """Return the validator of the profile, every file of it from the disk."""
    files = sorted((shared / "data" / "amb" / "20231019" / "schemas").glob("*.json"))
    loaded = [json.loads(file.read_text("utf-8")) for file in files]
    resources = [(one["$id"], Resource.from_contents(one)) for one in loaded]
    registry: Registry[Any] = Registry().with_resources(resources)
    schema = next(one for one in loaded if one["$id"] == AMB + "schema.json")
    return Draft7Validator(schema, registry=registry, format_checker=_formats())


def test_every_lesson_is_valid(programme: Programme, amb: Draft7Validator) -> None:
    assert programme.lessons
    for lesson in programme.lessons:
        faults = [
            f"{lesson.id}: {error.json_path} {error.message}"
            for error in amb.iter_errors(amb_block(lesson, PUBLISHER, MADE))
        ]
        assert not faults


def test_the_validator_looks(programme: Programme, amb: Draft7Validator) -> None:
    """The traps of the profile: https where it wants http, a licence that is no object, a size that is no text."""
    block = amb_block(programme.lessons[0], PUBLISHER, MADE)
    broken = [
        block | {"about": [{"id": "https://w3id.org/kim/schulfaecher/s1005"}]},
        block | {"license": "https://creativecommons.org/licenses/by-sa/4.0/"},
        block | {"encoding": [{"type": "MediaObject", "contentUrl": "https://a.b/c", "contentSize": 12}]},
        block | {"inLanguage": "de"},
        block | {"id": "kein Ort"},
        block | {"dateCreated": "gestern"},
        {key: value for key, value in block.items() if key != "name"},
    ]
    assert all(not amb.is_valid(one) for one in broken)


def test_it_is_linked_data(programme: Programme, shared: Path) -> None:
    context = json.loads((shared / "data" / "amb" / "20231019" / "context.jsonld").read_text("utf-8"))

    def load(url: str, _options: Any) -> dict[str, Any]:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}

    block = amb_block(programme.lessons[0], PUBLISHER, MADE)
    triples = jsonld.to_rdf(block, {"documentLoader": load})["@default"]
    assert len(triples) > 40
    assert {triple["subject"]["value"] for triple in triples if triple["object"]["value"] == programme.lessons[0].title}


def test_downloads_carry_size_and_hash(programme: Programme) -> None:
    block = amb_block(programme.lessons[0], PUBLISHER, MADE)
    assert [(one["contentSize"], one["sha256"][0]) for one in block["encoding"]] == [("1000", "a"), ("2000", "b")]
    assert block["encoding"][0]["contentUrl"] == f"https://schule.example.org/unterricht/{programme.lessons[0].id}.pdf"
    assert "encoding" not in amb_block(programme.lessons[0], PUBLISHER, {})


def test_what_was_taken_in_is_named(programme: Programme, amb: Draft7Validator) -> None:
    lesson = replace(programme.lessons[0], based_on=(Source("Ein Spiel", "A. Mustermann", licence="CC0"),))
    block = amb_block(lesson, PUBLISHER, {})
    assert block["isBasedOn"][0]["name"] == "Ein Spiel"
    assert amb.is_valid(block)


def test_staff_training_is_for_staff(programme: Programme) -> None:
    staff = next(lesson for lesson in programme.lessons if lesson.for_staff)
    block = amb_block(staff, PUBLISHER, {})
    assert block["educationalLevel"][0]["id"].endswith("level_C")
    assert {one["id"].rpartition("/")[2] for one in block["audience"]} == {"teacher", "administrator"}


def test_school_forms_are_levels_contexts_and_keywords(programme: Programme) -> None:
    """A portal finds a lesson by its school form: ISCED 3 for the Berufskolleg, openeduhub's names, plain words."""
    by_code = {lesson.code: amb_block(lesson, PUBLISHER, {}) for lesson in programme.lessons}
    vocational, special, common = by_code["D7"], by_code["B7"], by_code["D1"]

    def names(block: dict[str, Any], field: str) -> list[str]:
        return [one["id"].rpartition("/")[2] for one in block[field]]

    assert names(vocational, "educationalLevel") == ["level_3"]
    assert names(vocational, "educationalContext") == ["sekundarstufe_2", "berufliche_bildung"]
    assert "Berufskolleg" in vocational["keywords"]
    assert names(special, "educationalContext") == ["grundschule", "sekundarstufe_1", "foerderschule"]
    assert {"Förderschule", "Förderschwerpunkt Geistige Entwicklung"} <= set(special["keywords"])
    assert names(common, "educationalContext") == ["grundschule"]
    assert names(by_code["H1"], "educationalContext") == ["fortbildung"]


def test_no_title_can_close_the_script(programme: Programme) -> None:
    lesson = replace(programme.lessons[0], title="</script><script>alert(1)</script> & Co")
    text = script_text(amb_block(lesson, PUBLISHER, {}))
    assert "<" not in text
    assert json.loads(text)["name"] == lesson.title


def test_the_sitemap_names_each_lesson_once(programme: Programme) -> None:
    text = sitemap(programme.lessons, PUBLISHER.base)
    assert text.count("<loc>") == len(programme.lessons)
    assert f"<loc>https://schule.example.org/unterricht/{programme.lessons[0].id}</loc>" in text
