"""The coordinator enters who is absent; pupils read „heute nicht da“ and never why."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import Absence
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard
from tests.world import make_school


@pytest.fixture
def keeper(app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock) -> Hands:
    """Return the hands of the school's coordinator, signed in, on the team's page."""
    hands = Hands(app, clock)
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    hands.get(f"/team/schule/{yard.school_id}")
    return hands


def rows(yard: Yard) -> list[tuple[int, str, str]]:
    yard.session.rollback()
    found = yard.session.scalars(select(Absence).order_by(Absence.first_day, Absence.seat_id))
    kept = [(each.seat_id, str(each.first_day), str(each.last_day)) for each in found]
    yard.session.rollback()  # the program wants to write next
    return kept


@pytest.mark.both
def test_entered_in_one_press_and_taken_away_again(keeper: Hands, yard: Yard) -> None:
    seat, address = yard.world.seats["Selin"].id, f"/team/schule/{yard.school_id}/abwesend"
    yard.session.rollback()
    jan = str(yard.world.person("Jan").id)
    yard.session.rollback()
    fields = {"absent": str(seat), "first_day": "2026-11-24", "last_day": "", "stand_in": ""}
    refused = keeper.post(address, **fields)
    assert (refused.status_code, rows(yard)) == (422, [])
    assert "Sonst wartet jemand vergeblich." in keeper.page
    fields["stand_in"] = jan
    assert keeper.post(address, **fields).status_code == 303
    assert rows(yard) == [(seat, "2026-11-24", "2026-11-24")]
    assert "heute nicht da" in keeper.get("/s/K7M2/heute").text
    keeper.get(f"/team/schule/{yard.school_id}")
    assert keeper.post(address, **fields).status_code == 303  # submitted twice: one absence
    absence_id = yard.session.scalars(select(Absence.id)).one()
    yard.session.rollback()
    keeper.get(f"/team/schule/{yard.school_id}")
    assert keeper.post(f"/team/schule/abwesend/{absence_id}/weg").status_code == 200  # the page offers to undo it
    assert rows(yard) == []


@pytest.mark.both
def test_a_class_trip_takes_the_whole_team_in_one_press(keeper: Hands, yard: Yard) -> None:
    address = f"/team/schule/{yard.school_id}/abwesend"
    keeper.post(address, absent="0", first_day="2026-11-24", last_day="2026-11-27", stand_in="")
    assert {seat for seat, _first, _last in rows(yard)} == {
        yard.world.seats[name].id for name in ("Selin", "Jan", "Amara")
    }


def test_a_stand_in_who_falls_ill_later_is_named_to_the_coordinator(keeper: Hands, yard: Yard) -> None:
    selin, jan = yard.world.seats["Selin"].id, yard.world.seats["Jan"].id
    stands_in = str(yard.world.person("Jan").id)
    yard.session.rollback()
    address, days = f"/team/schule/{yard.school_id}/abwesend", {"first_day": "2026-11-24", "last_day": "2026-11-27"}
    keeper.post(address, absent=str(selin), stand_in=stands_in, **days)
    warning = "Die Vertretung ist dann selbst nicht da."
    assert warning not in keeper.get(f"/team/schule/{yard.school_id}").text
    keeper.post(address, absent=str(jan), stand_in="stadt", **days)
    assert keeper.get(f"/team/schule/{yard.school_id}").text.count(warning) == 1


def test_wrong_days_are_named(keeper: Hands, yard: Yard) -> None:
    for first, last, words in (
        ("", "", "Wählen Sie den ersten Tag."),
        ("morgen", "", 'class="wrong"'),
        ("2026-11-24", "2026-11-23", "Der letzte Tag liegt vor dem ersten."),
    ):
        answer = keeper.post(
            f"/team/schule/{yard.school_id}/abwesend", absent="0", first_day=first, last_day=last, stand_in=""
        )
        assert answer.status_code == 422
        assert words in keeper.page
    assert rows(yard) == []


def test_another_school_is_not_there(keeper: Hands, yard: Yard) -> None:
    other = make_school(yard.session, key="M4R8", number="198773", name="Nebenan")
    yard.session.commit()
    fields = {"absent": "0", "first_day": "2026-11-24", "last_day": "", "stand_in": ""}
    assert keeper.post(f"/team/schule/{other.id}/abwesend", **fields).status_code == 404
    keeper.get(f"/team/schule/{yard.school_id}")
    assert keeper.post("/team/schule/abwesend/4711/weg").status_code == 404


def test_nobody_can_write_down_why() -> None:
    columns = set(Base.metadata.tables["absence"].columns.keys())
    sealed = {"tag", "generation"}
    assert columns - sealed == {"id", "school_id", "seat_id", "first_day", "last_day", "stand_in_id", "entered_by"}
