"""Passkeys (WebAuthn Level 3): a second factor, and, where its owner wants it, a second door to the vault.

The library `webauthn` checks what an authenticator answers. This module makes the question, takes each answer once, and
keeps the rows. It asks for no attestation: which maker built an authenticator decides nothing here.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Passkey, Person
from bullying_desk.config import Settings
from bullying_desk.database import random_id
from bullying_desk.rights.writing import forget
from bullying_desk.sealing.format.secret_types import PrfOutput
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.passkeys import PRF_INPUT, seal_passkey_vault
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

MOST_OF_PERSON: Final = 10
LONGEST_NAME: Final = 60
LONGEST_ANSWER: Final = 12_000  # signs; a new passkey answers about 1,500
LONGEST_ID: Final = 1_023  # bytes (WebAuthn Level 3, 4)
WAITS: Final = timedelta(hours=24)
_LASTS: Final = timedelta(minutes=10)
_MILLISECONDS: Final = int(_LASTS.total_seconds() * 1000)
_HEAD: Final = 24  # bytes of a challenge before its MAC: microseconds 8, random 16
_FORMATS: Final = frozenset({"none", "packed"})  # what browsers hand on where nobody asks for an attestation


class PasskeyRefused(Exception):
    """The answer does not belong to this question, this person or this service. It is not said what was wrong."""


class LastFactor(Exception):
    """The person would have no second factor left."""


class TooManyPasskeys(Exception):
    """The person has as many passkeys as one may have."""


@dataclass(frozen=True, slots=True)
class Service:
    """What authenticators know the service as (WebAuthn: relying party)."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks a passkey: the service, with its session key, for one browser (`binding`) at one moment."""

    service: Service
    key: bytes = field(repr=False)
    binding: bytes = field(repr=False)
    now: datetime

    def challenge(self, purpose: str) -> bytes:
        """Return a fresh challenge; `purpose` is add or use. Nothing is stored: it carries its moment and a MAC."""
        head = int(self.now.timestamp() * 1_000_000).to_bytes(8, "big") + secrets.token_bytes(_HEAD - 8)
        return head + self._mac(purpose, head)

    def moment_of(self, challenge: bytes, purpose: str) -> int:
        """Return when a challenge was made, in microseconds. Raises PasskeyRefused for a foreign or an old one."""
        head = challenge[:_HEAD]
        if not self.binding or not hmac.compare_digest(challenge[_HEAD:], self._mac(purpose, head)):
            raise PasskeyRefused
        moment = int.from_bytes(head[:8], "big")
        if not 0 <= self.now.timestamp() * 1_000_000 - moment <= _LASTS.total_seconds() * 1_000_000:
            raise PasskeyRefused
        return moment

    def _mac(self, purpose: str, head: bytes) -> bytes:
        return hmac.digest(self.key, b"passkey " + purpose.encode() + b" " + head + self.binding, "sha256")


