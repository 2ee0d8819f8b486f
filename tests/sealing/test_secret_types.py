"""A secret shows itself to nobody by accident: not in a log, a traceback, a pickle, a copy or JSON."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bullying_desk.sealing import directory, notes, receipts, unseal
from bullying_desk.sealing.format.errors import SecretNotShown, SecretSizeWrong, SendTokenBroken, SessionCookieBroken
from bullying_desk.sealing.format.secret_types import (
    AuditKey,
    CaseSecret,
    ReceiptLocator,
    ReportSecret,
    Secret,
    SendToken,
    SessionKey,
    SessionSecret,
    VaultKey,
)
from bullying_desk.sealing.keys import Addressee, KeyPair, PersonKey
from bullying_desk.sealing.passwords import PasswordHeader, PasswordKeys
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import Receipt, ReceiptWords
from bullying_desk.sealing.slow_hash import STAFF_PARAMS
from tests.sealing.conftest import School

LOADED = (directory, notes, receipts, receipts, unseal)  # so that every type below Secret exists


def _types(kind: type[Secret]) -> list[type[Secret]]:
    return [kind] + [deeper for below in kind.__subclasses__() for deeper in _types(below)]


EVERY_TYPE = [kind for kind in _types(Secret) if kind.__module__.startswith("bullying_desk")]


def _shown(secret: Secret) -> list[str]:
    raw = secret.reveal()
    return [raw.hex(), repr(raw)[2:-1], str(list(raw))[1:-1]]


def test_every_secret_of_the_design_has_a_type() -> None:
    names = {kind.__name__ for kind in EVERY_TYPE}
    assert names >= {
        *("ReportSecret", "CaseSecret", "SessionSecret", "SendToken", "SessionKey", "VaultKey", "AuditKey"),
        *("ReceiptLocator", "Pepper", "PersonKey", "ReceiptKey", "ReceiptWords", "RecoveryCode"),
    }


@pytest.mark.parametrize("kind", EVERY_TYPE)
def test_repr_str_format_and_logging_hide_it(kind: type[Secret], caplog: pytest.LogCaptureFixture) -> None:
    secret = kind.generate()
    logging.getLogger("any").warning("%s %r %s", secret, secret, {"key": [secret]})
    texts = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", repr((secret,)), caplog.text]
    for text in texts:
        assert "hidden" in text
        assert not any(shown in text for shown in _shown(secret))


@pytest.mark.parametrize("kind", EVERY_TYPE)
def test_pickle_copy_json_and_hash_are_refused(kind: type[Secret]) -> None:
    secret = kind.generate()
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(SecretNotShown):
            pickle.dumps(secret, protocol)
    for refused in (copy.copy, copy.deepcopy, hash, secret.__getstate__.__func__):  # type: ignore[attr-defined]
        with pytest.raises(SecretNotShown):
            refused(secret)
    with pytest.raises(TypeError):
        json.dumps({"secret": secret})
    with pytest.raises(TypeError):
        vars(secret)


@pytest.mark.parametrize("kind", [kind for kind in EVERY_TYPE if kind is not ReceiptWords])
def test_only_the_right_length_is_taken(kind: type[Secret]) -> None:
    for wrong in (0, kind.SIZE - 1, kind.SIZE + 1):
        with pytest.raises(SecretSizeWrong):
            kind(bytes(wrong))
    assert kind(bytes(kind.SIZE)).reveal() == bytes(kind.SIZE)


def test_secrets_of_two_types_are_never_equal() -> None:
    assert ReportSecret(bytes(32)) == ReportSecret(bytes(32))
    assert ReportSecret(bytes(32)) != ReportSecret(b"x" + bytes(31))
    assert ReportSecret(bytes(32)) != CaseSecret(bytes(32))
    assert ReportSecret(bytes(32)) != bytes(32)


def test_fresh_secrets_differ() -> None:
    assert len({ReportSecret.generate().reveal() for _ in range(100)}) == 100


def test_a_traceback_with_locals_hides_them() -> None:
    secret = ReportSecret.generate()
    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "hidden" in text
    assert not any(shown in text for shown in _shown(secret))


def test_records_that_hold_secrets_hide_them(school: School) -> None:
    words = ReceiptWords.generate()
    slip = receipts.PaperSlip(words, ReceiptLocator.generate(), school.child.public_half)
    shown = "".join(
        map(
            repr,
            [
                slip,
                Receipt(slip.locator, school.child),
                PasswordKeys(b"v" * 32, VaultKey(b"w" * 32)),
                PasswordHeader(STAFF_PARAMS, b"s" * 16),
                Addressee(7, school.aylin.public_half),
                school.pepper_layer,
            ],
        )
    )
    assert "<PepperLayer 1, hidden>" in shown
    assert "vvvv" not in shown
    assert "ssss" not in shown
    assert repr(school.child.public_half)[2:20] not in shown
    assert not any(word in shown for word in words.words)


def test_a_pepper_layer_is_neither_pickled_nor_copied(school: School) -> None:
    for refused in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(SecretNotShown):
            refused(school.pepper_layer)
    assert isinstance(school.pepper_layer, PepperLayer)


@given(st.binary(min_size=32, max_size=32))
def test_cookies_and_hidden_fields_come_back(raw: bytes) -> None:
    cookie, field = SessionSecret(raw).to_cookie(), SendToken(raw).to_field()
    assert len(cookie) == len(field) == 43
    assert SessionSecret.from_cookie(cookie).reveal() == SendToken.from_field(field).reveal() == raw


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "B", "ä" * 43, "A" * 43 + "\n"])
def test_foreign_cookies_and_fields_are_refused(text: str) -> None:
    with pytest.raises(SessionCookieBroken):
        SessionSecret.from_cookie(text)
    with pytest.raises(SendTokenBroken):
        SendToken.from_field(text)


def test_a_person_key_is_a_pair_and_an_audit_key_is_not() -> None:
    assert issubclass(PersonKey, KeyPair)
    assert not issubclass(AuditKey, KeyPair)
    assert SessionKey.SIZE == 32
