"""Nobody makes a reader alone: who holds the way in may not compare, and nobody gives a seat to themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import School, Seat, SeatState
from tests.accounts.conftest import Hands, Member, heard, make_member, person_by_email
from tests.accounts.test_journeys import accept, invite
from tests.moving_clock import MovingClock


def letter_code(page: str) -> str:
    found = re.search(r"([2-9B-Z]{4}(?:-[2-9B-Z]{4}){3})", unescape(page))
    assert found, page
    return found[1]


def test_whoever_invites_again_holds_the_letter_and_may_not_compare(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    other = make_member(database, keys, clock, "Piet de Vries", Role.CITY_COORDINATOR)
    invite(Hands(app, clock), coordinator, school, database)
    boss = Hands(app, clock)
    boss.sign_in(other)
    selin = person_by_email(database, "selin@schule.example")
    boss.get(f"/stadt/personen/schule/{school.id}")
    assert boss.post(f"/stadt/personen/{selin.id}/einladen", weg="brief").status_code == 200
    accept(Hands(app, clock), letter_code(boss.page))  # the coordinator opens the letter instead of sending it
    boss.get("/team/vergleichen")
    boss.post(f"/team/vergleichen/{selin.id}", **heard(database, boss.page, selin.id), gleich="ja")
    assert person_by_email(database, "selin@schule.example").state is PersonState.ACCEPTED


def test_a_run_out_invitation_of_somebody_else_makes_nobody_a_second_person(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    keeper = make_member(database, keys, clock, "Tomasz Wilk", Role.SCHOOL_COORDINATOR, school)
    invite(Hands(app, clock), coordinator, school, database)
    clock.forward(seconds=int(timedelta(hours=73).total_seconds()))
    hands = Hands(app, clock)
    hands.sign_in(keeper)
    hands.get(f"/team/schule/{school.id}")
    fields = {"name": "Selin Aydin", "email": "selin@schule.example", "role": "schulsozialarbeit", "way": "letter"}
    assert hands.post(f"/team/schule/{school.id}/einladen", **fields).status_code == 200
    accept(Hands(app, clock), letter_code(hands.page))
    selin = person_by_email(database, "selin@schule.example")
    hands.get("/team/vergleichen")
    hands.post(f"/team/vergleichen/{selin.id}", **heard(database, hands.page, selin.id), gleich="ja")
    assert person_by_email(database, "selin@schule.example").state is PersonState.ACCEPTED


def seats_of(database: Database, person: int) -> list[Role]:
    with database.transaction(write=False) as session:
        return sorted(Role(role) for role in session.scalars(select(Seat.role).where(Seat.person_id == person)))


@pytest.mark.both
def test_a_coordinator_makes_nobody_but_others_a_reader(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    keeper = make_member(database, keys, clock, "Tomasz Wilk", Role.SCHOOL_COORDINATOR, school)
    hands = Hands(app, clock)
    hands.sign_in(keeper)
    hands.get(f"/team/schule/{school.id}")
    fields = {"name": "Tomasz Wilk", "email": keeper.email, "role": "beratungslehrkraft", "way": "mail"}
    assert hands.post(f"/team/schule/{school.id}/einladen", **fields).status_code == 422
    assert "Niemand kann sich selbst eine Rolle geben." in hands.page
    boss = Hands(app, clock)
    boss.sign_in(coordinator)
    boss.get("/stadt/einladen")
    own = {"name": "Karin Schulte", "email": coordinator.email, "role": "stelle der stadt", "number": "", "way": "mail"}
    assert boss.post("/stadt/einladen", **own).status_code == 422
    assert "Niemand kann sich selbst eine Rolle geben." in boss.page
    assert seats_of(database, keeper.id) == [Role.SCHOOL_COORDINATOR]
    assert seats_of(database, coordinator.id) == [Role.CITY_COORDINATOR]


def test_a_seat_given_to_somebody_who_is_there_already_stands_in_the_trail(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    keeper = make_member(database, keys, clock, "Tomasz Wilk", Role.SCHOOL_COORDINATOR, school)
    boss = Hands(app, clock)
    boss.sign_in(coordinator)
    boss.get("/stadt/einladen")
    fields = {"name": "Tomasz Wilk", "email": keeper.email, "role": "beratungslehrkraft", "number": school.number}
    assert boss.post("/stadt/einladen", **fields, way="mail").status_code == 200
    with database.transaction(write=False) as session:
        query = select(AuditEntry).where(AuditEntry.event == Event.SEAT_GIVEN.code)
        entry = session.scalars(query).one()
    assert (entry.actor_id, entry.subject_id) == (coordinator.id, keeper.id)
    assert (entry.facts["role"], entry.facts["school"]) == (Role.CONTACT_PERSON.value, school.id)


@pytest.mark.both
def test_a_way_in_from_before_somebody_left_opens_nothing_after_they_were_invited_anew(
    app: Flask, clock: MovingClock, database: Database, keys: Keyring, coordinator: Member, school: School
) -> None:
    old = invite(Hands(app, clock), coordinator, school, database)
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.email == "selin@schule.example")).one()
        person.state = PersonState.LEFT
        for seat in session.scalars(select(Seat).where(Seat.person_id == person.id)):
            seat.state, seat.ended_on = SeatState.ENDED, clock.today()
    boss = Hands(app, clock)
    boss.sign_in(coordinator)
    boss.get("/stadt/einladen")
    fields = {"name": "Selin Aydin", "email": "selin@schule.example", "role": "schulsozialarbeit"}
    assert boss.post("/stadt/einladen", **fields, number=school.number, way="letter").status_code == 200
    assert Hands(app, clock).get(f"/team/einladung/{old}").status_code == 404
    accept(Hands(app, clock), letter_code(boss.page))
