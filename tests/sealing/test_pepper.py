"""A stolen database alone answers no guess, a moved row is noticed, and a rotation loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing.format.errors import (
    FieldRefused,
    PepperUnknown,
    PrintedCodeMistyped,
    SealBroken,
    SealMalformed,
    UnknownVersion,
    UnsealRefused,
)
from bullying_desk.sealing.grants import report_commitment
from bullying_desk.sealing.pepper import OVERHEAD, Pepper, PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt
from tests.sealing.conftest import REPORT, School

LOCATOR = PepperPlace.LOCATOR


@given(st.binary(min_size=1, max_size=200), st.sampled_from(PepperPlace), st.lists(st.integers(1, 2**60), max_size=3))
def test_values_come_back_eighteen_bytes_longer(plain: bytes, place: PepperPlace, ids: list[int]) -> None:
    pepper_layer = PepperLayer(Pepper(b"p" * 32), 3)
    layered = pepper_layer.lay(plain, place, *ids)
    assert len(layered) == len(plain) + OVERHEAD == len(plain) + 18
    assert layered[:2] == b"\x01\x03"
    assert pepper_layer.lift(layered, place, *ids) == plain
    assert pepper_layer.lay(plain, place, *ids) == layered, "deterministic: a locator is found by its layered form"


def test_every_other_place_and_row_is_refused(school: School) -> None:
    layered = school.pepper_layer.lay(b"value", PepperPlace.STANDBY_GRANT, 7, 1, 9)
    for ids in ((), (7, 1), (7, 1, 8), (9, 1, 7), (7, 2, 9), (7, 1, 9, 1)):
        with pytest.raises(SealBroken):
            school.pepper_layer.lift(layered, PepperPlace.STANDBY_GRANT, *ids)
    for place in PepperPlace:
        if place is not PepperPlace.STANDBY_GRANT:
            with pytest.raises(SealBroken):
                school.pepper_layer.lift(layered, place, 7, 1, 9)


def test_every_flipped_byte_and_every_cut_is_refused(school: School) -> None:
    layered = school.pepper_layer.lay(b"v" * 32, LOCATOR)
    for place in range(len(layered)):
        flipped = bytearray(layered)
        flipped[place] ^= 0x20
        expected = {0: UnknownVersion, 1: PepperUnknown}.get(place, SealBroken)
        with pytest.raises(expected):
            school.pepper_layer.lift(bytes(flipped), LOCATOR)
    for length in range(len(layered)):
        expected = SealMalformed if length <= OVERHEAD else SealBroken
        with pytest.raises(expected):
            school.pepper_layer.lift(layered[:length], LOCATOR)


def test_the_names_of_the_places_are_frozen() -> None:
    """A renamed place would make every stored value of its column unreadable."""
    assert {place.name: place.value for place in PepperPlace} == {
        "LOCATOR": "receipt-locator",
        "RECEIPT_PUBLIC_HALF": "receipt-public-half",
        "REPORTER_GRANT": "reporter-grant",
        "STANDBY_GRANT": "standby-grant",
        "SLIP_PUBLIC_HALF": "slip-public-half",
        "VERIFIER": "staff-verifier",
        "PASSWORD_VAULT": "password-vault",
        "RECOVERY_VAULT": "recovery-vault",
        "PASSKEY_VAULT": "passkey-vault",
        "TOTP": "totp",
        "INSTANCE_KEYS": "instance-keys",
        "APPOINTMENT": "appointment-time",
        "REPORT_COMMITMENT": "report-commitment",
        "CASE_COMMITMENT": "case-commitment",
    }
    assert PepperLayer(Pepper.generate()).current_id == 1


def test_an_empty_value_is_not_laid(school: School) -> None:
    with pytest.raises(FieldRefused):
        school.pepper_layer.lay(b"", LOCATOR)


def test_rotation_needs_no_receipt_and_is_safe_to_repeat() -> None:
    old, new = Pepper.generate(), Pepper.generate()
    before = PepperLayer(old, 1)
    layered = before.lay(b"locator", LOCATOR)
    during = PepperLayer(new, 2, {1: old})
    assert not during.is_current(layered)
    assert during.lift(layered, LOCATOR) == b"locator"
    assert set(during.lay_with_each(b"locator", LOCATOR)) == {layered, during.lay(b"locator", LOCATOR)}
    assert during.lay_with_each(b"locator", LOCATOR)[0] == during.lay(b"locator", LOCATOR)
    moved = during.lay(during.lift(layered, LOCATOR), LOCATOR)
    assert during.is_current(moved)
    assert during.lay(during.lift(moved, LOCATOR), LOCATOR) == moved
    after = PepperLayer(new, 2)
    assert after.lift(moved, LOCATOR) == b"locator"
    assert after.lay_with_each(b"locator", LOCATOR) == (moved,)
    with pytest.raises(PepperUnknown) as caught:
        after.lift(layered, LOCATOR)
    assert caught.value.pepper_id == 1


def test_lifting_checks_place_and_row() -> None:
    pepper_layer = PepperLayer(Pepper.generate(), 2)
    layered = pepper_layer.lay(b"x", PepperPlace.TOTP, 7)
    with pytest.raises(SealBroken):
        pepper_layer.lift(layered, PepperPlace.TOTP, 8)


def test_another_pepper_or_the_same_under_another_id_lifts_nothing() -> None:
    pepper = Pepper.generate()
    layered = PepperLayer(pepper, 1).lay(b"x" * 16, LOCATOR)
    with pytest.raises(SealBroken):
        PepperLayer(Pepper.generate(), 1).lift(layered, LOCATOR)
    renumbered = bytes([1, 2]) + layered[2:]
    with pytest.raises(SealBroken):
        PepperLayer(pepper, 2).lift(renumbered, LOCATOR)


@pytest.mark.parametrize("pepper_id", [-1, 256])
def test_ids_beyond_one_byte_are_refused(pepper_id: int) -> None:
    with pytest.raises(FieldRefused):
        PepperLayer(Pepper.generate(), pepper_id)
    with pytest.raises(FieldRefused):
        PepperLayer(Pepper.generate(), 1, {pepper_id: Pepper.generate()})


def test_one_id_for_two_peppers_is_refused() -> None:
    with pytest.raises(FieldRefused):
        PepperLayer(Pepper.generate(), 1, {1: Pepper.generate()})
    assert PepperLayer(Pepper.generate(), 0, {255: Pepper.generate()}).current_id == 0


def test_audit_and_directory_keys_are_the_peppers_own() -> None:
    pepper, other = Pepper.generate(), Pepper.generate()
    pepper_layer = PepperLayer(pepper, 2, {1: other})
    keys = [
        pepper_layer.audit_key().reveal(),
        pepper_layer.audit_key(1).reveal(),
        pepper_layer.directory_key(2),
        pepper_layer.directory_key(1),
    ]
    assert len(set(keys)) == 4
    assert pepper_layer.audit_key() == pepper_layer.audit_key(2) == PepperLayer(pepper, 2).audit_key()
    for refused in (pepper_layer.audit_key, pepper_layer.directory_key):
        with pytest.raises(PepperUnknown):
            refused(3)


@given(st.binary(min_size=32, max_size=32))
def test_the_paper_in_the_safe_gives_the_pepper_back(raw: bytes) -> None:
    pepper = Pepper(raw)
    paper = pepper.printed()
    assert Pepper.from_printed(paper) == pepper
    assert Pepper.from_printed(paper.lower().replace("-", " ")) == pepper
    digits = pepper.check_digits()
    assert len(digits) == 9
    assert digits[4] == " "
    assert digits.replace(" ", "").isdecimal()


def test_check_digits_tell_two_peppers_apart_and_paper_has_check_letters() -> None:
    assert len({Pepper.generate().check_digits() for _ in range(200)}) == 200
    paper = Pepper(b"p" * 32).printed()
    for place, sign in enumerate(paper):
        if sign != "-":
            wrong = paper[:place] + ("0" if sign != "0" else "7") + paper[place + 1 :]
            try:
                read = Pepper.from_printed(wrong)
            except PrintedCodeMistyped:
                continue
            pytest.fail(f"slip at {place} was read as {read}")


def test_a_dump_with_the_right_words_but_no_pepper_confirms_nothing(school: School) -> None:
    words = ReceiptWords.generate()
    salt = b"service salt 16b"
    column = school.pepper_layer.lay(derive_receipt(words, salt, school.gate, b"").locator.reveal(), LOCATOR)
    guessed = derive_receipt(words, salt, school.gate, b"").locator.reveal()
    assert school.pepper_layer.lay(guessed, LOCATOR) == column, "positive control: with the pepper the words confirm"
    thief = PepperLayer(Pepper.generate())
    assert thief.lay(guessed, LOCATOR) != column
    assert guessed not in column
    with pytest.raises(UnsealRefused):
        thief.lift(column, LOCATOR)
    commitment = school.pepper_layer.lay(school.commitment, PepperPlace.REPORT_COMMITMENT, REPORT, 1)
    assert report_commitment(school.secret, REPORT, 1) not in commitment
