"""How long a case is kept: shown on its page, extended by a hold with a sealed reason, or for the archive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.ending import case_retention
from bullying_desk.cases.readers import handover
from bullying_desk.clock import full_hour
from bullying_desk.reports import erasure
from bullying_desk.reports.mailbox import mailbox
from bullying_desk.reports.models import Case, CaseStatus, Report, ReportGrant, Writer
from bullying_desk.retention import engine, overview
from tests.cases.conftest import AtDesk, SignIn
from tests.moving_clock import MovingClock
from tests.world import World


@pytest.fixture
def report(world: World) -> Report:
    return world.report(world.file(world.receipt())[0])


def close(world: World, report: Report, days_ago: int) -> Case:
    case, when = world.session.get_one(Case, report.case_id), world.clock.now() - timedelta(days=days_ago)
    case.status, case.closed_hour, case.outcome = CaseStatus.CLOSED, full_hour(when), "stopped"
    report.last_writer = Writer.STAFF
    for grant in world.session.scalars(select(ReportGrant).where(ReportGrant.report_id == report.id)):
        grant.seen_letters = report.letters
    world.session.flush()
    return case


def test_a_hold_is_sealed_in_the_file_and_told_to_whoever_erases(
    world: World, at_desk: AtDesk, report: Report, clock: MovingClock
) -> None:
    selin, until = at_desk("Selin"), clock.today() + timedelta(days=100)
    case = find_case(selin, report.case_id).case
    case_retention.hold(selin, case, until, "Ein Verfahren läuft.")
    case_retention.hold(selin, case, until, "Ein Verfahren läuft.")  # a second press
    written = notes.team_notes(at_desk("Jan"), case, open_case_secrets(at_desk("Jan"), case))
    assert [note.text for note in written] == ["Nicht löschen bis Do, 04.03.2027. Grund: Ein Verfahren läuft."]
    entries = world.session.scalars(select(AuditEntry).where(AuditEntry.event == Event.HOLD_SET.code)).all()
    assert [entry.facts for entry in entries] == [{"day": "2027-03-04"}]
    assert erasure.outlook(report, clock.today()).destroyed_on == until
    case_retention.end_hold(selin, case)
    assert erasure.outlook(report, clock.today()).destroyed_on == clock.today() + erasure.UNDO_FOR


@pytest.mark.parametrize(
    ("days", "reason", "refused"),
    [(0, "x", case_retention.HoldPassed), (367, "x", case_retention.HoldTooLong), (10, "  ", notes.NoteEmpty)],
)
def test_a_hold_needs_a_reason_and_an_end_within_a_year(
    days: int, reason: str, refused: type[Exception], at_desk: AtDesk, report: Report, clock: MovingClock
) -> None:
    selin = at_desk("Selin")
    case = find_case(selin, report.case_id).case
    with pytest.raises(refused):
        case_retention.hold(selin, case, clock.today() + timedelta(days=days), reason)
    assert case.hold_until is None


def test_on_the_pages_a_case_is_held_offered_and_set_free(
    world: World, enter: SignIn, report: Report, clock: MovingClock
) -> None:
    close(world, report, 80)
    browser, address = enter("Selin"), f"/team/fall/{report.case_id}/aufbewahrung"
    browser.get(address)
    assert "wird gelöscht ab Sa, 05.12.2026" in browser.main  # the whole of 90 days after the day of closing
    wrong = browser.press("Sperre setzen", 422, until="2020-01-01", reason="Ein Verfahren")
    assert "Dieser Tag ist vorbei" in wrong.text
    assert "Ein Verfahren</textarea>" in wrong.text
    browser.press("Sperre setzen", until="2027-01-10", reason="Ein Verfahren")
    assert "Gesperrt bis So, 10.01.2027" in browser.main
    browser.get("/team/aufbewahrung")
    assert "gesperrt bis" in browser.main
    browser.get(address)
    browser.press("Speichern", archive="offer")
    assert "Wählen Sie eine Antwort." in browser.press("Speichern", 422, archive="x").text
    browser.get(address)
    browser.press("Sperre beenden")
    world.session.expire_all()
    case = world.session.get_one(Case, report.case_id)
    assert (case.hold_until, case.archive) == (None, "offer")
    browser.get("/team/aufbewahrung")
    assert "das Archiv ist gefragt" in browser.main


def test_when_the_conversation_is_gone_the_notes_are_still_read_on_the_page_that_is_left(
    world: World, at_desk: AtDesk, enter: SignIn, report: Report, clock: MovingClock
) -> None:
    selin = at_desk("Selin")
    case = find_case(selin, report.case_id).case
    notes.write_team_note(selin, case, open_case_secrets(selin, case), "Wir haben mit der Klasse gearbeitet.")
    close(world, report, 100)
    world.session.commit()
    browser = enter("Selin")
    database = browser.client.application.extensions["services"].database
    assert engine.run(database, world.pepper_layer, clock.now(), ("07:15",))["conversations destroyed"] == 1
    assert browser.get(f"/team/fall/{report.case_id}", 303).location == f"/team/fall/{report.case_id}/aufbewahrung"
    browser.get(f"/team/fall/{report.case_id}/aufbewahrung")
    assert "Wir haben mit der Klasse gearbeitet." in browser.main
    assert "gelöscht am Di, 24.11.2026" in browser.main
    browser.get("/team?liste=zu")


def test_something_unread_in_an_old_case_stands_in_the_inbox_of_its_readers_alone(
    world: World, enter: SignIn, report: Report, clock: MovingClock
) -> None:
    case = close(world, report, 85)
    for grant in world.session.scalars(select(ReportGrant).where(ReportGrant.report_id == report.id)):
        grant.seen_letters = 0
    world.session.commit()
    browser, other = enter("Selin"), enter("Leyla")
    assert "Ungelesenes in alten Fällen" not in browser.get("/team").text
    database = browser.client.application.extensions["services"].database
    assert engine.run(database, world.pepper_layer, clock.now(), ("07:15",))["cases warned of"] == 1
    assert "Ungelesenes in alten Fällen" in browser.get("/team").text
    assert "Ungelesenes" not in other.get("/team").text
    browser.get(f"/team/fall/{case.id}")
    assert "Ungelesenes in alten Fällen" not in browser.get("/team").text


def test_a_child_is_told_until_when_a_finished_conversation_can_be_read(
    world: World, report: Report, clock: MovingClock
) -> None:
    assert mailbox.kept_until(world.session, report, clock.today()) is None
    close(world, report, 10)
    assert mailbox.kept_until(world.session, report, clock.today()) == clock.today() + timedelta(days=80)
    report.case.hold_until = clock.today() + timedelta(days=200)
    assert mailbox.kept_until(world.session, report, clock.today()) == report.case.hold_until


@pytest.mark.both
def test_leaving_and_every_page_that_opens_a_report_survive_an_emptied_one(
    world: World, at_desk: AtDesk, enter: SignIn, report: Report, clock: MovingClock
) -> None:
    close(world, report, 100)
    world.session.commit()
    selin = enter("Selin")
    app = selin.client.application
    assert engine.run(app.extensions["services"].database, world.pepper_layer, clock.now(), ("07:15",))[
        "conversations destroyed"
    ]  # fmt: skip
    for rule in app.url_map.iter_rules():
        if rule.arguments == {"case_id"} and "GET" in (rule.methods or ()):
            address = rule.rule.replace(rule.rule[rule.rule.index("<") : rule.rule.index(">") + 1], str(report.case_id))
            world.session.commit()
            assert selin.client.get(address).status_code in {200, 303, 404, 422}, address
    world.session.commit()
    handover.hand_over(at_desk("Jan"), world.seats["Jan"], None)
    handover.hand_over(at_desk("Selin"), world.seats["Selin"], None)
    reading = select(ReportGrant.person_id).where(
        ReportGrant.report_id == report.id, ReportGrant.state == "open", ReportGrant.person_id.is_not(None)
    )
    assert len(set(world.session.scalars(reading))) >= 2  # somebody reads on: whom the child meant is lost
    amara = find_case(at_desk("Amara"), report.case_id)
    assert open_case_secrets(at_desk("Amara"), amara.case)


@pytest.mark.both
def test_open_cases_that_nobody_closes_stand_in_a_list(
    world: World, enter: SignIn, report: Report, clock: MovingClock
) -> None:
    close(world, report, 0).status = CaseStatus.DORMANT
    day, selin, key = clock.today(), world.person("Selin").id, world.key("Selin").key_id
    assert case_retention.quiet(world.session, selin, key, day + timedelta(days=182)) == []
    assert case_retention.quiet(world.session, selin, key, day + timedelta(days=184)) == [report.case]
    assert overview.preview(world.session, day + timedelta(days=184)).quiet == 1
    leyla = world.person("Leyla").id
    assert case_retention.quiet(world.session, leyla, world.key("Leyla").key_id, day + timedelta(days=184)) == []
    browser = enter("Selin")
    browser.get("/team/aufbewahrung")
    assert "Offen, aber still" not in browser.main
    world.session.get_one(Case, report.case_id).opened_hour -= timedelta(days=200)
    world.session.get_one(Report, report.id).last_hour -= timedelta(days=200)
    browser.get("/team/aufbewahrung")
    assert "Offen, aber still" in browser.main
