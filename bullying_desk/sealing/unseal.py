"""The only module that opens sealed values: grants, texts, vaults, sessions, notes, drafts.

A module that imports this one may open things; an import contract in `pyproject.toml` lists them. Every refusal is an
`UnsealRefused`: wrong case, person, key, epoch, kind, side, number, revision or version, a missing or a flipped byte.
"""

from __future__ import annotations

import hmac
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bullying_desk.sealing import grants, sessions
from bullying_desk.sealing.format import contexts, padding
from bullying_desk.sealing.format.encoding import REPORTER, Reader, body_after_version
from bullying_desk.sealing.format.errors import (
    GrantOfAnotherSecret,
    KeyOfAnotherPerson,
    SealBroken,
    SealMalformed,
    TextBroken,
)
from bullying_desk.sealing.format.primitives import (
    HPKE_OVERHEAD,
    NONCE,
    SALT_SIZE,
    SUITE,
    SYMMETRIC_OVERHEAD,
    hkdf,
    hpke_private,
)
from bullying_desk.sealing.format.secret_types import (
    CaseSecret,
    PrfOutput,
    ReportSecret,
    SessionKey,
    SessionSecret,
    VaultKey,
)
from bullying_desk.sealing.grants import GRANT_LENGTH, OWN_GRANT_LENGTH
from bullying_desk.sealing.keys import KeyPair, PersonKey, ReceiptKey
from bullying_desk.sealing.notes import DraftPlace
from bullying_desk.sealing.paper_codes import RecoveryCode, recovery_key
from bullying_desk.sealing.passkeys import passkey_key
from bullying_desk.sealing.passwords import VAULT_LENGTH
from bullying_desk.sealing.records import RecordPlace, content_key, name_key
from bullying_desk.sealing.sessions import SESSION_LENGTH

_Pair = TypeVar("_Pair", bound=KeyPair)


def open_report_grant(
    grant: bytes, key: PersonKey | ReceiptKey, report: int, epoch: int, reader: Reader, commitment: bytes
) -> ReportSecret:
    """Open a reader's grant and compare the secret with the report's commitment (32 bytes, off the pepper).

    Raises UnsealRefused. On GrantOfAnotherSecret the caller names the person who granted it.
    """
    if isinstance(key, ReceiptKey) != (reader is REPORTER):
        raise SealBroken("a receipt opens the reporter's grants, a person's key that person's")
    info = contexts.grant("report", report, epoch, reader, key.key_id)
    return _committed_report(_hpke_open(grant, key, info, GRANT_LENGTH), report, epoch, commitment)


def open_case_grant(grant: bytes, key: PersonKey, case: int, epoch: int, person: int, commitment: bytes) -> CaseSecret:
    """Open a person's grant of a case and compare the secret with the case's commitment. Raises UnsealRefused."""
    info = contexts.grant("case", case, epoch, person, key.key_id)
    return _committed_case(_hpke_open(grant, key, info, GRANT_LENGTH), case, epoch, commitment)


def open_own_report_grant(
    own: bytes, key: PersonKey, report: int, epoch: int, person: int, commitment: bytes
) -> ReportSecret:
    """Open a report grant that this person has re-wrapped for themselves. Raises UnsealRefused."""
    raw = _open_own("report", own, key, report, epoch, person)
    return _committed_report(raw, report, epoch, commitment)


def open_own_case_grant(
    own: bytes, key: PersonKey, case: int, epoch: int, person: int, commitment: bytes
) -> CaseSecret:
    """Open a case grant that this person has re-wrapped for themselves. Raises UnsealRefused."""
    raw = _open_own("case", own, key, case, epoch, person)
    return _committed_case(raw, case, epoch, commitment)


def open_record(secret: ReportSecret | CaseSecret, place: RecordPlace, sealed: bytes) -> str:
    """Open a text at its place. Raises UnsealRefused."""
    return _text(_symmetric_open(sealed, content_key(secret, place), place.binding()))


def open_name(secret: ReportSecret, place: RecordPlace, sealed: bytes) -> str:
    """Open the reporter's name. Raises UnsealRefused."""
    return _text(_symmetric_open(sealed, name_key(secret, place), place.binding()))


def open_password_vault(vault: bytes, vault_key: VaultKey, person: int, key_id: bytes) -> PersonKey:
    """Open a vault (off the pepper) with the key from the password; `key_id` is that of the public half on record.

    Raises UnsealRefused; KeyOfAnotherPerson when the seed inside gives another public half.
    """
    seed = _symmetric_open(vault, vault_key.reveal(), contexts.vault("password", person, key_id), VAULT_LENGTH)
    return _pair_named(PersonKey(seed), key_id)


