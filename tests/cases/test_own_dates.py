"""One's own dates as a file: days of one's own cases, and no word about them."""

from __future__ import annotations

from datetime import date, timedelta

from bullying_desk.cases.inbox import overview
from bullying_desk.reports.models import Case
from bullying_desk.resources import case_name
from tests.cases.conftest import SignIn
from tests.moving_clock import MovingClock
from tests.world import World


def _days(world: World, name: str) -> list[date]:
    person = world.person(name)
    return overview.own_days(world.session, person.id, person.key_id or b"", world.clock.now())


def test_days_of_ones_own_cases_each_once_and_the_overdue_today(world: World, clock: MovingClock) -> None:
    today = clock.today()
    for name, day in (("Selin", 5), ("Selin", 5), ("Selin", 9), ("Jan", 6), (None, 7)):
        report = world.report(world.file()[0])
        case = world.session.get_one(Case, report.case_id)
        case.owner_id, case.due_on = world.person(name).id if name else None, today + timedelta(days=day)
        report.last_writer = report.last_writer.STAFF
    world.session.flush()
    assert _days(world, "Selin") == [today + timedelta(days=5), today + timedelta(days=9)]
    assert _days(world, "Leyla") == []
    clock.forward(days=6)
    assert _days(world, "Selin") == [clock.today(), today + timedelta(days=9)]


# What a date at the desk may say to a calendar, and nothing else (RFC 5545).
PROPERTIES = ("BEGIN", "END", "PRODID", "VERSION", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP")


def test_the_file_says_nothing_and_doubles_nothing(world: World, enter: SignIn) -> None:
    report = world.report(world.file()[0])
    case = world.session.get_one(Case, report.case_id)
    case.owner_id = world.person("Selin").id
    selin, jan = enter("Selin"), enter("Jan")
    selin.get("/team")
    page = selin.get("/team/termine.ics")
    assert page.mimetype == "text/calendar"
    assert page.text.startswith("BEGIN:VCALENDAR\r\n")
    assert page.text.endswith("END:VCALENDAR\r\n")
    assert page.text.count("SUMMARY:Termin im Portal") == page.text.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{report.answer_due:%Y%m%d}" in page.text
    for word in (case_name(case.id), "Lindenpark", str(case.id), str(world.person("Selin").id), "Aydin"):
        assert word not in page.text
    said = {line.partition(":")[0].partition(";")[0] for line in page.text.splitlines()}
    assert said == {*PROPERTIES}
    uids = [line for line in page.text.splitlines() if line.startswith("UID:")]
    assert uids == [line for line in selin.get("/team/termine.ics").text.splitlines() if line.startswith("UID:")]
    assert "VEVENT" not in jan.get("/team/termine.ics").text


def test_the_first_steps_are_one_press_from_the_inbox(enter: SignIn) -> None:
    selin = enter("Selin")
    selin.get("/team")
    selin.follow("Erste Schritte")
    assert "zehn Minuten" in selin.main
    selin.follow("Eigene Termine als Datei")
