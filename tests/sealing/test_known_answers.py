"""Values sealed years ago still open, and another program could have sealed them.

`vectors.json` is frozen: a change that breaks it would lose every report of a running city. The second half opens
grants and records with a few lines of its own, straight from the RFCs, so that the format does not depend on this
program (a browser is meant to seal one day).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.secret_types import (
    CaseSecret,
    PrfOutput,
    ReportSecret,
    SendToken,
    SessionKey,
    SessionSecret,
)
from bullying_desk.sealing.grants import case_commitment, report_commitment, wrap_own_case_grant, wrap_own_report_grant
from bullying_desk.sealing.keys import PersonKey, key_words
from bullying_desk.sealing.notes import DraftPlace
from bullying_desk.sealing.paper_codes import RecoveryCode, seal_recovery_vault
from bullying_desk.sealing.passkeys import seal_passkey_vault
from bullying_desk.sealing.passwords import PasswordHeader, seal_password_vault, stretch_password
from bullying_desk.sealing.pepper import Pepper, PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt, send_cookie, send_words
from bullying_desk.sealing.records import RecordPlace, Side, seal_name, seal_record
from bullying_desk.sealing.sessions import seal_session, session_id
from bullying_desk.sealing.slow_hash import STAFF_PARAMS
from bullying_desk.sealing.unseal import (
    open_case_draft,
    open_case_grant,
    open_draft,
    open_note,
    open_record,
    open_report_grant,
)
from tests.sealing.conftest import AYLIN, CASE, REPORT, School

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text("ascii"))

KEY = PersonKey(bytes(range(32)))
SECRET, CASE_SECRET = ReportSecret(b"report secret, thirty-two bytes."), CaseSecret(b"case secret of thirty-two bytes.")
PEPPER = Pepper(b"pepper of exactly 32 bytes, salt")
COOKIE, SETTINGS = SessionSecret(b"cookie of exactly 32 bytes, yes."), SessionKey(b"settings of exactly 32 bytes, ok")
WORDS = ReceiptWords.of_numbers([0, 1, 2, 511, 1022, 1023])
SALT = b"a fixed salt, 32 bytes long, yes"
PLACE = RecordPlace(REPORT, 2, "letter", Side.STAFF, 3, 4)


def _digest(value: bytes) -> str:
    return f"{len(value)}:{hashlib.sha256(value).hexdigest()}"


def _made(school: School) -> dict[str, str | list[str] | list[int]]:
    """Return everything this program makes from fixed secrets and a fixed salt."""
    pepper_layer = PepperLayer(PEPPER, 7)
    receipt = derive_receipt(WORDS, b"service salt 16b", school.gate, b"")
    header = PasswordHeader(STAFF_PARAMS, b"password salt 16")
    password = stretch_password("Grüne Gießkanne", header, AYLIN, school.gate, b"")
    code = RecoveryCode(bytes(range(200, 216)))
    cookie = send_cookie(SendToken(b"t" * 32), SETTINGS, "Hallo, ich heiße …".encode())
    return {
        "public_half": _digest(KEY.public_half),
        "key_id": KEY.key_id.hex(),
        "key_words": list(key_words(AYLIN, KEY.public_half)),
        "report_commitment": report_commitment(SECRET, REPORT, 2).hex(),
        "case_commitment": case_commitment(CASE_SECRET, CASE, 2).hex(),
        "record": _digest(seal_record(SECRET, PLACE, "Grüße")),
        "case_record": _digest(seal_record(CASE_SECRET, PLACE, "Grüße")),
        "name": _digest(seal_name(SECRET, PLACE, "Amira")),
        "own_report_grant": wrap_own_report_grant(SECRET, REPORT, 2, KEY, AYLIN).hex(),
        "own_case_grant": wrap_own_case_grant(CASE_SECRET, CASE, 2, KEY, AYLIN).hex(),
        "password_header": header.to_bytes().hex(),
        "verifier_digest": password.verifier_digest.hex(),
        "password_vault": seal_password_vault(KEY, AYLIN, password.vault_key).hex(),
        "recovery_code": code.printed(),
        "recovery_vault": seal_recovery_vault(KEY, AYLIN, code).hex(),
        "passkey_vault": seal_passkey_vault(KEY, AYLIN, 7, PrfOutput(bytes(range(32)))).hex(),
        "session_id": session_id(COOKIE).hex(),
        "session": seal_session(KEY, COOKIE, SETTINGS, AYLIN).hex(),
        "send_cookie": cookie.to_cookie(),
        "send_words": list(send_words(cookie, SETTINGS).numbers),
        "receipt_locator": receipt.locator.reveal().hex(),
        "receipt_key_id": receipt.key.key_id.hex(),
        "layered_locator": pepper_layer.lay(receipt.locator.reveal(), PepperPlace.LOCATOR).hex(),
        "layered_totp": pepper_layer.lay(b"totp", PepperPlace.TOTP, AYLIN).hex(),
        "directory_tag": directory_tag(pepper_layer, AYLIN, KEY.public_half).hex(),
        "audit_key": pepper_layer.audit_key().reveal().hex(),
        "check_digits": PEPPER.check_digits(),
        "printed_pepper": PEPPER.printed(),
    }


def test_everything_deterministic_is_as_frozen(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bullying_desk.sealing.format.primitives.secrets.token_bytes", lambda size: SALT[:size])
    assert _made(school) == VECTORS["made"]


def test_frozen_grants_notes_and_records_open() -> None:
    sealed = {name: bytes.fromhex(value) for name, value in VECTORS["sealed"].items()}
    commitment = bytes.fromhex(VECTORS["made"]["report_commitment"])
    assert open_report_grant(sealed["report_grant"], KEY, REPORT, 2, AYLIN, commitment) == SECRET
    commitment = bytes.fromhex(VECTORS["made"]["case_commitment"])
    assert open_case_grant(sealed["case_grant"], KEY, CASE, 2, AYLIN, commitment) == CASE_SECRET
    assert open_note(sealed["note"], KEY, AYLIN, 9) == "Nur für mich – ganz privat."
    assert open_draft(sealed["draft"], KEY, AYLIN, 9) == b"text=Entwurf"
    place = DraftPlace(CASE, REPORT, "answer", 3)
    assert open_case_draft(sealed["case_draft"], KEY, AYLIN, place) == "Komm um zehn zu mir"
    assert open_record(SECRET, PLACE, sealed["record"]) == "Schön, dass du schreibst. مرحبا"


# --- the same without this program: RFC 5869, RFC 9180, X-Wing -------------------------------------------------------


def _context(label: str, *fields: bytes) -> bytes:
    parts = [b"bullying-desk", label.encode(), *fields]
    return bytes([1, len(parts)]) + b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def _expand(key: bytes, info: bytes, length: int = 32) -> bytes:
    made, block = b"", b""
    for counter in range(1, 1 + -(-length // 32)):
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        made += block
    return made[:length]


def _hkdf(material: bytes, info: bytes, salt: bytes = bytes(32)) -> bytes:
    return _expand(hmac.digest(salt, material, "sha256"), info)


def _xwing_decapsulate(seed: bytes, encapsulated: bytes) -> bytes:
    expanded = hashlib.shake_256(seed).digest(96)
    own = X25519PrivateKey.from_private_bytes(expanded[64:])
    ct_mlkem, ct_x = encapsulated[:1088], encapsulated[1088:]
    ss_mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(ct_mlkem)
    ss_x = own.exchange(X25519PublicKey.from_public_bytes(ct_x))
    return hashlib.sha3_256(ss_mlkem + ss_x + ct_x + own.public_key().public_bytes_raw() + rb"\.//^" + b"\\").digest()


def _hpke_open(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    suite = b"HPKE" + bytes.fromhex("647a 0001 0003")

    def extract(salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + material, "sha256")

    def expand(key: bytes, label: bytes, bound: bytes, length: int) -> bytes:
        return _expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + bound, length)

    shared = _xwing_decapsulate(seed, sealed[:1120])
    bound = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", bound, 32), expand(secret, b"base_nonce", bound, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, sealed[1120:], b"")


def _id(value: int) -> bytes:
    return value.to_bytes(8, "big")


def _number(value: int) -> bytes:
    return value.to_bytes(4, "big")


def test_a_grant_opens_with_forty_lines_from_the_rfcs(school: School) -> None:
    info = _context("grant/report", _id(REPORT), _number(1), _id(AYLIN), school.aylin.key_id)
    assert _hpke_open(school.aylin.reveal(), school.aylins_grant()[1:], info) == school.secret.reveal()
    info = _context("grant/report", _id(REPORT), _number(1), b"reporter", school.child.key_id)
    assert _hpke_open(school.child.reveal(), school.childs_grant()[1:], info) == school.secret.reveal()


def test_a_record_opens_with_ten_lines_from_the_rfcs(school: School) -> None:
    sealed = seal_record(school.secret, PLACE, "Grüße")
    key = _hkdf(school.secret.reveal(), _context("report/conversation", _id(REPORT), _number(2)))
    bound = _context("record", _id(REPORT), _number(2), b"letter", b"staff", _number(3), _number(4))
    own_key = _hkdf(key, bound, sealed[1:33])
    padded = ChaCha20Poly1305(own_key).decrypt(bytes(12), sealed[33:], bound)
    text = "Grüße".encode()
    assert padded == len(text).to_bytes(4, "big") + text + bytes(1024 - 4 - len(text))


def test_an_own_grant_and_a_session_open_with_ten_lines_from_the_rfcs(school: School) -> None:
    own = wrap_own_report_grant(school.secret, REPORT, 1, school.aylin, AYLIN)
    key = _hkdf(school.aylin.reveal(), _context("person/grant-wrap", _id(AYLIN), school.aylin.key_id))
    bound = _context("grant/own", b"report", _id(REPORT), _number(1), _id(AYLIN), school.aylin.key_id)
    opened = ChaCha20Poly1305(_hkdf(key, bound, own[1:33])).decrypt(bytes(12), own[33:], bound)
    assert opened == school.secret.reveal()
    row = seal_session(school.child, COOKIE, SETTINGS, REPORTER)
    row_id = _hkdf(COOKIE.reveal(), _context("session/id"))[:16]
    key = _hkdf(COOKIE.reveal() + SETTINGS.reveal(), _context("session/wrap"))
    bound = _context("session", row_id, b"reporter", school.child.key_id)
    opened = ChaCha20Poly1305(_hkdf(key, bound, row[1:33])).decrypt(bytes(12), row[33:], bound)
    assert opened == school.child.reveal()
