"""Answers harvesters of educational resources: OAI-PMH 2.0, for portals that collect records and not pages.

One record for each lesson, as Dublin Core; the whole description (AMB) stands on the lesson's page, which the record
names. All records fit into one answer, so there is no resumption token. Lessons that are gone leave no record
(`deletedRecord` is `no`). The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from bullying_desk.lessons.building.document import attribution
from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.format.vocabulary import AUTHOR, LICENCES, MODULES, theme
from bullying_desk.lessons.library.amb import Publisher, address, school_words

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_FORMAT: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
PREFIX: Final = "oai_dc"
for _name, _space in (("", OAI), (PREFIX, _FORMAT), ("dc", _DC), ("xsi", _XSI)):
    register_namespace(_name, _space)

#: What each verb must be given, and what it may be given.
_ARGUMENTS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN: Final = re.compile(r"[\w.:/~-]{1,200}", re.ASCII)  # what an answer may repeat


class _Refused(Exception):
    """The request cannot be answered: an error code of the protocol, and why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Repository:
    """What is offered: lessons, who publishes them, whom to write to, and the moment of the answer."""

    lessons: tuple[Lesson, ...]
    publisher: Publisher
    contact: str
    now: datetime

    @property
    def address(self) -> str:
        """The address of this service."""
        return f"{self.publisher.base}/unterricht/oai"

    def identifier(self, lesson: Lesson) -> str:
        """Return the name of a record: `oai:example.org:a1-…` (OAI identifier format)."""
        return f"oai:{urlsplit(self.publisher.base).hostname}:{lesson.id}"


