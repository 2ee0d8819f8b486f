"""An upset child types six words on a phone: the program reads them if they can be read at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import FieldRefused, ReceiptUnreadable, ReceiptWordCount, ReceiptWordUnknown
from bullying_desk.sealing.grants import seal_report_grant
from bullying_desk.sealing.keys import reporter_addressee
from bullying_desk.sealing.receipts import (
    FILLERS,
    ReceiptWords,
    derive_receipt,
    new_slip,
    parse_receipt,
    words_of_bits,
)
from bullying_desk.sealing.slow_hash import RECEIPT_PARAMS, SlowHashGate, SlowHashParams
from bullying_desk.sealing.unseal import open_report_grant
from bullying_desk.sealing.words import NUMBER_OF_PREFIX, WORDS, four_digits
from tests.sealing.conftest import REPORT, School

SALT = b"service salt 16b"
NUMBERS = st.lists(st.integers(0, 1023), min_size=6, max_size=6)
SEPARATORS = st.sampled_from([" ", "  ", ", ", ",", "-", " - ", "\n", "\r\n", "\t", ";", "/", ".", "_", "\u00a0", "–"])


@given(NUMBERS, SEPARATORS, st.sampled_from([str.upper, str.lower, str.capitalize, str.swapcase]))
def test_capitals_and_separators_do_not_matter(numbers: list[int], separator: str, case: Callable[[str], str]) -> None:
    typed = separator.join(case(WORDS[number]) for number in numbers)
    assert parse_receipt(f" {typed}\n").numbers == tuple(numbers)


@given(NUMBERS, st.lists(st.sampled_from(["whole", "four", "digits", "longer"]), min_size=6, max_size=6))
def test_four_letters_or_four_digits_are_enough_and_may_be_mixed(numbers: list[int], ways: list[str]) -> None:
    forms: dict[str, Callable[[int], str]] = {
        "whole": lambda number: WORDS[number],
        "four": lambda number: WORDS[number][:4],
        "digits": four_digits,
        "longer": lambda number: WORDS[number][:4] + "xyz",
    }
    typed = " ".join(forms[way](number) for number, way in zip(numbers, ways, strict=True))
    assert parse_receipt(typed).numbers == tuple(numbers)


def test_numbered_lists_invisible_marks_and_other_digits_are_read() -> None:
    numbers = (5, 1023, 0, 77, 300, 512)
    words = [WORDS[number].capitalize() for number in numbers]
    listed = "\n".join(f"{place}. {entry}" for place, entry in enumerate(words, 1))
    assert parse_receipt(listed).numbers == numbers
    marked = "\u200f" + " ".join(entry[:2] + "\u00ad\u200b" + entry[2:] for entry in words)
    assert parse_receipt(marked).numbers == numbers
    assert parse_receipt("0006 1024 0001 0078 0301 ٠٥١٣").numbers == numbers
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalpha() else sign for sign in " ".join(words))
    assert parse_receipt(wide).numbers == numbers


@given(
    NUMBERS,
    SEPARATORS,
    st.sampled_from("0٠۰०߀０"),  # the zeros of five scripts, and the wide one
    st.sampled_from(["", "\u200b", "\u2066", "\u200f"]),
    st.sampled_from(["alone", "joined", "listed", "beside", "copied"]),
)
def test_four_digits_of_any_script_come_back(
    numbers: list[int], separator: str, zero: str, unseen: str, way: str
) -> None:
    shown = ReceiptWords.of_numbers(numbers)
    digits = [unseen + each.translate({48 + n: ord(zero) + n for n in range(10)}) for each in shown.digits]
    typed = {
        "alone": separator.join(digits),
        "joined": "".join(digits),
        "listed": "\n".join(f"{place}. {each}" for place, each in enumerate(digits, 1)),
        "beside": separator.join(f"{entry} {each}" for entry, each in zip(shown.words, digits, strict=True)),
        "copied": "\n".join(
            f"{place} {each} {entry}" for place, (entry, each) in enumerate(zip(shown.words, digits, strict=True), 1)
        ),
    }[way]
    assert parse_receipt(typed) == shown


def test_one_two_three_or_five_digits_are_no_word() -> None:
    five = " ".join(f"{number:04}" for number in range(1, 6))
    for wrong in (
        "1",
        "01",
        "001",
        "512",
        "0000",
        "1025",
        "9999",
        "00001",
        "٠٠٠٠",
        "0 001",
        "00-01",
        "+001",
        "1e3",
        "½",
    ):
        with pytest.raises(ReceiptUnreadable):
            parse_receipt(f"{five} {wrong}")
    with pytest.raises(ReceiptUnreadable):
        parse_receipt("1 2 3 4 5 6")
    with pytest.raises(ReceiptWordUnknown) as caught:
        parse_receipt(f"0000 {five}")
    assert caught.value.places == (1,)
    with pytest.raises(ReceiptWordCount):
        parse_receipt("0001" * 5 + "1025")


def test_a_word_and_digits_are_one_only_where_each_word_has_its_own() -> None:
    pairs = [f"{WORDS[number]} {four_digits(number)}" for number in range(6)]
    assert parse_receipt(" ".join(pairs)).numbers == tuple(range(6))
    for wrong in ([f"{WORDS[0]} 0500", *pairs[1:]], [*pairs[:5], WORDS[5]], [*pairs, pairs[0]]):
        with pytest.raises(ReceiptWordCount):
            parse_receipt(" ".join(wrong))


@given(NUMBERS, st.sampled_from(["", "\u200b", "\u2060", "\ufeff", "\u034f", "\ufe0f"]))
def test_words_without_a_blank_between_them_are_read(numbers: list[int], joint: str) -> None:
    words = [WORDS[number].capitalize() for number in numbers]
    assert parse_receipt(joint.join(words)).numbers == tuple(numbers)
    assert parse_receipt(joint.join(entry[:4] for entry in words)).numbers == tuple(numbers)
    assert parse_receipt(f"{words[0]}{joint}{words[1]} {' '.join(words[2:])}").numbers == tuple(numbers)


@given(NUMBERS)
def test_words_around_and_between_are_skipped(numbers: list[int]) -> None:
    words = [WORDS[number].capitalize() for number in numbers]
    for typed in (
        f"Code: {' '.join(words)}",
        f"Mein Code ist {', '.join(words)}.",
        f"{', '.join(words[:5])} und {words[5]}",
        "".join(f"{place}.{entry}" for place, entry in enumerate(words, 1)),
        f"Code: {''.join(words)}",
    ):
        assert parse_receipt(typed).numbers == tuple(numbers)


def test_a_word_that_the_keyboard_broke_in_two_is_read() -> None:
    words = [next(entry for entry in WORDS if len(entry) == 8), *WORDS[3:8]]
    typed = " ".join([words[0][:3], words[0][3:], *words[1:]])
    assert parse_receipt(typed).numbers == tuple(WORDS.index(entry) for entry in words)


def test_no_filler_is_a_word_and_no_word_begins_another() -> None:
    assert not [filler for filler in FILLERS if filler[:4] in NUMBER_OF_PREFIX]
    assert not [one for one in WORDS for other in WORDS if one != other and other.startswith(one)]


def test_an_unknown_word_is_named_by_its_place() -> None:
    words = [WORDS[number] for number in range(6)]
    with pytest.raises(ReceiptWordUnknown) as caught:
        parse_receipt(" ".join([words[0], "qqqq", *words[2:5], "abc"]))
    assert caught.value.places == (2, 6)
    assert "qqqq" not in str(caught.value)
    for unknown in ("1025", "99999", "00001", "abe", "ägäis"):
        with pytest.raises(ReceiptWordUnknown) as caught:
            parse_receipt(" ".join([*words[:5], unknown]))
        assert caught.value.places == (6,)


def test_too_few_or_too_many_words_are_counted() -> None:
    for typed, found in (
        ("", 0),
        ("  ,; ", 0),
        (WORDS[3], 1),
        (" ".join(WORDS[:5]), 5),
        (" ".join(WORDS[:7]), 7),
        (" ".join(WORDS[:12]), 12),
    ):
        with pytest.raises(ReceiptWordCount) as caught:
            parse_receipt(typed)
        assert (caught.value.found, caught.value.expected) == (found, 6)
    assert len(parse_receipt(" ".join(WORDS[:7]), 7).numbers) == 7


@given(st.text(max_size=400))
def test_anything_else_is_refused_as_unreadable_and_never_crashes(text: str) -> None:
    with suppress(ReceiptUnreadable):
        assert len(parse_receipt(text).numbers) == 6


def test_a_novel_in_the_field_is_read_quickly() -> None:
    with pytest.raises(ReceiptWordCount):
        parse_receipt("wort " * 200_000)


@given(NUMBERS)
def test_numbers_and_words_come_back(numbers: list[int]) -> None:
    receipt = ReceiptWords.of_numbers(numbers)
    assert receipt.numbers == tuple(numbers)
    assert receipt.words == tuple(WORDS[number].capitalize() for number in numbers)
    assert parse_receipt(" ".join(receipt.words)) == receipt


@pytest.mark.parametrize("numbers", [[], [1] * 5, [1] * 8, [0, 1, 2, 3, 4, 1024], [0, 1, 2, 3, 4, -1]])
def test_impossible_receipts_are_refused(numbers: list[int]) -> None:
    with pytest.raises(FieldRefused):
        ReceiptWords.of_numbers(numbers)
    with pytest.raises(FieldRefused):
        ReceiptWords(b"".join((number % 65536).to_bytes(2, "big") for number in numbers))


def test_half_a_number_is_refused() -> None:
    for raw in (bytes(11), bytes(13)):
        with pytest.raises(FieldRefused):
            ReceiptWords(raw)


def test_bits_become_words_from_the_front() -> None:
    material = bytes([0b00000000, 0b01000000, 0b00100000, 0b00001111, 0b11111100]) + bytes(27)
    assert words_of_bits(material, 6).numbers == (1, 2, 3, 1020, 0, 0)
    assert len(ReceiptWords.generate().numbers) == 6
    assert ReceiptWords.generate() != ReceiptWords.generate()


def test_the_same_words_find_the_same_report_and_others_do_not(school: School) -> None:
    words = ReceiptWords.of_numbers([1, 2, 3, 4, 5, 6])
    first = derive_receipt(words, SALT, school.gate, b"")
    again = derive_receipt(parse_receipt("0002 0003 0004 0005 0006 0007"), SALT, school.gate, b"")
    assert (first.locator, first.key) == (again.locator, again.key)
    for other in (
        derive_receipt(ReceiptWords.of_numbers([2, 1, 3, 4, 5, 6]), SALT, school.gate, b""),
        derive_receipt(words, b"another salt 16b", school.gate, b""),
        derive_receipt(ReceiptWords.of_numbers([1, 2, 3, 4, 5, 6, 0]), SALT, school.gate, b""),
    ):
        assert other.locator != first.locator
        assert other.key != first.key
    assert first.locator.reveal() not in first.key.reveal()


def test_the_slow_hash_gets_version_and_numbers_with_the_receipts_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def record(_: object, material: bytes, salt: bytes, params: SlowHashParams, network: bytes) -> bytes:
        seen.extend([material, salt, params, network])
        return bytes(32)

    monkeypatch.setattr(SlowHashGate, "argon2id", record)
    derive_receipt(ReceiptWords.of_numbers([0, 1, 256, 1023, 5, 6]), SALT, SlowHashGate(), b"net")
    assert seen == [bytes.fromhex("01 0000 0001 0100 03ff 0005 0006"), SALT, RECEIPT_PARAMS, b"net"]


def test_a_paper_slip_is_sealed_to_without_its_words(school: School) -> None:
    slip = new_slip(SALT, school.gate)
    reader = reporter_addressee(slip.public_half)
    grant = seal_report_grant(school.secret, REPORT, 1, reader)
    receipt = derive_receipt(parse_receipt(" ".join(slip.words.words)), SALT, school.gate, b"net")
    assert receipt.locator == slip.locator
    assert open_report_grant(grant, receipt.key, REPORT, 1, REPORTER, school.commitment) == school.secret
    assert len(new_slip(SALT, school.gate, count=7).words.numbers) == 7
