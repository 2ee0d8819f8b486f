"""The coordinator keeps the own school's team, hours and free days, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import Absence, FreeDay, OfficeHour, School, Seat
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock
from tests.world import make_school

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere


@pytest.fixture
def keeper(database: Database, keys: Keyring, clock: MovingClock, school: School) -> Member:
    return make_member(database, keys, clock, "Tomasz Wilk", Role.SCHOOL_COORDINATOR, school)


@pytest.mark.both
def test_the_coordinator_invites_to_the_own_school(
    hands: Hands, keeper: Member, school: School, database: Database
) -> None:
    hands.sign_in(keeper)
    assert hands.get("/team/schule/").status_code == 303
    assert hands.get(f"/team/schule/{school.id}").status_code == 200
    fields = {"name": "Jan Brandt", "email": "jan@schule.example", "role": "vertrauenslehrkraft", "way": "mail"}
    assert hands.post(f"/team/schule/{school.id}/einladen", **fields).status_code == 303
    with database.transaction(write=False) as session:
        assert session.scalars(select(OutboxMail.address)).all() == ["jan@schule.example"]
    hands.get(f"/team/schule/{school.id}")
    assert "Jan Brandt" in hands.page
    wrong = {**fields, "email": "keine Adresse"}
    assert hands.post(f"/team/schule/{school.id}/einladen", **wrong).status_code == 422
    assert "ist keine E-Mail-Adresse." in hands.page
    assert 'value="Jan Brandt"' in hands.page  # the typed text stays


@pytest.mark.parametrize("way", ["mail", "letter"])
def test_an_invitation_that_changes_nothing_says_so(
    hands: Hands, keeper: Member, school: School, database: Database, keys: Keyring, clock: MovingClock, way: str
) -> None:
    jan = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    hands.sign_in(keeper)
    hands.get(f"/team/schule/{school.id}")
    fields = {"name": "Jan Brandt", "email": jan.email, "role": "vertrauenslehrkraft", "way": way}
    answer = hands.post(f"/team/schule/{school.id}/einladen", **fields)
    hands.get(answer.headers["Location"])
    assert "Es wird keine Einladung verschickt" in hands.page
    assert "Die Einladung ist unterwegs" not in hands.page
    with database.transaction(write=False) as session:
        assert session.scalars(select(OutboxMail.address)).all() == []


@pytest.mark.parametrize("address", ["jan@[schule.de", "j(an@schule.de", "jan:@schule.de", "jan@schule.de\x7f"])
def test_an_address_no_mail_program_can_read_is_refused(
    hands: Hands, keeper: Member, school: School, address: str
) -> None:
    hands.sign_in(keeper)
    hands.get(f"/team/schule/{school.id}")
    fields = {"name": "Jan Brandt", "email": address, "role": "vertrauenslehrkraft", "way": "mail"}
    assert hands.post(f"/team/schule/{school.id}/einladen", **fields).status_code == 422


@pytest.mark.both
def test_hours_and_free_days_come_and_go(hands: Hands, keeper: Member, school: School, database: Database) -> None:
    hands.sign_in(keeper)
    hands.get(f"/team/schule/{school.id}")
    hour = {"seat": "0", "room": "Raum 1", "weekday": "2", "starts": "09:35", "ends": "09:55"}
    assert hands.post(f"/team/schule/{school.id}/stunde", **hour).status_code == 303
    hands.get(f"/team/schule/{school.id}")
    assert hands.post(f"/team/schule/{school.id}/stunde", **{**hour, "ends": "09:00"}).status_code == 422
    assert hands.post(f"/team/schule/{school.id}/ferientag", day="2026-12-18").status_code == 303
    with database.transaction(write=False) as session:
        one, day = session.scalars(select(OfficeHour)).one(), session.scalars(select(FreeDay)).one()
    hands.get(f"/team/schule/{school.id}")
    assert hands.post(f"/team/schule/stunde/{one.id}/weg").status_code == 200
    take_back(hands)
    hands.get(f"/team/schule/{school.id}")
    assert hands.post(f"/team/schule/ferientag/{day.id}/weg").status_code == 200
    take_back(hands)
    with database.transaction(write=False) as session:
        again, free = session.scalars(select(OfficeHour)).one(), session.scalars(select(FreeDay)).one()
        assert (again.weekday, again.starts, again.ends) == (one.weekday, one.starts, one.ends)
        assert again.place is not None
        assert again.place.name == "Raum 1"
        assert (free.day, free.half) == (day.day, day.half)
    hands.get(f"/team/schule/{school.id}")
    hands.post(f"/team/schule/stunde/{again.id}/weg")
    hands.post(f"/team/schule/ferientag/{free.id}/weg")
    with database.transaction(write=False) as session:
        assert not session.scalars(select(OfficeHour)).all()
        assert not session.scalars(select(FreeDay)).all()


@pytest.mark.parametrize("begun", [True, False])
def test_an_absence_taken_away_by_mistake_comes_back(
    begun: bool, hands: Hands, keeper: Member, school: School, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    contact = make_member(database, keys, clock, "Selin Aydin", Role.CONTACT_PERSON, school)
    other = make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, school)
    first = clock.today() + timedelta(days=-2 if begun else 3)
    with database.transaction() as session:
        seat = session.scalars(select(Seat).where(Seat.person_id == contact.id)).one()
        away = Absence(school_id=school.id, seat_id=seat.id, first_day=first, last_day=first + timedelta(days=7))
        away.stand_in_id, away.entered_by = other.id, keeper.id
        session.add(away)
        session.flush()
        away_id = away.id
    hands.sign_in(keeper)
    hands.get(f"/team/schule/{school.id}")
    assert hands.post(f"/team/schule/abwesend/{away_id}/weg").status_code == 200
    take_back(hands)
    with database.transaction(write=False) as session:
        found = session.scalars(select(Absence).order_by(Absence.first_day)).all()
        days = [
            one.first_day + timedelta(days=n) for one in found for n in range((one.last_day - one.first_day).days + 1)
        ]
        assert days == [first + timedelta(days=n) for n in range(8)]
        assert {one.stand_in_id for one in found} == {other.id}


def take_back(hands: Hands) -> None:
    """Press „Zurücknehmen“ on the page that follows „Entfernen“."""
    form = hands.page.partition("Entfernt.")[2].partition("<form")[2].partition("</form>")[0]
    action = re.search(r'action="([^"]+)"', form)
    assert action
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert hands.post(action[1], **fields).status_code == 303


def test_another_school_does_not_exist_for_the_coordinator(
    app: Flask, clock: MovingClock, database: Database, keeper: Member, keys: Keyring
) -> None:
    with database.transaction() as session:
        other = make_school(session, key="M4R8", number="198773", name="Nebenan")
    hands = Hands(app, clock)
    hands.sign_in(keeper)
    hands.get("/team/konto")
    assert hands.get(f"/team/schule/{other.id}").status_code == 404
    assert hands.post(f"/team/schule/{other.id}/ferientag", day="2026-12-18").status_code == 404


def test_a_refused_page_leads_whoever_reads_no_report_to_a_page_of_their_own(hands: Hands, keeper: Member) -> None:
    hands.sign_in(keeper)
    assert hands.get("/team/").status_code == 404
    main = hands.page.partition("<main")[2]
    ways = re.findall(r'<a class="btn[^"]*" href="([^"]+)"', main.partition("</main>")[0])
    assert [hands.get(way).status_code for way in ways] == [303]
    assert hands.get("/team/start").location == "/team/schule/"


def test_the_yes_to_be_named_is_for_the_name_it_was_given_to(
    hands: Hands, keeper: Member, school: School, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    contact = make_member(database, keys, clock, "Selin Aydin", Role.CONTACT_PERSON, school)
    with database.transaction() as session:
        seat = session.scalars(select(Seat).where(Seat.person_id == contact.id)).one()
        seat.public_since, seat_id = clock.today(), seat.id
    hands.sign_in(keeper)
    for name, named in (("Selin Aydin", True), ("Selin Aydin-Wagner", False)):
        hands.get(f"/team/schule/person/{seat_id}")
        assert hands.post(f"/team/schule/person/{seat_id}", shown_name=name).status_code == 303
        with database.transaction(write=False) as session:
            assert (session.get_one(Seat, seat_id).public_since is not None) is named
