"""A lost phone is no total restart, and no way in for a thief: password and paper set a new app, and people hear."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in.key_making import lay_recovery_vault
from bullying_desk.accounts.sign_in.printout import Printout
from bullying_desk.accounts.sign_in.signing_in import Candidate
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import School
from bullying_desk.sealing.passwords import PasswordHeader, stretch_password
from bullying_desk.sealing.pepper import PepperPlace
from bullying_desk.sealing.unseal import open_password_vault
from bullying_desk.web import guard
from tests.accounts.conftest import GATE, Hands, Member, make_member
from tests.moving_clock import MovingClock
from tests.secrecy.routes import address_of

PAGE = "/team/telefon"


@pytest.fixture
def jan(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)


@pytest.fixture
def ana(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Ana Kovacevic", Role.CONTACT_PERSON, school)


def paper(database: Database, keys: Keyring, member: Member) -> str:
    """Lay a fresh recovery code, as printed when the account was made."""
    with database.transaction() as session:
        person = session.get_one(Person, member.id)
        header = PasswordHeader.from_bytes(person.password_header or b"")
        stretched = stretch_password(member.password, header, Candidate(member.id, header).person_id, GATE, b"")
        vault = keys.pepper_layer.lift(person.password_vault or b"", PepperPlace.PASSWORD_VAULT, person.id)
        pair = open_password_vault(vault, stretched.vault_key, person.id, person.key_id or b"")
        return lay_recovery_vault(person, keys.pepper_layer, pair).printed()


def offered(hands: Hands) -> tuple[str, str]:
    """Open the page and return the new app's secret and the form's seed."""
    hands.get(PAGE)
    secret = re.search(r'id="setup-signs"[^>]*>([A-Z2-7 ]+)<', hands.page)
    seed = re.search(r'name="seed"[^>]*value="([0-9a-f]{32})"', hands.page)
    assert secret
    assert seed
    return secret[1].replace(" ", ""), seed[1]


def replace(hands: Hands, member: Member, on_paper: str, **other: str) -> int:
    secret, seed = offered(hands)
    fields = {"seed": seed, "email": member.email, "password": member.password, "recovery": on_paper}
    status = hands.post(PAGE, **{**fields, "code": hands.code(secret), **other}).status_code
    if status == 200:
        member.totp = secret
    return status


def mails(database: Database, member: Member) -> list[str]:
    with database.transaction(write=False) as session:
        return list(session.scalars(select(OutboxMail.body).where(OutboxMail.person_id == member.id)))


def state(database: Database, member: Member) -> PersonState:
    with database.transaction(write=False) as session:
        return session.get_one(Person, member.id).state


def events(database: Database, member: Member) -> list[str]:
    with database.transaction(write=False) as session:
        return list(session.scalars(select(AuditEntry.event).where(AuditEntry.subject_id == member.id)))


def test_password_and_paper_set_a_new_app_and_keep_the_keys(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, jan: Member, ana: Member
) -> None:
    there, hands, code = Hands(app, clock), Hands(app, clock), paper(database, keys, jan)
    there.sign_in(jan)
    with database.transaction(write=False) as session:
        before = session.get_one(Person, jan.id).public_half
    assert replace(hands, jan, code) == 200
    fresh = hands.page.partition("data-recovery>")[2].partition("<")[0]
    assert fresh
    assert fresh != code
    assert there.get("/team/konto").status_code == 303  # other sessions end
    assert hands.sign_in(jan).status_code == 303
    with database.transaction(write=False) as session:
        assert session.get_one(Person, jan.id).public_half == before
    assert "person.phone_replaced" in events(database, jan)
    assert any("war-ich-nicht" in body for body in mails(database, jan))
    told = [body for body in mails(database, ana) if "neue App" in body]
    assert len(told) == 1
    assert "Jan" not in told[0].replace("Ana", "")  # the mail names nobody
    colleague = Hands(app, clock)
    colleague.sign_in(ana)
    colleague.get("/team/konto")
    assert "Neues Telefon in dieser Woche" in colleague.page
    assert "Jan Brandt" in colleague.page
    clock.forward(seconds=60)
    assert replace(Hands(app, clock), jan, code) == 422  # the code is used up
    assert replace(Hands(app, clock), jan, fresh) == 422  # and the fresh one counts tomorrow
    clock.forward(hours=24, minutes=1)
    assert replace(Hands(app, clock), jan, fresh) == 200


@pytest.mark.parametrize("wrong", ["email", "password", "recovery", "code"])
def test_one_wrong_thing_sets_no_app(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, jan: Member, wrong: str
) -> None:
    code, totp = paper(database, keys, jan), jan.totp
    bad = {"email": "niemand@schule.example", "password": "geraten", "recovery": "AAAA-" * 6 + "AAAA", "code": "000000"}
    assert replace(Hands(app, clock), jan, code, **{wrong: bad[wrong]}) == 422
    assert Hands(app, clock).sign_in(jan).status_code == 303
    assert jan.totp == totp


def test_wrong_papers_are_counted_for_the_person_and_told_to_the_owner(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, jan: Member
) -> None:
    code = paper(database, keys, jan)
    answers = [replace(Hands(app, clock), jan, "AAAA-" * 6 + "AAAA") for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert replace(Hands(app, clock), jan, code) == 429
    assert events(database, jan).count("sign_in.code_refused") == 10
    assert any("fünfmal" in body for body in mails(database, jan))


@pytest.mark.both
def test_for_a_day_no_code_invitation_restoring_or_export(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, coordinator: Member
) -> None:
    hands = Hands(app, clock)
    assert replace(hands, coordinator, paper(database, keys, coordinator)) == 200
    hands.sign_in(coordinator)
    shut = ("/stadt/einladen", "/team/konto/wiederherstellung")
    for address in shut:
        hands.get("/stadt/schulen")
        assert hands.post(address, name="x").status_code == 403, address
        assert "erst morgen" in hands.page
    assert hands.get("/team/konto").status_code == 200
    # The same of every other act that asks for a fresh proof, as far as this person may do it at all.
    asked = {}
    for rule in app.url_map.iter_rules():
        said = guard.rule_of(app, rule.endpoint)
        if said is not None and said.fresh and "POST" in (rule.methods or ()):
            hands.get("/team/konto")
            address = address_of(app, rule, dict.fromkeys(rule.arguments, 4711))
            asked[rule.endpoint] = hands.post(address, name="x").status_code
    assert set(asked.values()) <= {403, 404}
    assert {"passkeys.new", "passkeys.remove", "city.invite"} <= {
        name for name, status in asked.items() if status == 403
    }
    clock.forward(hours=24, minutes=1)
    hands.sign_in(coordinator)
    for address in shut:
        hands.get("/stadt/schulen")
        assert hands.post(address, name="x").status_code == 422, address


def link_of(database: Database, member: Member) -> str:
    found = re.search(r"/team/war-ich-nicht/\S+", mails(database, member)[-1])
    assert found
    return found[0]


@pytest.mark.both
def test_that_was_not_me_locks_the_account_once_until_a_coordinator_has_looked(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, jan: Member, coordinator: Member
) -> None:
    thief, owner = Hands(app, clock), Hands(app, clock)
    assert replace(thief, jan, paper(database, keys, jan)) == 200
    thief.sign_in(jan)
    link = link_of(database, jan)
    assert owner.get(link).status_code == 200
    assert state(database, jan) is PersonState.ACTIVE  # a mail program that opens links locks nothing
    assert owner.post(link).status_code == 200
    assert state(database, jan) is PersonState.LOCKED
    assert thief.get("/team/konto").status_code == 303
    assert thief.sign_in(jan).status_code == 422
    assert owner.post(link).status_code == 404
    assert any("gesperrt" in body for body in mails(database, coordinator))
    boss = Hands(app, clock)
    boss.sign_in(coordinator)
    boss.get("/stadt/personen/")
    assert "Jan Brandt" in boss.page
    assert boss.post(f"/stadt/personen/{jan.id}/entsperren").status_code == 303
    assert state(database, jan) is PersonState.ACTIVE
    assert owner.post(link).status_code == 404  # one use
    boss.get("/stadt/personen/")
    assert boss.post(f"/stadt/personen/{jan.id}/entsperren").status_code == 303  # a second press changes nothing
    assert events(database, jan).count("person.unlocked") == 1
    assert {"person.locked", "person.unlocked"} <= set(events(database, jan))


@pytest.mark.both
def test_a_made_up_old_or_foreign_link_locks_nothing(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, jan: Member, ana: Member
) -> None:
    assert replace(Hands(app, clock), jan, paper(database, keys, jan)) == 200
    link, hands = link_of(database, jan), Hands(app, clock)
    token = link.rpartition("/")[2]
    first, late = ("A" if sign != "A" else "B" for sign in (token[0], token[-2]))  # the last one has unused bits
    for other in (first + token[1:], token[:-2] + late + token[-1], token[:20], "ä", "x" * 43):
        assert hands.post(f"/team/war-ich-nicht/{other}").status_code == 404, other
    clock.forward(days=15)
    assert hands.post(link).status_code == 404
    assert state(database, jan) is state(database, ana) is PersonState.ACTIVE


@pytest.mark.both
def test_every_mail_about_the_account_holds_the_link(
    app: Flask, database: Database, clock: MovingClock, jan: Member
) -> None:
    hands = Hands(app, clock)
    hands.sign_in(jan)
    clock.forward(seconds=60)
    hands.get("/team/konto/wiederherstellung")
    assert (
        hands.post("/team/konto/wiederherstellung", password=jan.password, code=hands.code(jan.totp)).status_code == 200
    )
    assert Hands(app, clock).post(link_of(database, jan)).status_code == 200
    assert state(database, jan) is PersonState.LOCKED


def test_the_page_of_losses_names_the_right_person(hands: Hands, jan: Member) -> None:
    hands.get("/team/passwort")
    assert "nicht die Koordination Ihrer Schule" in hands.page
    assert f'href="{PAGE}"' in hands.page


def test_a_code_is_read_from_the_paper_before_its_page_is_left(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, jan: Member
) -> None:
    hands = Hands(app, clock)
    assert replace(hands, jan, paper(database, keys, jan)) == 200
    code = unescape(re.search(r'name="ausdruck" value="([^"]+)"', hands.page)[1])  # type: ignore[index]
    printout = Printout(code)
    right = {f"gruppe{number}": printout.groups[number - 1].lower() for number in printout.asked}
    assert len(right) == 2
    assert hands.post("/team/ausdruck", ausdruck=code, **dict.fromkeys(right, "AAAA")).status_code == 422
    assert code in hands.page  # it stands there still
    assert hands.post("/team/ausdruck", ausdruck=code).status_code == 422
    assert hands.post("/team/ausdruck", ausdruck="", **right).status_code == 422
    assert hands.post("/team/ausdruck", ausdruck=code, **right).headers["Location"].endswith("ok=ausdruck")


def test_an_app_on_the_same_phone_opens_by_a_link(hands: Hands) -> None:
    secret, _seed = offered(hands)
    assert "otpauth://totp/" in hands.page
    assert f"secret={secret}" in unescape(hands.page)
