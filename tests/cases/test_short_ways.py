"""The frequent jobs are short: presses of buttons, links and ticks counted on the real pages. The table is in D80."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bullying_desk.cases.models import Outcome
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Case, CaseStatus, Report, Urgency, Writer
from bullying_desk.schools.models import Absence
from tests.cases.browsing import forms_of, in_docs
from tests.cases.conftest import SignIn
from tests.world import World


def _case(world: World, *, danger: bool = False) -> Report:
    filed, _receipt = world.file(answers=Answers(1, danger, {"text": "haha test"}))
    return world.report(filed)


def test_a_plain_conflict_is_assessed_in_three_presses(world: World, enter: SignIn) -> None:
    report = _case(world)
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    selin.presses = 0
    selin.follow("Jetzt einschätzen")
    selin.press("Eintragen: Konflikt · Mittel · Stufe 1", anhalt="macht-0")
    ticks = 1
    assert selin.presses + ticks == in_docs("first assessment of a plain conflict") == 3
    assert "Ihre Einschätzung gilt." in selin.main
    case = world.session.get_one(Case, report.case_id)
    world.session.refresh(case)
    assert (case.kind, case.urgency) == ("conflict", Urgency.MEDIUM)


def test_absent_today_are_two_presses_for_oneself(world: World, enter: SignIn) -> None:
    selin, first = enter("Selin"), world.person("Amara").id
    selin.get("/team")
    selin.presses = 0
    selin.follow("Heute nicht da")
    selin.press("Eintragen")
    assert selin.presses == in_docs("absent today, oneself") == 2
    (one,) = world.session.scalars(select(Absence))
    assert (one.first_day, one.last_day, one.stand_in_id) == (world.clock.today(), world.clock.today(), first)


def test_a_stand_in_who_is_away_is_not_proposed(world: World, enter: SignIn) -> None:
    selin, today = enter("Selin"), world.clock.today()
    seat, jan = world.seats["Amara"], world.person("Jan").id
    away = {"school_id": seat.school_id, "seat_id": seat.id, "first_day": today, "last_day": today}
    world.session.add(Absence(**away, stand_in_id=jan, entered_by=jan))
    world.session.commit()
    selin.get("/team/weg")
    chosen = next(form.fields for form in forms_of(selin.page) if "Eintragen" in form.words)
    assert next(value for name, value in chosen.items() if name.endswith("stand_in")) == str(jan)


def test_absent_today_are_three_presses_for_a_colleague(world: World, enter: SignIn) -> None:
    piotr, seat = enter("Piotr"), world.seats["Selin"]
    piotr.get(f"/team/schule/{seat.school_id}")
    piotr.presses = 0
    chosen: dict[str, Any] = {"absent": str(seat.id), "stand_in": str(world.person("Jan").id)}
    piotr.press("Abwesenheit eintragen", **chosen)
    assert piotr.presses + len(chosen) == in_docs("absent today, a colleague") == 3
    (one,) = world.session.scalars(select(Absence))
    assert (one.seat_id, one.first_day, one.last_day) == (seat.id, world.clock.today(), world.clock.today())


def test_a_dangerous_case_is_never_offered_as_a_plain_conflict(world: World, enter: SignIn) -> None:
    report = _case(world, danger=True)
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}/einschaetzung")
    assert "Ein Streit, den die Schule selbst klärt?" not in selin.main
    token = {"csrf_token": _token(selin), "anhalt": "macht-0", "gesehen": "0"}
    selin.send(f"/team/fall/{report.case_id}/einschaetzung/konflikt", token)
    assert "Das ist noch nicht eingetragen" in selin.main
    assert world.session.get_one(Case, report.case_id).is_acute


def _token(browser: Any) -> str:
    from tests.cases.browsing import forms_of

    return next(form.fields["csrf_token"] for form in forms_of(browser.page) if "csrf_token" in form.fields)


def test_a_case_is_closed_in_four_presses_on_one_page(world: World, enter: SignIn) -> None:
    report = _case(world)
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Antwort senden", text="Wie geht es dir jetzt?")
    selin.presses = 0
    selin.follow("Fall schließen")
    selin.press("Fall schließen", source="face", step="stopped")
    ticks = 2
    assert selin.presses + ticks == in_docs("close a case") == 4
    assert "Der Fall ist geschlossen." in selin.main
    case = world.session.get_one(Case, report.case_id)
    world.session.refresh(case)
    assert (case.status, case.outcome) == (CaseStatus.CLOSED, Outcome.STOPPED.value)


def test_closing_says_what_is_missing_and_keeps_what_was_chosen(world: World, enter: SignIn) -> None:
    report = _case(world)
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Antwort senden", text="Wie geht es dir jetzt?")
    selin.follow("Fall schließen")
    selin.press("Fall schließen", 422)
    assert "Kreuzen Sie an, woher Sie es wissen." in selin.main
    selin.press("Fall schließen", 422, source="gone")
    assert "warum niemand zu erreichen ist" in selin.main
    selin.press("Fall schließen", 422, source="face", step="worse")  # it goes on: only another reason closes it here
    assert "Wählen Sie einen Grund." in selin.main
    selin.press("Fall schließen", source="face", step="worse", outcome="handed_on")
    assert "Der Fall ist geschlossen." in selin.main


def test_a_joke_is_closed_in_three_presses_and_opens_when_the_child_writes(world: World, enter: SignIn) -> None:
    report = _case(world)
    selin = enter("Selin")
    selin.get("/team")
    selin.presses = 1  # the case in the inbox
    selin.get(f"/team/fall/{report.case_id}")
    selin.follow("Test oder Scherz")
    assert "War es doch ernst?" in selin.page.text
    selin.press("Senden und schließen")
    assert selin.presses == in_docs("close a test or a joke") == 3
    case = world.session.get_one(Case, report.case_id)
    world.session.refresh(case)
    world.session.refresh(report)
    assert (case.status, case.outcome, report.letters) == (CaseStatus.CLOSED, "mistake", 2)
    assert "Niemand wartet" in selin.get("/team").text
    report = world.session.get_one(Report, report.id)
    report.last_writer = Writer.REPORTER  # the child writes
    report.last_hour = world.clock.now()
    assert f"/team/fall/{case.id}" in enter("Jan").get("/team").text


@pytest.mark.parametrize("why", ["danger", "acute", "two"])
def test_danger_is_never_a_joke(why: str, world: World, enter: SignIn) -> None:
    report = _case(world, danger=why == "danger")
    if why == "acute":
        report.case.urgency = Urgency.ACUTE
    if why == "two":
        other = _case(world)
        other.home_case_id, other.case_id = other.case_id, report.case_id
    selin = enter("Selin")
    page = f"/team/fall/{report.case_id}/versuch"
    selin.get(f"/team/fall/{report.case_id}")
    assert "Test oder Scherz" not in selin.main
    selin.get(page)
    assert "So geht es hier nicht" in selin.main
    fields = {"csrf_token": _token(selin), "text": "haha", "report": report.id, "last": 0}
    selin.send(page, fields, 422)
    case = world.session.get_one(Case, report.case_id)
    world.session.refresh(case)
    assert case.status is CaseStatus.NEW
