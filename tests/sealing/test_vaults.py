"""A colleague's seed is in vaults under password, recovery code and passkeys, and all are under the pepper."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.errors import (
    FieldRefused,
    KeyOfAnotherPerson,
    PrfOutputBroken,
    PrintedCodeMistyped,
    RecoveryCodeMistyped,
    SealBroken,
    SealMalformed,
    SlowHashParamsRefused,
    UnknownVersion,
    UnsealRefused,
)
from bullying_desk.sealing.format.primitives import symmetric_seal
from bullying_desk.sealing.format.secret_types import PrfOutput, VaultKey
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.paper_codes import RecoveryCode, seal_recovery_vault
from bullying_desk.sealing.passkeys import passkey_key, seal_passkey_vault
from bullying_desk.sealing.passwords import (
    PasswordHeader,
    PasswordKeys,
    seal_password_vault,
    stretch_for_nobody,
    stretch_password,
    verifier_matches,
)
from bullying_desk.sealing.pepper import Pepper, PepperLayer, PepperPlace
from bullying_desk.sealing.slow_hash import STAFF_PARAMS, SlowHashGate, SlowHashParams
from bullying_desk.sealing.unseal import open_passkey_vault, open_password_vault, open_recovery_vault
from tests.sealing.conftest import AYLIN, MAREK, School

LIGHT = SlowHashParams(19_456, 2, 1)
HEADER = PasswordHeader(LIGHT, b"salt of 16 bytes")
PASSWORD = "grüner Regenschirm im März"


@pytest.fixture(scope="module")
def keys(school: School) -> PasswordKeys:
    return stretch_password(PASSWORD, HEADER, AYLIN, school.gate, b"net")


def test_the_password_opens_the_vault_and_proves_itself(school: School, keys: PasswordKeys) -> None:
    vault = seal_password_vault(school.aylin, AYLIN, keys.vault_key)
    assert len(vault) == 81
    again = stretch_password(PASSWORD, HEADER, AYLIN, school.gate, b"other net")
    assert verifier_matches(again, keys.verifier_digest)
    opened = open_password_vault(vault, again.vault_key, AYLIN, school.aylin.key_id)
    assert opened == school.aylin
    assert keys.verifier_digest != hashlib.sha256(keys.vault_key.reveal()).digest()


def test_an_umlaut_typed_on_another_keyboard_is_the_same_password(school: School, keys: PasswordKeys) -> None:
    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    assert verifier_matches(stretch_password(decomposed, HEADER, AYLIN, school.gate, b""), keys.verifier_digest)


def test_another_password_person_salt_or_strength_gives_other_keys(school: School, keys: PasswordKeys) -> None:
    others = [
        stretch_password(PASSWORD + " ", HEADER, AYLIN, school.gate, b""),
        stretch_password(PASSWORD, HEADER, MAREK, school.gate, b""),
        stretch_password(PASSWORD, PasswordHeader(LIGHT, b"SALT of 16 bytes"), AYLIN, school.gate, b""),
        stretch_password(PASSWORD, PasswordHeader(SlowHashParams(19_456, 3, 1), HEADER.salt), AYLIN, school.gate, b""),
    ]
    vault = seal_password_vault(school.aylin, AYLIN, keys.vault_key)
    for other in others:
        assert not verifier_matches(other, keys.verifier_digest)
        with pytest.raises(SealBroken):
            open_password_vault(vault, other.vault_key, AYLIN, school.aylin.key_id)


def test_one_run_of_the_slow_hash_serves_sign_in_and_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[tuple[bytes, SlowHashParams, bytes]] = []

    def count(_: object, material: bytes, salt: bytes, params: SlowHashParams, network: bytes) -> bytes:
        assert len(salt) == 16
        runs.append((material, params, network))
        return bytes(32)

    monkeypatch.setattr(SlowHashGate, "argon2id", count)
    stretch_password("geheim", PasswordHeader.new(), AYLIN, SlowHashGate(), b"net")
    stretch_for_nobody("geheim", SlowHashGate(), b"net")
    assert runs == [(b"geheim", STAFF_PARAMS, b"net")] * 2, "an unknown address does the same work"


def test_headers_come_back_and_are_fresh() -> None:
    header = PasswordHeader.new()
    assert len(header.to_bytes()) == 29
    assert PasswordHeader.from_bytes(header.to_bytes()) == header
    assert header.params == STAFF_PARAMS
    assert PasswordHeader.new().salt != header.salt


@pytest.mark.parametrize(
    "params",
    [
        (19_455, 2, 1),
        (262_145, 2, 1),
        (19_456, 1, 1),
        (19_456, 11, 1),
        (19_456, 2, 0),
        (19_456, 2, 5),
        (2**32 - 1, 3, 1),
    ],
)
def test_a_header_too_weak_or_too_heavy_is_refused_when_read(params: tuple[int, int, int]) -> None:
    column = b"\x01" + b"".join(value.to_bytes(4, "big") for value in params) + b"s" * 16
    with pytest.raises(SlowHashParamsRefused):
        PasswordHeader.from_bytes(column)


def test_a_header_cut_or_of_another_version_is_refused() -> None:
    column = HEADER.to_bytes()
    for length in range(len(column)):
        with pytest.raises(SealMalformed):
            PasswordHeader.from_bytes(column[:length])
    with pytest.raises(UnknownVersion):
        PasswordHeader.from_bytes(b"\x02" + column[1:])
    with pytest.raises(FieldRefused):
        PasswordHeader(LIGHT, b"8 bytes.")


def test_a_vault_of_another_person_key_or_door_is_refused(school: School, keys: PasswordKeys) -> None:
    vault = seal_password_vault(school.aylin, AYLIN, keys.vault_key)
    key_id = school.aylin.key_id
    for vault_key, person, name in (
        (VaultKey.generate(), AYLIN, key_id),
        (keys.vault_key, MAREK, key_id),
        (keys.vault_key, AYLIN, school.marek.key_id),
    ):
        with pytest.raises(SealBroken):
            open_password_vault(vault, vault_key, person, name)
    code = RecoveryCode.generate()
    recovery = seal_recovery_vault(school.aylin, AYLIN, code)
    with pytest.raises(SealBroken):
        open_recovery_vault(vault, code, AYLIN, key_id)
    with pytest.raises(SealBroken):
        open_password_vault(recovery, keys.vault_key, AYLIN, key_id)


def test_the_two_doors_have_two_labels(school: School) -> None:
    """With the very same key a recovery vault does not open at the password's door."""
    raw = VaultKey.generate()
    vault = seal_password_vault(school.aylin, AYLIN, raw)
    assert open_password_vault(vault, raw, AYLIN, school.aylin.key_id) == school.aylin
    from bullying_desk.sealing.format import contexts

    other_door = symmetric_seal(
        school.aylin.reveal(), raw.reveal(), contexts.vault("recovery", AYLIN, school.aylin.key_id)
    )
    with pytest.raises(SealBroken):
        open_password_vault(other_door, raw, AYLIN, school.aylin.key_id)