def open_recovery_vault(vault: bytes, code: RecoveryCode, person: int, key_id: bytes) -> PersonKey:
    """Open a vault (off the pepper) with the recovery code. Raises UnsealRefused."""
    seed = _symmetric_open(vault, recovery_key(code, person), contexts.vault("recovery", person, key_id), VAULT_LENGTH)
    return _pair_named(PersonKey(seed), key_id)


def open_passkey_vault(vault: bytes, output: PrfOutput, person: int, passkey: int, key_id: bytes) -> PersonKey:
    """Open a vault (off the pepper) with what a passkey computed. Raises UnsealRefused."""
    key = passkey_key(output, person, passkey)
    seed = _symmetric_open(vault, key, contexts.vault("passkey", person, key_id), VAULT_LENGTH)
    return _pair_named(PersonKey(seed), key_id)


def open_person_session(row: bytes, secret: SessionSecret, key: SessionKey, person: int, key_id: bytes) -> PersonKey:
    """Open the key pair of a signed-in person from the session's row and cookie. Raises UnsealRefused."""
    return _pair_named(PersonKey(_open_session(row, secret, key, person, key_id)), key_id)


def open_reporter_session(row: bytes, secret: SessionSecret, key: SessionKey, key_id: bytes) -> ReceiptKey:
    """Open the key pair of a returned reporter from the session's row and cookie. Raises UnsealRefused."""
    return _pair_named(ReceiptKey(_open_session(row, secret, key, REPORTER, key_id)), key_id)


def open_note(sealed: bytes, key: PersonKey, person: int, note: int) -> str:
    """Open a private note of one's own. Raises UnsealRefused."""
    info = contexts.to_writer("note/private", person, key.key_id, note)
    return _text(_hpke_open(sealed, key, info))


def open_draft(sealed: bytes, key: PersonKey, person: int, draft: int) -> bytes:
    """Open a form that came after its session's end. Raises UnsealRefused."""
    return padding.unpad_text(_hpke_open(sealed, key, contexts.to_writer("draft", person, key.key_id, draft)))


def open_case_draft(sealed: bytes, key: PersonKey, person: int, place: DraftPlace) -> str:
    """Open what a person had typed and not sent. Raises UnsealRefused."""
    return _text(_hpke_open(sealed, key, place.binding(person, key.key_id)))


def _text(padded: bytes) -> str:
    try:
        return padding.unpad_text(padded).decode("utf-8")
    except UnicodeDecodeError:
        raise TextBroken("what was sealed is no text") from None


def _hpke_open(sealed: bytes, key: KeyPair, info: bytes, length: int | None = None) -> bytes:
    body = body_after_version(sealed, length)
    if len(sealed) <= HPKE_OVERHEAD:
        raise SealMalformed("nothing can be sealed in so few bytes")
    try:
        return SUITE.decrypt(body, hpke_private(key.reveal()), info)
    except (InvalidTag, ValueError):
        raise SealBroken("seal does not open with this key at this place") from None


def _symmetric_open(sealed: bytes, key: bytes, info: bytes, length: int | None = None) -> bytes:
    body = body_after_version(sealed, length)
    if len(sealed) <= SYMMETRIC_OVERHEAD:
        raise SealMalformed("nothing can be sealed in so few bytes")
    own_key = hkdf(key, info, salt=body[:SALT_SIZE])
    try:
        return ChaCha20Poly1305(own_key).decrypt(NONCE, body[SALT_SIZE:], info)
    except InvalidTag:
        raise SealBroken("seal does not open with this key at this place") from None


def _open_own(what: str, own: bytes, key: PersonKey, owner: int, epoch: int, person: int) -> bytes:
    name, wrap_key = key.grant_wrap_key(person)
    return _symmetric_open(own, wrap_key, contexts.own_grant(what, owner, epoch, person, name), OWN_GRANT_LENGTH)


def _open_session(row: bytes, secret: SessionSecret, key: SessionKey, holder: Reader, key_id: bytes) -> bytes:
    wrap_key = sessions.wrap_key(secret, key)
    return _symmetric_open(row, wrap_key, sessions.binding(secret, holder, key_id), SESSION_LENGTH)


def _committed_report(raw: bytes, report: int, epoch: int, commitment: bytes) -> ReportSecret:
    secret = ReportSecret(raw)
    if not grants.same(grants.report_commitment(secret, report, epoch), commitment):
        raise GrantOfAnotherSecret(report, epoch)
    return secret


def _committed_case(raw: bytes, case: int, epoch: int, commitment: bytes) -> CaseSecret:
    secret = CaseSecret(raw)
    if not grants.same(grants.case_commitment(secret, case, epoch), commitment):
        raise GrantOfAnotherSecret(case, epoch)
    return secret


def _pair_named(pair: _Pair, key_id: bytes) -> _Pair:
    """Compare a seed with the key id on record: the cipher does not commit to its key, the key id does."""
    if not hmac.compare_digest(pair.key_id, key_id):
        raise KeyOfAnotherPerson("the key inside does not belong to the public half on record")
    return pair
