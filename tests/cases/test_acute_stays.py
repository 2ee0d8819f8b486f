"""No way round two people: a case that is acute neither rests, nor loses its danger by being put together or apart."""

from __future__ import annotations

import pytest

from bullying_desk.cases import linking, working
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.deadlines import apply_urgency
from bullying_desk.cases.finding import FoundCase, find_case
from bullying_desk.config import ClockValues
from bullying_desk.reports.answers import Answers
from bullying_desk.reports.models import CaseStatus, ReporterState, Urgency
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World


def _case(world: World, me: Counsellor, *, danger: bool = False) -> FoundCase:
    filed, _ = world.file(answers=Answers(1, danger, {"text": "Sie lauern mir auf."}))
    report = world.report(filed)
    report.reporter_state = ReporterState.FINISHED
    return find_case(me, report.case_id)


@pytest.mark.parametrize("danger", [True, False])
def test_an_acute_case_does_not_rest(world: World, at_desk: AtDesk, danger: bool) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin, danger=danger)
    if not danger:
        apply_urgency(selin, found.case, Urgency.ACUTE, ClockValues())
    with pytest.raises(working.StillAcute):
        working.set_state(selin, found.case, CaseStatus.DORMANT)
    assert found.case.status is CaseStatus.NEW


def test_put_into_a_calm_case_and_taken_out_again_it_is_dangerous_wherever_it_lies(
    world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    acute, calm = _case(world, selin), _case(world, selin)
    apply_urgency(selin, acute.case, Urgency.ACUTE, ClockValues())
    together = linking.link(selin, acute, acute.reports[0], calm.case.id)
    assert together.danger
    found = find_case(selin, together.id)
    back = linking.unlink(selin, found, found.report(acute.reports[0].id))
    assert back.danger
    assert together.danger


def test_taken_out_of_a_case_that_was_judged_acute_later(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    one, two = _case(world, selin), _case(world, selin)
    together = linking.link(selin, one, one.reports[0], two.case.id)
    assert not together.danger
    apply_urgency(selin, together, Urgency.ACUTE, ClockValues())
    found = find_case(selin, together.id)
    assert linking.unlink(selin, found, found.report(one.reports[0].id)).danger


def test_the_page_says_why_it_does_not_rest(world: World, enter: SignIn, at_desk: AtDesk) -> None:
    found = _case(world, at_desk("Selin"), danger=True)
    desk = enter("Selin")
    desk.get(f"/team/fall/{found.case.id}")
    desk.press("Ruhen lassen")
    assert "Ein akuter Fall ruht nicht." in desk.main
