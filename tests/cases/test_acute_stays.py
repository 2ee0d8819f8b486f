"""No way round two people: a case that is acute neither rests, nor loses its danger by being put together or apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bullying_desk.cases import case_state
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import Judgement
from bullying_desk.cases.assessment.rubric import CaseKind
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.deadlines import apply_urgency
from bullying_desk.cases.readers import linking
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import CaseStatus, ReporterState, Urgency
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

TIMES = ("07:15",)
CALM = Judgement(CaseKind.BULLYING, Urgency.MEDIUM, "Der Weg ist begleitet.", "1", "Die Schule schafft das.")

WEAPON = frozenset({"waffe"})


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
    with pytest.raises(case_state.StillAcute):
        case_state.set_state(selin, found.case, CaseStatus.DORMANT)
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


def _calm(me: Counsellor, second: Counsellor, found: FoundCase) -> None:
    """Two people see no danger any more."""
    secrets, values = open_case_secrets(me, found.case), ClockValues()
    assert not assessing.assess(me, found, secrets, CALM, values, TIMES)
    waits = assessing.standing(second, found.case, secrets).proposed
    assert waits is not None
    assessing.decide(second, found, secrets, waits.number, yes=True, reason="", values=values)
    assert not found.case.is_acute


def test_what_two_have_lowered_before_stays_lowered_put_together_and_apart(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    one, two = _case(world, selin, danger=True), _case(world, selin)
    _calm(selin, jan, one)
    together = linking.link(selin, one, one.reports[0], two.case.id)
    assert not together.danger
    found = find_case(selin, together.id)
    assert not linking.unlink(selin, found, found.report(one.reports[0].id)).danger


def test_who_leads_and_hard_flags_go_along_into_the_other_case_and_are_lowered_there_by_two(
    world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    grave, calm = _case(world, selin), _case(world, selin)
    for found, judged in ((grave, replace(CALM, urgency=Urgency.ACUTE, level="3", flags=WEAPON)), (calm, CALM)):
        secrets = open_case_secrets(selin, found.case)
        assert assessing.assess(selin, found, secrets, judged, ClockValues(), TIMES)
    linking.link(selin, grave, grave.reports[0], calm.case.id)
    together = find_case(selin, calm.case.id)
    secrets = open_case_secrets(selin, together.case)
    now = assessing.standing(selin, together.case, secrets)
    assert (now.level, now.flags) == ("3", WEAPON)
    assert not assessing.assess(selin, together, secrets, CALM, ClockValues(), TIMES)
    raised = replace(CALM, urgency=Urgency.ACUTE, level="3", flags=WEAPON)
    assert assessing.assess(selin, together, secrets, raised, ClockValues(), TIMES)
    assert assessing.standing(selin, together.case, secrets).carried == ()


def test_lowered_while_together_counts_there_and_the_report_comes_out_as_it_went_in(
    world: World, at_desk: AtDesk
) -> None:
    """Two people judged both stories as one; taking the reports apart says that they are none."""
    selin, jan = at_desk("Selin"), at_desk("Jan")
    one, two = _case(world, selin, danger=True), _case(world, selin)
    together = linking.link(selin, one, one.reports[0], two.case.id)
    _calm(selin, jan, find_case(selin, together.id))
    found = find_case(selin, together.id)
    back = linking.unlink(selin, found, found.report(one.reports[0].id))
    assert (back.danger, together.danger) == (True, False)


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
    assert "Einen akuten Fall können Sie nicht ruhen lassen." in desk.main
