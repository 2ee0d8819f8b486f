"""One sheet for a meeting: everybody's key words, but never enough of a waiting person's to do without the voice."""

from __future__ import annotations

import pytest
from flask import Flask

from bullying_desk.access.roles import Role
from bullying_desk.accounts.invitations.key_words import KeyLine, Standing, list_of_school
from bullying_desk.accounts.models import PersonState
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerBusy
from bullying_desk.pdf.order import Order
from bullying_desk.sealing.keys import PersonKey, key_words
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard
from tests.schoolyard.prints import words_of
from tests.world import World, make_school

pytestmark = pytest.mark.sqlite


def lines(world: World) -> dict[str, KeyLine]:
    world.session.flush()
    return {line.name: line for line in list_of_school(world.session, world.pepper_layer, world.school.id)}


def compared(world: World, name: str) -> tuple[str, ...]:
    person = world.person(name)
    person.compared_on = world.clock.today()
    return key_words(person.id, world.key(name).public_half)


def test_everybody_of_the_school_stands_on_it_once(yard: Yard) -> None:
    world = yard.world
    for name in world.people:
        compared(world, name)
    here = {seat.person_id for seat in world.seats.values() if seat.school_id == world.school.id}
    found = lines(world)
    assert set(found) == {person.name for person in world.people.values() if person.id in here}
    for name, person in world.people.items():
        if person.id in here:
            assert found[person.name].words == compared(world, name)
            assert found[person.name].standing is Standing.COMPARED


def test_a_waiting_person_shows_first_letters_only(yard: Yard) -> None:
    world = yard.world
    newcomer = world.add("Emre", "Herr Acar", Role.CONTACT_PERSON, state=PersonState.ACCEPTED)
    words = key_words(newcomer.id, world.key("Emre").public_half)
    line = lines(world)[newcomer.name]
    assert line.standing is Standing.WAITS
    assert line.words == tuple(word[0] for word in words)


def test_a_person_with_a_new_key_waits_again(yard: Yard) -> None:
    world = yard.world
    compared(world, "Selin")
    world.person("Selin").state = PersonState.ACCEPTED  # invited again: the old comparison says nothing of the new key
    line = lines(world)[world.person("Selin").name]
    assert line.standing is Standing.WAITS
    assert {len(word) for word in line.words} == {1}


def test_nothing_of_a_key_without_a_valid_tag_is_printed(yard: Yard) -> None:
    world = yard.world
    compared(world, "Selin")
    world.person("Selin").public_half = PersonKey.generate().public_half
    assert lines(world)[world.person("Selin").name] == KeyLine(
        world.person("Selin").name, (Role.CONTACT_PERSON,), Standing.WRONG
    )


def test_who_is_invited_is_named_and_who_left_is_not(yard: Yard) -> None:
    world = yard.world
    invited = world.add("Emre", "Herr Acar", Role.CONTACT_PERSON, state=PersonState.INVITED)
    assert lines(world)[invited.name].standing is Standing.NO_KEY
    assert lines(world)[invited.name].words == ()
    left = world.person("Selin")
    world.remove(["Selin"])
    assert left.name not in lines(world)


def test_the_coordinator_prints_it_and_nobody_else_finds_it(
    app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    world = yard.world
    words = compared(world, "Selin")
    newcomer = world.add("Emre", "Herr Acar", Role.CONTACT_PERSON, state=PersonState.ACCEPTED)
    theirs = key_words(newcomer.id, world.key("Emre").public_half)
    other_id = make_school(yard.session, key="M4R8", number="198773", name="Nebenan").id
    yard.session.commit()
    keeper = Hands(app, clock)
    keeper.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, world.school))
    keeper.get(f"/team/schule/{yard.school_id}")
    address = f"/team/schule/{yard.school_id}/woerter.pdf"
    assert address in keeper.page
    made = keeper.client.get(address, base_url="https://localhost")
    assert made.headers["Content-Disposition"] == 'attachment; filename="woerter-K7M2.pdf"'
    assert made.headers["Cache-Control"] == "no-store"
    said = words_of(made.data)
    assert all(word in said for word in words)
    assert newcomer.name in said
    assert not [word for word in theirs if f" {word} " in f" {said} " and word not in words]
    assert said.count("Unterschrift 1") == said.count("Unterschrift 2") >= 2
    assert keeper.get(f"/team/schule/{other_id}/woerter.pdf").status_code == 404
    contact = Hands(app, clock)
    contact.sign_in(make_member(database, keys, clock, "Jan Brandt", Role.CONTACT_PERSON, world.school))
    assert contact.get(address).status_code == 404


def test_where_nothing_can_be_printed_it_is_said(
    app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_order: Order) -> dict[str, bytes]:
        raise PdfWorkerBusy

    keeper = Hands(app, clock)
    keeper.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    monkeypatch.setattr(worker, "run", refuse)
    assert keeper.get(f"/team/schule/{yard.school_id}/woerter.pdf").status_code == 503
