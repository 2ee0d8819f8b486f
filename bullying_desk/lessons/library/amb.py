"""Describes a lesson for the world outside: one AMB block (Metadatenprofil für Bildungsressourcen, 20231019).

Harvesters read the first JSON-LD block of a page, so there is exactly one, and it is this. `identifier`, `url`,
`timeRequired` and `educationalContext` are additions that AMB allows and other readers want.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from bullying_desk.config import Settings
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.vocabulary import (
    AUDIENCES,
    AUTHOR,
    COMPETENCES,
    LICENCES,
    SCHOOL_FORMS,
    SHEET_KINDS,
    SUBJECTS,
    band_of,
    theme,
)
from bullying_desk.lessons.library.library import Library

_HCRT: Final = "https://w3id.org/kim/hcrt/"
_WLO: Final = "http://w3id.org/openeduhub/vocabs/new_lrt/"
_CONTEXT: Final = "http://w3id.org/openeduhub/vocabs/educationalContext/"
_LEVELS: Final = {
    "level_1": "Primarbereich",
    "level_2": "Sekundarbereich I",
    "level_3": "Sekundarbereich II",
    "level_C": "Fortbildung",
}
_CONTEXTS: Final = {
    "grundschule": "Primarstufe",
    "sekundarstufe_1": "Sekundarstufe I",
    "sekundarstufe_2": "Sekundarstufe II",
    "berufliche_bildung": "Berufliche Bildung",
    "foerderschule": "Förderschule",
    "fortbildung": "Fortbildung",
}
_CONTEXT_OF_LEVEL: Final = {
    "level_1": "grundschule",
    "level_2": "sekundarstufe_1",
    "level_3": "sekundarstufe_2",
    "level_C": "fortbildung",
}
MEDIA: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the programme: name and address of the service, as `https://example.org`."""

    name: str
    base: str


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file of a lesson: size in bytes and sha256."""

    size: int
    sha256: str


def address(lesson_id: str, base: str, ending: str = "") -> str:
    """Return the stable address of a lesson or one of its files."""
    return f"{base}/unterricht/{lesson_id}{ending}"


def levels(lesson: Lesson) -> list[str]:
    """Return the educational levels of a lesson."""
    if not lesson.grades:
        return ["level_C"]
    found = ["level_1" if grade <= 4 else "level_2" if grade <= 10 else "level_3" for grade in lesson.grades]
    return list(dict.fromkeys(found))


def contexts(lesson: Lesson) -> list[str]:
    """Return a lesson's names in openeduhub's vocabulary `educationalContext`, which knows the school forms."""
    forms = [SCHOOL_FORMS[form] for form in lesson.school_forms]
    return list(dict.fromkeys([*(_CONTEXT_OF_LEVEL[level] for level in levels(lesson)), *filter(None, forms)]))


def school_words(lesson: Lesson) -> list[str]:
    """Return grades, school forms and support needs as keywords people type."""
    grades = [f"Klasse {grade}" for grade in lesson.grades] or [band_of(())]
    return [*grades, *lesson.school_forms, *(f"Förderschwerpunkt {need}" for need in lesson.support_needs)]


def amb_block(lesson: Lesson, publisher: Publisher, made: Mapping[str, FileFact]) -> dict[str, Any]:
    """Return the AMB description of a lesson; `made` holds its downloads by ending (`pdf`, `docx`, `odt`, `pptx`)."""
    return (
        _identity(lesson, publisher)
        | _people(lesson, publisher)
        | _classes(lesson)
        | _parts(lesson, publisher)
        | _downloads(lesson, publisher, made)
    )


def _identity(lesson: Lesson, publisher: Publisher) -> dict[str, Any]:
    url = address(lesson.id, publisher.base)
    provider = {"id": publisher.base + "/", "type": "Service", "name": publisher.name}
    collection = f"{publisher.base}/unterricht#{lesson.module.lower()}"
    return {
        "@context": ["https://w3id.org/kim/amb/context.jsonld", {"@language": "de"}],
        "id": url,
        "identifier": url,
        "url": url,
        "type": ["LearningResource"],
        "name": lesson.title,
        "description": lesson.short,
        "mainEntityOfPage": [{"id": url, "type": "WebContent", "provider": provider}],
        "isPartOf": [{"id": collection, "type": ["LearningResource"], "name": theme(lesson.module)}],
        "dateCreated": lesson.created.isoformat(),
        "dateModified": lesson.updated.isoformat(),
        "datePublished": (lesson.published or lesson.created).isoformat(),
        "version": lesson.version,
    }


def _people(lesson: Lesson, publisher: Publisher) -> dict[str, Any]:
    who = {"type": "Organization", "name": publisher.name}
    return {
        "creator": [{"type": "Organization", "name": AUTHOR}],
        "publisher": [who],
        "sourceOrganization": [who],
        "license": {"id": LICENCES[lesson.licence]},
        "isAccessibleForFree": True,
        "conditionsOfAccess": _concept("http://w3id.org/kim/conditionsOfAccess/no_login", "kein Login"),
    }


def _classes(lesson: Lesson) -> dict[str, Any]:
    level = "https://w3id.org/kim/educationalLevel/"
    found: dict[str, Any] = {
        "inLanguage": ["de"],
        "learningResourceType": _kinds(lesson),
        "educationalLevel": [_concept(level + name, _LEVELS[name]) for name in levels(lesson)],
        "educationalContext": [_concept(_CONTEXT + name, _CONTEXTS[name]) for name in contexts(lesson)],
        "audience": _audience(lesson),
        "interactivityType": _concept("http://purl.org/dcx/lrmi-vocabs/interactivityType/active", "aktiv"),
        "timeRequired": f"PT{lesson.minutes}M",
        "keywords": _keywords(lesson),
    }
    if lesson.subjects:
        subject = "http://w3id.org/kim/schulfaecher/"  # AMB refuses https here
        found["about"] = [_concept(subject + SUBJECTS[name], name) for name in lesson.subjects]
    if lesson.competences:
        prefix = "http://w3id.org/openeduhub/vocabs/medienkompetenzrahmenNRW/"
        found["teaches"] = [_label(prefix + number, COMPETENCES[number]) for number in lesson.competences]
    return found


def _parts(lesson: Lesson, publisher: Publisher) -> dict[str, Any]:
    found: dict[str, Any] = {}
    url = address(lesson.id, publisher.base)
    if lesson.all_pictures:
        found["image"] = f"{url}/{(lesson.scene or lesson.all_pictures[0]).file}"
    if lesson.based_on:
        found["isBasedOn"] = [
            {"name": source.title, "creator": [{"type": "Person", "name": source.author}]} for source in lesson.based_on
        ]
    if lesson.sheets:
        found["hasPart"] = [
            {"id": f"{url}?ansicht=blatt#{sheet.anchor}", "type": ["LearningResource"], "name": sheet.heading}
            for sheet in lesson.all_sheets
        ]
    return found


def _downloads(lesson: Lesson, publisher: Publisher, made: Mapping[str, FileFact]) -> dict[str, Any]:
    files = [
        {
            "type": "MediaObject",
            "contentUrl": address(lesson.id, publisher.base, f".{ending}"),
            "encodingFormat": MEDIA[ending],
            "contentSize": str(fact.size),
            "sha256": fact.sha256,
        }
        for ending, fact in made.items()
        if ending in MEDIA
    ]
    return {"encoding": files} if files else {}


def _concept(id_: str, name: str) -> dict[str, Any]:
    return {"id": id_, "type": "Concept", "prefLabel": {"de": name}}


def _label(id_: str, name: str) -> dict[str, Any]:
    return {"id": id_, "prefLabel": {"de": name}}


def _kinds(lesson: Lesson) -> list[dict[str, Any]]:
    found = [
        _concept(_HCRT + "lesson_plan", "Unterrichtsplanung"),
        _concept(_WLO + "5098cf0b-1c12-4a1b-a6d3-b3f29621e11d", "Unterrichtsbaustein"),
    ]
    if lesson.sheets:
        found.append(_concept(_HCRT + "worksheet", "Arbeitsmaterial"))
        found.append(_concept(_WLO + "36e68792-6159-481d-a97b-2c00901f4f78", SHEET_KINDS["arbeitsblatt"]))
    return found


def _audience(lesson: Lesson) -> list[dict[str, Any]]:
    names = {"teacher": "Lehrer/in", "administrator": "Schulleitung und Verwaltung", "parent": "Eltern"}
    roles = dict.fromkeys(["teacher", AUDIENCES[lesson.audience]] if lesson.for_staff else [AUDIENCES[lesson.audience]])
    return [_concept(f"http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/{role}", names[role]) for role in roles]


def _keywords(lesson: Lesson) -> list[str]:
    return [*lesson.keywords, *lesson.methods, *school_words(lesson)]


def script_text(block: dict[str, Any]) -> str:
    """Return the block as text that is safe inside a `<script type="application/ld+json">` element."""
    text = json.dumps(block, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def sitemap(lessons: Iterable[Lesson], base: str) -> str:
    """Return the sitemap of lesson pages (sitemaps.org 0.9); one file, no index, since harvesters read only one."""
    rows = "".join(
        f"<url><loc>{address(lesson.id, base)}</loc><lastmod>{lesson.updated.isoformat()}</lastmod></url>\n"
        for lesson in lessons
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'


# Describes lessons for other sites by their built files: sizes and hashes of the downloads.


def publisher_of(settings: Settings, base: str) -> Publisher:
    """Return who publishes the programme: the operator, else the service's name; `base` as `https://example.org`."""
    return Publisher(settings.operator_name or settings.service_name, base)


def amb_of(library: Library, lesson: Lesson, publisher: Publisher) -> dict[str, Any]:
    """Return the AMB description of a lesson with its downloads."""
    built = library.built.get(lesson.id)
    made = {ending: FileFact(file.size, file.sha256) for ending, file in built.files.items()} if built else {}
    return amb_block(lesson, publisher, made)


def script(library: Library, lesson: Lesson, publisher: Publisher) -> Markup:
    """Return the description for the page's one `application/ld+json` element."""
    # `script_text` writes <, > and & as \\u escapes: nothing can close the element.
    return Markup(script_text(amb_of(library, lesson, publisher)))  # noqa: S704
