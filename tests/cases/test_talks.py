"""One talk with the affected person is entered once, and a safety gate is changed where it stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bullying_desk.cases import sheets
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import outcomes
from bullying_desk.cases.ending.case_words import STEP
from bullying_desk.cases.ending.outcomes import Source
from bullying_desk.cases.papers.blanks import BLANKS
from bullying_desk.cases.plan import planning
from bullying_desk.cases.sheets import Kind
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import Case, Report
from tests.cases.browsing import Browser, forms_of, in_docs
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

pytestmark = pytest.mark.sqlite
GATE: dict[str, Any] = {"zuhause": "ja", "woran": "Kind A sagt es", "will": "ja", "wer": ["klasse"], "von": "kind"}


def _case(world: World, *, danger: bool = False) -> Report:
    filed, _receipt = world.file(answers=Answers(1, danger, {"text": "Sie lachen."}))
    return world.report(filed)


def _planned(me: Counsellor, report: Report, *codes: str) -> dict[str, int]:
    found = find_case(me, report.case_id)
    secrets, day = open_case_secrets(me, found.case), me.today + timedelta(days=3)
    return {code: planning.add(me, found, secrets, 1, code, "", me.person_id, day).number for code in codes}


def _held(world: World, me: Counsellor, report: Report) -> tuple[Case, set[str], outcomes.Outcomes, int]:
    """Return the case, the done steps of its plan, what is known, and how many talk records there are."""
    world.session.expire_all()
    found = find_case(me, report.case_id)
    secrets = open_case_secrets(me, found.case)
    done = {one.method.code for one in planning.plan_of(me, found.case, secrets) if one.done is not None}
    return found.case, done, outcomes.outcomes(me, found, secrets), len(sheets.read(me, found.case, secrets, Kind.TALK))


def _typed(browser: Browser) -> dict[str, str]:
    return next(form.fields for form in forms_of(browser.page) if "Speichern" in form.words)


def test_one_talk_is_entered_once_and_counts_everywhere(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    report, me = _case(world, danger=True), at_desk("Selin")
    _planned(me, report, "erstgespraech")
    report.case.in_person_due = me.today
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    selin.presses = 0
    selin.follow("Gespräch eintragen")
    fields = _typed(selin)
    assert (fields["mit"], fields["am"], fields["selbst"]) == ("betroffenes Kind", me.today.isoformat(), "ja")
    selin.press("Speichern", stand="better")
    ticks = 1
    assert selin.presses + ticks == in_docs("a talk with the child, for record, plan, follow-up and outcome") == 3
    assert "Gespräch eingetragen." in selin.main
    case, done, known, records = _held(world, me, report)
    assert (case.in_person_due, done, records) == (None, {"erstgespraech"}, 1)
    assert known.deciding is not None
    assert (known.deciding.source, known.deciding.step) == (Source.FACE, Step.BETTER)
    assert case.measure_on == me.today


def test_a_second_submit_of_a_talk_changes_nothing(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    report, me = _case(world), at_desk("Selin")
    _planned(me, report, "erstgespraech", "nachgespraech-1")
    selin = enter("Selin")
    address = f"/team/fall/{report.case_id}/blatt/gespraech"
    selin.get(f"{address}?selbst=1")
    fields = {**_typed(selin), "stand": "same"}
    selin.send(address, fields)
    assert "Gespräch eingetragen." in selin.main
    selin.send(address, fields)
    case, done, known, records = _held(world, me, report)
    assert (done, len(known.known), records, case.follow_ups) == ({"erstgespraech"}, 1, 1, 0)


def test_a_follow_up_that_is_due_is_the_talk_where_the_child_was_asked(
    world: World, at_desk: AtDesk, enter: SignIn
) -> None:
    report, me = _case(world), at_desk("Selin")
    _planned(me, report, "erstgespraech", "nachgespraech-1", "nachgespraech-2")
    report.case.measure_on, report.case.follow_up_due = me.today - timedelta(days=9), me.today
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    selin.follow("Nachgefragt? Gespräch eintragen")
    selin.press("Speichern", stand="stopped", vereinbart="nichts")
    case, done, known, _records = _held(world, me, report)
    assert (done, case.follow_ups) == ({"nachgespraech-1"}, 1)
    assert case.measure_on == me.today - timedelta(days=9)  # the follow-ups do not begin again
    assert known.in_own_words


def test_a_word_said_face_to_face_is_a_meeting_and_a_step_of_the_plan_too(
    world: World, at_desk: AtDesk, enter: SignIn
) -> None:
    report, me = _case(world, danger=True), at_desk("Selin")
    _planned(me, report, "erstgespraech")
    report.case.in_person_due = me.today
    selin = enter("Selin")
    address = f"/team/fall/{report.case_id}/ausgang"
    selin.get(address)
    selin.press("Eintragen", source="face", step="same", day=me.today.isoformat(), text="Wie vorher.")
    case, done, known, records = _held(world, me, report)
    assert (case.in_person_due, done, len(known.known), records) == (None, {"erstgespraech"}, 1, 0)
    selin.get(address)
    selin.press("Eintragen", source="view", step="same", day=me.today.isoformat())
    assert len(_held(world, me, report)[2].known) == 2


def test_other_talks_count_for_nothing_and_what_cannot_be_is_refused(
    world: World, at_desk: AtDesk, enter: SignIn
) -> None:
    report, me = _case(world, danger=True), at_desk("Selin")
    _planned(me, report, "erstgespraech")
    report.case.in_person_due = me.today
    selin = enter("Selin")
    address = f"/team/fall/{report.case_id}/blatt/gespraech"
    selin.get(address)
    selin.press("Speichern", mit="Klassenleitung", am=me.today.isoformat())
    selin.get(address)
    selin.press("Speichern", 422, mit="Klassenleitung", am=me.today.isoformat(), stand="stopped")
    assert "Hat die betroffene Person es selbst gesagt?" in selin.main
    selin.press("Speichern", 422, selbst="ja", am=(me.today + timedelta(days=1)).isoformat())
    assert "Dieser Tag kommt erst noch." in selin.main
    case, done, known, records = _held(world, me, report)
    assert (case.in_person_due, done, known.known, records) == (me.today, set(), (), 1)


@pytest.mark.parametrize("planned", [True, False])
def test_a_talk_from_before_the_danger_is_no_meeting_because_of_it(
    planned: bool, world: World, at_desk: AtDesk, enter: SignIn
) -> None:
    report, me = _case(world, danger=True), at_desk("Selin")
    if planned:
        _planned(me, report, "erstgespraech")
    report.case.in_person_due = me.today
    selin = enter("Selin")
    address = f"/team/fall/{report.case_id}/blatt/gespraech?selbst=1"
    selin.get(address)
    selin.press("Speichern", am=(me.today - timedelta(days=1)).isoformat())
    assert "Gespräch eintragen" in selin.main  # still due
    assert _held(world, me, report)[0].in_person_due == me.today
    selin.get(address)
    selin.press("Speichern")
    assert _held(world, me, report)[0].in_person_due is None


def test_the_words_for_whether_it_has_stopped_are_the_same_everywhere() -> None:
    item = next(one for one in BLANKS["gespraech"].items if one.code == "stand")
    said = {choice.code: choice.label for choice in item.choices}
    assert said == {step.value: words for step, words in STEP.items() if step is not Step.UNCLEAR}


def test_a_valid_gate_is_changed_where_it_stands_and_shown_once(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    report, me = _case(world), at_desk("Selin")
    found = find_case(me, report.case_id)
    until = (me.today + timedelta(days=7)).isoformat()
    sheets.write(me, found.case, open_case_secrets(me, found.case), Kind.GATE, {**GATE, "bis": until})
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}/blatt/sicherheit")
    assert selin.main.count("Zum Drucken") == 1
    assert "Früher ausgefüllt" not in selin.main
    selin.press("Speichern", will="teils")
    world.session.expire_all()
    secrets = open_case_secrets(me, find_case(me, report.case_id).case)
    now, before = sheets.read(me, find_case(me, report.case_id).case, secrets, Kind.GATE)
    assert dict(now.said) == {**dict(before.said), "will": "teils"}
    assert "Früher ausgefüllt" in selin.main


def test_a_gate_that_has_run_out_is_asked_anew(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    report, me = _case(world), at_desk("Selin")
    found = find_case(me, report.case_id)
    over = (me.today - timedelta(days=1)).isoformat()
    sheets.write(me, found.case, open_case_secrets(me, found.case), Kind.GATE, {**GATE, "bis": over})
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}/blatt/sicherheit")
    assert not {"zuhause", "will", "wer", "von"} & _typed(selin).keys()
    assert _typed(selin)["bis"] == ""
    assert date.fromisoformat(over) < me.today
