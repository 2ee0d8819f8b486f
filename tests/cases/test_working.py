"""Taking over, giving back, resting, closing: in the trail, never over a waiting child's head."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import case_state
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending.case_words import OUTCOME, STATUS
from bullying_desk.cases.models import Outcome
from bullying_desk.cases.page import answering
from bullying_desk.reports.models import Case, CaseStatus, ReporterState
from tests.cases import ending
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World


def _found(world: World, me: Counsellor, *, answered: bool = False) -> FoundCase:
    report = world.report(world.file()[0])
    found = find_case(me, report.case_id)
    if answered:
        answering.answer(me, found, report, "Danke, dass du schreibst.", after=1, shown_name="Frau Aydin")
    return found


def _owner(world: World, case: Case) -> int | None:
    return world.session.scalars(select(Case.owner_id).where(Case.id == case.id)).one()


def _events(world: World, case: Case) -> list[str]:
    acts = (AuditEntry.subject_id == case.id, AuditEntry.actor_id.is_not(None))  # what people did, not the intake
    entries = world.session.scalars(select(AuditEntry).where(*acts)).all()
    return sorted(entry.event for entry in entries)


def test_taking_over_giving_back_and_taking_from_somebody(world: World, at_desk: AtDesk) -> None:
    selin, jan = at_desk("Selin"), at_desk("Jan")
    case = _found(world, selin).case
    case_state.take_over(selin, case, seen_owner=None)
    case_state.take_over(selin, case, seen_owner=None)  # a double press
    with pytest.raises(case_state.TakenMeanwhile):
        case_state.take_over(jan, case, seen_owner=None)
    with pytest.raises(case_state.NotYours):
        case_state.give_back(jan, case)
    case_state.take_over(jan, case, seen_owner=selin.person_id)
    assert _owner(world, case) == jan.person_id
    case_state.give_back(jan, case)
    case_state.give_back(jan, case)
    assert _owner(world, case) is None
    assert _events(world, case) == ["case.given_back", "case.taken", "case.taken_from"]


def test_no_case_rests_or_closes_while_a_child_waits(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    found = _found(world, selin)
    with pytest.raises(case_state.SomebodyWaits):
        case_state.set_state(selin, found.case, CaseStatus.DORMANT)
    with pytest.raises(case_state.SomebodyWaits):
        ending.close(selin, found.case.id)
    assert find_case(selin, found.case.id).case.status is CaseStatus.NEW
    found.reports[0].reporter_state = ReporterState.FINISHED
    world.session.flush()
    case_state.set_state(selin, found.case, CaseStatus.DORMANT)
    assert found.case.status is CaseStatus.DORMANT
    assert ending.close(selin, found.case.id).case.status is CaseStatus.CLOSED


def test_opening_again_forgets_the_reason(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    case = _found(world, selin, answered=True).case
    case_state.look_again_on(selin, case, date(2026, 12, 1))
    ending.close(selin, case.id)
    assert (case.status, case.outcome, case.closed_hour, case.due_on) == (
        CaseStatus.CLOSED, "stopped", selin.hour, None
    )  # fmt: skip
    case_state.set_state(selin, case, CaseStatus.RUNNING)
    assert (case.status, case.outcome, case.closed_hour) == (CaseStatus.RUNNING, None, None)


def test_nothing_becomes_new_again(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    case = _found(world, selin, answered=True).case
    case_state.set_state(selin, case, CaseStatus.NEW)
    assert case.status is CaseStatus.RUNNING


def test_a_date_lies_ahead(world: World, at_desk: AtDesk) -> None:
    selin = at_desk("Selin")
    case = _found(world, selin).case
    with pytest.raises(case_state.DatePassed):
        case_state.look_again_on(selin, case, date(2026, 11, 23))
    case_state.look_again_on(selin, case, date(2026, 11, 24))
    case_state.look_again_on(selin, case, date(2026, 11, 24))
    case_state.look_again_on(selin, case, None)
    assert case.due_on is None
    assert _events(world, case) == ["case.date", "case.date"]


def test_every_code_has_words() -> None:
    assert set(OUTCOME) == set(Outcome)
    assert set(STATUS) == set(CaseStatus)
    assert all(len(outcome.value) <= 40 for outcome in Outcome)


def test_the_whole_way_on_the_pages(world: World, enter: SignIn) -> None:
    report = world.report(world.file()[0])
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    desk.press("Ruhen lassen")
    assert "Hier wartet noch jemand auf Antwort" in desk.main
    desk.follow("Fall schließen")
    assert "Antworten Sie zuerst." in desk.main
    desk.get(f"/team/fall/{report.case_id}")
    desk.press("Antwort senden", text="Danke, dass du schreibst.")
    desk.press("Ruhen lassen")
    assert "Stand: ruht" in desk.main
    desk.press("Weiterführen")
    desk.press("Tag speichern", day="1.12.2026")
    assert "Wiedervorlage gespeichert" in desk.main
    desk.press("Tag speichern", status=422, day="gestern")
    assert "Schreiben Sie das Datum so: 24.12.2026." in desk.main
    desk.press("Tag speichern", status=422, day="2020-01-01")
    assert "Dieser Tag ist vorbei." in desk.main
    desk.press("Abgeben")
    assert "finden ihn jetzt unter „Ohne Zuständige“" in desk.main
    desk.get(f"/team/fall/{report.case_id}/ausgang")
    desk.press("Eintragen", source="face", step="stopped")
    desk.get(f"/team/fall/{report.case_id}/schliessen")
    desk.press("Fall schließen", status=422, outcome="erfunden")
    assert "Wählen Sie einen Grund." in desk.main
    desk.press("Fall schließen", outcome="stopped")
    assert "Der Fall ist geschlossen." in desk.main
    assert "Es hat aufgehört." in desk.main
    desk.get("/team?liste=zu")
    assert "Geschlossen" in desk.main
    desk.get(f"/team/fall/{report.case_id}")
    desk.press("Wieder öffnen")
    assert "Stand: läuft" in desk.main


def test_somebody_was_quicker(world: World, enter: SignIn) -> None:
    report = world.report(world.file()[0])
    selin, jan = enter("Selin"), enter("Jan")
    for desk in (selin, jan):
        desk.get(f"/team/fall/{report.case_id}")
    selin.press("Übernehmen")
    jan.press("Übernehmen")
    assert "Zuständig ist jetzt Selin Aydin." in jan.main
    selin.get(f"/team/fall/{report.case_id}")
    jan.press("Von Selin Aydin übernehmen")
    assert "Sie sind jetzt zuständig." in jan.main
    selin.press("Abgeben")
    assert "Zuständig ist jetzt Jan Brandt." in selin.main
