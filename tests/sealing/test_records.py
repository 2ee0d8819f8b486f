"""Each text opens at its own place and nowhere else, whatever script it is written in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import (
    FieldRefused,
    PaddingBroken,
    SealBroken,
    SealMalformed,
    TextBroken,
    UnknownVersion,
)
from bullying_desk.sealing.format.padding import pad_text
from bullying_desk.sealing.format.primitives import symmetric_seal
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret
from bullying_desk.sealing.keys import reporter_addressee
from bullying_desk.sealing.notes import DraftPlace, seal_case_draft, seal_draft, seal_note
from bullying_desk.sealing.records import RecordPlace, Side, content_key, seal_name, seal_record
from bullying_desk.sealing.unseal import open_case_draft, open_draft, open_name, open_note, open_record
from tests.sealing.conftest import AYLIN, CASE, MAREK, REPORT, School

PLACE = RecordPlace(REPORT, 2, "letter", Side.STAFF, 3, 4)
WRONG: list[dict[str, Any]] = [
    {"owner": REPORT + 1},
    {"epoch": 1},
    {"kind": "report"},
    {"side": Side.REPORTER},
    {"side": Side.SERVICE},
    {"sequence": 4},
    {"revision": 3},
    {"sequence": 4, "revision": 3},
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=800)


@given(TEXTS, st.binary(min_size=32, max_size=32))
def test_any_text_comes_back_unharmed(text: str, raw: bytes) -> None:
    for secret in (ReportSecret(raw), CaseSecret(raw)):
        assert open_record(secret, PLACE, seal_record(secret, PLACE, text)) == text
    secret = ReportSecret(raw)
    assert open_name(secret, PLACE, seal_name(secret, PLACE, text)) == text


def test_lengths_are_the_designs(school: School) -> None:
    lengths = [len(seal_record(school.secret, PLACE, "x" * size)) for size in (0, 1, 1020, 1021, 2045, 20_000)]
    assert lengths == [1073, 1073, 1073, 2097, 4145, 32_817]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_place_is_refused(wrong: dict[str, Any], school: School) -> None:
    elsewhere = replace(PLACE, **wrong)
    sealed = seal_record(school.secret, PLACE, "Hallo")
    with pytest.raises(SealBroken):
        open_record(school.secret, elsewhere, sealed)
    with pytest.raises(SealBroken):
        open_name(school.secret, elsewhere, seal_name(school.secret, PLACE, "Amira"))
    with pytest.raises(SealBroken):
        open_record(school.case_secret, elsewhere, seal_record(school.case_secret, PLACE, "x"))


def test_owner_and_epoch_are_bound_in_the_record_itself(school: School) -> None:
    """Even with the very same content key a record does not move: not only the key, the seal too names its place."""
    key = content_key(school.secret, PLACE)
    for wrong in WRONG:
        moved = symmetric_seal(b"\0" * 1024, key, replace(PLACE, **wrong).binding())
        with pytest.raises(SealBroken):
            open_record(school.secret, PLACE, moved)
    here = symmetric_seal(b"\0" * 1024, key, PLACE.binding())
    assert open_record(school.secret, PLACE, here) == ""


def test_another_secret_or_the_same_bytes_as_a_case_open_nothing(school: School) -> None:
    sealed = seal_record(school.secret, PLACE, "Hallo")
    for other in (ReportSecret.generate(), CaseSecret(school.secret.reveal())):
        with pytest.raises(SealBroken):
            open_record(other, PLACE, sealed)


def test_the_name_has_a_key_of_its_own(school: School) -> None:
    with pytest.raises(SealBroken):
        open_record(school.secret, PLACE, seal_name(school.secret, PLACE, "Amira"))
    with pytest.raises(SealBroken):
        open_name(school.secret, PLACE, seal_record(school.secret, PLACE, "Amira"))


def test_every_flipped_byte_and_every_cut_is_refused_by_name(school: School) -> None:
    sealed = seal_record(school.secret, PLACE, "Hallo")
    for place in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[place] ^= 0x01
        with pytest.raises(UnknownVersion if place == 0 else SealBroken):
            open_record(school.secret, PLACE, bytes(flipped))
    for length in range(len(sealed)):
        with pytest.raises(SealMalformed if length <= 49 else SealBroken):
            open_record(school.secret, PLACE, sealed[:length])
    with pytest.raises(SealBroken):
        open_record(school.secret, PLACE, sealed + b"\0")


def test_wrong_padding_and_no_text_are_named(school: School) -> None:
    key = content_key(school.secret, PLACE)
    with pytest.raises(PaddingBroken):
        open_record(school.secret, PLACE, symmetric_seal(b"short", key, PLACE.binding()))
    with pytest.raises(TextBroken):
        open_record(school.secret, PLACE, symmetric_seal(pad_text(b"\xff\xfe"), key, PLACE.binding()))


@pytest.mark.parametrize("kind", ["", "Letter", "a b", "brief1", "ä", "-x", "x" * 32, "letter\n"])
def test_kinds_are_plain_words(kind: str) -> None:
    with pytest.raises(FieldRefused):
        RecordPlace(REPORT, 1, kind, Side.STAFF, 1)


def test_sides_and_the_first_revision_are_frozen() -> None:
    """They are part of every record's seal: a renamed side would make its letters unreadable."""
    assert {side.name: side.value for side in Side} == {
        "REPORTER": "reporter",
        "STAFF": "staff",
        "SERVICE": "service",
    }
    assert RecordPlace(REPORT, 1, "letter", Side.STAFF, 1).revision == 0


