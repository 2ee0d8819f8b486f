"""Passkeys: a second factor that its owner alone adds, and a second door to the vault that nobody else opens."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import select, text
from webauthn import verify_registration_response

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations import credentials
from bullying_desk.accounts.models import HeldPost, InvitationKind, Passkey, Person, PersonState
from bullying_desk.accounts.sign_in import passkeys
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import departures
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.rights import head
from bullying_desk.schools.models import School, Seat
from bullying_desk.sealing.pepper import PepperPlace
from tests.accounts.conftest import SAME, Hands, Member, make_member
from tests.accounts.test_lost_phone import link_of, paper, replace
from tests.authenticator import ATTESTED, ELIGIBLE, PRESENT, VERIFIED, Authenticator, to_bytes, to_text
from tests.moving_clock import MovingClock

PAGE = "/team/konto/passkeys/"
NEW = "/team/konto/passkeys/neu"


@pytest.fixture
def ana(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Ana Kovacevic", Role.CONTACT_PERSON, school)


@pytest.fixture
def jan(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)


def offered(hands: Hands) -> dict[str, Any]:
    """Open the page for a new passkey and return what it asks the device."""
    assert hands.get(NEW).status_code == 200
    found = re.search(r'data-passkey-new="([^"]+)"', hands.page)
    assert found
    options: dict[str, Any] = json.loads(unescape(found[1]))
    return options


def add(hands: Hands, device: Authenticator, *, alone: bool = False, name: str = "Diensthandy") -> None:
    options = offered(hands)
    more = {"alone": "y", "prf": device.output(options["prf"])} if alone else {}
    assert hands.post(NEW, name=name, passkey=device.make(options), **more).status_code == 303, hands.page


def asked(hands: Hands) -> dict[str, Any]:
    """Return the question for signing in, as the script gets it. The clock goes on: no two are of one moment."""
    hands.clock.forward(seconds=1)
    answer = hands.client.post("/team/anmelden/passkey", base_url="https://localhost", headers=SAME)
    assert answer.status_code == 200
    options: dict[str, Any] = answer.get_json()
    return options


def sign_in(hands: Hands, member: Member, answer: str, **other: str) -> int:
    hands.get("/team/anmelden")
    fields = {"email": member.email, "password": member.password, "code": "", "passkey": answer, **other}
    return hands.post("/team/anmelden", **fields).status_code


def sign_in_alone(hands: Hands, device: Authenticator, options: dict[str, Any], **other: str) -> int:
    hands.get("/team/anmelden")
    fields = {"passkey": device.sign(options), "prf": device.output(options["prf"]), **other}
    return hands.post("/team/anmelden", email="", password="", code="", **fields).status_code


def rows(database: Database, member: Member) -> list[Passkey]:
    with database.transaction(write=False) as session:
        return passkeys.of_person(session, member.id)


def events(database: Database, member: Member) -> list[str]:
    with database.transaction(write=False) as session:
        return list(session.scalars(select(AuditEntry.event).where(AuditEntry.subject_id == member.id)))


def mails(database: Database, member: Member) -> str:
    with database.transaction(write=False) as session:
        return "\n".join(session.scalars(select(OutboxMail.body).where(OutboxMail.person_id == member.id)))


def with_passkey(app: Flask, clock: MovingClock, member: Member, *, alone: bool = False) -> tuple[Hands, Authenticator]:
    hands, device = Hands(app, clock), Authenticator()
    hands.sign_in(member)
    add(hands, device, alone=alone)
    return hands, device


def test_a_passkey_takes_the_place_of_the_code(app: Flask, clock: MovingClock, database: Database, ana: Member) -> None:
    hands, device = with_passkey(app, clock, ana)
    assert "eingetragen" in hands.get(f"{PAGE}?ok=neu").get_data(as_text=True)
    assert "Diensthandy" in hands.page
    assert "Gilt zusammen mit dem Passwort." in hands.page
    assert "Es gibt einen neuen Passkey. Er gilt zusammen mit dem Passwort." in mails(database, ana)
    assert "Diensthandy" not in mails(database, ana)  # no stranger writes to the owner through us
    assert "war-ich-nicht" in mails(database, ana)
    assert "person.passkey_added" in events(database, ana)
    other = Hands(app, clock)
    assert sign_in(other, ana, device.sign(asked(other))) == 303
    assert other.get("/team/konto").status_code == 200
    assert Hands(app, clock).sign_in(ana).status_code == 303  # the code goes on


def test_nobody_adds_a_passkey_without_a_fresh_sign_in(app: Flask, clock: MovingClock, ana: Member) -> None:
    hands, device = Hands(app, clock), Authenticator()
    assert hands.get(NEW).status_code == 303
    hands.sign_in(ana)
    options = offered(hands)
    clock.forward(minutes=11)
    answer = hands.post(NEW, name="Diensthandy", passkey=device.make(options))
    assert answer.headers["Location"].startswith("/team/bestaetigen")
    answer = hands.get(NEW)
    assert answer.headers["Location"].startswith("/team/bestaetigen")
    hands.get(answer.headers["Location"])
    clock.forward(seconds=60)
    hands.post(answer.headers["Location"], password=ana.password, code=hands.code(ana.totp))
    add(hands, device)


def test_what_a_passkey_answered_is_not_kept_with_a_late_form(
    app: Flask, clock: MovingClock, database: Database, ana: Member
) -> None:
    hands, device = Hands(app, clock), Authenticator()
    hands.sign_in(ana)
    options = offered(hands)
    clock.forward(minutes=11)
    fields = {"passkey": device.make(options), "prf": device.output(options["prf"])}
    hands.post(NEW, name=" ", alone="", **fields)
    with database.transaction(write=False) as session:
        assert session.scalars(select(HeldPost)).all() == []


def test_for_a_day_after_a_lost_phone_nobody_adds_a_passkey_and_older_ones_are_gone(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, ana: Member
) -> None:
    _hands, device = with_passkey(app, clock, ana)
    assert replace(Hands(app, clock), ana, paper(database, keys, ana)) == 200
    assert rows(database, ana) == []
    assert "Alle Passkeys des Kontos sind entfernt." in mails(database, ana)
    thief = Hands(app, clock)
    said = thief.get("/team/telefon").get_data(as_text=True)
    assert "Passkeys entfernt" in said
    assert "Einiges geht erst nach 24 Stunden wieder" in said
    assert "einen neuen Code oder Passkey anlegen" in said
    assert sign_in(thief, ana, device.sign(asked(thief))) == 422
    thief.sign_in(ana)
    assert thief.get(NEW).status_code == 403
    assert "erst morgen" in thief.page
    assert "einen neuen Code oder Passkey anlegen" in thief.page
    clock.forward(hours=24, minutes=1)
    thief.sign_in(ana)
    add(thief, Authenticator())


BENT: dict[str, dict[str, Any]] = {
    "wrong origin": {"origin": "https://localhost.example"},
    "another port": {"origin": "https://localhost:8443"},
    "no TLS": {"origin": "http://localhost"},
    "another service": {"service": "example"},
    "nobody verified": {"flags": PRESENT},
    "nobody there": {"flags": VERIFIED},
    "claims to be backed up, and cannot be": {"flags": PRESENT | VERIFIED | 0x10},
}
SAID: dict[str, dict[str, Any]] = {
    "the other act": {"type": "webauthn.create"},
    "no challenge": {"challenge": ""},
    "a made-up challenge": {"challenge": to_text(bytes(56))},
    "a number for a challenge": {"challenge": 7},
}


def test_a_bent_answer_opens_nothing(app: Flask, clock: MovingClock, ana: Member, jan: Member) -> None:
    other = Hands(app, clock)
    for member, bents in ((ana, BENT), (jan, SAID)):  # two people: ten wrong ones an hour are all one has
        _hands, device = with_passkey(app, clock, member)
        for what in bents:
            options = asked(other)
            answer = device.bent(**BENT.get(what, {})).sign(options, **SAID.get(what, {}))
            assert sign_in(other, member, answer) == 422, what
            assert "Der Passkey wurde nicht angenommen." in other.page
        assert sign_in(other, member, device.sign(options)) == 303  # the same question, rightly answered


def test_a_bent_answer_adds_nothing(app: Flask, clock: MovingClock, database: Database, ana: Member) -> None:
    hands = Hands(app, clock)
    hands.sign_in(ana)
    for what in [*BENT, "another kind of act", "a made-up challenge"]:
        said = {"another kind of act": {"type": "webauthn.get"}, **SAID}.get(what, {})
        device = Authenticator(**BENT.get(what, {}))
        answer = hands.post(NEW, name="Diensthandy", passkey=device.make(offered(hands), **said))
        assert answer.status_code == 422, what
        assert "nicht angenommen" in hands.page
    assert rows(database, ana) == []


def attestation(device: Authenticator, *, kind: str = "none", public: bytes | None = None) -> bytes:
    answer = json.loads(device.make({"user": {"id": "AAAA"}, "challenge": ""}))
    whole = cbor2.loads(to_bytes(answer["response"]["attestationObject"]))
    if public is not None:
        whole["authData"] = device._data(ATTESTED) + bytes(16) + (32).to_bytes(2, "big") + bytes(32) + public
    return cbor2.dumps({**whole, "fmt": kind})


HOSTILE = [
    "", "{", "[]", "null", "7", '"{}"', "[" * 11_000, "{" * 5, '{"rawId":' * 1_000, "{}" + " " * 12_000,
    '{"rawId": "ä"}', '{"rawId": []}', '{"rawId": "AAAA", "response": null}', '{"rawId": "AAAA", "response": []}',
    json.dumps({"rawId": "AAAA", "response": {"clientDataJSON": to_text(b"\xff\xfe")}}),
    json.dumps({"rawId": "AAAA", "response": {"clientDataJSON": to_text(b"[" * 3_000)}}),
]  # fmt: skip


def test_no_answer_however_malformed_is_an_error(app: Flask, clock: MovingClock, ana: Member) -> None:
    hands = Hands(app, clock)
    hands.sign_in(ana)
    for answer in HOSTILE:
        offered(hands)
        assert hands.post(NEW, name="Diensthandy", passkey=answer).status_code == 422, answer[:40]
    outside = Hands(app, clock)
    for answer in HOSTILE:
        asked(outside)
        assert outside.post("/team/anmelden", passkey=answer, prf="ä" * 43).status_code == 422, answer[:40]


def test_a_truncated_or_overlong_attestation_adds_nothing(
    app: Flask, clock: MovingClock, database: Database, ana: Member
) -> None:
    hands, device = Hands(app, clock), Authenticator()
    hands.sign_in(ana)
    right = attestation(device)
    cut = [right[: len(right) * part // 7] for part in range(1, 7)]
    bent = [
        *cut, b"\x9b" + b"\xff" * 8, b"\x81" * 4_000, b"\xd8\x1c" * 2_000,
        attestation(device, kind="tpm"), attestation(device, kind="packed"), attestation(device, kind="fido-u2f"),
        attestation(device, public=b"\xa0"), attestation(device, public=cbor2.dumps({1: 2, 3: -7})),
    ]  # fmt: skip
    for one in bent:
        options = offered(hands)
        answer = hands.post(NEW, name="Diensthandy", passkey=device.make(options, attestation=one))
        assert answer.status_code == 422, one[:20]
    assert rows(database, ana) == []
    add(hands, device)


def test_a_maker_who_attests_unasked_is_refused(
    app: Flask, clock: MovingClock, database: Database, ana: Member
) -> None:
    """A right attestation of FIDO U2F (WebAuthn Level 3, 8.6): nobody asked for one, and its parser is not needed."""
    hands, device, maker = Hands(app, clock), Authenticator(), ec.generate_private_key(ec.SECP256R1())
    hands.sign_in(ana)
    options = offered(hands)
    made = json.loads(device.make(options))
    data = cbor2.loads(to_bytes(made["response"]["attestationObject"]))["authData"]
    said = hashlib.sha256(to_bytes(made["response"]["clientDataJSON"])).digest()
    point = device.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "maker")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    paper = x509.CertificateBuilder(name, name, maker.public_key(), 1, day, day + timedelta(days=9_000))
    signed = b"\x00" + data[:32] + said + device.credential_id + point
    statement = {
        "x5c": [paper.sign(maker, SHA256()).public_bytes(Encoding.DER)],
        "sig": maker.sign(signed, ec.ECDSA(SHA256())),
    }
    whole = cbor2.dumps({"fmt": "fido-u2f", "attStmt": statement, "authData": data})
    made["response"]["attestationObject"] = to_text(whole)
    verify_registration_response(  # the library would take it
        credential=made, expected_challenge=to_bytes(options["challenge"]), expected_rp_id="localhost",
        expected_origin="https://localhost",
    )  # fmt: skip
    assert hands.post(NEW, name="Diensthandy", passkey=json.dumps(made)).status_code == 422
    assert rows(database, ana) == []


def test_an_answer_counts_once_and_no_older_question_after_it(app: Flask, clock: MovingClock, ana: Member) -> None:
    hands, device, asks = Hands(app, clock), Authenticator(step=0), Hands(app, clock)  # no counter that would help
    hands.sign_in(ana)
    add(hands, device)
    older, newer = asked(asks), asked(asks)
    cookie = asks.client.get_cookie("__Host-p", domain="localhost")
    assert cookie is not None

    def again(answer: str) -> int:
        """Send an answer from the same browser, signed out."""
        same = Hands(app, clock)
        same.client.set_cookie("__Host-p", cookie.value, domain="localhost", secure=True)
        return sign_in(same, ana, answer)

    answer = device.sign(newer)
    assert again(answer) == 303
    assert again(answer) == 422
    assert again(device.sign(older)) == 422
    assert again(device.sign(asked(asks))) == 303


def test_a_question_belongs_to_one_browser_and_ten_minutes(app: Flask, clock: MovingClock, ana: Member) -> None:
    _hands, device = with_passkey(app, clock, ana)
    first, second = Hands(app, clock), Hands(app, clock)
    options = asked(first)
    asked(second)
    assert sign_in(second, ana, device.sign(options)) == 422
    assert sign_in(Hands(app, clock), ana, device.sign(options)) == 422  # a browser that asked nothing
    clock.forward(minutes=10, seconds=1)
    assert sign_in(first, ana, device.sign(options)) == 422
    assert sign_in(first, ana, device.sign(asked(first))) == 303


def test_a_question_for_signing_in_adds_nothing_and_the_other_way_round(
    app: Flask, clock: MovingClock, database: Database, ana: Member
) -> None:
    hands, device = with_passkey(app, clock, ana)
    new = offered(hands)
    answer = Authenticator().make({**new, "challenge": asked(hands)["challenge"]})
    hands.get(NEW)
    assert hands.post(NEW, name="Zweiter", passkey=answer).status_code == 422
    assert len(rows(database, ana)) == 1
    hands.get("/team/bestaetigen")
    fields = {"password": ana.password, "code": ""}
    assert hands.post("/team/bestaetigen", **fields, passkey=device.sign(new)).status_code == 422
    hands.get("/team/bestaetigen")
    assert hands.post("/team/bestaetigen", **fields, passkey=device.sign(asked(hands))).status_code == 303


def test_the_passkey_of_another_person_proves_nothing(
    app: Flask, clock: MovingClock, database: Database, ana: Member, jan: Member
) -> None:
    _hands, of_jan = with_passkey(app, clock, jan, alone=True)
    other = Hands(app, clock)
    assert sign_in(other, ana, of_jan.sign(asked(other))) == 422
    assert events(database, ana).count("sign_in.code_refused") == 1
    with database.transaction(write=False) as session:
        handle = session.get_one(Person, ana.id).id.to_bytes(8, "big")
    assert sign_in(other, jan, of_jan.bent(handle=handle).sign(asked(other))) == 422
    # … nor may anybody register it again.
    hands = Hands(app, clock)
    hands.sign_in(ana)
    assert hands.post(NEW, name="Fremd", passkey=of_jan.make(offered(hands))).status_code == 422


def test_a_counter_that_stands_or_goes_back_is_a_copied_passkey(app: Flask, clock: MovingClock, ana: Member) -> None:
    _hands, device = with_passkey(app, clock, ana)
    device.count = 5
    other = Hands(app, clock)
    assert sign_in(other, ana, device.sign(asked(other))) == 303
    for count in (6, 5, 1, 0):
        copy, elsewhere = device.bent(count=count, step=0), Hands(app, clock)
        assert sign_in(elsewhere, ana, copy.sign(asked(elsewhere))) == 422, count
    assert sign_in(other, ana, device.sign(asked(other))) == 303


def test_an_authenticator_that_counts_nothing_is_taken(app: Flask, clock: MovingClock, ana: Member) -> None:
    hands, device = Hands(app, clock), Authenticator(step=0, flags=PRESENT | VERIFIED | ELIGIBLE)
    hands.sign_in(ana)
    add(hands, device)
    assert "Sein Hersteller kopiert ihn" in hands.get(PAGE).get_data(as_text=True)
    for _ in range(2):
        other = Hands(app, clock)
        assert sign_in(other, ana, device.sign(asked(other))) == 303


def test_wrong_passkeys_are_counted_with_the_wrong_codes(
    app: Flask, clock: MovingClock, database: Database, ana: Member
) -> None:
    _hands, device = with_passkey(app, clock, ana)
    copy = device.bent(flags=PRESENT)
    answers = []
    for _ in range(11):
        other = Hands(app, clock)
        answers.append(sign_in(other, ana, copy.sign(asked(other))))
    assert answers == [422] * 10 + [429]
    assert "fünfmal" in mails(database, ana)


def test_a_passkey_opens_the_vault_by_itself_after_a_day(
    app: Flask, clock: MovingClock, database: Database, ana: Member
) -> None:
    hands, device = with_passkey(app, clock, ana, alone=True)
    assert "Ab morgen öffnet er das Konto auch ohne Passwort." in mails(database, ana)
    hands.get(PAGE)
    assert re.search(r"Öffnet das Konto ab [^<]+ Uhr auch ohne Passwort", hands.page)
    young = Hands(app, clock)
    assert sign_in_alone(young, device, asked(young)) == 422
    assert "erst ab" in young.page
    assert sign_in(young, ana, device.sign(asked(young))) == 303  # with the password it counts at once
    clock.forward(hours=24)
    alone = Hands(app, clock)
    assert sign_in_alone(alone, device, asked(alone)) == 303
    assert alone.get("/team/konto").status_code == 200
    assert "Öffnet das Konto auch ohne Passwort." in alone.get(PAGE).get_data(as_text=True)
    assert alone.get("/team/konto/wiederherstellung").status_code == 200  # it needs the key out of the vault


def test_only_what_the_passkey_computes_opens_the_vault(
    app: Flask, clock: MovingClock, ana: Member, jan: Member
) -> None:
    _hands, device = with_passkey(app, clock, ana, alone=True)
    _hands, other_device = with_passkey(app, clock, jan, alone=True)
    clock.forward(hours=25)
    other = Hands(app, clock)
    for secret in (b"x" * 32, other_device.secret):
        assert sign_in_alone(other, device.bent(secret=secret), asked(other)) == 422
    assert sign_in_alone(other, device, asked(other), prf="A" * 42 + "_") == 422
    assert "nicht angenommen" in other.page
    assert sign_in_alone(other, device.bent(flags=PRESENT), asked(other)) == 422
    assert sign_in_alone(other, device, asked(other)) == 303


def test_without_its_wish_a_passkey_opens_nothing_alone(app: Flask, clock: MovingClock, ana: Member) -> None:
    _hands, device = with_passkey(app, clock, ana)
    clock.forward(hours=25)
    other = Hands(app, clock)
    assert sign_in_alone(other, device, asked(other)) == 422
    assert "gilt nur zusammen mit dem Passwort" in other.page


def test_a_passkey_without_prf_says_so(app: Flask, clock: MovingClock, ana: Member) -> None:
    hands, device = Hands(app, clock), Authenticator()
    hands.sign_in(ana)
    options = offered(hands)
    answer = hands.post(NEW, name="Schlüssel", alone="y", prf="", passkey=device.make(options))
    assert "nicht allein" in hands.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Gilt zusammen mit dem Passwort." in hands.page


def test_the_passkey_can_be_the_only_second_factor_and_the_last_one_stays(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, ana: Member
) -> None:
    hands, device = with_passkey(app, clock, ana)
    elsewhere = Hands(app, clock)
    elsewhere.sign_in(ana)
    hands.get(PAGE)
    assert hands.post(f"{PAGE}0/weg").status_code == 303
    assert elsewhere.get("/team/konto").status_code == 303  # other sessions end
    assert "App für Einmal-Codes ist entfernt" in mails(database, ana)
    assert "person.app_removed" in events(database, ana)
    assert Hands(app, clock).sign_in(ana).status_code == 422
    [row] = rows(database, ana)
    hands.get(PAGE)
    assert "Nicht verbunden." in hands.page
    assert hands.post(f"{PAGE}{row.id}/weg").status_code == 409
    assert "letzter zweiter Faktor" in hands.page
    assert len(rows(database, ana)) == 1
    # Everything that asks for a code takes the passkey.
    proof = {"password": ana.password, "code": ""}
    hands.get("/team/konto/wiederherstellung")
    made = hands.post("/team/konto/wiederherstellung", **proof, passkey=device.sign(asked(hands)))
    assert made.status_code == 200
    hands.get("/team/konto/passwort")
    answer = device.sign(asked(hands))
    new = "sieben stille enten segeln"
    assert hands.post("/team/konto/passwort", **proof, new_password=new, passkey=answer).status_code == 303
    ana.password = new
    on_paper, lost = paper(database, keys, ana), Hands(app, clock)
    answer = device.sign(asked(lost))
    again = lost.post("/team/passwort", email=ana.email, recovery=on_paper, code="", password=new + "x", passkey=answer)
    assert again.status_code == 200
    ana.password = new + "x"
    # … and with its passkey an account connects an app again.
    assert sign_in(hands, ana, device.sign(asked(hands))) == 303
    hands.get("/team/konto/einmal-codes")
    signs = re.search(r'id="setup-signs"[^>]*>([A-Z2-7 ]+)<', hands.page)
    seed = re.search(r'name="seed"[^>]*value="([0-9a-f]{32})"', hands.page)
    assert signs
    assert seed
    secret = signs[1].replace(" ", "")
    fields = {"seed": seed[1], "password": ana.password, "old_code": "", "passkey": device.sign(asked(hands))}
    assert hands.post("/team/konto/einmal-codes", **fields, code=hands.code(secret)).status_code == 200
    ana.totp = secret
    assert Hands(app, clock).sign_in(ana).status_code == 303
    assert len(rows(database, ana)) == 1


def test_a_removed_passkey_opens_nothing_and_a_second_press_changes_nothing(
    app: Flask, clock: MovingClock, database: Database, ana: Member, jan: Member
) -> None:
    hands, device = with_passkey(app, clock, ana)
    _hands, _device = with_passkey(app, clock, jan)
    [row], [of_jan] = rows(database, ana), rows(database, jan)
    for number in (row.id, row.id, of_jan.id, 7):
        hands.get(PAGE)
        assert hands.post(f"{PAGE}{number}/weg").status_code == 303
    assert rows(database, ana) == []
    assert len(rows(database, jan)) == 1
    assert events(database, ana).count("person.passkeys_removed") == 1
    other = Hands(app, clock)
    assert sign_in(other, ana, device.sign(asked(other))) == 422


def test_one_has_at_most_ten(app: Flask, clock: MovingClock, database: Database, ana: Member) -> None:
    hands = Hands(app, clock)
    hands.sign_in(ana)
    for _ in range(passkeys.MOST_OF_PERSON):
        add(hands, Authenticator())
        clock.forward(seconds=1)
    assert "Passkey hinzufügen" not in hands.get(PAGE).get_data(as_text=True)
    assert "Mehr als 10 Passkeys gehen nicht." in hands.page
    assert hands.post(NEW, name="Elfter", passkey=Authenticator().make(offered(hands))).status_code == 422
    assert "Entfernen Sie zuerst einen" in hands.page
    assert len(offered(hands)["excludeCredentials"]) == len(rows(database, ana)) == 10


def test_what_the_page_says_the_device_keeps_is_what_it_is_given(app: Flask, clock: MovingClock, ana: Member) -> None:
    hands = Hands(app, clock)
    hands.sign_in(ana)
    options = offered(hands)
    assert f"die Adresse dieser Seite und Ihre E-Mail-Adresse ({ana.email})" in hands.page
    assert options["rp"]["id"] == "localhost"
    assert options["user"] == {"id": to_text(ana.id.to_bytes(8, "big")), "name": ana.email, "displayName": ana.email}
    assert options["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required"
    }  # fmt: skip
    assert options["attestation"] == "none"
    public = asked(Hands(app, clock))
    assert set(public) == {"challenge", "rpId", "userVerification", "timeout", "prf"}  # tells nobody who has an account


def test_a_row_put_in_past_the_program_is_not_believed_and_is_named(
    app: Flask, clock: MovingClock, database: Database, ana: Member, jan: Member
) -> None:
    _hands, device = with_passkey(app, clock, jan, alone=True)
    clock.forward(hours=25)
    [row] = rows(database, jan)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE passkey SET person_id = :ana"), {"ana": ana.id})
    other, handle = Hands(app, clock), ana.id.to_bytes(8, "big")
    assert sign_in(other, ana, device.bent(handle=handle).sign(asked(other))) == 422
    assert sign_in_alone(other, device.bent(handle=handle), asked(other)) == 422
    assert rows(database, ana) == []
    with database.transaction(write=False) as session:
        assert head.look(session, {})[0] == [head.Found("passkey", row.id, head.Fault.FORGED)]


def test_the_vault_lies_under_the_pepper_and_belongs_to_person_passkey_and_key(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, ana: Member
) -> None:
    _hands, device = with_passkey(app, clock, ana, alone=True)
    [row] = rows(database, ana)
    vault = keys.pepper_layer.lift(row.vault or b"", PepperPlace.PASSKEY_VAULT, ana.id, row.id)
    assert len(vault) == 81
    # New keys: the old door leads nowhere, and the row goes with the former account.
    with database.transaction() as session:
        person = session.get_one(Person, ana.id)
        credentials.reinvite(session, person, InvitationKind.MAIL, ana.id, clock.now())
        assert person.state is PersonState.INVITED
    assert rows(database, ana) == []
    clock.forward(hours=25)
    other = Hands(app, clock)
    assert sign_in_alone(other, device, asked(other)) == 422


def test_that_was_not_me_ends_the_strangers_passkey_too(
    app: Flask, clock: MovingClock, database: Database, ana: Member, coordinator: Member
) -> None:
    _hands, device = with_passkey(app, clock, ana, alone=True)
    owner, link = Hands(app, clock), link_of(database, ana)
    assert "Passkeys entfernt" in owner.get(link).get_data(as_text=True)
    assert owner.post(link).status_code == 200
    assert rows(database, ana) == []
    boss = Hands(app, clock)
    boss.sign_in(coordinator)
    boss.get("/stadt/personen/")
    assert boss.post(f"/stadt/personen/{ana.id}/entsperren").status_code == 303
    clock.forward(hours=25)
    stranger = Hands(app, clock)
    assert sign_in_alone(stranger, device, asked(stranger)) == 422


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("https://hilfe.example", ("hilfe.example", "https://hilfe.example")),
        ("https://hilfe.example:8443/", ("hilfe.example", "https://hilfe.example:8443")),
        ("https://Bücher.example", ("xn--bcher-kva.example", "https://xn--bcher-kva.example")),
        ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")),
        ("http://hilfe.example", None),
        ("https://192.0.2.7", None),
        ("", None),
    ],
)
def test_the_service_is_the_configured_address(
    settings: Settings, address: str, service: tuple[str, str] | None
) -> None:
    found = passkeys.service_of(dataclasses.replace(settings, base_url=address))
    assert (None if found is None else (found.id, found.origin)) == service


def test_without_javascript_the_pages_say_that_the_code_remains(app: Flask, clock: MovingClock, ana: Member) -> None:
    hands = Hands(app, clock)
    assert "<noscript><p" in hands.get("/team/anmelden").get_data(as_text=True)
    assert "Der Einmal-Code geht auch ohne." in hands.page
    assert '<div data-passkeys="/team/anmelden/passkey" hidden>' in hands.page
    hands.sign_in(ana)
    hands.get(NEW)
    assert "Dafür muss JavaScript an sein." in hands.page
    assert hands.post(NEW, name="Diensthandy").status_code == 422
    assert "dafür muss JavaScript an sein" in hands.page
    assert 'value="Diensthandy"' in hands.page


def test_wrong_tries_without_a_password_slow_that_passkey_in_that_network_alone(
    app: Flask, clock: MovingClock, ana: Member, jan: Member
) -> None:
    (_one, device), (_two, of_jan) = (
        with_passkey(app, clock, ana, alone=True),
        with_passkey(app, clock, jan, alone=True),
    )
    clock.forward(hours=25)
    other = Hands(app, clock)
    options = asked(other)
    copy = device.bent(flags=PRESENT)
    answers = [sign_in_alone(other, copy, options) for _ in range(21)]
    assert answers == [422] * 20 + [429]
    assert sign_in_alone(other, device, asked(other)) == 429
    assert sign_in_alone(other, of_jan, asked(other)) == 303
    elsewhere = Hands(app, clock)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert sign_in_alone(elsewhere, device, asked(elsewhere)) == 303


def test_the_cookie_of_a_question_is_no_key_and_no_other_page_sets_it(app: Flask, clock: MovingClock) -> None:
    hands = Hands(app, clock)
    assert "Set-Cookie" not in hands.get("/team/anmelden").headers
    answer = hands.client.post("/team/anmelden/passkey", base_url="https://localhost", headers=SAME)
    said = answer.headers["Set-Cookie"]
    assert said.startswith("__Host-p=")
    assert set(said.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}
    again = hands.client.post("/team/anmelden/passkey", base_url="https://localhost", headers=SAME)
    assert "Set-Cookie" not in again.headers


def test_who_leaves_leaves_no_passkey(app: Flask, clock: MovingClock, database: Database, ana: Member) -> None:
    with_passkey(app, clock, ana, alone=True)
    with database.transaction() as session:
        for seat in session.scalars(select(Seat).where(Seat.person_id == ana.id)):
            departures.end(session, seat, ana.id, clock.now())
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM passkey")).scalar_one() == 0
    with database.transaction(write=False) as session:
        assert head.look(session, {})[0] == []
