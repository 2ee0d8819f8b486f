"""Who may read is a list of grants: each opens for one reader, one report, one epoch, and for nobody else."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import (
    FieldRefused,
    GrantOfAnotherSecret,
    PepperUnknown,
    SealBroken,
    SealMalformed,
    UnknownVersion,
    UnsealRefused,
)
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret
from bullying_desk.sealing.grants import (
    case_commitment,
    report_commitment,
    seal_case_grant,
    seal_report_grant,
    wrap_own_case_grant,
    wrap_own_report_grant,
)
from bullying_desk.sealing.keys import Addressee, PersonKey, ReceiptKey, reporter_addressee
from bullying_desk.sealing.pepper import Pepper, PepperLayer, PepperPlace
from bullying_desk.sealing.records import RecordPlace, Side, seal_record
from bullying_desk.sealing.unseal import (
    open_case_grant,
    open_own_case_grant,
    open_own_report_grant,
    open_record,
    open_report_grant,
)
from tests.sealing.conftest import AYLIN, CASE, MAREK, REPORT, School


def test_each_reader_opens_their_own_grant(school: School) -> None:
    grant = school.aylins_grant()
    assert len(grant) == 1169
    assert open_report_grant(grant, school.aylin, REPORT, 1, AYLIN, school.commitment) == school.secret
    childs = school.childs_grant()
    assert len(childs) == 1169
    assert open_report_grant(childs, school.child, REPORT, 1, REPORTER, school.commitment) == school.secret
    case_grant = school.aylins_case_grant()
    assert len(case_grant) == 1169
    opened = open_case_grant(case_grant, school.aylin, CASE, 1, AYLIN, school.case_commitment)
    assert opened == school.case_secret


def test_own_grants_are_short_and_open_the_same(school: School) -> None:
    own = wrap_own_report_grant(school.secret, REPORT, 1, school.aylin, AYLIN)
    assert len(own) == 81
    assert open_own_report_grant(own, school.aylin, REPORT, 1, AYLIN, school.commitment) == school.secret
    own_case = wrap_own_case_grant(school.case_secret, CASE, 1, school.aylin, AYLIN)
    assert len(own_case) == 81
    opened = open_own_case_grant(own_case, school.aylin, CASE, 1, AYLIN, school.case_commitment)
    assert opened == school.case_secret


def test_a_wrong_report_epoch_person_or_key_is_refused(school: School) -> None:
    grant, commitment = school.aylins_grant(), school.commitment
    for key, report, epoch, person in (
        (school.aylin, REPORT + 1, 1, AYLIN),
        (school.aylin, REPORT, 2, AYLIN),
        (school.aylin, REPORT, 1, MAREK),
        (school.marek, REPORT, 1, AYLIN),
        (PersonKey.generate(), REPORT, 1, AYLIN),
    ):
        with pytest.raises(SealBroken):
            open_report_grant(grant, key, report, epoch, person, commitment)


def test_a_wrong_case_epoch_person_or_key_is_refused(school: School) -> None:
    grant, commitment = school.aylins_case_grant(), school.case_commitment
    for key, case, epoch, person in (
        (school.aylin, CASE + 1, 1, AYLIN),
        (school.aylin, CASE, 2, AYLIN),
        (school.aylin, CASE, 1, MAREK),
        (school.marek, CASE, 1, AYLIN),
    ):
        with pytest.raises(SealBroken):
            open_case_grant(grant, key, case, epoch, person, commitment)


def test_a_wrong_row_person_or_key_of_an_own_grant_is_refused(school: School) -> None:
    own = wrap_own_report_grant(school.secret, REPORT, 1, school.aylin, AYLIN)
    own_case = wrap_own_case_grant(school.case_secret, CASE, 1, school.aylin, AYLIN)
    for key, shift, epoch, person in (
        (school.aylin, 1, 1, AYLIN),
        (school.aylin, 0, 2, AYLIN),
        (school.aylin, 0, 1, MAREK),
        (school.marek, 0, 1, AYLIN),
    ):
        with pytest.raises(SealBroken):
            open_own_report_grant(own, key, REPORT + shift, epoch, person, school.commitment)
        with pytest.raises(SealBroken):
            open_own_case_grant(own_case, key, CASE + shift, epoch, person, school.case_commitment)


def test_report_and_case_grants_are_never_taken_for_each_other(school: School) -> None:
    secret = ReportSecret(school.case_secret.reveal())
    with pytest.raises(SealBroken):
        open_report_grant(school.aylins_case_grant(), school.aylin, CASE, 1, AYLIN, report_commitment(secret, CASE, 1))
    own = wrap_own_case_grant(school.case_secret, CASE, 1, school.aylin, AYLIN)
    with pytest.raises(SealBroken):
        open_own_report_grant(own, school.aylin, CASE, 1, AYLIN, report_commitment(secret, CASE, 1))


def test_a_person_never_opens_the_reporters_grant_nor_the_reporter_a_persons(school: School) -> None:
    with pytest.raises(SealBroken):
        open_report_grant(school.childs_grant(), school.child, REPORT, 1, AYLIN, school.commitment)
    twin = PersonKey(school.child.reveal())
    with pytest.raises(SealBroken):
        open_report_grant(school.childs_grant(), twin, REPORT, 1, REPORTER, school.commitment)
    twin_receipt = ReceiptKey(school.aylin.reveal())
    with pytest.raises(SealBroken):
        open_report_grant(school.aylins_grant(), twin_receipt, REPORT, 1, AYLIN, school.commitment)


def test_the_reporter_is_never_sealed_a_case_file(school: School) -> None:
    with pytest.raises(FieldRefused):
        seal_case_grant(school.case_secret, CASE, 1, reporter_addressee(school.child.public_half))


def test_every_flipped_byte_and_every_cut_of_a_grant_is_refused_by_name(school: School) -> None:
    grant = school.aylins_grant()
    for place in range(len(grant)):
        flipped = bytearray(grant)
        flipped[place] ^= 0x80
        with pytest.raises(UnknownVersion if place == 0 else SealBroken):
            open_report_grant(bytes(flipped), school.aylin, REPORT, 1, AYLIN, school.commitment)
    for length in range(len(grant)):
        with pytest.raises(SealMalformed):
            open_report_grant(grant[:length], school.aylin, REPORT, 1, AYLIN, school.commitment)
    with pytest.raises(SealMalformed):
        open_report_grant(grant + b"\0", school.aylin, REPORT, 1, AYLIN, school.commitment)


def test_every_flipped_byte_and_every_cut_of_an_own_grant_is_refused_by_name(school: School) -> None:
    own = wrap_own_report_grant(school.secret, REPORT, 1, school.aylin, AYLIN)
    for place in range(len(own)):
        flipped = bytearray(own)
        flipped[place] ^= 0x80
        with pytest.raises(UnknownVersion if place == 0 else SealBroken):
            open_own_report_grant(bytes(flipped), school.aylin, REPORT, 1, AYLIN, school.commitment)
    for length in range(len(own)):
        with pytest.raises(SealMalformed):
            open_own_report_grant(own[:length], school.aylin, REPORT, 1, AYLIN, school.commitment)


def test_secret_grants_and_letters_replaced_wholesale_are_refused(school: School) -> None:
    """A person with the right to write to the database makes a whole new report under the old row."""
    kept = school.pepper_layer.lay(school.commitment, PepperPlace.REPORT_COMMITMENT, REPORT, 1)
    forged = ReportSecret.generate()
    forged_grant = seal_report_grant(forged, REPORT, 1, school.addressee(AYLIN, school.aylin))
    place = RecordPlace(REPORT, 1, "report", Side.REPORTER, 0)
    letter = seal_record(forged, place, "Alles wieder gut.")
    with pytest.raises(GrantOfAnotherSecret) as caught:
        open_report_grant(
            forged_grant,
            school.aylin,
            REPORT,
            1,
            AYLIN,
            school.pepper_layer.lift(kept, PepperPlace.REPORT_COMMITMENT, REPORT, 1),
        )
    assert (caught.value.owner, caught.value.epoch) == (REPORT, 1)
    assert open_record(forged, place, letter), "positive control: without the commitment the forgery would read well"
    thief = PepperLayer(Pepper.generate())
    own_commitment = thief.lay(report_commitment(forged, REPORT, 1), PepperPlace.REPORT_COMMITMENT, REPORT, 1)
    with pytest.raises(SealBroken):
        school.pepper_layer.lift(own_commitment, PepperPlace.REPORT_COMMITMENT, REPORT, 1)
    with pytest.raises(SealBroken):
        school.pepper_layer.lift(kept, PepperPlace.REPORT_COMMITMENT, REPORT + 1, 1)


def test_every_opening_asks_the_commitment(school: School) -> None:
    aylin, other_commitment = school.aylin, bytes(32)
    own = wrap_own_report_grant(school.secret, REPORT, 1, aylin, AYLIN)
    own_case = wrap_own_case_grant(school.case_secret, CASE, 1, aylin, AYLIN)
    for wrong in (other_commitment, b"", school.commitment[:-1]):
        for opener, sealed, owner in (
            (open_report_grant, school.aylins_grant(), REPORT),
            (open_case_grant, school.aylins_case_grant(), CASE),
            (open_own_report_grant, own, REPORT),
            (open_own_case_grant, own_case, CASE),
        ):
            with pytest.raises(GrantOfAnotherSecret):
                opener(sealed, aylin, owner, 1, AYLIN, wrong)


def test_commitments_differ_by_secret_owner_epoch_and_kind() -> None:
    secret, other = ReportSecret(b"s" * 32), ReportSecret(b"t" * 32)
    made = {
        report_commitment(secret, 7, 1),
        report_commitment(other, 7, 1),
        report_commitment(secret, 8, 1),
        report_commitment(secret, 7, 2),
        case_commitment(CaseSecret(b"s" * 32), 7, 1),
    }
    assert len(made) == 5
    assert all(len(commitment) == 32 for commitment in made)


def test_a_removed_reader_opens_nothing_of_the_next_epoch(school: School) -> None:
    """Marek leaves: epoch 2 has a fresh secret, sealed to those who stay; his old grant opens no new letter."""
    mareks = seal_report_grant(school.secret, REPORT, 1, school.addressee(MAREK, school.marek))
    fresh = ReportSecret.generate()
    commitment = report_commitment(fresh, REPORT, 2)
    stays = [school.addressee(AYLIN, school.aylin), reporter_addressee(school.child.public_half)]
    grants = [seal_report_grant(fresh, REPORT, 2, reader) for reader in stays]
    place = RecordPlace(REPORT, 2, "letter", Side.REPORTER, 5)
    letter = seal_record(fresh, place, "Jetzt ohne Herrn M.")
    old = open_report_grant(mareks, school.marek, REPORT, 1, MAREK, school.commitment)
    for grant in (*grants, mareks):
        with pytest.raises(UnsealRefused):
            open_report_grant(grant, school.marek, REPORT, 2, MAREK, commitment)
    for epoch in (1, 2):
        with pytest.raises(SealBroken):
            open_record(old, RecordPlace(REPORT, epoch, "letter", Side.REPORTER, 5), letter)
    child_secret = open_report_grant(grants[1], school.child, REPORT, 2, REPORTER, commitment)
    assert open_record(child_secret, place, letter) == "Jetzt ohne Herrn M."


def test_the_child_adds_and_removes_a_reader_with_receipt_rights_only(school: School) -> None:
    secret = open_report_grant(school.childs_grant(), school.child, REPORT, 1, REPORTER, school.commitment)
    added = seal_report_grant(secret, REPORT, 1, school.addressee(MAREK, school.marek))
    assert open_report_grant(added, school.marek, REPORT, 1, MAREK, school.commitment) == school.secret
    fresh = ReportSecret.generate()
    commitment = report_commitment(fresh, REPORT, 2)
    kept = seal_report_grant(fresh, REPORT, 2, school.addressee(AYLIN, school.aylin))
    assert open_report_grant(kept, school.aylin, REPORT, 2, AYLIN, commitment) == fresh
    with pytest.raises(SealBroken):
        open_report_grant(kept, school.marek, REPORT, 2, MAREK, commitment)


def test_a_standby_grant_with_password_and_dump_but_no_pepper_is_refused(school: School) -> None:
    grant = seal_report_grant(school.secret, REPORT, 1, school.addressee(MAREK, school.marek))
    row = school.pepper_layer.lay(grant, PepperPlace.STANDBY_GRANT, REPORT, 1, MAREK)
    assert len(row) == 1169 + 18
    for stolen in (row, row[2:], row[18:], b"\x01" + row[18:]):
        with pytest.raises(UnsealRefused):
            open_report_grant(stolen, school.marek, REPORT, 1, MAREK, school.commitment)
    for thief in (PepperLayer(Pepper.generate(), 1), PepperLayer(Pepper.generate(), 9)):
        with pytest.raises((SealBroken, PepperUnknown)):
            thief.lift(row, PepperPlace.STANDBY_GRANT, REPORT, 1, MAREK)
    released = school.pepper_layer.lift(row, PepperPlace.STANDBY_GRANT, REPORT, 1, MAREK)
    assert open_report_grant(released, school.marek, REPORT, 1, MAREK, school.commitment) == school.secret


def test_a_swapped_public_half_cannot_ride_on_another_persons_grant(school: School) -> None:
    thief = PersonKey.generate()
    grant = seal_report_grant(school.secret, REPORT, 1, Addressee(AYLIN, thief.public_half))
    with pytest.raises(SealBroken):
        open_report_grant(grant, school.aylin, REPORT, 1, AYLIN, school.commitment)


def test_no_two_sealings_share_a_key(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[bytes] = []

    class Recorder:
        def __init__(self, key: bytes) -> None:
            keys.append(key)
            self._cipher = ChaCha20Poly1305(key)

        def encrypt(self, nonce: bytes, data: bytes, binding: bytes) -> bytes:
            assert nonce == bytes(12)
            return self._cipher.encrypt(nonce, data, binding)

    monkeypatch.setattr("bullying_desk.sealing.format.primitives.ChaCha20Poly1305", Recorder)
    place = RecordPlace(REPORT, 1, "letter", Side.STAFF, 1)
    sealed = [seal_record(school.secret, place, "Hallo") for _ in range(300)]
    own = [wrap_own_report_grant(school.secret, REPORT, 1, school.aylin, AYLIN) for _ in range(300)]
    assert len(set(keys)) == len(keys) == 600
    assert len({value[1:33] for value in sealed + own}) == 600, "each sealing takes a salt of its own"
    with pytest.raises(InvalidTag):
        ChaCha20Poly1305(keys[0]).decrypt(bytes(12), sealed[1][33:], place.binding())


def test_no_two_hpke_sealings_share_an_encapsulation(school: School) -> None:
    grants = [school.aylins_grant() for _ in range(50)]
    assert len({grant[1 : 1 + 1088] for grant in grants}) == 50
    assert len({grant[1 + 1088 : 1 + 1120] for grant in grants}) == 50
    assert not any(school.secret.reveal() in grant for grant in grants)
