"""Several reports in one case: nobody comes in by the report that another one leaves them out of, or may mean."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bullying_desk.access.roles import Role
from bullying_desk.cases import case_state, notes
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.ending import case_retention
from bullying_desk.cases.readers import admission, handover, linking, newcomers
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.filing.intake import Submission, Terms, file_report
from bullying_desk.reports.models import GrantState, Report
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.cases.conftest import AtDesk
from tests.world import World

pytestmark = pytest.mark.sqlite


def _file(world: World, *named: str, left_out: tuple[str, ...] = (), unnamed: bool = False) -> Report:
    wish = Wish.NAMED if named else Wish.TEAM
    choice = ReaderChoice(wish, named=world.ids(*named), left_out=world.ids(*left_out), adult=unnamed)
    answers = Answers(1, False, {"text": "Sie lachen."}, wish=wish.value)
    sent = Submission(world.school.id, answers, NameGiven(), choice, LeftOut(choice.left_out, somebody_else=unnamed))
    return world.report(
        file_report(world.session, world.pepper_layer, sent, world.receipt(), world.clock.now(), Terms())
    )


def _link(at_desk: AtDesk, report: Report, other: Report) -> None:
    selin = at_desk("Selin")
    found = find_case(selin, report.case_id)
    linking.link(selin, found, found.report(report.id), other.case_id)


def _reads(world: World, report: Report, name: str) -> bool:
    world.session.expire_all()
    return world.person(name).id in readership.current_grants(world.session, report)


def test_who_leaves_hands_no_case_to_somebody_whom_one_of_its_reports_leaves_out(world: World, at_desk: AtDesk) -> None:
    first = _file(world, "Selin", "Jan")
    second = _file(world, "Selin", "Jan", left_out=("Amara",))
    _link(at_desk, second, first)
    selin = at_desk("Selin")
    case_state.take_over(selin, find_case(selin, first.case_id).case, seen_owner=None)
    handover.hand_over(selin, world.seats["Selin"], world.person("Amara").id)
    assert not _reads(world, first, "Amara")
    with pytest.raises(CaseUnknown):
        find_case(at_desk("Amara"), first.case_id)


def test_who_reads_a_part_of_a_case_lets_no_new_member_in(world: World, at_desk: AtDesk) -> None:
    first = _file(world)
    world.add("Nora", "Frau Blum", Role.CONTACT_PERSON)
    second = _file(world, "Selin", left_out=("Nora",))
    _link(at_desk, second, first)
    assert newcomers.let_in(at_desk("Jan"), world.person("Nora").id, "Herr Brandt").let_in == 0
    assert not _reads(world, first, "Nora")


def test_a_report_about_an_unnamed_adult_is_not_put_beside_one_the_team_reads(world: World, at_desk: AtDesk) -> None:
    first = _file(world)
    second = _file(world, "Selin", "Jan", unnamed=True)
    with pytest.raises(linking.NotTogether):
        _link(at_desk, second, first)
    third = _file(world, "Selin", "Jan")
    _link(at_desk, second, third)  # the same two read both


def test_a_hold_goes_along_and_only_who_reads_all_ends_it(world: World, at_desk: AtDesk) -> None:
    first, second = _file(world, "Selin", "Jan"), _file(world, "Selin", "Amara")
    _link(at_desk, second, first)
    selin, jan = at_desk("Selin"), at_desk("Jan")
    until = world.clock.today() + timedelta(days=100)
    case_retention.hold(selin, find_case(selin, first.case_id).case, until, "Ein Verfahren läuft.")
    with pytest.raises(notes.NoCaseKey):
        case_retention.end_hold(jan, find_case(jan, first.case_id).case)
    amara = at_desk("Amara")
    found = find_case(amara, second.case_id)
    back = linking.unlink(amara, found, found.report(second.id))  # she reads a part, and may take it out
    assert back.hold_until == until
    assert find_case(selin, first.case_id).case.hold_until == until


def test_who_ends_a_colleagues_seat_comes_last_of_those_who_stand_by(world: World) -> None:
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin"), stand_in=world.person("Jan").id)
    report = world.report(world.file(choice=choice)[0])
    jan = world.person("Jan").id
    assert admission.release(
        world.session, world.pepper_layer, report, world.person("Selin").id, world.clock.now(), jan
    )
    assert _reads(world, report, "Jan")  # nobody else stands by: the child is not left alone
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin", "Amara"))
    report = world.report(world.file(choice=choice)[0])
    leyla, tomasz = world.person("Leyla").id, world.person("Tomasz").id
    admission.release(world.session, world.pepper_layer, report, world.person("Selin").id, world.clock.now(), leyla)
    state = {person: grant.state for person, grant in readership.current_grants(world.session, report).items()}
    assert (state[leyla], state[tomasz]) == (GrantState.STANDBY, GrantState.OPEN)
