"""A desk that was left open for more than ten minutes brings in no reader: not by an absence, not by a duty."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from bullying_desk.access.roles import Role
from bullying_desk.accounts.team.absences import CITY_IN_FORMS
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools.models import Absence, DutyPeriod, School, Seat
from tests.accounts.conftest import Hands, Member, make_member
from tests.moving_clock import MovingClock

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere


@pytest.fixture
def team(database: Database, keys: Keyring, clock: MovingClock, school: School) -> dict[str, Member]:
    names = {"Ana Kovacevic": Role.CONTACT_PERSON, "Jan Brandt": Role.CONTACT_PERSON, "Mia Wolf": Role.CONTACT_PERSON}
    made = {name: make_member(database, keys, clock, name, role, school) for name, role in names.items()}
    made["Dilan"] = make_member(database, keys, clock, "Dilan Yildiz", Role.CITY_TEAM)
    made["Tomasz"] = make_member(database, keys, clock, "Tomasz Wilk", Role.SCHOOL_COORDINATOR, school)
    return made


def _seat(database: Database, member: Member) -> int:
    with database.transaction(write=False) as session:
        return session.scalars(select(Seat.id).where(Seat.person_id == member.id)).one()


def _count(database: Database, model: type[Absence | DutyPeriod]) -> int:
    with database.transaction(write=False) as session:
        return len(session.scalars(select(model)).all())


def _asks(answer: TestResponse, back: str) -> bool:
    return (answer.status_code, answer.location) == (303, f"/team/bestaetigen?weiter={back}")


def _prove(hands: Hands, member: Member) -> None:
    hands.clock.forward(seconds=60)
    hands.get("/team/bestaetigen")
    answer = hands.post("/team/bestaetigen", password=member.password, code=hands.code(member.totp))
    assert answer.status_code == 303


@pytest.fixture
def away(database: Database, team: dict[str, Member], hands: Hands) -> dict[str, str]:
    """The form of one's own absence, in a session of eleven minutes."""
    hands.sign_in(team["Ana Kovacevic"])
    hands.clock.forward(minutes=11)
    seat = _seat(database, team["Ana Kovacevic"])
    hands.get("/team/weg")
    first = re.search(r'name="([^"]+first_day)"', hands.page)
    assert first is not None
    prefix = first[1].removesuffix("first_day")
    day = hands.clock.today().isoformat()
    return {"address": f"/team/weg/{seat}", f"{prefix}first_day": day, "who": f"{prefix}stand_in"}


def _enter(hands: Hands, away: dict[str, str], stand_in: str) -> TestResponse:
    hands.get("/team/weg")
    fields = {name: value for name, value in away.items() if name not in {"address", "who"}}
    return hands.post(away["address"], **fields, **{away["who"]: stand_in})


def test_a_new_stand_in_for_oneself_asks_again(
    hands: Hands, away: dict[str, str], team: dict[str, Member], database: Database
) -> None:
    jan = str(team["Jan Brandt"].id)
    assert _asks(_enter(hands, away, jan), "/team/weg")
    assert _count(database, Absence) == 0
    _prove(hands, team["Ana Kovacevic"])
    assert _enter(hands, away, jan).location == "/team/weg?ok=eingetragen"
    assert _count(database, Absence) == 1


def test_who_has_stood_in_before_and_the_city_need_two_presses_at_any_hour(
    hands: Hands, away: dict[str, str], team: dict[str, Member], database: Database
) -> None:
    jan, seat = team["Jan Brandt"].id, _seat(database, team["Ana Kovacevic"])
    with database.transaction() as session:
        school_id = session.get_one(Seat, seat).school_id
        days = {"first_day": date(2026, 9, 1), "last_day": date(2026, 9, 1)}
        session.add(Absence(school_id=school_id, seat_id=seat, stand_in_id=jan, entered_by=jan, **days))
    assert _asks(_enter(hands, away, str(team["Mia Wolf"].id)), "/team/weg")
    assert _enter(hands, away, str(jan)).location == "/team/weg?ok=eingetragen"
    away = {name: "2026-12-18" if name.endswith("first_day") else value for name, value in away.items()}
    assert _enter(hands, away, CITY_IN_FORMS).location == "/team/weg?ok=eingetragen"
    assert _count(database, Absence) == 3


@pytest.mark.parametrize("whole_team", [False, True])
def test_an_absence_for_others_asks_again(
    hands: Hands, team: dict[str, Member], database: Database, school: School, *, whole_team: bool
) -> None:
    hands.sign_in(team["Tomasz"])
    page, absent = f"/team/schule/{school.id}", "0" if whole_team else str(_seat(database, team["Jan Brandt"]))
    stand_in = "" if whole_team else str(team["Mia Wolf"].id)
    fields = {"absent": absent, "stand_in": stand_in, "first_day": hands.clock.today().isoformat(), "last_day": ""}
    hands.clock.forward(minutes=11)
    hands.get(page)
    assert _asks(hands.post(f"{page}/abwesend", **fields), page)
    assert _count(database, Absence) == 0
    _prove(hands, team["Tomasz"])
    hands.get(page)
    assert hands.post(f"{page}/abwesend", **fields).location == f"{page}?ok=gespeichert"
    with database.transaction(write=False) as session:
        absence = session.scalars(select(Absence.id)).all()[0]
    hands.clock.forward(minutes=11)
    hands.get(page)
    assert _asks(hands.post(f"/team/schule/abwesend/{absence}/weg"), "/team/schule/")


def test_a_duty_asks_again_when_it_is_given_and_taken(
    hands: Hands, coordinator: Member, team: dict[str, Member], database: Database
) -> None:
    hands.sign_in(coordinator)
    hands.clock.forward(minutes=11)
    fields = {"seat": str(_seat(database, team["Dilan"])), "first_day": hands.clock.today().isoformat()}
    hands.get("/stadt/dienst")
    assert _asks(hands.post("/stadt/dienst", **fields), "/stadt/dienst")
    assert _count(database, DutyPeriod) == 0
    _prove(hands, coordinator)
    hands.get("/stadt/dienst")
    assert hands.post("/stadt/dienst", **fields).location == "/stadt/dienst?ok=gespeichert"
    with database.transaction(write=False) as session:
        period = session.scalars(select(DutyPeriod.id)).one()
    hands.clock.forward(minutes=11)
    hands.get("/stadt/dienst")
    assert _asks(hands.post(f"/stadt/dienst/{period}/weg"), "/stadt/dienst")
    assert _count(database, DutyPeriod) == 1


def test_who_proves_it_before_typing_comes_back_to_the_same_report(hands: Hands, team: dict[str, Member]) -> None:
    hands.sign_in(team["Ana Kovacevic"])
    hands.clock.forward(minutes=11)
    asked = hands.get("/team/fall/4711/mitansehen?meldung=815")
    assert asked.location == "/team/bestaetigen?weiter=/team/fall/4711/mitansehen?meldung%3D815"
    hands.get(asked.location)
    hands.clock.forward(seconds=60)
    ana = team["Ana Kovacevic"]
    answer = hands.post(asked.location, password=ana.password, code=hands.code(ana.totp))
    assert answer.location == "/team/fall/4711/mitansehen?meldung=815"
