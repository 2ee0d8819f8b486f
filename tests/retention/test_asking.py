"""A request reaches the person responsible, sealed to them, and comes back to the officer as a day, nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases.inbox import overview
from bullying_desk.reports.models import Case, Report
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.resources import case_name
from bullying_desk.retention import asking, opening, requests
from bullying_desk.retention.models import Art, PrivacyAsk, PrivacyRequest, RequestState
from bullying_desk.retention.requests import Entry
from tests.moving_clock import MovingClock
from tests.retention.test_desks import seat
from tests.world import World

pytestmark = pytest.mark.sqlite
TEXT = "MARKER Frau Abendroth für ihr Kind in der 6a"


@pytest.fixture
def world(world: World) -> World:
    """Return the small city with two officers; Selin has the case, Jan is left out of it."""
    world.add("Ines", "Frau Costa", Role.DATA_PROTECTION_OFFICER)
    world.add("Ruth", "Frau Adler", Role.DATA_PROTECTION_OFFICER)
    world.session.commit()
    return world


def _case(world: World) -> Case:
    filed, _words = world.file(choice=ReaderChoice(Wish.TEAM, left_out=world.ids("Jan")))
    case = world.session.get_one(Case, world.report(filed).case_id)
    case.owner_id = world.person("Selin").id
    world.session.commit()
    return case


def _request(world: World) -> PrivacyRequest:
    entry = Entry(77, Art.ACCESS, world.clock.today())
    return requests.enter(world.session, world.pepper_layer, entry, "", world.person("Ines").id, world.clock.now())


def test_from_the_officers_question_to_answered_on(app: Flask, world: World, clock: MovingClock) -> None:
    case, row = _case(world), _request(world)
    due = row.due_on
    ines, selin, jan = (seat(app, world, name) for name in ("Ines", "Selin", "Jan"))
    ines.get(f"/stadt/datenschutz/antrag/{row.id}")
    ines.press("Fragen", 422, case="4711", text=TEXT)
    assert "So finden wir niemanden" in ines.main
    assert TEXT in ines.page.text  # the typed text stays
    ines.press("Fragen", 422, case=f"{case.id:x}", text=" ")
    for _twice in range(2):
        ines.get(f"/stadt/datenschutz/antrag/{row.id}")
        ines.press("Fragen", case=f"{case.id:x}", text=TEXT)
    assert "noch nicht beantwortet" in ines.main
    world.session.expire_all()
    asked = world.session.scalars(select(PrivacyAsk)).one()  # a double submit asks once
    assert b"MARKER" not in asked.sealed
    assert "Die Datenschutzbeauftragte braucht eine Antwort von Ihnen" in selin.get("/team").text
    days = overview.own_days(world.session, asked.person_id, world.key("Selin").key_id, clock.now())
    assert due in days
    assert "Datenschutzbeauftragte braucht" not in jan.get("/team").text  # a left-out person sees nothing
    address = f"/team/antrag/{asked.id}"
    jan.get(address, 404)
    assert TEXT in selin.get(address).text
    assert f"/team/fall/{case.id}/druck?art=betroffen" in selin.page.text
    selin.press("Antwort ist fertig")
    selin.get(address, 404)
    ines.get(f"/stadt/datenschutz/antrag/{row.id}")
    assert "beantwortet am" in ines.main
    for told in (case_name(case.id), f"{case.id:x}", "Selin", "Aydin", "MARKER"):
        assert told not in ines.main  # the officer learns the day and nothing of the case
    world.session.expire_all()
    about = world.session.scalars(select(AuditEntry).where(AuditEntry.event.like("request.%"))).all()
    assert {(each.subject_id, str(each.facts.get("state"))) for each in about} == {
        (row.id, "None"), (row.id, "asked"), (row.id, "prepared")
    }  # fmt: skip
    # nothing in the course of the case, which others read, speaks of it
    assert not world.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == case.id, AuditEntry.event.like("request.%"))
    ).all()


def test_whether_there_is_a_case_or_nobody_has_it_looks_alike(world: World, clock: MovingClock) -> None:
    case, row = _case(world), _request(world)
    case.owner_id = None
    world.session.flush()
    for number in (case.id, 4711):
        with pytest.raises(asking.NobodyToAsk):
            asking.ask(world.session, world.pepper_layer, row, number, TEXT, world.person("Ines").id, clock.now())
    case.owner_id = world.person("Jan").id  # has it, and reads none of it
    world.session.flush()
    with pytest.raises(asking.NobodyToAsk):
        asking.ask(world.session, world.pepper_layer, row, case.id, TEXT, world.person("Ines").id, clock.now())


def test_a_question_ends_with_the_request_and_with_reading(world: World, clock: MovingClock) -> None:
    case, row = _case(world), _request(world)
    officer, selin, key = world.person("Ines").id, world.person("Selin").id, world.key("Selin")
    made = asking.ask(world.session, world.pepper_layer, row, case.id, TEXT, officer, clock.now())
    [one] = asking.waiting(world.session, selin, key.key_id)
    assert opening.asked_text(one.ask, key) == TEXT
    assert opening.asked_text(one.ask, world.key("Amara")) is None
    assert asking.waiting(world.session, selin, bytes(16)) == []
    report = world.session.scalars(select(Report).where(Report.case_id == case.id)).one()
    report.epoch += 1  # Selin's grant is of the epoch before
    world.session.flush()
    assert asking.waiting(world.session, selin, key.key_id) == []
    report.epoch -= 1
    requests.close(world.session, row, RequestState.REFUSED, officer, clock.now() + timedelta(days=1))
    with pytest.raises(requests.RequestUnknown):
        asking.find(world.session, made.id, selin, key.key_id)
    with pytest.raises(requests.NoLongerOpen):
        asking.ask(world.session, world.pepper_layer, row, case.id, TEXT, officer, clock.now())
