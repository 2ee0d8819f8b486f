"""The plan: guided methods with owner and day; a harmful method is refused on every way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bullying_desk.cases import deadlines, file_entries
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.assessing import Judgement
from bullying_desk.cases.assessment.rubric import FLAGS, CaseKind
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.plan import planning, ready_plans
from bullying_desk.cases.plan.methods import ANY, METHODS, For
from bullying_desk.cases.plan.planning import MethodRefused, Refusal
from bullying_desk.cases.plan.ready_plans import FIRST_STEPS, PLAN_AT_WORK, PLANS, ReadyPlan
from bullying_desk.config import ClockValues
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Urgency
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schooldays import SchoolCalendar
from tests.cases.browsing import Browser, forms_of, in_docs
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


def _add(me: Counsellor, found: FoundCase, code: str, door: int = 1, despite: str = "") -> int:
    secrets, day = open_case_secrets(me, found.case), me.today + timedelta(days=3)
    return planning.add(me, found, secrets, door, code, "", me.person_id, day, despite=despite).number


def _plan(me: Counsellor, found: FoundCase) -> list[planning.Measure]:
    return planning.plan_of(me, found.case, open_case_secrets(me, found.case))


@pytest.mark.parametrize("kind", [CaseKind.BULLYING, CaseKind.VIOLENCE, CaseKind.ENDANGERMENT, CaseKind.INCIDENT, None])
def test_mediation_is_for_a_conflict_only(world: World, at_desk: AtDesk, kind: CaseKind | None) -> None:
    selin = at_desk("Selin")
    with pytest.raises(MethodRefused) as refused:
        _add(selin, _case(world, selin, kind), "streitschlichtung", despite="Beide wollen es.")
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
                _add(selin, found, method.code, despite="Es eilt.")
            assert method.why_not  # and the reason is shown
    assert {"sexuell", "waffe", "erwachsene", "zuhause"} <= METHODS["unterstuetzung"].unless


def test_no_pupils_method_where_somebody_at_work_is_affected_and_none_of_theirs_for_a_child(
    world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    at_work, child = _case(world, selin, door=5), _case(world, selin)
    for method in METHODS.values():
        found, door = (at_work, 5) if method.whose is For.CHILD else (child, 1)
        with pytest.raises(MethodRefused) as refused:
            _add(selin, found, method.code, door, "Ich finde, es passt.")
        assert refused.value.why is Refusal.OTHER_PLAN
    offices = {"lehrerrat", "personalrat", "gleichstellung", "schulaufsicht", "sprechzeit", "hinschg"}
    assert offices <= {each.code for each in planning.methods_for(5)}


def test_what_only_speaks_against_a_method_gives_way_to_a_reason_that_stays(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    grave = _case(world, selin, None)
    _judge(selin, grave, CaseKind.BULLYING, "suizid")
    violence = _case(world, selin, CaseKind.VIOLENCE)
    for found, code in ((grave, "unterstuetzung"), (violence, "gespraech-ruhig")):
        for nothing in ("", "  "):
            with pytest.raises(MethodRefused) as refused:
                _add(selin, found, code, despite=nothing)
            assert refused.value.why is Refusal.DOUBTFUL
        number = _add(selin, found, code, despite="Das Kind möchte es so.")
        secrets, day = open_case_secrets(selin, found.case), selin.today + timedelta(days=9)
        planning.change(selin, found, secrets, number, "Kind B", selin.person_id, day, seen=number)
        [one] = _plan(selin, found)
        assert (one.sheet.text("despite"), one.sheet.text("what")) == ("Das Kind möchte es so.", "Kind B")
    fitting = _case(world, selin)
    _add(selin, fitting, "unterstuetzung", despite="Nur so.")
    assert _plan(selin, fitting)[0].sheet.text("despite") == ""


def test_whatever_speaks_against_a_method_can_be_said(world: World, at_desk: AtDesk) -> None:
    for method in METHODS.values():
        assert not method.unless & method.doubt
        assert not method.kinds & method.never
        if method.unless or method.never:
            assert method.why_not
        if method.doubt or ANY - method.kinds - method.never:
            assert method.why_doubt


def _take(me: Counsellor, found: FoundCase, door: int = 1, **more: Any) -> int:
    secrets = open_case_secrets(me, found.case)
    now = assessing.standing(me, found.case, secrets)
    return ready_plans.take(me, found, secrets, now, door, ClockValues(), **more)


@pytest.mark.parametrize(
    "plan", [FIRST_STEPS, *PLANS, PLAN_AT_WORK], ids=lambda plan: plan.code if isinstance(plan, ReadyPlan) else None
)
def test_each_kind_has_its_plan_on_school_days_with_both_talks_in_their_windows(
    world: World, at_desk: AtDesk, plan: ReadyPlan
) -> None:
    selin, door = at_desk("Selin"), 5 if plan is PLAN_AT_WORK else 1
    for kind in plan.kinds or {None}:
        found = _case(world, selin, kind, door)
        assert _take(selin, found, door, code=plan.code) == len(plan.steps) + len(plan.talks)
        assert _take(selin, found, door, code=plan.code) == 0  # a double submit
        taken = {one.method.code: one for one in _plan(selin, found)}
        assert set(taken) == set(plan.steps) | set(plan.talks)
        calendar = SchoolCalendar()
        assert all(one.owner_id == selin.person_id and one.day > selin.today for one in taken.values())
        assert all(calendar.is_school_day(one.day) for one in taken.values())
        last = max(taken[code].day for code in plan.steps)
        for number, code in enumerate(plan.talks):
            assert taken[code].method.follow_up == number
            window = deadlines.follow_up_window(calendar, last, number, ClockValues())
            assert window.first <= taken[code].day <= window.last
        assert found.case.plan_due is None
        assert re.search(r"https://\w|§ \d", plan.source)


def test_a_plan_leaves_out_what_the_case_rules_out_and_none_is_there_for_a_child_that_is_endangered(
    world: World, at_desk: AtDesk
) -> None:
    selin = at_desk("Selin")
    grave = _case(world, selin, None)
    _judge(selin, grave, CaseKind.VIOLENCE, "zuhause")
    _take(selin, grave)
    codes = {one.method.code for one in _plan(selin, grave)}
    assert "polizei-pruefen" in codes
    assert not codes & {"eltern", "gespraech-klar"}  # refused the one, only with a reason the other
    endangered = _case(world, selin, CaseKind.ENDANGERMENT)
    for code in (None, *(plan.code for plan in PLANS)):
        with pytest.raises(ready_plans.PlanGone):
            _take(selin, endangered, code=code)
    bullying = _case(world, selin)
    with pytest.raises(ready_plans.PlanGone):  # no plan of another kind, mediation with it
        _take(selin, bullying, code="konflikt")
    assert not _plan(selin, endangered) + _plan(selin, bullying)


def test_steps_are_left_out_and_given_to_a_colleague_who_reads(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    found = _case(world, selin)
    stranger = next(one.id for one in world.people.values() if one.id not in planning.owners(selin, found.case))
    with pytest.raises(planning.OwnerUnknown):
        _take(selin, found, whose={"erstgespraech": selin.person_id, "schutz": stranger})
    with pytest.raises(ready_plans.NothingChosen):
        _take(selin, found, whose={})
    assert not _plan(selin, found)  # all of it or nothing
    whose = {"erstgespraech": selin.person_id, "schutz": jan.person_id, "streitschlichtung": jan.person_id}
    assert _take(selin, found, whose=whose) == 2
    assert {one.method.code: one.owner_id for one in _plan(selin, found)} == {
        "erstgespraech": selin.person_id,
        "schutz": jan.person_id,
    }


def test_a_follow_up_talk_does_not_begin_the_follow_ups_anew(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found, values = _case(world, selin), ClockValues()
    talk, after = _add(selin, found, "gespraech-ruhig"), _add(selin, found, "nachgespraech-1")
    secrets = open_case_secrets(selin, found.case)
    day = selin.today - timedelta(days=9)
    planning.finish(selin, found, secrets, talk, day, "", dropped=False, values=values)
    due = found.case.follow_up_due
    planning.finish(selin, found, secrets, after, selin.today, "Es ist ruhig.", dropped=False, values=values)
    assert (found.case.measure_on, found.case.follow_up_due) == (day, due)


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
    with pytest.raises(planning.MeasureDayAhead):
        planning.finish(selin, found, secrets, measure, later, "", dropped=False, values=ClockValues())


def test_on_the_pages_in_two_presses(world: World, enter: SignIn) -> None:
    filed, _receipt = world.file()
    case_id = world.report(filed).case_id
    selin = enter("Selin")
    selin.get(f"/team/fall/{case_id}/plan")
    selin.presses = 0
    selin.follow("Fertigen Plan ansehen")
    selin.press("So übernehmen")
    assert selin.presses == in_docs("take over the ready plan") == 2
    assert "Der Plan steht." in selin.main
    assert "Erstgespräch mit dem betroffenen Kind" in selin.main
    selin.press("In den Plan aufnehmen", 422, methode="streitschlichtung", was="Kind A", bis="2099-01-01")
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


def test_a_step_in_own_words_says_what_it_is(world: World, enter: SignIn) -> None:
    filed, _receipt = world.file()
    case, selin = f"/team/fall/{world.report(filed).case_id}", enter("Selin")
    selin.get(f"{case}/plan")
    step: dict[str, Any] = {"methode": "anderes", "bis": "2099-01-01"}
    selin.press("In den Plan aufnehmen", 422, **step, was="  ")
    assert "Schreiben Sie, was genau geschehen soll." in selin.main
    selin.press("In den Plan aufnehmen", **step, was="Kind A sitzt vorn.")
    assert "Kind A sitzt vorn." in selin.main
    what = next(name for form in forms_of(selin.page) for name in form.fields if name.endswith("-was"))
    selin.press("Änderung speichern", 422, **{what: ""})
    assert "Schreiben Sie, was genau geschehen soll." in selin.main


def test_the_choice_itself_says_which_method_does_not_fit(world: World, enter: SignIn) -> None:
    filed, _receipt = world.file()
    case, selin = f"/team/fall/{world.report(filed).case_id}", enter("Selin")
    _assess_on_page(selin, case, "violence")
    page = selin.get(f"{case}/plan").text
    choices = dict(re.findall(r'name="methode"[^>]* value="([^"]+)"[^>]*><label[^>]*>(.*?)</label>', page))
    assert "hier nicht" in choices["streitschlichtung"]
    assert "hier nur mit Grund" in choices["gespraech-ruhig"]
    assert "hier" not in choices["erstgespraech"]


def test_on_the_page_of_the_ready_plan(world: World, enter: SignIn) -> None:
    filed, _receipt = world.file()
    case = f"/team/fall/{world.report(filed).case_id}"
    selin, jan = enter("Selin"), world.person("Jan").id
    _assess_on_page(selin, case, "bullying")
    selin.get(f"{case}/plan")
    assert "Fertiger Plan: Mobbing, ohne Vorwurf" in selin.main
    selin.follow("Fertigen Plan ansehen")
    selin.follow("Mobbing, mit klarer Ansage")
    off: dict[str, Any] = {f"mit-{code}": [] for code in ("beobachten", "klassenstunde")}
    taken: dict[str, Any] = {**off, "wer-schutz": str(jan), "wer-gespraech-klar": "7"}
    selin.press("So übernehmen", 422, **taken)
    assert "jemanden, der diesen Fall liest" in selin.main
    selin.press("So übernehmen", **{**taken, "wer-gespraech-klar": str(jan)})
    assert "Der Plan steht." in selin.main
    assert "Konfrontierendes Gespräch" in selin.main
    ahead = selin.main[: selin.main.index("Maßnahme hinzufügen")]
    assert "Stunde mit der Klasse" not in ahead
    _assess_on_page(selin, case, "endangerment")
    selin.get(f"{case}/plan")
    assert "Passt hier nicht mehr:" in selin.main  # the clear talk that was planned before
    selin.follow("Schritte nach § 4 KKG")
    assert "Gibt es gewichtige Anhaltspunkte" in selin.main


def test_on_the_page_a_doubtful_method_asks_for_a_reason_and_shows_it(world: World, enter: SignIn) -> None:
    filed, _receipt = world.file()
    case, selin = f"/team/fall/{world.report(filed).case_id}", enter("Selin")
    _assess_on_page(selin, case, "violence")
    selin.get(f"{case}/plan")
    assert "Trotzdem verwenden, weil" not in selin.main
    selin.press("In den Plan aufnehmen", 422, methode="unterstuetzung", was="Kind A", bis="2027-01-20")
    assert "Trotzdem verwenden, weil" in selin.main
    assert "Kind A" in selin.page.text
    selin.press("In den Plan aufnehmen", trotzdem="Kind A möchte es so.")
    assert "Trotzdem verwendet, weil:" in selin.main
    assert "Kind A möchte es so." in selin.main
    selin.press("In den Plan aufnehmen", 422, methode="streitschlichtung", bis="2027-01-20")
    assert "Streitschlichtung braucht zwei gleich Starke." in selin.main
    assert "Trotzdem verwenden, weil" not in selin.main


def test_the_page_opens_the_file_once(world: World, enter: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    filed, _receipt = world.file()
    case, selin = f"/team/fall/{world.report(filed).case_id}", enter("Selin")
    selin.get(f"{case}/plan/fertig")
    selin.press("So übernehmen")
    opened, really = list[tuple[Any, ...]](), file_entries.entries

    def counted(*args: Any) -> list[file_entries.Entry]:
        opened.append(args[3:])
        return really(*args)

    monkeypatch.setattr(file_entries, "entries", counted)
    for page in ("plan", "plan/fertig", "einschaetzung"):
        opened.clear()
        selin.get(f"{case}/{page}")
        assert opened == [("sheet",)], page


def _assess_on_page(selin: Browser, case: str, kind: str) -> None:
    selin.get(f"{case}/einschaetzung")
    said: dict[str, Any] = {"dringlichkeit": "mittel", "dringlich_weil": "So.", "stufe": "1", "stufe_weil": "Reicht."}
    selin.press("Einschätzung eintragen", art=kind, **said)
