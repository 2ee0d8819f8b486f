"""A child of a school that does not take part writes to the city's office, where the city has switched it on (D87)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from bullying_desk.config import Settings, SettingsRefused
from bullying_desk.reports.models import Report, ReportGrant
from bullying_desk.schools.models import SchoolState
from tests.reports.pages import filled, look, main_of, press
from tests.world import SINCE, World, make_school

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

FORM = "/s/H6R9/schreiben/1"
HEARS = "Deine Schule erfährt nichts davon. Außer du sagst Ja. Oder jemand ist in großer Gefahr."
OURS, CHURCH = "10297", "72783"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Return settings with the city's door open, unless a test says otherwise."""
    return replace(settings, **{"known_schools_reach_city": True, **getattr(request, "param", {})})


@pytest.fixture
def city(world: World) -> World:
    """Return the small city and a school that is known and does not take part."""
    known = make_school(world.session, "H6R9", "198766", "Am Kanal")
    known.state, known.joined_on, known.joined_signatory = SchoolState.KNOWN, None, None
    known.authority_number = OURS
    world.session.commit()
    return world


def known(city: World) -> Report | None:
    """Return the report of the school that does not take part."""
    return city.session.scalars(select(Report).where(Report.school_id != city.school.id)).first()


def write(client: FlaskClient) -> int:
    """Write by the first door; return the status."""
    return press(client, FORM, filled(look(client, FORM), text="Sie treten mich.")).status_code


def test_the_child_is_told_who_reads_and_only_they_do(client: FlaskClient, city: World) -> None:
    page = main_of(look(client, "/s/H6R9"))
    assert "Diese Schule macht hier noch nicht mit." in page
    assert "Dann liest: Stelle der Stadt." in page
    assert "An deiner Schule kann sie nichts bestimmen." in page
    assert HEARS in page
    assert HEARS in main_of(look(client, FORM))
    assert write(client) == 303
    report = known(city)
    assert report is not None
    grants = city.session.scalars(select(ReportGrant.person_id).where(ReportGrant.report_id == report.id))
    assert {person for person in grants if person} == city.ids("Leyla", "Tomasz")


@pytest.mark.parametrize("settings", [{"known_schools_reach_city": False}], indirect=True)
def test_without_the_citys_word_nobody_writes(client: FlaskClient, city: World) -> None:
    _shut(client, city)


def test_with_one_person_able_to_read_nobody_writes(client: FlaskClient, city: World) -> None:
    city.remove(["Leyla"])
    city.session.commit()
    _shut(client, city)


def test_a_school_of_another_authority_is_shut(client: FlaskClient, city: World) -> None:
    _belongs_to_church(city)
    _shut(client, city)


@pytest.mark.parametrize(
    "settings", [{"authority_agreements": (f"{CHURCH}=Vereinbarung vom 1.9.2026",)}], indirect=True
)
def test_by_a_named_agreement_it_is_open(client: FlaskClient, city: World) -> None:
    _belongs_to_church(city)
    assert write(client) == 303


def test_a_form_that_was_open_before_the_door_was_shut_keeps_its_text(client: FlaskClient, city: World) -> None:
    form = filled(look(client, FORM), text="Sie treten mich.")
    city.remove(["Leyla"])
    city.session.commit()
    answer = press(client, FORM, form)
    assert (answer.status_code, known(city)) == (503, None)
    assert "Sie treten mich." in answer.text


def test_joining_later_hands_nothing_over(client: FlaskClient, city: World) -> None:
    write(client)
    report = known(city)
    assert report is not None
    report_id, school_id = report.id, report.school_id
    school = city.session.get_one(type(city.school), school_id)
    school.state, school.joined_on, school.joined_signatory = SchoolState.JOINED, SINCE, "Renate Okonkwo"
    city.seats["Selin"].school_id = school_id
    city.session.commit()
    grants = city.session.scalars(select(ReportGrant.person_id).where(ReportGrant.report_id == report_id))
    assert {person for person in grants if person} == city.ids("Leyla", "Tomasz")


@pytest.mark.parametrize("wrong", ["72783", "=Vereinbarung", "Kirche=Vereinbarung vom 1.9.2026", "72783= "])
def test_an_agreement_has_a_number_and_a_name(settings: Settings, wrong: str) -> None:
    with pytest.raises(SettingsRefused, match="Vereinbarung vom"):
        _ = replace(settings, authority_agreements=(wrong,)).agreements


def _belongs_to_church(city: World) -> None:
    school = next(each for each in city.session.scalars(select(type(city.school))) if each.key == "H6R9")
    school.authority_number = CHURCH
    city.session.commit()


def _shut(client: FlaskClient, city: World) -> None:
    page = main_of(look(client, "/s/H6R9"))
    assert "Du kannst trotzdem schreiben" not in page
    assert HEARS not in page
    assert "Hier hört dir jetzt jemand zu." in page
    assert press(client, FORM, {"text": ["Sie treten mich."]}).status_code == 503
    assert known(city) is None
