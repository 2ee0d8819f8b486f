"""A new seat in a team is told to the others of that team: a contact nobody knows does not stay unnoticed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.bulk import BulkPlan, PersonWish, apply_bulk
from bullying_desk.accounts.invitations.invitations import SeatWish
from bullying_desk.accounts.models import InvitationKind, Person
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import School
from tests.accounts.conftest import Hands, Member, heard, make_member, person_by_email
from tests.accounts.test_journeys import accept, invite
from tests.accounts.test_second_yes import proposal, propose, say
from tests.moving_clock import MovingClock
from tests.world import make_school


def told(database: Database) -> dict[str, str]:
    """Return subject and body of the mails about a new member, by address."""
    with database.transaction(write=False) as session:
        mails = session.scalars(select(OutboxMail).where(OutboxMail.subject == "Ihr Team im Portal hat sich geändert"))
        found = [(mail.address, f"{mail.subject}\n{mail.body}") for mail in mails]
    assert len(found) == len(dict(found)), "one mail each"
    return dict(found)


@pytest.mark.both
def test_the_team_is_told_when_key_words_were_compared_and_sees_who_it_is(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    jan = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    keeper = make_member(database, keys, clock, "Piotr Nowak", Role.SCHOOL_COORDINATOR, school)
    with database.transaction() as session:
        other = make_school(session, "B3DF", "198766", "Hafen")
    make_member(database, keys, clock, "Zeynep Kaya", Role.CONTACT_PERSON, other)
    accept(Hands(app, clock), invite(Hands(app, clock), coordinator, school, database))
    clock.forward(days=12)  # longer than the page shows who was invited
    hands = Hands(app, clock)
    hands.sign_in(jan)
    selin = person_by_email(database, "selin@schule.example")
    hands.get("/team/vergleichen")
    assert told(database) == {}
    assert hands.post(f"/team/vergleichen/{selin.id}", **heard(database, hands.page, selin.id)).status_code == 303
    mails = told(database)
    assert mails.keys() == {jan.email, keeper.email}
    for text in mails.values():
        assert not any(word in text for word in ("Selin", "Aydin", "Jan", school.name, school.key, "http"))
    page = Hands(app, clock)
    page.sign_in(keeper)
    page.get("/team/konto")
    assert "Neu in dieser Woche" in page.page
    assert "Selin Aydin" in page.page


def test_different_words_tell_the_team_nothing(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    jan = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    accept(Hands(app, clock), invite(Hands(app, clock), coordinator, school, database))
    hands = Hands(app, clock)
    hands.sign_in(jan)
    hands.get("/team/vergleichen")
    hands.post(f"/team/vergleichen/{person_by_email(database, 'selin@schule.example').id}", gleich="nein")
    assert told(database) == {}


@pytest.mark.both
def test_the_team_is_told_of_somebody_of_another_school_after_the_second_yes(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, school: School
) -> None:
    with database.transaction() as session:
        other = make_school(session, "B3DF", "198766", "Hafen")
    keeper = make_member(database, keys, clock, "Tomasz Wilk", Role.SCHOOL_COORDINATOR, school)
    outsider = make_member(database, keys, clock, "Zeynep Kaya", Role.CONTACT_PERSON, other)
    jan = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    hands = Hands(app, clock)
    propose(hands, keeper, school, outsider)
    assert told(database) == {}
    assert say(Hands(app, clock), jan, proposal(database).id, "ja") == 303
    assert told(database).keys() == {jan.email, keeper.email}


def test_the_citys_team_is_told_of_a_seat_that_the_city_gives_at_once(
    clock: MovingClock, database: Database, keys: Keyring, coordinator: Member
) -> None:
    leyla = make_member(database, keys, clock, "Leyla Demir", Role.CITY_TEAM)
    ines = make_member(database, keys, clock, "Ines Ferreira", Role.LESSON_EDITOR)
    wish = PersonWish(1, "Ines Ferreira", ines.email, SeatWish(Role.CITY_TEAM))
    for _ in range(2):  # a second time nothing is new
        with database.transaction() as session:
            assert session.get(Person, coordinator.id) is not None
            apply_bulk(session, BulkPlan([wish], []), InvitationKind.MAIL, coordinator.id, clock.now(), clock.today(),
                       head_may_coordinate=False)  # fmt: skip
        assert told(database).keys() == {leyla.email, coordinator.email}
