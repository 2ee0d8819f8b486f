"""Harvesters get each lesson once, and a clear error for each wrong question (OAI-PMH 2.0)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.lessons.format.loader import Programme
from bullying_desk.lessons.library.amb import Publisher
from bullying_desk.lessons.library.oai import OAI, PREFIX, Repository, answer

pytestmark = pytest.mark.sqlite

SPACE = {"o": OAI, "dc": "http://purl.org/dc/elements/1.1/"}
BASE = "https://schule.example.org"
Asked = Sequence[tuple[str, str]]


@pytest.fixture(scope="module")
def repository(programme: Programme) -> Repository:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    return Repository(programme.lessons, Publisher("Stadt Musterhausen", BASE), "amt@schule.example.org", now)


def _ask(repository: Repository, *asked: tuple[str, str]) -> ElementTree.Element:
    return ElementTree.fromstring(answer(repository, asked))


def _texts(root: ElementTree.Element, path: str) -> list[str | None]:
    return [found.text for found in root.iterfind(path, SPACE)]


def test_identify_says_who_we_are(repository: Repository) -> None:
    root = _ask(repository, ("verb", "Identify"))
    found = {each.tag.partition("}")[2]: each.text for each in root.find("o:Identify", SPACE) or ()}
    assert found == {
        "repositoryName": "Stadt Musterhausen",
        "baseURL": f"{BASE}/unterricht/oai",
        "protocolVersion": "2.0",
        "adminEmail": "amt@schule.example.org",
        "earliestDatestamp": min(lesson.updated for lesson in repository.lessons).isoformat(),
        "deletedRecord": "no",
        "granularity": "YYYY-MM-DD",
    }
    assert _texts(root, "o:responseDate") == ["2026-11-30T12:00:00Z"]


def test_school_forms_are_subjects_of_a_record(repository: Repository) -> None:
    lesson = next(one for one in repository.lessons if one.code == "F5")
    name = repository.identifier(lesson)
    root = _ask(repository, ("verb", "GetRecord"), ("identifier", name), ("metadataPrefix", PREFIX))
    subjects = _texts(root, ".//dc:subject")
    assert {"Förderschule", "Förderschwerpunkt Sehen", "Klasse 3", "Klasse 6"} <= set(subjects)


def test_each_lesson_is_one_record_that_names_page_author_and_licence(repository: Repository) -> None:
    root = _ask(repository, ("verb", "ListRecords"), ("metadataPrefix", PREFIX))
    records = root.findall("o:ListRecords/o:record", SPACE)
    assert len(records) == len(repository.lessons)
    for lesson, record in zip(repository.lessons, records, strict=True):
        identifier = f"oai:schule.example.org:{lesson.id}"
        assert _texts(record, "o:header/o:identifier") == [identifier]
        assert _texts(record, ".//dc:title") == [lesson.title]
        assert f"{BASE}/unterricht/{lesson.id}" in _texts(record, ".//dc:identifier")
        assert any("creativecommons.org" in (text or "") for text in _texts(record, ".//dc:rights"))
    first = repository.identifier(repository.lessons[0])
    [one] = _ask(repository, ("verb", "GetRecord"), ("identifier", first), ("metadataPrefix", PREFIX)).iterfind(
        "o:GetRecord/o:record", SPACE
    )
    assert ElementTree.tostring(one) == ElementTree.tostring(records[0])


def test_sets_and_days_choose(repository: Repository) -> None:
    listed = [("verb", "ListIdentifiers"), ("metadataPrefix", PREFIX)]
    sets = _texts(_ask(repository, ("verb", "ListSets")), ".//o:setSpec")
    counts = [len(_texts(_ask(repository, *listed, ("set", str(name))), ".//o:identifier")) for name in sets]
    assert sum(counts) == len(repository.lessons)
    assert all(counts)
    days = sorted(lesson.updated for lesson in repository.lessons)
    last = days[-1].isoformat()
    found = _texts(_ask(repository, *listed, ("from", last), ("until", last)), ".//o:identifier")
    assert len(found) == days.count(days[-1])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ([], "badVerb"),
        ([("verb", "Steal")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), ("x", "1")], "badArgument"),
        ([("verb", "ListRecords")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc")], "cannotDisseminateFormat"),
        ([("verb", "ListRecords"), ("metadataPrefix", PREFIX), ("from", "2026-13-01")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", PREFIX), ("from", "2026-11-30T12:00:00Z")], "badArgument"),
        (
            [("verb", "ListRecords"), ("metadataPrefix", PREFIX), ("from", "2026-12-02"), ("until", "2026-12-01")],
            "badArgument",
        ),
        ([("verb", "ListRecords"), ("metadataPrefix", PREFIX), ("from", "2099-01-01")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", PREFIX), ("set", "z")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("resumptionToken", "abc")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("resumptionToken", "abc"), ("metadataPrefix", PREFIX)], "badArgument"),
        ([("verb", "GetRecord"), ("identifier", "oai:x:y"), ("metadataPrefix", PREFIX)], "idDoesNotExist"),
        ([("verb", "ListMetadataFormats"), ("identifier", "oai:x:y")], "idDoesNotExist"),
    ],
)
def test_a_wrong_question_gets_the_error_of_the_protocol(repository: Repository, asked: Asked, code: str) -> None:
    root = _ask(repository, *asked)
    assert [found.get("code") for found in root.iterfind("o:error", SPACE)] == [code]
    # The protocol repeats no arguments that it did not understand.
    repeated = dict(root.find("o:request", SPACE).attrib)  # type: ignore[union-attr]
    assert (repeated == {}) == (code in {"badVerb", "badArgument"})


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["verb", "metadataPrefix", "identifier", "from", "set", "x"]),
            st.one_of(st.sampled_from(["ListRecords", "GetRecord", PREFIX]), st.text(max_size=30)),
        ),
        max_size=5,
    )
)
def test_any_question_gets_well_formed_xml(programme: Programme, asked: Asked) -> None:
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    root = _ask(Repository(programme.lessons[:2], Publisher("Stadt & Amt", BASE), "a@b.example", now), *asked)
    assert root.tag == f"{{{OAI}}}OAI-PMH"


def test_a_portal_asks_by_get_or_post_from_anywhere(client: FlaskClient) -> None:
    asked = {"verb": "ListIdentifiers", "metadataPrefix": PREFIX}
    got = client.get("/unterricht/oai", query_string=asked)
    assert got.mimetype == "text/xml"
    sent = client.post("/unterricht/oai", data=asked, headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 200
    assert ElementTree.fromstring(sent.data).find("o:ListIdentifiers", SPACE) is not None
