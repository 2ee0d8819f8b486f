"""How people join, sign in, lose things and get them back; and what opens nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.key_words import words_of
from bullying_desk.accounts.models import HeldPost, Person, PersonState
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.schools.models import School, Seat, SeatState
from bullying_desk.sealing.slow_hash import RECEIPT_PARAMS
from bullying_desk.web.models import WebSession
from bullying_desk.web.request import db, end_before_slow_work, services
from tests.accounts.conftest import Hands, Member, heard, make_member, person_by_email
from tests.moving_clock import MovingClock

PASSWORD = "sieben stille enten segeln"


def may_read(database: Database, person: Person) -> bool:
    """Whether a report of any school is sealed to a person."""
    with database.transaction(write=False) as session:
        return any(person.id in staff_of(session, school).by_person() for school in session.scalars(select(School.id)))


def invite(hands: Hands, coordinator: Member, school: School, database: Database) -> str:
    hands.sign_in(coordinator)
    hands.get("/stadt/einladen")
    answer = hands.post(
        "/stadt/einladen", name="Selin Aydin", email="Selin@Schule.example", role="schulsozialarbeit",
        number=school.number, employer="Stadt", way="mail",
    )  # fmt: skip
    assert answer.status_code == 200, hands.page
    with database.transaction(write=False) as session:
        body = session.scalars(select(OutboxMail.body)).one()
    found = re.search(r"/team/einladung/(\S+)", body)
    assert found
    return found[1]


def accept(hands: Hands, secret: str) -> tuple[str, str]:
    """Accept an invitation; returns the authenticator's secret and the recovery code."""
    assert hands.get(f"/team/einladung/{secret}").status_code == 200
    totp = re.search(r'translate="no">((?:[A-Z2-7]{4} ?){8})</b>', hands.page)
    assert totp, hands.page
    key = totp[1].replace(" ", "")
    answer = hands.post("/team/einladung", secret=secret, password=PASSWORD, code=hands.code(key))
    assert answer.status_code == 200, hands.page
    recovery = re.search(r"data-recovery>([^<]+)<", hands.page)
    assert recovery
    return key, unescape(recovery[1])


