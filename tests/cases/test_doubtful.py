"""Where a child means an adult who is in no list, nobody of the school is let in later: it may be them."""

from __future__ import annotations

import pytest

from bullying_desk.access.roles import Role
from bullying_desk.cases import case_state
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.readers import handover
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.models import Case, GrantState, Report
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import Seat, SeatState
from tests.cases.conftest import AtDesk
from tests.world import SINCE, World


def file(world: World, listed: LeftOut, door: int = 1) -> Report:
    """File a report to Selin and Jan by name, because an adult of the school is meant."""
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Jan"), None, listed.people, adult=True)
    sent = Submission(
        world.school.id, Answers(door, False, {"text": "Es geht um jemanden."}), NameGiven(), choice, listed
    )
    return world.report(
        file_report(world.session, world.pepper_layer, sent, world.receipt(), world.clock.now(), Terms())
    )


def hand_over(world: World, selin: Counsellor, report: Report, to: str) -> Case:
    case = find_case(selin, report.case_id).case
    case_state.take_over(selin, case, seen_owner=None)
    handover.hand_over(selin, world.seats["Selin"], world.person(to).id)
    world.session.expire_all()
    return world.session.get_one(Case, case.id)


@pytest.mark.parametrize(
    ("listed", "door"), [(LeftOut(somebody_else=True), 1), (LeftOut(head=True), 1), (LeftOut(), 5)]
)
def test_the_colleague_next_door_does_not_get_it(world: World, at_desk: AtDesk, listed: LeftOut, door: int) -> None:
    report = file(world, listed, door)
    case = hand_over(world, at_desk("Selin"), report, "Amara")
    assert case.owner_id is None
    with pytest.raises(CaseUnknown):
        find_case(at_desk("Amara"), case.id)
    reading = [line for line in readership.readers_of(world.session, report) if line.state is GrantState.OPEN]
    assert len(reading) >= 2


def test_the_city_does(world: World, at_desk: AtDesk) -> None:
    report = file(world, LeftOut(somebody_else=True))
    case = hand_over(world, at_desk("Selin"), report, "Leyla")
    assert case.owner_id == world.person("Leyla").id
    assert find_case(at_desk("Leyla"), case.id).reports


def test_whoever_the_child_has_ticked_does(world: World, at_desk: AtDesk) -> None:
    report = file(world, LeftOut(somebody_else=True))
    assert hand_over(world, at_desk("Selin"), report, "Jan").owner_id == world.person("Jan").id


def test_a_head_who_came_after_the_report_is_left_out_too(world: World, at_desk: AtDesk) -> None:
    report = file(world, LeftOut(head=True))
    person = world.add("Zofia", "Frau Zielinska", Role.CITY_TEAM, on_duty=True)
    lead = Seat(person_id=person.id, school_id=world.school.id, role=Role.SCHOOL_HEAD, shown_name="Frau Zielinska")
    lead.state, lead.started_on = SeatState.ACTIVE, SINCE
    world.session.add(lead)
    world.session.flush()
    case = hand_over(world, at_desk("Selin"), report, "Zofia")
    assert case.owner_id is None
    with pytest.raises(CaseUnknown):
        find_case(at_desk("Zofia"), case.id)
