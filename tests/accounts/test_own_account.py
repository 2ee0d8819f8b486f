"""An account stays its owner's: an open session, one password or many networks are not enough to take it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person
from bullying_desk.accounts.sign_in import refusals, second_factor
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import School
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock

CODE = "/team/konto/wiederherstellung"


@pytest.fixture
def ana(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Ana Kovacevic", Role.CONTACT_PERSON, school)


def mails(database: Database, member: Member) -> list[str]:
    with database.transaction(write=False) as session:
        query = select(OutboxMail.body).where(OutboxMail.person_id == member.id)
        return list(session.scalars(query.order_by(OutboxMail.not_before, OutboxMail.id)))


def events(database: Database, event: Event) -> int:
    with database.transaction(write=False) as session:
        return session.scalar(select(func.count()).where(AuditEntry.event == event.code)) or 0


def shown_code(page: str) -> str:
    return page.partition("data-recovery>")[2].partition("<")[0]


def test_an_open_session_alone_makes_no_recovery_code(hands: Hands, ana: Member, database: Database) -> None:
    """The takeover: an unattended desk, a new code, one's own app, a new password."""
    hands.sign_in(ana)
    hands.get("/team/konto")
    assert hands.post(CODE).status_code == 422
    assert hands.post(CODE, password="geraten und falsch", code="000000").status_code == 422
    assert hands.post(CODE, password=ana.password, code="000000").status_code == 422
    assert "data-recovery" not in hands.page
    assert events(database, Event.RECOVERY_CODE_MADE) == 0


@pytest.mark.both
def test_a_code_made_in_a_session_opens_nothing_for_a_day(
    app: Flask, hands: Hands, ana: Member, database: Database, clock: MovingClock
) -> None:
    """Even a stranger who has watched the password and one code gains a day's notice to the owner, and no account."""
    hands.sign_in(ana)
    clock.forward(seconds=60)
    hands.get(CODE)
    made = hands.post(CODE, password=ana.password, code=hands.code(ana.totp))
    assert made.status_code == 200
    code, own = shown_code(hands.page), second_factor.new_secret()
    fields = {"email": ana.email, "recovery": code, "password": "fremde hand nimmt alles"}
    assert _recovers(hands, fields, ana.totp) is False
    thief = Hands(app, clock)
    thief.sign_in(ana)
    thief.get("/team/konto/einmal-codes")
    seed = thief.page.partition('name="seed"')[2].partition('value="')[2].partition('"')[0]
    app_fields = {"seed": seed, "old_code": "", "recovery": code, "code": thief.code(own), "password": ana.password}
    assert thief.post("/team/konto/einmal-codes", **app_fields).status_code == 422
    assert any("Wiederherstellungs-Code" in body for body in mails(database, ana))
    clock.forward(hours=24, minutes=1)
    assert _recovers(Hands(app, clock), fields, ana.totp) is True
    assert any("neues Passwort" in body for body in mails(database, ana))


def _recovers(hands: Hands, fields: dict[str, str], totp: str) -> bool:
    hands.clock.forward(seconds=60)
    hands.get("/team/passwort")
    return hands.post("/team/passwort", **fields, code=hands.code(totp)).status_code == 200


@pytest.mark.both
def test_a_new_code_ends_every_other_session(app: Flask, ana: Member, clock: MovingClock) -> None:
    here, elsewhere = Hands(app, clock), Hands(app, clock)
    for each in (here, elsewhere):
        each.sign_in(ana)
    clock.forward(seconds=60)
    here.get(CODE)
    assert here.post(CODE, password=ana.password, code=here.code(ana.totp)).status_code == 200
    assert here.get("/team/konto").status_code == 200
    assert elsewhere.get("/team/konto").status_code == 303