def service_of(settings: Settings) -> Service | None:
    """Return the service by its configured address, or None where browsers take no passkey: no name, or no TLS.

    This machine asked by its number is `localhost` to a browser, the one name that needs no TLS.
    """
    parts = urlsplit(settings.base_url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    if _is_number(host):
        host = "localhost" if ipaddress.ip_address(host).is_loopback else ""
    if not host or (parts.scheme != "https" and host != "localhost"):
        return None
    port = f":{parts.port}" if parts.port else ""
    return Service(host, f"{parts.scheme}://{host}{port}", settings.service_name)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


# What the page asks the authenticator.


def question(asker: Asker) -> dict[str, Any]:
    """Return the options for signing in, for `navigator.credentials.get`. They name no person and no passkey."""
    return {
        "challenge": _text(asker.challenge("use")),
        "rpId": asker.service.id,
        "userVerification": "required",
        "timeout": _MILLISECONDS,
        "prf": _text(PRF_INPUT),
    }


def new_question(asker: Asker, person: Person, own: list[Passkey]) -> dict[str, Any]:
    """Return the options for a new passkey, for `navigator.credentials.create`.

    The authenticator keeps the service's address, the person's number and mail address, nothing else.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=asker.service.id,
        rp_name=asker.service.name,
        user_id=_handle(person.id),
        user_name=person.email,
        challenge=asker.challenge("add"),
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in own],
        supported_pub_key_algs=_algorithms(),
    )
    return {**options_to_json_dict(options), "prf": _text(PRF_INPUT)}


def _algorithms() -> list[Any]:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm

    # RS256 for Windows Hello, which has no other.
    return [Algorithm.EDDSA, Algorithm.ECDSA_SHA_256, Algorithm.RSASSA_PKCS1_v1_5_SHA_256]


def _handle(person_id: int) -> bytes:
    return person_id.to_bytes(8, "big")


# What it answers.


@dataclass(frozen=True, slots=True)
class Wish:
    """A new passkey: its name, what the authenticator answered, and what it computed where it opens the vault too."""

    name: str
    answer: str = field(repr=False)
    output: PrfOutput | None = None


def add(
    session: Session, pepper_layer: PepperLayer, person: Person, pair: PersonKey, wish: Wish, asker: Asker
) -> Passkey:
    """Keep a new passkey of a person. Raises PasskeyRefused, TooManyPasskeys."""
    answer = _parsed(wish.answer)
    moment = asker.moment_of(_challenge_of(answer), "add")
    _lock(session, person)
    if len(own := of_person(session, person.id)) >= MOST_OF_PERSON:
        raise TooManyPasskeys
    found = _checked_new(answer, asker)
    known = select(Passkey).where(Passkey.credential_id == found.credential_id)
    if any(one.credential_id == found.credential_id for one in own) or session.scalar(known) is not None:
        raise PasskeyRefused
    _take(person, moment)
    row = Passkey(
        id=random_id(), person_id=person.id, credential_id=found.credential_id, name=wish.name, made_at=asker.now,
        public_key=found.credential_public_key, sign_count=found.sign_count,
        synced=found.credential_device_type == "multi_device",
    )  # fmt: skip
    if wish.output is not None:
        vault = seal_passkey_vault(pair, person.id, row.id, wish.output)
        row.vault = pepper_layer.lay(vault, PepperPlace.PASSKEY_VAULT, person.id, row.id)
    session.add(row)
    session.flush()
    return row


def use(session: Session, person: Person | None, answer: str, asker: Asker) -> tuple[Person, Passkey]:
    """Take a passkey's answer once; return whose it is. Of `person`, where one is given. Raises PasskeyRefused."""
    parsed = _parsed(answer)
    moment = asker.moment_of(_challenge_of(parsed), "use")
    named = select(Passkey).where(Passkey.credential_id == _credential_of(parsed))
    row = session.scalar(named)
    owner = session.get(Person, row.person_id) if row is not None else None
    if owner is None or (person is not None and owner.id != person.id):
        raise PasskeyRefused
    _lock(session, owner)
    row = session.scalar(named.execution_options(populate_existing=True))  # it may have been removed meanwhile
    if row is None or _bytes_at(parsed, "response", "userHandle") != _handle(owner.id):
        raise PasskeyRefused
    count = _checked(parsed, row, asker)
    _take(owner, moment)
    row.sign_count = count
    session.flush()
    return owner, row


def name_of(answer: str) -> str:
    """Return a word for the passkey that an answer names, to count tries by; one word for all that name none."""
    try:
        return f"passkey {_credential_of(_parsed(answer)).hex()}"
    except PasskeyRefused:
        return "passkey"


def _lock(session: Session, person: Person) -> None:
    """Wait for another request of this person: of two presses at once, the second one finds the first."""
    session.flush()
    session.refresh(person, with_for_update=True)


def _take(person: Person, moment: int) -> None:
    """Use a challenge up, and each one that was made before it. Raises PasskeyRefused."""
    if moment <= (person.passkey_last or 0):
        raise PasskeyRefused
    person.passkey_last = moment


def _checked(answer: dict[str, Any], row: Passkey, asker: Asker) -> int:
    """Return the authenticator's new count of signatures. Raises PasskeyRefused."""
    from webauthn import verify_authentication_response

    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=_challenge_of(answer),
            expected_rp_id=asker.service.id,
            expected_origin=asker.service.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # whatever a parser raises over foreign bytes is a refusal
        raise PasskeyRefused from error
    return found.new_sign_count


def _checked_new(answer: dict[str, Any], asker: Asker) -> Any:
    """Return what the library read in a new passkey. Raises PasskeyRefused."""
    from webauthn import verify_registration_response
    from webauthn.helpers import parse_attestation_object

    try:
        kind = parse_attestation_object(_bytes_at(answer, "response", "attestationObject")).fmt
        if kind not in _FORMATS:
            raise PasskeyRefused
        found = verify_registration_response(
            credential=answer,
            expected_challenge=_challenge_of(answer),
            expected_rp_id=asker.service.id,
            expected_origin=asker.service.origin,
            require_user_verification=True,
            supported_pub_key_algs=_algorithms(),
        )
    except Exception as error:  # as above
        raise PasskeyRefused from error
    if not 16 <= len(found.credential_id) <= LONGEST_ID:
        raise PasskeyRefused
    return found


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error
    if not isinstance(found, dict):
        raise PasskeyRefused
    return cast("dict[str, Any]", found)


def _challenge_of(answer: dict[str, Any]) -> bytes:
    """Return the challenge that an answer says it belongs to; the library then compares it."""
    try:
        said = json.loads(_bytes_at(answer, "response", "clientDataJSON"))
        return _bytes_at(said, "challenge")
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error


def _credential_of(answer: dict[str, Any]) -> bytes:
    return _bytes_at(answer, "rawId")


def _bytes_at(found: Any, *path: str) -> bytes:
    """Return the bytes at a place of an answer. Raises PasskeyRefused where there are none."""
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, str) or not found:
        raise PasskeyRefused
    try:
        return base64.b64decode(found.encode("ascii") + b"=" * (-len(found) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise PasskeyRefused from error


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


# The rows.


def of_person(session: Session, person_id: int) -> list[Passkey]:
    """Return a person's passkeys, the oldest first."""
    query = select(Passkey).where(Passkey.person_id == person_id)
    return sorted(session.scalars(query), key=lambda one: (one.made_at, one.id))


def opens_from(row: Passkey) -> datetime:
    """Return from when a passkey with a vault opens it by itself.

    A stranger at an open session may have added it. Its owner gets a mail, and has that day to speak up.
    """
    return row.made_at.astimezone(UTC) + WAITS


def remove(session: Session, person: Person, passkey_id: int) -> bool:
    """Delete one passkey; False where the person has none of this number. Raises LastFactor."""
    _lock(session, person)
    own = of_person(session, person.id)
    row = next((one for one in own if one.id == passkey_id), None)
    if row is None:
        return False
    if len(own) == 1 and person.totp_secret is None:
        raise LastFactor
    session.delete(row)
    session.flush()
    return True


def remove_app(session: Session, person: Person) -> bool:
    """Forget the app for one-time codes; False where none is connected. Raises LastFactor."""
    _lock(session, person)
    if person.totp_secret is None:
        return False
    if not of_person(session, person.id):
        raise LastFactor
    person.totp_secret, person.totp_last_step = None, 0
    session.flush()
    return True


def forget_of(session: Session, person_id: int) -> int:
    """Delete all passkeys of a person, also rows that are not believed. Returns how many."""
    session.flush()
    return forget(session, Passkey, Passkey.person_id == person_id)
