"""Asking, answering, linking and letting a colleague in on the pages: presses, refusals, and what the child sees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bullying_desk.access.roles import Role
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.doors.answers import Answers, LeftOut
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import GrantState, ReaderReason, Report
from bullying_desk.reports.opening import open_report_secrets
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import SchoolState
from bullying_desk.sealing.format.secret_types import ReportSecret
from tests.cases.browsing import Browser
from tests.cases.conftest import SignIn
from tests.world import World, make_school

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere


def _file(world: World, *named: str, wish: Wish = Wish.NAMED, left_out: tuple[str, ...] = ()) -> Report:
    choice = ReaderChoice(wish, named=world.ids(*named), left_out=world.ids(*left_out))
    answers = Answers(1, False, {"text": "Ahornsirup"}, wish=wish.value)
    return world.report(world.file(choice=choice, answers=answers)[0])


def _state(world: World, report: Report, name: str) -> tuple[GrantState, ReaderReason | None] | None:
    world.session.expire_all()
    lines = {line.person_id: line for line in readership.readers_of(world.session, report)}
    line = lines.get(world.person(name).id)
    return (line.state, line.reason) if line else None


@pytest.mark.both
def test_from_the_question_to_the_yes_and_back(world: World, enter: SignIn) -> None:
    report = _file(world, "Selin", "Jan", left_out=("Leyla",))
    case, amara_id = report.case_id, world.person("Amara").id
    selin = enter("Selin")
    selin.get(f"/team/fall/{case}")
    selin.follow("Mitlesen lassen")
    assert "Frau Okafor" in selin.page.text
    assert "Frau Demir" not in selin.page.text
    selin.press("Fragen", 422, to=str(world.person("Leyla").id), message="Nur ein Blick")
    assert "Diese Person kann nicht gefragt werden" in selin.main
    assert "Nur ein Blick" in selin.main
    refused = selin.main
    selin.press("Fragen", 422, to="4711", message="Nur ein Blick")
    assert selin.main.replace("4711", "") == refused  # left out or not there at all: the same words
    selin.press("Fragen", to=str(amara_id), until="2026-11-30")
    assert "ist gefragt: mitlesen" in selin.main
    assert _state(world, report, "Amara") == (GrantState.OFFERED, ReaderReason.SHARED)
    assert world.session.query(OutboxMail).filter_by(person_id=amara_id).count() == 1
    amara = enter("Amara")
    amara.get("/team")
    assert "Selin Aydin fragt Sie" in amara.main
    assert f"/team/fall/{case}" not in amara.page.text
    amara.follow("Frage ansehen")
    assert "Ahornsirup" not in amara.page.text
    amara.press("Nein, lieber nicht", 422)
    assert "Schreiben Sie kurz" in amara.main
    amara.press("Ja, ich lese mit")
    assert "Ahornsirup" in amara.main
    amara.get("/team")
    assert "fragt Sie" not in amara.main
    selin.get(f"/team/fall/{case}")
    assert "liest mit, bis Montag, 30. November" in selin.main
    selin.press("Mitlesen beenden")
    assert _state(world, report, "Amara") == (GrantState.ENDED, ReaderReason.SHARED)
    amara.get(f"/team/fall/{case}", 404)


def test_a_no_is_told_with_its_reason_to_who_asked_alone(world: World, enter: SignIn) -> None:
    report = _file(world, "Selin", "Jan")
    selin, amara, jan = enter("Selin"), enter("Amara"), enter("Jan")
    selin.get(f"/team/fall/{report.case_id}/mitansehen")
    selin.press("Fragen", to=str(world.person("Amara").id))
    amara.get("/team")
    amara.follow("Frage ansehen")
    amara.press("Nein, lieber nicht", reason="Ich kenne die Familie.")
    assert "Sie haben Nein gesagt" in amara.main
    assert "Ich kenne die Familie." in main_after(selin, report)
    assert "Ich kenne die Familie." not in main_after(jan, report)


def main_after(desk: Browser, report: Report) -> str:
    """Open the case and return its words."""
    desk.get(f"/team/fall/{report.case_id}")
    return desk.main


def test_handing_over_on_the_pages(world: World, enter: SignIn) -> None:
    report = _file(world, "Selin", "Jan")
    other = make_school(world.session, "P3QZ", "190002", "Am Hafen")
    world.add("Zeynep", "Frau Kaya", Role.CONTACT_PERSON, school=other)
    selin = enter("Selin")
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Übernehmen")
    selin.follow("Fall übergeben")
    selin.get(f"/team/fall/{report.case_id}/uebergeben?schule=XXXX")
    assert "Diese Schule nimmt nicht teil" in selin.main
    selin.get(f"/team/fall/{report.case_id}/uebergeben?schule=p3qz")
    address = f"/team/fall/{report.case_id}/uebergeben?schule=p3qz"
    form = {"to": str(world.person("Zeynep").id)}
    token = selin.page.text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    selin.send(address, {**form, "csrf_token": token}, 422)
    assert "nur, wenn die meldende Person Ja gesagt hat" in selin.main
    selin.send(address, {**form, "csrf_token": token, "consent": "in_person"})
    assert "ist gefragt: ganz übernehmen" in selin.main
    zeynep = enter("Zeynep")
    zeynep.get("/team")
    zeynep.follow("Frage ansehen")
    zeynep.press("Ja, ich übernehme")
    assert "Gesamtschule Am Hafen" in zeynep.main
    selin.get(f"/team/fall/{report.case_id}", 404)


def test_linking_on_the_pages_and_its_refusal(world: World, enter: SignIn) -> None:
    first, second = _file(world, "Selin", "Jan"), _file(world, "Selin", "Amara")
    third = _file(world, "Selin", left_out=("Jan",))
    selin = enter("Selin")
    selin.get(f"/team/fall/{third.case_id}")
    selin.follow("Mit einem anderen Fall zusammenlegen")
    selin.press("Zusammenlegen", 422, other=str(first.case_id), sure="y")
    assert "Nicht alle, die den einen lesen" in selin.main
    assert "Brandt" not in selin.main
    selin.get(f"/team/fall/{second.case_id}/verbinden")
    selin.press("Zusammenlegen", 422, other="4711", sure="y")
    selin.press("Zusammenlegen", other=str(first.case_id), sure="y")
    assert "Zusammengelegt." in selin.main
    world.session.expire_all()
    assert second.case_id == first.case_id
    selin.press("Meldung wieder trennen")
    world.session.expire_all()
    assert second.case_id != first.case_id


def test_a_new_member_is_given_what_the_child_allows_and_asked_for_the_rest(world: World, enter: SignIn) -> None:
    team, named, waits = _file(world, wish=Wish.TEAM), _file(world, "Selin", "Jan"), _file(world, "Selin", "Jan")
    author = (world.person("Selin").id, "Frau Aydin")
    secrets = open_as_reader(world, named)
    letters.write_letter(world.session, secrets, named, "Ich bin da.", now=world.clock.now(), author=author)
    out = _file(world, wish=Wish.TEAM)
    world.add("Kofi", "Herr Mensah", Role.CONTACT_PERSON)
    world.seats["Kofi"].started_on = world.clock.today() - timedelta(days=2)
    world.session.flush()
    leave_out(world, out, "Kofi")
    selin = enter("Selin")
    selin.get("/team")
    assert "Neu im Team" in selin.main
    selin.follow("Herr Mensah")
    selin.press("Offene Fälle freigeben", 200)
    assert "Herr Mensah liest jetzt auch 1 offenen Fall." in selin.main
    assert "Bei 1 Fall ist die meldende Person" in selin.main
    assert "In 1 Fall wartet noch jemand" in selin.main
    assert _state(world, team, "Kofi") == (GrantState.OPEN, ReaderReason.NEW_IN_TEAM)
    assert {_state(world, report, "Kofi") for report in (named, waits, out)} == {None}
    words = letters.read_conversation(world.session, open_as_reader(world, named), named)[-1].text
    assert "Herr Mensah" in words
    kofi = enter("Kofi")
    kofi.get(f"/team/fall/{team.case_id}")
    kofi.get(f"/team/fall/{out.case_id}", 404)


def open_as_reader(world: World, report: Report) -> dict[int, ReportSecret]:
    """Open a report as Selin reads it."""
    world.session.expire_all()
    return open_report_secrets(world.session, world.pepper_layer, world.key("Selin"), world.person("Selin").id, report)


def leave_out(world: World, report: Report, name: str) -> None:
    """Put a person on a report's list, as the child would have done had they been there."""
    secrets = open_as_reader(world, report)
    listed = LeftOut(world.ids(name))
    readership.write_left_out(world.session, report, secrets, listed, world.clock.hour())