@pytest.mark.parametrize("address", ["/team/konto/einmal-codes", "/team/konto/passwort"])
def test_app_and_password_ask_for_the_password_and_a_code(
    hands: Hands, ana: Member, database: Database, address: str
) -> None:
    hands.sign_in(ana)
    hands.clock.forward(seconds=60)
    hands.get(address)
    fields = {"old_code": hands.code(ana.totp), "code": "000000", "new_password": "sieben stille enten segeln"}
    assert hands.post(address, **fields, password="falsch und geraten").status_code == 422
    assert hands.post(address, **fields).status_code == 422
    assert events(database, Event.PASSWORD_CHANGED) == events(database, Event.SECOND_FACTOR_CHANGED) == 0


def test_after_ten_minutes_inviting_asks_for_password_and_code_again(
    hands: Hands, coordinator: Member, clock: MovingClock
) -> None:
    hands.sign_in(coordinator)
    assert hands.get("/stadt/einladen").status_code == 200
    clock.forward(minutes=11)
    asked = hands.get("/stadt/einladen")
    assert (asked.status_code, asked.location) == (303, "/team/bestaetigen?weiter=/stadt/einladen")
    hands.get("/team/bestaetigen?weiter=/stadt/einladen")
    wrong = hands.post("/team/bestaetigen?weiter=/stadt/einladen", password="falsch", code="000000")
    assert wrong.status_code == 422
    clock.forward(seconds=60)
    hands.get("/team/bestaetigen?weiter=/stadt/einladen")
    right = {"password": coordinator.password, "code": hands.code(coordinator.totp)}
    answer = hands.post("/team/bestaetigen?weiter=/stadt/einladen", **right)
    assert (answer.status_code, answer.location) == (303, "/stadt/einladen")
    assert hands.get("/stadt/einladen").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/team/vergleichen/4711",
        "/team/zweites-ja/4711",
        "/team/neu/4711",
        "/team/zugang/4711",
        "/team/fall/4711/mitansehen",
        "/team/fall/4711/uebergeben",
        "/team/fall/4711/verbinden",
        "/team/fall/4711/zugang",
    ],
)
def test_after_ten_minutes_nobody_is_made_a_reader_from_an_open_session(
    app: Flask, ana: Member, clock: MovingClock, address: str
) -> None:
    """The second person's yes would be worth nothing if whoever finds their desk open could say it."""
    hands = Hands(app, clock)
    hands.sign_in(ana)
    hands.get("/team/konto")
    assert hands.post(address, antwort="ja").status_code in {303, 404}
    clock.forward(minutes=11)
    hands.get("/team/konto")
    asked = hands.post(address, antwort="ja")
    assert asked.status_code == 303
    assert (asked.location or "").startswith("/team/bestaetigen")


@pytest.mark.both
@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/team", "/team\\evil", "/team/x?y", "x"])
def test_the_page_that_asks_leads_nowhere_else(
    hands: Hands, coordinator: Member, clock: MovingClock, onward: str
) -> None:
    hands.sign_in(coordinator)
    clock.forward(seconds=60)
    hands.get("/team/bestaetigen")
    address = f"/team/bestaetigen?weiter={onward}"
    answer = hands.post(address, password=coordinator.password, code=hands.code(coordinator.totp))
    assert answer.location == "/team/konto"


def test_what_was_typed_is_kept_where_the_question_comes_between(
    hands: Hands, coordinator: Member, clock: MovingClock, school: School
) -> None:
    hands.sign_in(coordinator)
    hands.get("/stadt/einladen")
    clock.forward(minutes=11)
    late = hands.post("/stadt/einladen", name="Selin Aydin", email="selin@schule.example")
    assert late.location == "/team/bestaetigen?text=1"
    assert "Ihr Text ist noch da" in hands.get("/team/konto").get_data(as_text=True)


