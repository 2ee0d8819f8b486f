"""The plan: guided methods with owner and day; what would harm is refused by whatever way it is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bullying_desk.cases import assessing, planning
from bullying_desk.cases.assessing import Judgement
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.finding import FoundCase, find_case
from bullying_desk.cases.method_shape import For
from bullying_desk.cases.methods import METHODS, READY, READY_AT_WORK
from bullying_desk.cases.planning import MethodRefused, Refusal
from bullying_desk.cases.rubric import FLAGS, CaseKind
from bullying_desk.config import ClockValues
from bullying_desk.reports.answers import Answers
from bullying_desk.reports.models import Urgency
from bullying_desk.reports.routing import ReaderChoice, Wish
from tests.cases.browsing import forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

TIMES = ("07:15", "10:00", "12:30", "15:00")


def _case(world: World, me: Counsellor, kind: CaseKind | None = CaseKind.BULLYING, door: int = 1) -> FoundCase:
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Jan"), adult=True) if door == 5 else None
    filed, _receipt = world.file(answers=Answers(door, False, {"text": "Immer wieder."}), choice=choice)
    found = find_case(me, world.report(filed).case_id)
    if kind is not None:
        _judge(me, found, kind)
    return found


def _judge(me: Counsellor, found: FoundCase, kind: CaseKind, *flags: str) -> None:
    urgency = Urgency.ACUTE if flags else Urgency.MEDIUM
    judged = Judgement(kind, urgency, "Weil.", "1", "Weil.", frozenset(flags))
    assert assessing.assess(me, found, open_case_secrets(me, found.case), judged, ClockValues(), TIMES)


def _add(me: Counsellor, found: FoundCase, code: str, door: int = 1) -> int:
    secrets, day = open_case_secrets(me, found.case), me.today + timedelta(days=3)
    return planning.add(me, found, secrets, door, code, "", me.person_id, day).number


def _plan(me: Counsellor, found: FoundCase) -> list[planning.Measure]:
    return planning.plan_of(me, found.case, open_case_secrets(me, found.case))


@pytest.mark.parametrize("kind", [CaseKind.BULLYING, CaseKind.VIOLENCE, CaseKind.ENDANGERMENT, CaseKind.INCIDENT, None])
def test_mediation_is_for_a_conflict_only(world: World, at_desk: AtDesk, kind: CaseKind | None) -> None:
    selin = at_desk("Selin")
    with pytest.raises(MethodRefused) as refused:
        _add(selin, _case(world, selin, kind), "streitschlichtung")
    assert refused.value.why is (Refusal.NOT_ASSESSED if kind is None else Refusal.HARMS)
    conflict = _case(world, selin, CaseKind.CONFLICT)
    assert _add(selin, conflict, "streitschlichtung")


def test_a_hard_flag_shuts_what_would_harm(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    for flag in FLAGS:
        shut = [each for each in METHODS.values() if flag in each.unless]
        if not shut:
            continue
        found = _case(world, selin, None)
        _judge(selin, found, CaseKind.BULLYING, flag)
        for method in shut:
            with pytest.raises(MethodRefused):
                _add(selin, found, method.code)
            assert method.why_not  # and the reason can be said
    assert {"sexuell", "waffe", "erwachsene", "zuhause"} <= METHODS["unterstuetzung"].unless


def test_no_pupils_method_where_somebody_at_work_is_affected_and_none_of_theirs_for_a_child(
    world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    at_work, child = _case(world, selin, door=5), _case(world, selin)
    for method in METHODS.values():
        found, door = (at_work, 5) if method.whose is For.CHILD else (child, 1)
        with pytest.raises(MethodRefused) as refused:
            _add(selin, found, method.code, door)
        assert refused.value.why is Refusal.OTHER_PLAN
    offices = {"lehrerrat", "personalrat", "gleichstellung", "schulaufsicht", "sprechzeit", "hinschg"}
    assert offices <= {each.code for each in planning.methods_for(5)}


def test_the_ready_plan_is_there_once_and_leaves_out_what_does_not_fit(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    secrets = open_case_secrets(selin, found.case)
    assert planning.take_ready_plan(selin, found, secrets, 1) == len(READY)
    assert planning.take_ready_plan(selin, found, secrets, 1) == 0  # a double press
    plan = _plan(selin, found)
    assert [one.method.code for one in plan] == [code for code, _days in READY]
    assert all(one.owner_id == selin.person_id and one.day > selin.today for one in plan)
    assert found.case.plan_due is None
    grave = _case(world, selin, None)
    _judge(selin, grave, CaseKind.VIOLENCE, "sexuell")
    planning.take_ready_plan(selin, grave, open_case_secrets(selin, grave.case), 1)
    assert "unterstuetzung" not in {one.method.code for one in _plan(selin, grave)}
    at_work = _case(world, selin, door=5)
    planning.take_ready_plan(selin, at_work, open_case_secrets(selin, at_work.case), 5)
    assert [one.method.code for one in _plan(selin, at_work)] == [code for code, _days in READY_AT_WORK]


def test_what_is_done_sets_the_follow_up_and_what_is_dropped_does_not(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    talk, lesson = _add(selin, found, "erstgespraech"), _add(selin, found, "klassenstunde")
    secrets, values = open_case_secrets(selin, found.case), ClockValues()
    planning.finish(selin, found, secrets, lesson, selin.today, "Krank.", dropped=True, values=values)
    before = found.case.follow_up_due
    planning.finish(
        selin, found, secrets, talk, selin.today, "Kind A will den Bus wechseln.", dropped=False, values=values
    )
    after = found.case.follow_up_due
    assert before is None
    assert after is not None
    assert 7 <= (after - selin.today).days <= 21
    with pytest.raises(planning.MeasureUnknown):
        planning.finish(selin, found, secrets, talk, selin.today, "", dropped=False, values=values)
    assert {one.number: one.is_dropped for one in _plan(selin, found)} == {talk: False, lesson: True}


def test_who_does_not_read_owns_no_measure_and_no_day_is_over(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _case(world, selin)
    secrets = open_case_secrets(selin, found.case)
    stranger = next(
        person.id for person in world.people.values() if person.id not in planning.owners(selin, found.case)
    )
    with pytest.raises(planning.OwnerUnknown):
        planning.add(selin, found, secrets, 1, "schutz", "", stranger, selin.today)
    with pytest.raises(planning.DayPassed):
        planning.add(selin, found, secrets, 1, "schutz", "", selin.person_id, selin.today - timedelta(days=1))
    with pytest.raises(planning.MethodUnknown):
        planning.add(selin, found, secrets, 1, "erfunden", "", selin.person_id, selin.today)
    measure = _add(selin, found, "schutz")
    later = selin.today + timedelta(days=1)
    with pytest.raises(planning.DayAhead):
        planning.finish(selin, found, secrets, measure, later, "", dropped=False, values=ClockValues())


def test_on_the_pages_in_two_presses(world: World, enter: SignIn) -> None:
    filed, _receipt = world.file()
    case_id = world.report(filed).case_id
    selin = enter("Selin")
    selin.get(f"/team/fall/{case_id}/plan")
    selin.presses = 0
    selin.follow("Fertigen Plan ansehen")
    selin.press("So übernehmen")
    assert selin.presses == 2
    assert "Der Plan steht." in selin.main
    assert "Erstgespräch mit dem betroffenen Kind" in selin.main
    selin.press("In den Plan", 422, methode="streitschlichtung", was="Kind A", bis="2099-01-01")
    assert "Schätzen Sie den Fall zuerst ein." in selin.main
    assert "Kind A" in selin.page.text
    agreed = next(name for form in forms_of(selin.page) for name in form.fields if name.endswith("-vereinbart"))
    fields: dict[str, Any] = {agreed: "Kind A fährt mit Kind B."}
    selin.press("Eintragen", **fields)
    assert "Schon geschehen" in selin.main
    assert "Kind A fährt mit Kind B." in selin.main
    for code in METHODS:
        selin.get(f"/team/fall/{case_id}/plan/leitfaden/{code}")
        assert "{" not in selin.main
    selin.get(f"/team/fall/{case_id}/plan/leitfaden/erfunden", 404)
