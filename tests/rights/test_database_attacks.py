"""Whoever can write to the database, and has nothing else, is given no report: not a new one, not an old one."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.sign_in.signing_in import identity_of
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.readers import newcomers
from bullying_desk.database import Database, random_id
from bullying_desk.reports.models import GrantState, ReaderReason, ReportGrant
from bullying_desk.reports.opening import ReaderExcluded, open_report_secrets
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.reports.readers.routing import NobodyCanRead, ReaderChoice, Wish
from bullying_desk.schools.models import SeatState
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.web.models import WebSession
from tests.moving_clock import MovingClock
from tests.reports.pages import filled, look, main_of, press
from tests.rights.conftest import Attacker
from tests.world import SINCE, World

SECRET = "a-secret-of-the-attackers-own-which-is-long-enough"


@pytest.fixture
def mallory(world: World) -> PersonKey:
    """Return a key pair of the attacker's own."""
    return PersonKey.generate()


def _columns(world: World, person: int, key: PersonKey) -> dict[str, Any]:
    """Return what the program itself would write for this key, had the attacker got it to tag one for this person."""
    tag = directory_tag(world.pepper_layer, person, key.public_half)
    return {"public_half": key.public_half, "key_id": key.key_id, "directory_tag": tag}


def _invent(world: World, attacker: Attacker, key: PersonKey, started: Any = SINCE) -> int:
    """Write an active person with a tagged key and an active seat into the database."""
    person = random_id()
    row = attacker.row("person", id=world.person("Jan").id)
    invented = {"id": person, "email": "mallory@evil.example", "name": "Petra Neumann", **_columns(world, person, key)}
    attacker.put("person", {**row, **invented})
    seat = attacker.row("seat", id=world.seats["Jan"].id)
    attacker.put("seat", {**seat, "id": random_id(), "person_id": person, "started_on": started})
    return person


def _readers(world: World, report: int) -> dict[int, GrantState]:
    query = select(ReportGrant.person_id, ReportGrant.state).where(
        ReportGrant.report_id == report, ReportGrant.person_id.is_not(None)
    )
    return {person or 0: state for person, state in world.session.execute(query)}


def test_an_invented_invitation_opens_nothing(
    world: World, attacker: Attacker, client: FlaskClient, database: Database, clock: MovingClock
) -> None:
    """The first step of an invented contact: a way in whose secret the attacker knows."""
    person = {**attacker.row("person", id=world.person("Jan").id), "id": random_id(), "email": "mallory@evil.example"}
    attacker.put("person", {**person, "state": PersonState.INVITED})
    moment = clock.now()
    invitation = {
        "id": random_id(), "person_id": person["id"], "kind": "mail", "made_at": moment, "used_at": None,
        "expires_at": moment.replace(year=moment.year + 1), "generation": 1, "tag": person["tag"],
        "secret_hash": sha256(b"invitation:" + SECRET.encode()).digest(),
    }  # fmt: skip
    attacker.put("invitation", invitation)
    page = client.get(f"/team/einladung/{SECRET}", headers={"Sec-Fetch-Site": "same-origin"})
    assert "otpauth" not in page.text
    assert 'name="password"' not in page.text


def test_an_invented_contact_is_no_reader_and_the_report_goes_to_the_city(
    world: World, attacker: Attacker, mallory: PersonKey
) -> None:
    invented = _invent(world, attacker, mallory)
    world.session.expire_all()
    filed, _receipt = world.file(choice=ReaderChoice(Wish.TEAM))
    readers = _readers(world, filed.report_id)
    assert invented not in readers
    assert world.ids("Selin", "Jan", "Amara", "Leyla", "Tomasz") == readers.keys()
    reasons = {grant.person_id: grant.reason for grant in world.session.scalars(select(ReportGrant))}
    assert reasons[world.person("Leyla").id] is ReaderReason.DETOUR
    alarms = trail.entries_about(world.session, world.school.id, Event.KEY_ALARM)
    assert {each.facts["person"] for each in alarms} == {invented}
    assert identity_of(world.session, invented) is None


def test_another_key_in_a_colleagues_place_is_sealed_to_by_nobody(
    world: World, attacker: Attacker, mallory: PersonKey
) -> None:
    """Silent: the existing contact's own row, with a key whose tag is valid. The child had chosen him alone."""
    jan = world.person("Jan").id
    attacker.set("person", jan, **_columns(world, jan, mallory))
    world.session.expire_all()
    choice = ReaderChoice(Wish.NAMED, frozenset({jan}), world.person("Selin").id)
    filed, _receipt = world.file(choice=choice)
    assert _readers(world, filed.report_id).keys() == world.ids("Leyla", "Tomasz")
    alarms = trail.entries_about(world.session, world.school.id, Event.KEY_ALARM)
    assert {each.facts["person"] for each in alarms} == {jan}
    report = world.report(filed)
    with pytest.raises(ReaderExcluded):
        open_report_secrets(world.session, world.pepper_layer, mallory, jan, report)


