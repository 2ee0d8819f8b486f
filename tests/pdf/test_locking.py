"""A locked PDF: the format other programs know, the right permissions, and no way in without the words."""

from __future__ import annotations

import io
import subprocess

import pikepdf
import pytest

from bullying_desk.pdf import worker
from bullying_desk.pdf.order import Order

WORDS = "regenschirm ahornblatt leuchtturm schneeflocke kastanie"  # longer than the 32 bytes of older formats
SHEET = '#set document(title: "Titelwort")\nInhaltswort'


@pytest.fixture(scope="module")
def locked() -> bytes:
    return worker.run(Order({"x.pdf": SHEET}, {}, {}, 0, password=WORDS))["x.pdf"]


def test_it_is_aes_256_of_revision_6(locked: bytes) -> None:
    with pikepdf.open(io.BytesIO(locked), password=WORDS) as pdf:
        said = pdf.encryption
        assert (said.V, said.R, said.bits) == (5, 6, 256)
        assert {said.stream_method, said.string_method} == {type(said.stream_method).aesv3}
        assert all(pdf.allow)  # whoever has the words prints, copies and has it read aloud
        assert -(2**31) <= int(pdf.trailer.Encrypt.P) < 0  # signed, ISO 32000-2, table 20; poppler refuses another
        assert pdf.Root.MarkInfo.Marked  # tags for screen readers are still there


@pytest.mark.parametrize("wrong", ["", WORDS[:-1], WORDS[:32], "falsch"])
def test_nothing_else_opens_it(locked: bytes, wrong: str) -> None:
    """Also not as the owner: qpdf would take an empty owner's password from everybody."""
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked), password=wrong)


def test_no_word_is_left_in_the_clear(locked: bytes) -> None:
    for word in ("Inhaltswort", "Titelwort"):
        for coding in ("utf-8", "utf-16-be"):
            assert word.encode(coding) not in locked
    poppler = ["pdftotext", "-upw", WORDS[:32], "-", "-"]
    assert subprocess.run(poppler, input=locked, capture_output=True).returncode != 0


def test_qpdf_finds_no_fault_in_it(locked: bytes) -> None:
    with pikepdf.open(io.BytesIO(locked), password=WORDS) as pdf:
        assert pdf.check_pdf_syntax() == []