def answer(repository: Repository, given: Sequence[tuple[str, str]]) -> str:
    """Return the answer to a request with these arguments, as XML; errors of the protocol are answers too."""
    root = Element(f"{{{OAI}}}OAI-PMH")
    root.set(f"{{{_XSI}}}schemaLocation", f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
    _add(root, "responseDate", repository.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    asked = _add(root, "request", repository.address)
    try:
        found = _arguments(given)
        for name, value in found.items():
            asked.set(name, value)
        _can_answer(found)
        root.extend(_VERBS[found["verb"]](repository, found))
    except _Refused as refused:
        if refused.code in {"badVerb", "badArgument"}:
            asked.attrib.clear()
        _add(root, "error", str(refused)).set("code", refused.code)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "unicode")


def _arguments(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the checked arguments, the verb among them. Raises _Refused."""
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
        raise _Refused("badVerb", "one verb of the protocol is needed")
    needed, allowed = _ARGUMENTS[verbs[0]]
    found = dict(given)
    if len(found) != len(given) or not set(found) <= {"verb", *needed, *allowed}:
        raise _Refused("badArgument", "an argument is unknown or given twice")
    if not all(_PLAIN.fullmatch(value) for value in found.values()):
        raise _Refused("badArgument", "an argument is empty or has signs that no argument has")
    if "resumptionToken" in found:
        if len(found) != 2:
            raise _Refused("badArgument", "a resumption token stands alone")
        return found
    if not needed <= set(found):
        raise _Refused("badArgument", "an argument is missing")
    return found


def _can_answer(found: Mapping[str, str]) -> None:
    """Raise _Refused for what is a right question that nothing here answers."""
    if "resumptionToken" in found:
        raise _Refused("badResumptionToken", "all records come in one answer")
    if found.get("metadataPrefix", PREFIX) != PREFIX:
        raise _Refused("cannotDisseminateFormat", f"only {PREFIX} is offered")


def _identify(repository: Repository, _found: Mapping[str, str]) -> list[Element]:
    made = Element(f"{{{OAI}}}Identify")
    _add(made, "repositoryName", repository.publisher.name)
    _add(made, "baseURL", repository.address)
    _add(made, "protocolVersion", "2.0")
    _add(made, "adminEmail", repository.contact)
    _add(made, "earliestDatestamp", min(lesson.updated for lesson in repository.lessons).isoformat())
    _add(made, "deletedRecord", "no")
    _add(made, "granularity", "YYYY-MM-DD")
    return [made]


def _formats(repository: Repository, found: Mapping[str, str]) -> list[Element]:
    if "identifier" in found:
        _one(repository, found["identifier"])
    made = Element(f"{{{OAI}}}ListMetadataFormats")
    kind = _add(made, "metadataFormat")
    for name, value in (("metadataPrefix", PREFIX), ("schema", _SCHEMA), ("metadataNamespace", _FORMAT)):
        _add(kind, name, value)
    return [made]


def _sets(_repository: Repository, _found: Mapping[str, str]) -> list[Element]:
    made = Element(f"{{{OAI}}}ListSets")
    for letter in MODULES:
        each = _add(made, "set")
        _add(each, "setSpec", letter.lower())
        _add(each, "setName", theme(letter))
    return [made]


def _identifiers(repository: Repository, found: Mapping[str, str]) -> list[Element]:
    made = Element(f"{{{OAI}}}ListIdentifiers")
    made.extend(_header(repository, lesson) for lesson in _chosen(repository, found))
    return [made]


def _records(repository: Repository, found: Mapping[str, str]) -> list[Element]:
    made = Element(f"{{{OAI}}}ListRecords")
    made.extend(_record(repository, lesson) for lesson in _chosen(repository, found))
    return [made]


def _get(repository: Repository, found: Mapping[str, str]) -> list[Element]:
    made = Element(f"{{{OAI}}}GetRecord")
    made.append(_record(repository, _one(repository, found["identifier"])))
    return [made]


_VERBS: Final = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "ListIdentifiers": _identifiers,
    "ListRecords": _records,
    "GetRecord": _get,
}


def _one(repository: Repository, identifier: str) -> Lesson:
    """Return the lesson of a record. Raises _Refused."""
    for lesson in repository.lessons:
        if repository.identifier(lesson) == identifier:
            return lesson
    raise _Refused("idDoesNotExist", "there is no such record")


def _chosen(repository: Repository, found: Mapping[str, str]) -> Iterable[Lesson]:
    """Return the lessons of a set that changed between two days, both included. Raises _Refused."""
    first, last = _day(found.get("from")), _day(found.get("until"))
    if first and last and last < first:
        raise _Refused("badArgument", "until is before from")
    chosen = [
        lesson
        for lesson in repository.lessons
        if found.get("set", lesson.module.lower()) == lesson.module.lower()
        and (first is None or lesson.updated >= first)
        and (last is None or lesson.updated <= last)
    ]
    if not chosen:
        raise _Refused("noRecordsMatch", "no lesson fits")
    return chosen


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _Refused("badArgument", "a day is written YYYY-MM-DD")


def _header(repository: Repository, lesson: Lesson) -> Element:
    made = Element(f"{{{OAI}}}header")
    _add(made, "identifier", repository.identifier(lesson))
    _add(made, "datestamp", lesson.updated.isoformat())
    _add(made, "setSpec", lesson.module.lower())
    return made


def _record(repository: Repository, lesson: Lesson) -> Element:
    made = Element(f"{{{OAI}}}record")
    made.append(_header(repository, lesson))
    core = SubElement(_add(made, "metadata"), f"{{{_FORMAT}}}dc")
    core.set(f"{{{_XSI}}}schemaLocation", f"{_FORMAT} {_SCHEMA}")
    for name, value in _dublin_core(lesson, repository.publisher):
        SubElement(core, f"{{{_DC}}}{name}").text = value
    return made


def _dublin_core(lesson: Lesson, publisher: Publisher) -> list[tuple[str, str]]:
    page = address(lesson.id, publisher.base)
    files = [address(lesson.id, publisher.base, f".{ending}") for ending in ("pdf", "docx", "odt", "pptx")]
    return [
        ("title", lesson.title),
        ("creator", AUTHOR),
        *(("subject", word) for word in (*lesson.subjects, *lesson.keywords, *school_words(lesson))),
        ("description", lesson.short),
        ("publisher", publisher.name),
        ("date", lesson.updated.isoformat()),
        ("type", "InteractiveResource"),
        ("format", "text/html"),
        ("identifier", page),
        ("language", "de"),
        *(("relation", file) for file in files),
        ("rights", LICENCES[lesson.licence]),
        ("rights", attribution(lesson, publisher.name, page)),
    ]


def _add(parent: Element, name: str, text: str = "") -> Element:
    made = SubElement(parent, f"{{{OAI}}}{name}")
    made.text = text or None
    return made