def test_a_vault_with_another_seed_inside_is_named(school: School, keys: PasswordKeys) -> None:
    from bullying_desk.sealing.format import contexts

    binding = contexts.vault("password", AYLIN, school.aylin.key_id)
    swapped = symmetric_seal(PersonKey.generate().reveal(), keys.vault_key.reveal(), binding)
    with pytest.raises(KeyOfAnotherPerson):
        open_password_vault(swapped, keys.vault_key, AYLIN, school.aylin.key_id)


def test_every_flipped_byte_and_every_cut_of_a_vault_is_refused_by_name(school: School, keys: PasswordKeys) -> None:
    vault = seal_password_vault(school.aylin, AYLIN, keys.vault_key)
    for place in range(len(vault)):
        flipped = bytearray(vault)
        flipped[place] ^= 0x10
        with pytest.raises(UnknownVersion if place == 0 else SealBroken):
            open_password_vault(bytes(flipped), keys.vault_key, AYLIN, school.aylin.key_id)
    for length in range(len(vault)):
        with pytest.raises(SealMalformed):
            open_password_vault(vault[:length], keys.vault_key, AYLIN, school.aylin.key_id)


def test_a_dump_with_the_right_password_but_no_pepper_confirms_nothing(school: School, keys: PasswordKeys) -> None:
    verifier = school.pepper_layer.lay(keys.verifier_digest, PepperPlace.VERIFIER, AYLIN)
    vault = school.pepper_layer.lay(
        seal_password_vault(school.aylin, AYLIN, keys.vault_key), PepperPlace.PASSWORD_VAULT, AYLIN
    )
    assert (len(verifier), len(vault)) == (50, 99)
    assert keys.verifier_digest not in verifier
    for stolen in (vault, vault[2:], vault[18:], b"\x01" + vault[19:]):
        with pytest.raises(UnsealRefused):
            open_password_vault(stolen, keys.vault_key, AYLIN, school.aylin.key_id)
    thief = PepperLayer(Pepper.generate())
    with pytest.raises(SealBroken):
        thief.lift(verifier, PepperPlace.VERIFIER, AYLIN)
    with pytest.raises(SealBroken):
        school.pepper_layer.lift(verifier, PepperPlace.VERIFIER, MAREK)
    with pytest.raises(SealBroken):
        school.pepper_layer.lift(verifier, PepperPlace.TOTP, AYLIN)


