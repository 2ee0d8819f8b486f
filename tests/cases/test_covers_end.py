"""A reader who is back ends their stand-in's reading with one press: the next epoch is closed to the stand-in."""

from __future__ import annotations

import pytest

from bullying_desk.accounts.team import absences
from bullying_desk.cases import case_state
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.readers import admission
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report
from bullying_desk.reports.opening import ReaderExcluded, open_as_reporter, open_report_secrets
from bullying_desk.reports.readers.readership import readers_of
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.reports.standby import deputies
from bullying_desk.sealing.receipts import Receipt
from tests.cases.browsing import forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.moving_clock import MovingClock
from tests.world import World


def _covered(world: World, at_desk: AtDesk) -> tuple[Report, Receipt]:
    """Selin alone is chosen and responsible; on Tuesday she is away, and Jan reads instead."""
    selin, jan = world.person("Selin").id, world.person("Jan").id
    filed, receipt = world.file(choice=ReaderChoice(Wish.NAMED, frozenset({selin}), jan))
    report = world.report(filed)
    me = at_desk("Selin")
    case_state.take_over(me, find_case(me, report.case_id).case, seen_owner=None)
    open_case_secrets(me, world.session.get_one(Case, report.case_id))
    days = absences.Days(world.clock.today(), world.clock.today())
    absences.enter(world.session, world.seats["Selin"], days, jan, selin, world.clock.now())
    assert _let_in(world) == 1
    return report, receipt


def _let_in(world: World) -> int:
    return deputies.release_for_absences(world.session, world.pepper_layer, world.clock.now(), ("07:15",))


def _end(at_desk: AtDesk, who: str, report: Report, person: int) -> None:
    me = at_desk(who)
    admission.end(me, find_case(me, report.case_id), person)


def test_after_the_press_the_stand_in_reads_nothing_new_and_stands_by_again(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    report, receipt = _covered(world, at_desk)
    jan = at_desk("Jan")
    case, session = world.session.get_one(Case, report.case_id), world.session
    known = open_case_secrets(jan, case)
    with pytest.raises(admission.NobodyToEnd):  # while she is away
        _end(at_desk, "Selin", report, jan.person_id)
    clock.forward(days=1)
    _end(at_desk, "Selin", report, jan.person_id)
    with pytest.raises(CaseUnknown):
        find_case(jan, report.case_id)
    with pytest.raises(ReaderExcluded):
        open_report_secrets(session, world.pepper_layer, jan.key, jan.person_id, report)
    assert report.epoch == 2
    assert case.epoch not in known
    assert case.epoch in open_case_secrets(at_desk("Selin"), case)
    [line] = [one for one in readers_of(session, report) if one.person_id == jan.person_id]
    assert (line.state, line.reason, line.until_hour) == (GrantState.STANDBY, ReaderReason.CHOSEN, clock.hour())
    assert 2 in open_as_reporter(session, world.pepper_layer, receipt.key, report)
    with pytest.raises(admission.NobodyToEnd):  # a second press
        _end(at_desk, "Selin", report, jan.person_id)
    assert _let_in(world) == 0
    days = absences.Days(clock.today(), clock.today())
    absences.enter(session, world.seats["Selin"], days, jan.person_id, at_desk("Selin").person_id, clock.now())
    assert _let_in(world) == 1  # and is let in the next time


def test_nobody_ends_a_colleague_who_is_responsible_now_or_reads_for_another_reason(
    world: World, at_desk: AtDesk, clock: MovingClock
) -> None:
    report, _receipt = _covered(world, at_desk)
    clock.forward(days=1)
    jan, selin = at_desk("Jan"), world.person("Selin").id
    with pytest.raises(admission.NobodyToEnd):
        _end(at_desk, "Jan", report, selin)  # whoever was chosen is no stand-in
    case_state.take_over(jan, find_case(jan, report.case_id).case, seen_owner=selin)
    with pytest.raises(admission.NobodyToEnd):
        _end(at_desk, "Selin", report, jan.person_id)


def test_on_the_pages(world: World, at_desk: AtDesk, clock: MovingClock, enter: SignIn) -> None:
    report, _receipt = _covered(world, at_desk)
    clock.forward(days=1)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    assert "Jan Brandt hat Sie vertreten und liest noch mit." in desk.main
    second = next(form for form in forms_of(desk.page) if "Vertretung beenden" in form.words)
    desk.press("Vertretung beenden")
    assert "Die Vertretung ist beendet." in desk.main
    assert "Jan Brandt steht bereit, liest noch nicht" in desk.main
    desk.send(second.action, second.fields)  # submitted twice
    assert "hat Sie vertreten" not in desk.main
