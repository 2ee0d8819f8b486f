"""Whose key is it: seeds, names, key words, directory tags, and halves nothing can be sealed to."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey

from bullying_desk.sealing.directory import check_directory_tag, directory_tag, person_addressee
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import DirectoryTagWrong, PublicHalfUnusable
from bullying_desk.sealing.grants import seal_report_grant
from bullying_desk.sealing.keys import Addressee, PersonKey, check_public_half, key_id, key_words, reporter_addressee
from bullying_desk.sealing.pepper import Pepper, PepperLayer
from bullying_desk.sealing.unseal import open_report_grant
from bullying_desk.sealing.words import WORDS
from tests.sealing.conftest import AYLIN, MAREK, REPORT, School

XWING_SEED = bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")


def _degenerate() -> list[bytes]:
    good = PersonKey.generate().public_half
    return [
        b"",
        good[:-1],
        good + b"\0",
        bytes(1216),
        b"\xff" * 1216,
        good[:1184] + bytes(32),  # X25519 of order one: parses, and fails only at sealing
        good[:1184] + b"\x01" + bytes(31),
        b"\xff" * 1184 + good[1184:],  # coefficients beyond the modulus
    ]


def test_the_seed_of_the_xwing_draft_gives_its_public_half() -> None:
    public_half = PersonKey(XWING_SEED).public_half
    assert len(public_half) == 1216
    assert public_half[:16].hex() == "e2236b35a8c24b39b10aa1323a96a919"
    expanded = hashlib.shake_256(XWING_SEED).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key().public_bytes_raw()
    assert public_half[:1184] == mlkem


def test_key_id_is_the_designs_hash() -> None:
    half = PersonKey(XWING_SEED).public_half
    layout = b"\x01\x03\x00\x0dbullying-desk\x00\x06key-id" + (1216).to_bytes(2, "big") + half
    assert key_id(half) == PersonKey(XWING_SEED).key_id == hashlib.sha256(layout).digest()[:16]


def test_key_words_are_sixty_bits_of_person_and_key(school: School) -> None:
    words = key_words(AYLIN, school.aylin.public_half)
    assert len(words) == 6
    assert all(word.lower() in WORDS for word in words)
    assert words == key_words(AYLIN, school.aylin.public_half)
    assert words != key_words(MAREK, school.aylin.public_half)
    assert words != key_words(AYLIN, school.marek.public_half)
    half = school.aylin.public_half
    layout = b"\x01\x04\x00\x0dbullying-desk\x00\x09key-words\x00\x08" + AYLIN.to_bytes(8, "big") + b"\x04\xc0" + half
    bits = f"{int.from_bytes(hashlib.sha256(layout).digest(), 'big'):0256b}"
    expected = tuple(WORDS[int(bits[start : start + 10], 2)].capitalize() for start in range(0, 60, 10))
    assert words == expected


@pytest.mark.parametrize("half", _degenerate())
def test_a_degenerate_public_half_is_refused_at_acceptance_and_at_sealing(half: bytes, school: School) -> None:
    with pytest.raises(PublicHalfUnusable):
        check_public_half(half)
    with pytest.raises(PublicHalfUnusable):
        seal_report_grant(school.secret, REPORT, 1, Addressee(AYLIN, half))


def test_one_bad_half_does_not_keep_the_others_from_being_sealed(school: School) -> None:
    readers = [
        Addressee(AYLIN, bytes(1216)),
        school.addressee(MAREK, school.marek),
        reporter_addressee(school.child.public_half),
    ]
    grants, alarms = {}, []
    for reader in readers:
        try:
            grants[reader.reader] = seal_report_grant(school.secret, REPORT, 1, reader)
        except PublicHalfUnusable:
            alarms.append(reader.reader)
    assert alarms == [AYLIN]
    opened = open_report_grant(grants[MAREK], school.marek, REPORT, 1, MAREK, school.commitment)
    assert opened == school.secret
    assert REPORTER in grants


def test_a_good_half_passes_the_trial(school: School) -> None:
    check_public_half(school.aylin.public_half)


def test_a_tag_holds_person_and_key_together(school: School) -> None:
    half = school.aylin.public_half
    tag = directory_tag(school.pepper_layer, AYLIN, half)
    assert len(tag) == 34
    check_directory_tag(school.pepper_layer, AYLIN, half, tag)
    addressee = person_addressee(school.pepper_layer, AYLIN, half, tag)
    assert (addressee.reader, addressee.public_half, addressee.key_id) == (AYLIN, half, school.aylin.key_id)
    forged = directory_tag(PepperLayer(Pepper.generate()), AYLIN, half)
    flipped = [tag[:place] + bytes([tag[place] ^ 1]) + tag[place + 1 :] for place in range(len(tag))]
    for bad in [b"", b"\x01", tag[:-1], tag + b"\0", forged, *flipped]:
        with pytest.raises(DirectoryTagWrong) as caught:
            person_addressee(school.pepper_layer, AYLIN, half, bad)
        assert caught.value.person == AYLIN
    for person, other_half in ((MAREK, half), (AYLIN, school.marek.public_half)):
        with pytest.raises(DirectoryTagWrong):
            check_directory_tag(school.pepper_layer, person, other_half, tag)


def test_tags_under_an_older_pepper_hold_during_a_rotation() -> None:
    old, new = Pepper.generate(), Pepper.generate()
    half = PersonKey.generate().public_half
    tag = directory_tag(PepperLayer(old, 1), AYLIN, half)
    during = PepperLayer(new, 2, {1: old})
    check_directory_tag(during, AYLIN, half, tag)
    assert directory_tag(during, AYLIN, half)[1] == 2
    with pytest.raises(DirectoryTagWrong):
        check_directory_tag(PepperLayer(new, 2), AYLIN, half, tag)