@pytest.mark.both
def test_codes_are_counted_for_a_person_over_all_networks(
    app: Flask, ana: Member, clock: MovingClock, database: Database
) -> None:
    """The right password is known; 36 codes from 12 networks went through before."""
    statuses = []
    for number in range(14):
        hands = Hands(app, clock)
        hands.client.environ_base["REMOTE_ADDR"] = f"127.0.{number}.1"
        hands.get("/team/anmelden")
        answer = hands.post("/team/anmelden", email=ana.email, password=ana.password, code="000000")
        statuses.append(answer.status_code)
    assert statuses == [422] * 10 + [429] * 4
    assert events(database, Event.CODE_REFUSED) == 10
    told = [body for body in mails(database, ana) if "kennt Ihr Passwort" in body]
    assert len(told) == 1
    with database.engine.begin() as attacker:  # the count is not in the database
        for name in ("refused_sign_in", "web_session", "outbox_mail"):
            attacker.execute(Base.metadata.tables[name].delete())
    hands.get("/team/anmelden")
    assert hands.post("/team/anmelden", email=ana.email, password=ana.password, code="000000").status_code == 429


def test_the_owner_s_right_codes_use_nothing_up(hands: Hands, ana: Member) -> None:
    for _ in range(12):
        assert hands.sign_in(ana).status_code == 303


def test_who_does_not_know_the_password_locks_nobody_out(app: Flask, ana: Member, clock: MovingClock) -> None:
    for number in range(15):
        guesser = Hands(app, clock)
        guesser.client.environ_base["REMOTE_ADDR"] = f"127.1.{number}.1"
        guesser.get("/team/anmelden")
        assert guesser.post("/team/anmelden", email=ana.email, password="geraten", code="000000").status_code == 422
    assert Hands(app, clock).sign_in(ana).status_code == 303


@pytest.mark.both
def test_a_burst_does_not_pass_the_limit(app: Flask, ana: Member, clock: MovingClock) -> None:
    """Forty at once from one network: they were all checked before, because the count came after the slow hash."""

    def guess(_number: int) -> int:
        hands = Hands(app, clock)
        hands.get("/team/anmelden")
        return hands.post("/team/anmelden", email=ana.email, password="geraten", code="000000").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(40)))
    assert statuses.count(422) == 20
    assert statuses.count(429) == 20


def test_unknown_addresses_are_one_counted_row_an_hour(
    hands: Hands, database: Database, clock: MovingClock, ana: Member
) -> None:
    for number in range(15):
        hands.get("/team/anmelden")
        hands.post("/team/anmelden", email=f"niemand{number}@example.org", password="geraten", code="000000")
    assert events(database, Event.SIGN_IN_REFUSED) == 0
    clock.forward(hours=1)
    with database.transaction() as session:
        assert refusals.sweep(session, clock.now()) == 1
        assert refusals.sweep(session, clock.now()) == 0
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == Event.SIGN_INS_COUNTED.code)).one()
        assert (entry.facts["tries"], entry.subject_id) == (15, None)


def test_a_known_account_has_at_most_twenty_rows_an_hour(database: Database, clock: MovingClock, ana: Member) -> None:
    for _ in range(25):
        refusals.enter(database, ana.id, clock.now())
    assert events(database, Event.SIGN_IN_REFUSED) == refusals.MOST
    clock.forward(hours=1)
    with database.transaction() as session:
        refusals.sweep(session, clock.now())
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == Event.SIGN_INS_COUNTED.code)).one()
        assert (entry.facts["tries"], entry.subject_id) == (5, ana.id)


def test_a_code_from_joining_or_from_a_recovery_counts_at_once(database: Database, ana: Member) -> None:
    with database.transaction(write=False) as session:
        assert session.get_one(Person, ana.id).recovery_made_at is None


def test_a_phone_whose_clock_is_a_minute_wrong_is_told_so(hands: Hands, ana: Member, clock: MovingClock) -> None:
    hands.get("/team/anmelden")
    code = pyotp.TOTP(ana.totp).at(int(clock.now().timestamp()) + 90)
    answer = hands.post("/team/anmelden", email=ana.email, password=ana.password, code=code)
    assert answer.status_code == 422
    assert "Geht die Uhr Ihres Telefons um eine Minute falsch, passt kein Code." in unescape(hands.page)
