"""A person without an open grant finds nothing: no page, no act, no excerpt of the trail, whatever they try."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import colleagues, sheets
from bullying_desk.cases.case_access import CaseUnknown, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports import erasure
from bullying_desk.reports.doors.answers import Answers, NameGiven, NameLevel
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Record, Report, ReportGrant
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.resources import case_name
from tests.cases.browsing import Browser, forms_of
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

SECRET = "Wacholderbeere"


def _report(world: World, *, without: str = "", danger: bool = False) -> Report:
    choice = ReaderChoice(Wish.TEAM, left_out=world.ids(*without.split()))
    answers = Answers(1, danger, {"text": f"{SECRET}: er ist gemein."}, left_out="Herr Brandt" if without else "")
    return world.report(world.file(choice=choice, answers=answers)[0])


def _case_routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("cases.") and "case_id" in rule.arguments:
            for method in (rule.methods or set()) & {"GET", "POST"}:
                yield method, rule.rule


def _left_out(world: World) -> tuple[str, Report]:
    return "Jan", _report(world, without="Jan")


def _standing_by(world: World) -> tuple[str, Report]:
    return "Leyla", _report(world)


def _head(world: World) -> tuple[str, Report]:
    return "Renate", _report(world)


def _taken_away(world: World) -> tuple[str, Report]:
    filed, receipt = world.file()
    report = world.report(filed)
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    change = readership.plan_change(world.session, world.pepper_layer, report, secrets, leave=world.ids("Jan"))
    readership.change_readers(world.session, world.pepper_layer, report, secrets, change, world.clock.hour())
    return "Jan", report


def _erased(world: World) -> tuple[str, Report]:
    report = _report(world)
    erasure.erase(world.session, report, world.clock.today())
    return "Selin", report


@pytest.mark.both
@pytest.mark.parametrize("who", [_left_out, _standing_by, _head, _taken_away, _erased], ids=lambda one: one.__name__)
def test_every_address_of_a_case_answers_as_if_there_were_none(
    app: Flask, world: World, enter: SignIn, who: Callable[[World], tuple[str, Report]]
) -> None:
    name, report = who(world)
    routes = sorted(_case_routes(app))
    assert len(routes) > 10
    desk = enter(name)
    token = forms_of(desk.get("/team/konto"))[0].fields["csrf_token"]
    fields = {"csrf_token": token, "report": report.id, "last": 1, "text": "Hallo", "note": "Hallo", "reads": "team"}
    fields |= {"meldung": report.id, "stand": "ruht", "outcome": "stopped", "day": "2026-12-01", "seen": 0}
    for method, rule in routes:
        if rule.endswith("/notiz") and method == "GET":
            continue  # leads to the case's page and says nothing itself
        address = rule
        for argument in ("case_id", "note_id", "person_id"):
            address = address.replace(f"<int(max=9223372036854775807):{argument}>", str(report.case_id))
        page = desk.get(address, 404) if method == "GET" else desk.send(address, fields, 404)
        assert SECRET not in page.text
        assert case_name(report.case_id) not in page.text
    world.session.expire_all()
    case = world.session.get_one(Case, report.case_id)
    assert (case.owner_id, case.status.value, case.due_on) == (None, "new", None)
    assert world.session.scalar(select(func.count()).where(Record.owner_id == case.id)) == 0
    # A child's change of its readers has no actor; no member of staff has left a trace.
    acts = select(func.count()).where(AuditEntry.subject_id == case.id, AuditEntry.actor_id.is_not(None))
    assert world.session.scalar(acts) == 0


def test_a_person_left_out_finds_nothing_on_any_page_of_theirs(world: World, enter: SignIn) -> None:
    report = _report(world, without="Jan", danger=True)
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Antwort senden", text="Ich kümmere mich sofort.")
    name = case_name(report.case_id)
    for address in ("/team", "/team?liste=meine", "/team?liste=ohne", "/team?liste=ruht", "/team?liste=zu",
                    "/team?nur=gefahr", "/team?nur=wartet", "/team/konto"):  # fmt: skip
        page = jan.get(address).text
        assert name not in page
        assert str(report.case_id) not in page
        assert SECRET not in page
    assert jan.get("/team").text.count("<b>0</b>") == 3


def test_readers_are_told_who_must_not_hear_of_it(world: World, enter: SignIn) -> None:
    report = _report(world, without="Jan")
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    assert "Ausgenommen: Jan Brandt." in desk.main.replace(" .", ".")


def test_a_foreign_report_is_no_report_of_this_case(world: World, enter: SignIn) -> None:
    mine, other = _report(world), _report(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{mine.case_id}?meldung={other.id}", 404)
    desk.get(f"/team/fall/{mine.case_id}?meldung={mine.id}")


@pytest.mark.parametrize("number", ["0", "12345", "9223372036854775807", "99999999999999999999", "-1", "abc"])
def test_an_unknown_number_is_no_case(world: World, enter: SignIn, number: str) -> None:
    enter("Selin").get(f"/team/fall/{number}", 404)


def test_a_coordinator_without_a_reading_seat_has_no_inbox(enter: SignIn) -> None:
    enter("Piotr").get("/team", 404)


def test_a_stand_in_reads_from_the_moment_of_release(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    report = _report(world)
    with pytest.raises(CaseUnknown):
        find_case(at_desk("Leyla"), report.case_id)
    granting.release_standby(
        world.session, world.pepper_layer, report, world.person("Leyla").id, ReaderReason.ABSENCE, world.clock.hour()
    )
    desk = enter("Leyla")
    desk.get("/team")
    desk.follow(case_name(report.case_id))
    assert SECRET in desk.main
    assert "Vertretung" in desk.main


def test_every_opening_is_in_the_trail_and_on_the_page(world: World, enter: SignIn) -> None:
    report = _report(world)
    address = f"/team/fall/{report.case_id}"
    for name in ("Selin", "Jan"):
        enter(name).get(address)
    desk = enter("Selin")
    desk.get(address)
    looked = desk.main.partition("Wer hat hineingesehen?")[2]
    assert "Selin Aydin zuletzt Di, 24.11.2026, 09:20 Uhr" in looked
    assert "Jan Brandt" in looked
    assert "Amara Okafor" not in looked
    acts = (AuditEntry.subject_id == report.case_id, AuditEntry.actor_id.is_not(None))
    entries = world.session.scalars(select(AuditEntry).where(*acts)).all()
    assert [entry.event for entry in entries] == ["report.opened"] * 3
    assert {entry.facts["report"] for entry in entries} == {report.id}


def test_excerpts_of_the_trail_name_only_reports_one_reads(world: World, enter: SignIn) -> None:
    first, second = _report(world), _report(world, without="Jan")
    second.case_id = first.case_id
    world.session.flush()
    desk = enter("Amara")
    desk.get(f"/team/fall/{first.case_id}?meldung={second.id}")
    assert colleagues.lookers(world.session, first.case_id, [first.id]) == []
    assert [one.person_id for one in colleagues.lookers(world.session, first.case_id, [second.id])] == list(
        world.ids("Amara")
    )
    jan = enter("Jan")
    jan.get(f"/team/fall/{first.case_id}")
    assert "Amara Okafor zuletzt" not in jan.main
    assert "Meldung 2" not in jan.main
    jan.get(f"/team/fall/{first.case_id}?meldung={second.id}", 404)


def test_the_name_stands_only_behind_its_own_press(world: World, enter: SignIn) -> None:
    name = NameGiven(NameLevel.SCHOOL, "Mia Kowalczyk", "7b", "In der zweiten Pause")
    report = world.report(world.file(name=name)[0])
    address, desk = f"/team/fall/{report.case_id}", enter("Selin")
    page = desk.get(address)
    assert "Kowalczyk" not in page.text
    assert "Darf in der Schule angesprochen werden." in desk.main
    desk.press("Übernehmen")
    desk.press("Namen zeigen", status=200)
    assert "Mia Kowalczyk" in desk.main
    assert "7b" in desk.main
    assert "In der zweiten Pause" in desk.main
    events = set(world.session.scalars(select(AuditEntry.event).where(AuditEntry.subject_id == report.case_id)))
    assert "report.name_opened" in events
    jan = enter("Jan")
    jan.get(address)
    assert "hat auch den Namen angesehen" in jan.main


@pytest.mark.parametrize(("owns", "level"), [(False, NameLevel.SCHOOL), (True, NameLevel.TEAM)])
def test_the_name_asks_for_a_reason_where_it_was_not_given_for_speaking_to(
    world: World, enter: SignIn, at_desk: AtDesk, owns: bool, level: NameLevel
) -> None:
    """A colleague who is not responsible, or a name that is for the team alone: the reason is sealed into the file."""
    report = world.report(world.file(name=NameGiven(level, "Mia Kowalczyk"))[0])
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    if owns:
        desk.press("Übernehmen")
    desk.press("Namen zeigen", status=200)
    assert "Kowalczyk" not in desk.page.text
    desk.press("Namen ansehen", status=422, reason="  ")
    assert "Kowalczyk" not in desk.page.text
    assert "wozu Sie den Namen brauchen" in desk.main
    desk.press("Namen ansehen", status=200, reason="Sie hat von Waffen geschrieben.")
    assert "Kowalczyk" in desk.main
    jan = at_desk("Jan")
    case = find_case(jan, report.case_id).case
    (sheet,) = sheets.read(jan, case, open_case_secrets(jan, case), sheets.Kind.NAME)
    assert sheet.text("reason") == "Sie hat von Waffen geschrieben."
    entries = world.session.scalars(select(AuditEntry).where(AuditEntry.event == "report.name_opened")).all()
    assert [entry.facts for entry in entries] == [{"report": report.id}]


def test_without_a_name_there_is_no_press_for_it(world: World, enter: SignIn) -> None:
    report = _report(world)
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}")
    assert "Namen zeigen" not in desk.main


def test_reading_is_noted_for_the_child_and_for_oneself(world: World, enter: SignIn) -> None:
    report = _report(world)
    desk = enter("Selin")
    assert "ungelesen" in desk.get("/team").text
    desk.get(f"/team/fall/{report.case_id}")
    assert "ungelesen" not in desk.get("/team").text
    grants = select(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.state == GrantState.OPEN)
    by_person = {
        grant.person_id: grant for grant in world.session.scalars(grants.execution_options(populate_existing=True))
    }
    mine, jans = by_person[world.person("Selin").id], by_person[world.person("Jan").id]
    assert (mine.first_read_hour, mine.seen_letters) == (world.clock.hour(), 1)
    assert mine.own is not None
    assert (jans.first_read_hour, jans.seen_letters, jans.own) == (None, 0, None)


@pytest.mark.both
def test_a_broken_grant_is_an_alarm_that_names_who_gave_it(world: World, enter: SignIn) -> None:
    report = _report(world)
    grants = {
        grant.person_id: grant
        for grant in world.session.scalars(select(ReportGrant).where(ReportGrant.report_id == report.id))
    }
    mine = grants[world.person("Selin").id]
    mine.sealed, mine.granted_by = grants[world.person("Jan").id].sealed, world.person("Amara").id
    desk = enter("Selin")
    desk.get(f"/team/fall/{report.case_id}", 403)
    assert "Diesen Zugang hat Amara Okafor gegeben" in desk.main
    assert SECRET not in desk.page.text
    alarm = world.session.scalars(select(AuditEntry).where(AuditEntry.event == "key.alarm")).one()
    assert (alarm.subject_id, alarm.facts) == (
        report.case_id, {"person": world.person("Selin").id, "what": "grant"}
    )  # fmt: skip


def test_typed_text_keeps_its_direction_and_stays_text(world: World, enter: SignIn) -> None:
    story = "نراه وحده كل يوم\n<script>alert(1)</script>"
    report = world.report(world.file(answers=Answers(2, False, {"text": story}))[0])
    page = enter("Selin").get(f"/team/fall/{report.case_id}").text
    assert 'class="typed" dir="auto">نراه' in page
    assert "<script>alert" not in page


def test_several_reports_of_one_case(world: World, enter: SignIn) -> None:
    first, second = _report(world), world.report(world.file(answers=Answers(2, False, {"text": "Ich sah es."}))[0])
    second.case_id = first.case_id
    world.session.flush()
    desk: Browser = enter("Selin")
    desk.get(f"/team/fall/{first.case_id}")
    desk.follow("Meldung 1") if "Meldung 1" in desk.main else None
    desk.get(f"/team/fall/{first.case_id}?meldung={second.id}")
    assert "Ich sah es." in desk.main
    desk.press("Antwort senden", text="Danke, dass du hinsiehst.")
    world.session.expire_all()
    assert (world.session.get_one(Report, second.id).letters, world.session.get_one(Report, first.id).letters) == (2, 1)
    assert desk.get("/team").text.count('<li class="row') == 1


def test_the_counsellor_does_not_show_their_key(at_desk: AtDesk) -> None:
    me: Counsellor = at_desk("Selin")
    assert "key" not in repr(me)