def test_a_second_factors_secret_lies_under_the_pepper(school: School) -> None:
    row = school.pepper_layer.lay(b"JBSWY3DPEHPK3PXP", PepperPlace.TOTP, AYLIN)
    assert b"JBSWY3DP" not in row
    assert school.pepper_layer.lift(row, PepperPlace.TOTP, AYLIN) == b"JBSWY3DPEHPK3PXP"
    with pytest.raises(SealBroken):
        school.pepper_layer.lift(row, PepperPlace.TOTP, MAREK)


def test_the_recovery_code_opens_the_other_door(school: School) -> None:
    code = RecoveryCode.generate()
    vault = seal_recovery_vault(school.aylin, AYLIN, code)
    assert len(vault) == 81
    typed = RecoveryCode.parse(code.printed())
    assert open_recovery_vault(vault, typed, AYLIN, school.aylin.key_id) == school.aylin
    for wrong, person, name in (
        (RecoveryCode.generate(), AYLIN, school.aylin.key_id),
        (code, MAREK, school.aylin.key_id),
        (code, AYLIN, school.marek.key_id),
    ):
        with pytest.raises(SealBroken):
            open_recovery_vault(vault, wrong, person, name)


@given(st.binary(min_size=16, max_size=16))
def test_recovery_codes_are_read_as_people_type_them(raw: bytes) -> None:
    code = RecoveryCode(raw)
    printed = code.printed()
    groups = printed.split("-")
    assert [len(group) for group in groups] == [4] * 7
    assert not set(printed) & set("ILOU")
    for typed in (
        printed.lower(),
        printed.replace("-", ""),
        printed.replace("-", " "),
        printed.replace("-", "\u00a0"),
        f"  {printed}\n",
        printed.replace("0", "o").replace("1", "l"),
    ):
        assert RecoveryCode.parse(typed) == code


def test_slips_of_the_pen_in_a_recovery_code_are_told() -> None:
    printed = RecoveryCode(bytes(range(77, 93))).printed()
    for bad in ("", printed[:-1], printed + "7", printed.replace(printed[0], "U"), "Z" * 28, "8" + "0" * 27, "é" * 28):
        with pytest.raises(RecoveryCodeMistyped):
            RecoveryCode.parse(bad)
    assert printed[0] != printed[1]
    swapped = printed[1] + printed[0] + printed[2:]
    with pytest.raises(RecoveryCodeMistyped):
        RecoveryCode.parse(swapped)
    with pytest.raises(PrintedCodeMistyped):
        Pepper.from_printed(printed)


def test_only_this_passkey_of_this_person_opens_its_vault(school: School) -> None:
    output, key_id = PrfOutput.generate(), school.aylin.key_id
    vault = seal_passkey_vault(school.aylin, AYLIN, 7, output)
    assert len(vault) == 81
    assert open_passkey_vault(vault, output, AYLIN, 7, key_id) == school.aylin
    for other, person, passkey, name in (
        (PrfOutput.generate(), AYLIN, 7, key_id),
        (output, MAREK, 7, key_id),
        (output, AYLIN, 8, key_id),
        (output, AYLIN, 7, school.marek.key_id),
    ):
        with pytest.raises(SealBroken):
            open_passkey_vault(vault, other, person, passkey, name)
    for length in range(len(vault)):
        with pytest.raises(UnsealRefused):
            open_passkey_vault(vault[:length], output, AYLIN, 7, key_id)
    key = VaultKey(passkey_key(output, AYLIN, 7))
    with pytest.raises(SealBroken):  # the same key at another door
        open_password_vault(vault, key, AYLIN, key_id)
    with pytest.raises(SealBroken):
        open_passkey_vault(seal_password_vault(school.aylin, AYLIN, key), output, AYLIN, 7, key_id)
    foreign = symmetric_seal(school.marek.reveal(), key.reveal(), contexts.vault("passkey", AYLIN, key_id))
    with pytest.raises(KeyOfAnotherPerson):
        open_passkey_vault(foreign, output, AYLIN, 7, key_id)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "ä" * 43, "A" * 42 + "="])
def test_what_is_no_output_of_a_passkey_is_refused(text: str) -> None:
    with pytest.raises(PrfOutputBroken):
        PrfOutput.from_field(text)