def test_own_notes_can_be_seen_and_printed_before_leaving(world: World, enter: SignIn) -> None:
    report = _file(world, "Selin", "Jan")
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(f"/team/fall/{report.case_id}")
    selin.press("Notiz speichern", note="Nur für mich: Ahornblatt", reads="me")
    selin.get("/team/uebergabe")
    selin.follow("Vorher ansehen und drucken")
    assert "Ahornblatt" in selin.main
    jan.get("/team/notizen")
    assert "Ahornblatt" not in jan.page.text


def test_a_school_that_closes_leaves_its_cases_with_their_readers_until_the_city_takes_over(
    world: World, enter: SignIn
) -> None:
    """A reader goes on reading and answering, learns what to do, and hands over to the city's team by its yes."""
    report = _file(world, "Selin", "Jan")
    world.school.state = SchoolState.CLOSED
    selin, leyla = enter("Selin"), enter("Leyla")
    selin.get(f"/team/fall/{report.case_id}")
    assert "Diese Schule ist geschlossen" in selin.main
    selin.press("Übernehmen")
    selin.press("senden", text="Wir sind noch da.")
    selin.get(f"/team/fall/{report.case_id}")
    selin.follow("Fall übergeben")
    selin.press("Fragen", to=str(world.person("Leyla").id))
    leyla.get("/team")
    leyla.follow("Frage ansehen")
    leyla.press("Ja, ich übernehme")
    assert _state(world, report, "Leyla") == (GrantState.OPEN, ReaderReason.HANDED_OVER)
    leyla.get(f"/team/fall/{report.case_id}")
    assert "Wir sind noch da." in leyla.main