@pytest.mark.both
@pytest.mark.production_cost
def test_an_invited_person_reads_nothing_before_a_second_one_has_compared(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    colleague = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    secret = invite(Hands(app, clock), coordinator, school, database)
    selin = Hands(app, clock)
    totp, _recovery = accept(selin, secret)
    person = person_by_email(database, "selin@schule.example")
    assert person.state is PersonState.ACCEPTED
    assert not may_read(database, person)
    member = Member(person.id, person.email, PASSWORD, totp)
    assert selin.sign_in(member).status_code == 303
    assert selin.get("/team/konto").status_code == 200
    assert "Noch ein Schritt" in selin.page
    # The inviter may not compare; a colleague of the same school may.
    boss = Hands(app, clock)
    boss.sign_in(coordinator)
    boss.get("/team/vergleichen")
    assert boss.post(f"/team/vergleichen/{person.id}", wort1="x").status_code == 404
    jan = Hands(app, clock)
    jan.sign_in(colleague)
    jan.get("/team/vergleichen")
    assert "Selin Aydin" in jan.page
    typed = heard(database, jan.page, person.id)
    assert len(typed) == 2
    with database.transaction(write=False) as session:
        words = words_of(session.get_one(Person, person.id))
    # What must be heard is not on the page. Two of the six may be the same word.
    assert re.findall(r'translate="no">([^<]+)</b>', jan.page) == [
        word for place, word in enumerate(words, 1) if f"wort{place}" not in typed
    ]
    wrong = dict.fromkeys(typed, "Falschwort")
    assert jan.post(f"/team/vergleichen/{person.id}", **wrong).status_code == 422
    assert jan.post(f"/team/vergleichen/{person.id}").status_code == 422
    assert jan.post(f"/team/vergleichen/{person.id}", **typed).status_code == 303
    with database.transaction(write=False) as session:
        told = session.execute(select(OutboxMail.person_id, OutboxMail.body)).all()
    waits = [row for row in told if "wartet darauf" in row.body]
    assert [row.person_id for row in waits] == [colleague.id]  # not the inviter
    assert "Selin" not in waits[0].body
    assert may_read(database, person)
    with database.transaction(write=False) as session:
        seat = session.scalars(select(Seat).where(Seat.person_id == person.id)).one()
        assert seat.state is SeatState.ACTIVE


def test_different_words_ring_an_alarm_and_open_nothing(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    colleague = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    accept(Hands(app, clock), invite(Hands(app, clock), coordinator, school, database))
    person = person_by_email(database, "selin@schule.example")
    jan = Hands(app, clock)
    jan.sign_in(colleague)
    jan.get("/team/vergleichen")
    assert jan.post(f"/team/vergleichen/{person.id}", gleich="nein").status_code == 303
    assert not may_read(database, person)
    with database.transaction(write=False) as session:
        assert "key.alarm" in set(session.scalars(select(AuditEntry.event)))


def test_an_invitation_opens_by_get_without_being_used_and_then_once(
    app: Flask, clock: MovingClock, database: Database, coordinator: Member, school: School
) -> None:
    secret = invite(Hands(app, clock), coordinator, school, database)
    for _ in range(3):
        assert Hands(app, clock).get(f"/team/einladung/{secret}").status_code == 200
    accept(Hands(app, clock), secret)
    late = Hands(app, clock)
    assert late.get(f"/team/einladung/{secret}").status_code == 404
    assert late.post("/team/einladung", secret=secret, password=PASSWORD, code="123456").status_code == 404


def test_an_invitation_by_mail_ends_after_72_hours(
    app: Flask, clock: MovingClock, database: Database, coordinator: Member, school: School
) -> None:
    secret = invite(Hands(app, clock), coordinator, school, database)
    clock.forward(hours=73)
    assert Hands(app, clock).get(f"/team/einladung/{secret}").status_code == 404


def test_a_letter_is_typed_in_and_lasts_21_days(
    app: Flask, clock: MovingClock, database: Database, coordinator: Member, school: School, hands: Hands
) -> None:
    hands.sign_in(coordinator)
    hands.get("/stadt/einladen")
    hands.post(
        "/stadt/einladen", name="Jan Brandt", email="jan@schule.example", role="vertrauenslehrkraft",
        number=school.number, employer="Land NRW", way="letter",
    )  # fmt: skip
    code = re.search(r"[2-9B-Z]{4}(?:-[2-9B-Z]{4}){3}", hands.page)
    assert code, hands.page
    clock.forward(days=20)
    jan = Hands(app, clock)
    jan.get("/team/einladung")
    typo = code[0][:-1] + ("2" if code[0][-1] != "2" else "3")
    assert jan.post("/team/einladung/brief", secret=typo).status_code == 422
    assert f'value="{typo}"' in jan.page  # nobody types sixteen signs again
    assert jan.post("/team/einladung/brief", secret=code[0].lower().replace("-", " ")).status_code == 200
    assert "Jan Brandt" in jan.page
    clock.forward(days=2)
    typo = code[0][:-1] + ("2" if code[0][-1] != "2" else "3")
    assert jan.post("/team/einladung/brief", secret=typo).status_code == 422
    assert f'value="{typo}"' in jan.page  # nobody types sixteen signs again
    assert jan.post("/team/einladung/brief", secret=code[0]).status_code == 422


@pytest.mark.parametrize("wrong", ["email", "password", "code"])
def test_sign_in_never_says_what_was_wrong(hands: Hands, coordinator: Member, wrong: str) -> None:
    fields = {"email": coordinator.email, "password": coordinator.password, "code": hands.code(coordinator.totp)}
    fields[wrong] = {"email": "niemand@schule.example", "password": "falsch falsch", "code": "000000"}[wrong]
    hands.get("/team/anmelden")
    answer = hands.post("/team/anmelden", **fields)
    assert answer.status_code == 422
    assert hands.page.count("Adresse, Passwort oder Einmal-Code stimmen nicht.") == 1  # said once
    assert "Das Passwort steht zur Sicherheit nicht mehr da." in hands.page
    assert "Ihr Text ist noch da" not in hands.page  # nothing is there but the address
    assert not answer.headers.getlist("Set-Cookie")


def test_a_code_counts_once(app: Flask, clock: MovingClock, coordinator: Member) -> None:
    first, second = Hands(app, clock), Hands(app, clock)
    fields = {"email": coordinator.email, "password": coordinator.password, "code": first.code(coordinator.totp)}
    first.get("/team/anmelden")
    assert first.post("/team/anmelden", **fields).status_code == 303
    second.get("/team/anmelden")
    assert second.post("/team/anmelden", **fields).status_code == 422


@pytest.mark.both
def test_a_session_ends_after_15_idle_minutes_and_holds_no_key_then(
    hands: Hands, clock: MovingClock, coordinator: Member, database: Database
) -> None:
    hands.sign_in(coordinator)
    clock.forward(minutes=14)
    assert hands.get("/team/konto").status_code == 200
    clock.forward(minutes=16)
    assert hands.get("/team/konto").status_code == 303
    from bullying_desk.web.sessions import clean

    clock.forward(minutes=10)
    with database.transaction() as session:
        clean(session, clock.now(), 15, 10)
    with database.transaction(write=False) as session:
        assert session.scalars(select(WebSession.sealed_key)).all() == [None]


def test_signed_out_everywhere_ends_every_session(app: Flask, clock: MovingClock, coordinator: Member) -> None:
    here, there = Hands(app, clock), Hands(app, clock)
    here.sign_in(coordinator)
    there.sign_in(coordinator)
    here.get("/team/konto")
    assert here.post("/team/konto/ueberall-abmelden").status_code == 303
    assert there.get("/team/konto").status_code == 303


@pytest.mark.both
def test_a_changed_password_ends_sessions_and_the_old_one(app: Flask, clock: MovingClock, coordinator: Member) -> None:
    here, there = Hands(app, clock), Hands(app, clock)
    here.sign_in(coordinator)
    there.sign_in(coordinator)
    clock.forward(seconds=60)
    here.get("/team/konto/passwort")
    proof = {"password": coordinator.password, "code": here.code(coordinator.totp)}
    assert here.post("/team/konto/passwort", **proof, new_password=PASSWORD).status_code == 303
    assert there.get("/team/konto").status_code == 303
    assert Hands(app, clock).sign_in(coordinator).status_code == 422
    fresh = Member(coordinator.id, coordinator.email, PASSWORD, coordinator.totp)
    assert Hands(app, clock).sign_in(fresh).status_code == 303


def test_whoever_has_left_is_out_at_the_next_press(hands: Hands, coordinator: Member, database: Database) -> None:
    hands.sign_in(coordinator)
    assert hands.get("/team/konto").status_code == 200
    with database.transaction() as session:
        session.get_one(Person, coordinator.id).state = PersonState.LEFT
    assert hands.get("/team/konto").status_code == 303


def test_the_programs_slow_hash_refuses_to_run_inside_a_transaction(app: Flask) -> None:
    with app.test_request_context("/team/anmelden", method="POST"):
        db().execute(select(1))
        with pytest.raises(RuntimeError, match="inside a transaction"):
            services().gate.argon2id(b"password", bytes(16), RECEIPT_PARAMS, b"")
        end_before_slow_work()
        assert len(services().gate.argon2id(b"password", bytes(16), RECEIPT_PARAMS, b"")) > 0


@pytest.mark.both
def test_a_lost_password_comes_back_once_with_the_printed_code(
    app: Flask, clock: MovingClock, database: Database, coordinator: Member, school: School
) -> None:
    selin = Hands(app, clock)
    totp, recovery = accept(selin, invite(Hands(app, clock), coordinator, school, database))
    before = person_by_email(database, "selin@schule.example")
    new = "acht leise wolken lachen"
    for expected in (200, 422):  # the code is used up by the first time
        clock.forward(seconds=60)
        selin.get("/team/passwort")
        answer = selin.post(
            "/team/passwort", email=before.email, recovery=recovery, code=selin.code(totp), password=new
        )
        assert answer.status_code == expected, selin.page
    after = person_by_email(database, "selin@schule.example")
    assert after.public_half == before.public_half
    assert Hands(app, clock).sign_in(Member(after.id, after.email, new, totp)).status_code == 303


def test_what_was_typed_too_late_is_kept_sealed_and_handed_back(
    hands: Hands, clock: MovingClock, coordinator: Member, database: Database, school: School
) -> None:
    hands.sign_in(coordinator)
    hands.get("/stadt/einladen")
    clock.forward(minutes=20)
    text = "Ein langer Text, den niemand ein zweites Mal schreiben möchte."
    fields = {"name": text, "email": "x@y.example", "role": "koordination der schule", "number": school.number}
    answer = hands.post("/stadt/einladen", **fields)
    assert answer.status_code == 303
    assert "text=1" in answer.headers["Location"]
    with database.transaction(write=False) as session:
        row = session.scalars(select(HeldPost)).one()
        assert text.encode() not in row.sealed
    hands.sign_in(coordinator)
    hands.get("/team/konto")
    assert hands.get(f"/team/konto/text/{row.id}").status_code == 200
    assert text in unescape(hands.page)


def test_a_foreign_page_can_sign_nobody_in(hands: Hands, coordinator: Member) -> None:
    answer = hands.client.post(
        "/team/anmelden", base_url="https://localhost", headers={"Sec-Fetch-Site": "cross-site"},
        data={"email": coordinator.email, "password": coordinator.password, "code": hands.code(coordinator.totp)},
    )  # fmt: skip
    assert answer.status_code == 403


def test_a_stolen_database_gives_no_session(hands: Hands, coordinator: Member, database: Database) -> None:
    hands.sign_in(coordinator)
    with database.transaction(write=False) as session:
        row = session.scalars(select(WebSession)).one()
    cookie = hands.client.get_cookie("__Host-s", domain="localhost")
    assert cookie is not None
    assert row.id.hex() not in cookie.value
    assert row.sealed_key is not None
    assert len(row.sealed_key) == 81


@pytest.mark.both
def test_who_has_lost_everything_starts_anew_and_is_compared_again(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    jan = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    before = person_by_email(database, jan.email)
    there, boss = Hands(app, clock), Hands(app, clock)
    there.sign_in(jan)
    boss.sign_in(coordinator)
    assert boss.get(f"/stadt/personen/schule/{school.id}").status_code == 200
    assert boss.get(f"/stadt/personen/{jan.id}/neu").status_code == 200
    assert boss.post(f"/stadt/personen/{jan.id}/einladen").headers["Location"].endswith("/neu")  # not without the tick
    boss.get(f"/stadt/personen/{jan.id}/neu")
    assert boss.post(f"/stadt/personen/{jan.id}/einladen", sicher="y", weg="mail").status_code == 303
    assert there.get("/team/konto").status_code == 303
    assert Hands(app, clock).sign_in(jan).status_code == 422
    after = person_by_email(database, jan.email)
    assert after.state is PersonState.INVITED
    assert after.public_half is None
    assert before.public_half is not None
    with database.transaction(write=False) as session:
        body = session.scalars(select(OutboxMail.body)).one()
    secret = re.search(r"/team/einladung/(\S+)", body)
    assert secret
    accept(Hands(app, clock), secret[1])
    assert not may_read(database, person_by_email(database, jan.email))


def test_a_text_kept_for_a_key_that_is_gone_is_gone_too(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    jan = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    there, boss = Hands(app, clock), Hands(app, clock)
    there.sign_in(jan)
    there.get("/team/konto")
    clock.forward(minutes=16)
    there.post("/team/fall/1/notiz", note="Ein langer Gedanke, der nicht verloren gehen soll.")
    with database.transaction(write=False) as session:
        assert session.scalars(select(HeldPost)).one().person_id == jan.id
    boss.sign_in(coordinator)
    boss.get(f"/stadt/personen/{jan.id}/neu")
    assert boss.post(f"/stadt/personen/{jan.id}/einladen", sicher="y", weg="mail").status_code == 303
    with database.transaction(write=False) as session:
        assert session.scalars(select(HeldPost)).all() == []


def test_new_members_are_shown_for_a_week(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    jan = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    invite(Hands(app, clock), coordinator, school, database)
    hands = Hands(app, clock)
    hands.sign_in(jan)
    hands.get("/team/konto")
    assert "Selin Aydin" in hands.page
    clock.forward(days=8)
    hands.sign_in(jan)
    hands.get("/team/konto")
    assert "Selin Aydin" not in hands.page


@pytest.mark.both
def test_leaving_at_once_ends_the_session_of_staff_on_the_server_too(
    hands: Hands, coordinator: Member, database: Database
) -> None:
    hands.sign_in(coordinator)
    assert hands.get("/weg").status_code == 303
    with database.transaction(write=False) as session:
        assert not session.scalars(select(WebSession)).all()
    assert hands.get("/team/konto").status_code == 303


@pytest.mark.both
def test_another_app_takes_the_old_code_or_the_printed_one_and_ends_every_session(
    app: Flask, clock: MovingClock, database: Database, coordinator: Member
) -> None:
    karin, elsewhere = Hands(app, clock), Hands(app, clock)
    elsewhere.sign_in(coordinator)
    karin.sign_in(coordinator)
    new = _offered(karin)
    clock.forward(seconds=60)
    me = {"password": coordinator.password}
    # a stranger at an open session has neither the password, nor the old app, nor the paper
    old = {"old_code": karin.code(coordinator.totp)}
    assert karin.post("/team/konto/einmal-codes", seed=new[1], code=karin.code(new[0]), **old).status_code == 422
    for wrong in ({}, {"old_code": "000000"}, {"recovery": "AAAA AAAA AAAA AAAA AAAA AAAA AAAA"}):
        fields = {**me, **wrong, "seed": new[1], "code": karin.code(new[0])}
        assert karin.post("/team/konto/einmal-codes", **fields).status_code == 422
    assert karin.post("/team/konto/einmal-codes", seed=new[1], code="000000", **me, **old).status_code == 422
    answer = karin.post("/team/konto/einmal-codes", seed=new[1], code=karin.code(new[0]), **me, **old)
    assert answer.status_code == 200, karin.page
    assert "data-recovery" not in karin.page
    assert elsewhere.get("/team/konto").status_code == karin.get("/team/konto").status_code == 303
    assert karin.sign_in(coordinator).status_code == 422
    coordinator.totp = new[0]
    assert karin.sign_in(coordinator).status_code == 303
    # the app is lost: the recovery code from the account page, once, a day after it was made
    clock.forward(seconds=60)
    karin.get("/team/konto/wiederherstellung")
    karin.post("/team/konto/wiederherstellung", **me, code=karin.code(coordinator.totp))
    printed = re.search(r"data-recovery>([^<]+)<", karin.page)
    assert printed
    clock.forward(hours=25)
    assert karin.sign_in(coordinator).status_code == 303
    lost = _offered(karin)
    answer = karin.post("/team/konto/einmal-codes", seed=lost[1], code=karin.code(lost[0]), recovery=printed[1], **me)
    assert answer.status_code == 200, karin.page
    assert printed[1] not in karin.page
    assert "data-recovery" in karin.page
    coordinator.totp = lost[0]
    assert karin.sign_in(coordinator).status_code == 303
    again = _offered(karin)
    spent = {"recovery": printed[1], **me}
    assert karin.post("/team/konto/einmal-codes", seed=again[1], code=karin.code(again[0]), **spent).status_code == 422
    with database.transaction(write=False) as session:
        codes = session.scalars(select(AuditEntry.event).where(AuditEntry.subject_id == coordinator.id)).all()
    assert codes.count("person.second_factor_changed") == 1
    assert codes.count("person.phone_replaced") == 1
    # wrong codes, wrong and spent print-outs, and the old app's code after the change
    assert codes.count("sign_in.code_refused") == 5


def _offered(hands: Hands) -> tuple[str, str]:
    """Open the page and return the new app's secret and the form's fields."""
    hands.get("/team/konto/einmal-codes")
    secret = re.search(r'translate="no">((?:[A-Z2-7]{4} ?){8})</b>', hands.page)
    seed = re.search(r'name="seed"[^>]*value="([0-9a-f]{32})"', hands.page)
    assert secret, hands.page
    assert seed
    return secret[1].replace(" ", ""), seed[1]


def test_a_refused_sign_in_is_in_the_trail_without_an_address(
    hands: Hands, coordinator: Member, database: Database
) -> None:
    hands.get("/team/anmelden")
    for email in (coordinator.email, "niemand@schule.example"):
        assert hands.post("/team/anmelden", email=email, password="falsch und lang", code="123456").status_code == 422
    with database.transaction(write=False) as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.event == "person.sign_in_refused")).all()
    assert [(row.subject_id, row.facts) for row in rows] == [(coordinator.id, {})]  # an unknown address is counted
