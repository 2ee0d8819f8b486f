"""No coordinator alone makes a reader of a person whose key words were compared at another school."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import ProposalState, SeatProposal
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.schools.models import School, Seat, SeatState
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock
from tests.world import make_school

pytestmark = pytest.mark.sqlite


@pytest.fixture
def keeper(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Tomasz Wilk", Role.SCHOOL_COORDINATOR, school)


@pytest.fixture
def outsider(database: Database, keys: Keyring, clock: MovingClock) -> Member:
    with database.transaction() as session:
        other = make_school(session, "P4WX", "198777", "Weiher")
    return make_member(database, keys, clock, "Zeynep Kaya", Role.CONTACT_PERSON, other)


def propose(hands: Hands, keeper: Member, school: School, person: Member) -> None:
    hands.sign_in(keeper)
    fields = {"name": "Zeynep Kaya", "email": person.email, "role": "vertrauenslehrkraft", "way": "mail"}
    for _ in range(2):  # submitted twice, it is one proposal
        hands.get(f"/team/schule/{school.id}")
        answer = hands.post(f"/team/schule/{school.id}/einladen", **fields)
        assert answer.status_code == 303, hands.page
        assert answer.location.endswith("ok=zweites-ja")


def team(database: Database, school: School) -> set[int]:
    with database.transaction(write=False) as session:
        return {one.person_id for one in staff_of(session, school.id).team}


def proposal(database: Database) -> SeatProposal:
    with database.transaction(write=False) as session:
        return session.scalars(select(SeatProposal)).one()


def say(hands: Hands, member: Member, number: int, word: str) -> int:
    hands.sign_in(member)
    hands.get("/team/konto")
    return hands.post(f"/team/zweites-ja/{number}", antwort=word).status_code


def test_somebody_of_another_school_reads_nothing_before_a_second_yes(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, school: School, keeper: Member, outsider: Member
) -> None:
    colleague = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    head = make_member(database, keys, clock, "Renate Voss", Role.SCHOOL_HEAD, school)
    hands = Hands(app, clock)
    propose(hands, keeper, school, outsider)
    number = proposal(database).id
    assert outsider.id not in team(database, school)
    # Neither the proposer nor the owner of the seat, nor the head or the other school, may say yes.
    assert say(hands, keeper, number, "ja") == 404
    for member in (outsider, head):
        assert say(Hands(app, clock), member, number, "ja") == 404
    assert outsider.id not in team(database, school)
    jan = Hands(app, clock)
    jan.sign_in(colleague)
    jan.get("/team/konto")
    assert "zweites Ja" in jan.page
    jan.get("/team/zweites-ja/")
    assert "Zeynep Kaya" in jan.page
    assert re.search(r"Vorgeschlagen von Tomasz Wilk", jan.page)
    for _ in range(2):
        jan.get("/team/konto")
        assert jan.post(f"/team/zweites-ja/{number}", antwort="ja").location.endswith("ok=ja")
    assert outsider.id in team(database, school)
    with database.transaction(write=False) as session:
        seats = session.scalars(select(Seat).where(Seat.person_id == outsider.id, Seat.school_id == school.id)).all()
        assert [seat.state for seat in seats] == [SeatState.ACTIVE]
        events = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == outsider.id)).all()
        told = {(one.event, one.actor_id) for one in events if one.event.startswith("seat.")}
        assert told == {("seat.proposed", keeper.id), ("seat.given", colleague.id)}


def test_a_no_is_a_no_and_so_is_taking_it_back(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, school: School, keeper: Member, outsider: Member
) -> None:
    colleague = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    hands = Hands(app, clock)
    propose(hands, keeper, school, outsider)
    number = proposal(database).id
    assert say(hands, keeper, number, "nein") == 303
    assert say(Hands(app, clock), colleague, number, "ja") == 303  # too late, and it says so
    assert proposal(database).state is ProposalState.DECLINED
    assert outsider.id not in team(database, school)


def test_the_city_says_yes_and_gives_seats_itself(
    app: Flask, clock: MovingClock, database: Database, school: School, keeper: Member, outsider: Member,
    coordinator: Member,
) -> None:  # fmt: skip
    propose(Hands(app, clock), keeper, school, outsider)
    karin = Hands(app, clock)
    karin.sign_in(coordinator)
    karin.get("/stadt/schulen")
    assert "zweites Ja" in karin.page
    assert say(Hands(app, clock), coordinator, proposal(database).id, "ja") == 303
    assert outsider.id in team(database, school)
