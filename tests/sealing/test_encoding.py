"""No two different facts about a sealed value ever become the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing.format.encoding import (
    REPORTER,
    body_after_version,
    context,
    id_field,
    new_id,
    number_field,
    reader_field,
)
from bullying_desk.sealing.format.errors import FieldRefused, SealMalformed, UnknownVersion

LABELS = st.text("abcdefghijklmnopqrstuvwxyz/-", min_size=1, max_size=12)
FIELDS = st.lists(st.binary(max_size=12), max_size=6)


def test_layout_is_the_one_in_the_design() -> None:
    assert context("grant/x", b"\x00\x01", b"") == bytes.fromhex(
        "01 04 000d 62756c6c79696e672d6465736b 0007 6772616e742f78 0002 0001 0000"
    )


@given(LABELS, FIELDS, LABELS, FIELDS)
def test_distinct_field_lists_give_distinct_contexts(
    one: str, fields: list[bytes], other: str, other_fields: list[bytes]
) -> None:
    same = (one, fields) == (other, other_fields)
    assert (context(one, *fields) == context(other, *other_fields)) is same


@given(st.binary(min_size=1, max_size=20), st.integers(1, 19))
def test_bytes_moved_from_one_field_to_the_next_change_the_context(joined: bytes, cut: int) -> None:
    cut = min(cut, len(joined))
    assert context("x", joined, b"") != context("x", joined[:cut], joined[cut:], b"")
    assert context("x", joined[:cut], joined[cut:]) != context("x", joined[: cut - 1], joined[cut - 1 :])


def test_a_context_without_label_or_with_oversized_fields_is_refused() -> None:
    for label, fields in (("", [b"x"]), ("x", [bytes(65536)]), ("x", [b""] * 254)):
        with pytest.raises(FieldRefused):
            context(label, *fields)
    assert context("x", bytes(65535)).endswith(bytes(65535))
    assert len(context("x", *[b""] * 253)) == 2 + 255 * 2 + len("bullying-desk") + 1


@pytest.mark.parametrize("size", [0, 36, 37, 38, 0x2525])
def test_a_context_is_its_layout_also_where_a_length_reads_as_a_sign_of_a_template(size: int) -> None:
    """37 is the percent sign."""
    for label, fields in (("a%b", [b"%b" * 20, b"%" * size]), ("x" * 37, [bytes(size)]), ("x", [])):
        parts = [b"bullying-desk", label.encode(), *fields]
        plain = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
        assert context(label, *fields) == bytes([1, len(parts)]) + plain


@given(st.integers(1, 2**63 - 1))
def test_ids_are_eight_bytes_big_endian(row_id: int) -> None:
    assert int.from_bytes(id_field(row_id), "big") == row_id
    assert len(id_field(row_id)) == 8


@pytest.mark.parametrize("row_id", [0, -1, 2**63, True, "7", 1.0])
def test_impossible_ids_are_refused(row_id: int) -> None:
    with pytest.raises(FieldRefused):
        id_field(row_id)


@pytest.mark.parametrize("number", [-1, 2**32, False, "7"])
def test_impossible_numbers_are_refused(number: int) -> None:
    with pytest.raises(FieldRefused):
        number_field(number)


def test_no_person_has_the_id_that_spells_reporter() -> None:
    with pytest.raises(FieldRefused):
        reader_field(int.from_bytes(b"reporter", "big"))
    assert reader_field(REPORTER) == b"reporter"


def test_new_ids_are_usable_and_tell_no_order() -> None:
    ids = [new_id() for _ in range(200)]
    assert len({id_field(row_id) for row_id in ids}) == 200
    assert ids != sorted(ids)
    assert max(ids) > 2**62


def test_a_drawn_id_that_is_refused_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([0, int.from_bytes(b"reporter", "big"), 5])
    monkeypatch.setattr("bullying_desk.sealing.format.encoding.secrets.randbits", lambda bits: next(drawn))
    assert new_id() == 5


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(UnknownVersion) as caught:
        body_after_version(b"\x02rest")
    assert caught.value.version == 2
    with pytest.raises(SealMalformed):
        body_after_version(b"")
    with pytest.raises(SealMalformed):
        body_after_version(b"\x01abc", 5)
    assert body_after_version(b"\x01abc", 4) == b"abc"
