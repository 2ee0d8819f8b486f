"""The length of a sealed text says little, and nobody can hide anything in the padding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing.format.errors import FieldRefused, PaddingBroken
from bullying_desk.sealing.format.padding import pad_text, text_size, unpad_text


@given(st.binary(max_size=9000))
def test_a_text_comes_back(content: bytes) -> None:
    assert unpad_text(pad_text(content)) == content


@pytest.mark.parametrize(
    ("length", "size"),
    [(0, 1024), (1020, 1024), (1021, 2048), (2044, 2048), (2045, 4096), (80_000, 131_072)],
)
def test_texts_grow_in_doubling_steps(length: int, size: int) -> None:
    assert text_size(length) == len(pad_text(bytes(length))) == size


@given(st.binary(max_size=1000), st.integers(0, 1023), st.integers(1, 255))
def test_a_zero_that_is_not_zero_is_refused(content: bytes, place: int, change: int) -> None:
    padded = bytearray(pad_text(content))
    padded[max(place, len(content) + 4)] ^= change
    with pytest.raises(PaddingBroken):
        unpad_text(bytes(padded))


def test_a_length_that_does_not_fit_its_step_is_refused() -> None:
    for padded in (
        b"",
        bytes(3),
        bytes(1023),
        bytes(1025),
        bytes(2048),
        (1021).to_bytes(4, "big") + bytes(1020),
        b"\xff" * 4 + bytes(1020),
    ):
        with pytest.raises(PaddingBroken):
            unpad_text(padded)


def test_a_content_too_long_for_one_piece_is_refused() -> None:
    class Endless(bytes):
        def __len__(self) -> int:
            return 2**31

    with pytest.raises(FieldRefused):
        pad_text(Endless())