def test_nobody_is_new_in_the_team_by_a_row_of_the_attackers(
    world: World, attacker: Attacker, mallory: PersonKey, clock: MovingClock
) -> None:
    """Old reports: a colleague would be offered „… ist neu im Team“ and give the attacker everything by one press."""
    world.file(choice=ReaderChoice(Wish.TEAM))
    world.session.commit()
    _invent(world, attacker, mallory, started=clock.today())
    world.session.expire_all()
    selin = world.person("Selin")
    assert newcomers.newcomers(world.session, selin.id, selin.key_id or b"", clock.today()) == []


@pytest.mark.parametrize("who", ["Leyla", "Tomasz"])
def test_the_detour_never_reaches_a_seat_of_the_city_that_was_written_by_hand(
    world: World, attacker: Attacker, who: str
) -> None:
    attacker.set("seat", world.seats["Jan"].id, shown_name="Frau Aydin")
    attacker.set("seat", world.seats[who].id, on_duty=False)
    world.session.expire_all()
    filed, _receipt = world.file(choice=ReaderChoice(Wish.TEAM, left_out=world.ids("Selin")))
    readers = _readers(world, filed.report_id)
    assert world.person(who).id not in readers
    assert world.person("Selin").id not in readers


def test_where_no_right_holds_nothing_is_accepted(world: World, attacker: Attacker) -> None:
    attacker.run("UPDATE seat SET generation = generation + 1")
    world.session.expire_all()
    with pytest.raises(NobodyCanRead):
        world.file(choice=ReaderChoice(Wish.TEAM))
    assert staff_of(world.session, world.school.id).team == ()


@pytest.mark.both
def test_the_page_keeps_the_text_and_shows_help_where_no_right_holds(
    world: World, attacker: Attacker, client: FlaskClient
) -> None:
    address = f"/s/{world.school.key}/schreiben/1"
    page = look(client, address)
    attacker.run("UPDATE seat SET tag = NULL")
    late = press(client, address, filled(page, text="Sie lachen mich immer aus.", lesen="stadt"))
    assert late.status_code == 503
    assert "Sie lachen mich immer aus." in late.text
    assert "0800 111 0 111" in main_of(late)


def test_a_copied_seat_is_no_seat_for_somebody_else(world: World, attacker: Attacker, session: Session) -> None:
    """Each column of a valid row, tag included, under another id or for another person."""
    row = attacker.row("seat", id=world.seats["Karin"].id)
    attacker.put("seat", {**row, "id": random_id(), "person_id": world.person("Piotr").id})
    attacker.set("seat", world.seats["Renate"].id, role=Role.CITY_TEAM, school_id=None)
    found = identity_of(session, world.person("Piotr").id)
    assert found is not None
    assert {seat.role for seat in found.seats} == {Role.SCHOOL_COORDINATOR}
    assert identity_of(session, world.person("Renate").id) is None


def test_an_open_session_is_nobody_elses(
    world: World, attacker: Attacker, session: Session, database: Database
) -> None:
    """One's own valid cookie, and the row behind it pointed at the city's coordinator."""

    moment = world.clock.now()
    row = WebSession(
        id=b"s" * 16, person_id=world.person("Selin").id, key_id=b"k" * 16, started_at=moment, used_at=moment
    )
    session.add(row)
    session.commit()
    attacker.run("UPDATE web_session SET person_id = :id", id=world.person("Karin").id)
    with database.transaction(write=False) as look:
        assert look.get(WebSession, b"s" * 16) is None


def test_who_was_confirmed_stays_who_compared(world: World, attacker: Attacker, session: Session) -> None:
    """A person who only accepted is not made active by the column that says so."""
    noah = world.add("Noah", "Herr Berg", Role.CONTACT_PERSON, state=PersonState.ACCEPTED)
    session.commit()
    attacker.set("person", noah.id, state=PersonState.ACTIVE, compared_by=world.person("Selin").id)
    attacker.set("seat", world.seats["Noah"].id, state=SeatState.ACTIVE)
    session.expire_all()
    assert noah.id not in staff_of(session, world.school.id).by_person()
    assert session.scalars(select(Person.id).where(Person.id == noah.id)).all() == []