def test_a_side_is_one_of_three_and_numbers_are_whole(school: School) -> None:
    with pytest.raises(FieldRefused):
        RecordPlace(REPORT, 1, "letter", "staff", 1)  # type: ignore[arg-type]
    for place in (replace(PLACE, owner=0), replace(PLACE, epoch=-1), replace(PLACE, sequence=2**32)):
        with pytest.raises(FieldRefused):
            seal_record(school.secret, place, "x")


def test_a_private_note_opens_for_its_writer_alone(school: School) -> None:
    note = seal_note("Bauchgefühl: nachfragen.", 77, school.addressee(AYLIN, school.aylin))
    assert len(note) == 1 + 1120 + 1024 + 16
    assert open_note(note, school.aylin, AYLIN, 77) == "Bauchgefühl: nachfragen."
    for key, person, row in ((school.aylin, AYLIN, 78), (school.aylin, MAREK, 77), (school.marek, AYLIN, 77)):
        with pytest.raises(SealBroken):
            open_note(note, key, person, row)
    with pytest.raises(SealBroken):
        open_draft(note, school.aylin, AYLIN, 77)


def test_a_draft_opens_for_its_writer_alone(school: School) -> None:
    draft = seal_draft(b"text=Hallo&csrf=1", 5, school.addressee(MAREK, school.marek))
    assert open_draft(draft, school.marek, MAREK, 5) == b"text=Hallo&csrf=1"
    for key, person, row in ((school.marek, MAREK, 6), (school.marek, AYLIN, 5), (school.aylin, MAREK, 5)):
        with pytest.raises(SealBroken):
            open_draft(draft, key, person, row)
    with pytest.raises(SealBroken):
        open_note(draft, school.marek, MAREK, 5)
    for length in (0, 1, 1137, 1138, len(draft) - 1):
        with pytest.raises(SealMalformed if length <= 1137 else SealBroken):
            open_draft(draft[:length], school.marek, MAREK, 5)
    with pytest.raises(UnknownVersion):
        open_draft(b"\x00" + draft[1:], school.marek, MAREK, 5)


def test_a_case_draft_opens_for_its_writer_at_its_place_alone(school: School) -> None:
    place = DraftPlace(CASE, REPORT, "answer", 3)
    draft = seal_case_draft("Komm um zehn", place, school.addressee(MAREK, school.marek))
    assert len(draft) == 1 + 1120 + 1024 + 16
    assert open_case_draft(draft, school.marek, MAREK, place) == "Komm um zehn"
    for other in (
        replace(place, case=REPORT),
        replace(place, report=0),
        replace(place, field="note"),
        replace(place, revision=2),
    ):
        with pytest.raises(SealBroken):
            open_case_draft(draft, school.marek, MAREK, other)
    for key, person in ((school.aylin, MAREK), (school.marek, AYLIN)):
        with pytest.raises(SealBroken):
            open_case_draft(draft, key, person, place)
    with pytest.raises(SealBroken):
        open_draft(draft, school.marek, MAREK, CASE)
    for length in (0, 1, 1137, 1138, len(draft) - 1):
        with pytest.raises(SealMalformed if length <= 1137 else SealBroken):
            open_case_draft(draft[:length], school.marek, MAREK, place)
    with pytest.raises(UnknownVersion):
        open_case_draft(b"\x00" + draft[1:], school.marek, MAREK, place)


@pytest.mark.parametrize("field", ["", "Answer", "a" * 32, "ä", "-a"])
def test_the_field_of_a_draft_is_a_short_word(field: str) -> None:
    with pytest.raises(FieldRefused):
        DraftPlace(CASE, REPORT, field, 1)


def test_a_draft_looks_as_long_as_its_step(school: School) -> None:
    to = school.addressee(MAREK, school.marek)
    sealed = {n: seal_case_draft("x" * n, DraftPlace(CASE, 0, "note", 1), to) for n in (1, 1020, 1021, 2044)}
    assert [len(one) - 1137 for one in sealed.values()] == [1024, 1024, 2048, 2048]


def test_the_reporter_has_no_notes_and_no_drafts(school: School) -> None:
    child = reporter_addressee(school.child.public_half)
    assert child.reader is REPORTER
    with pytest.raises(FieldRefused):
        seal_note("x", 1, child)
    with pytest.raises(FieldRefused):
        seal_draft(b"x", 1, child)
    with pytest.raises(FieldRefused):
        seal_case_draft("x", DraftPlace(CASE, REPORT, "answer", 1), child)
