"""Own and team text blocks: put into an answer with one's hours and room, kept on one page, gone with the person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.trail import trail_words
from bullying_desk.cases import departures
from bullying_desk.cases.models import TextBlock
from bullying_desk.cases.page import text_blocks
from bullying_desk.database import random_id
from tests.cases.appointing import office_hours
from tests.cases.conftest import SignIn
from tests.world import World, make_school

pytestmark = pytest.mark.sqlite
WHERE: dict[str, Any] = {"title": "Wo du mich findest", "text": "Ich bin {name}. Komm zu mir: {zeiten}, {raum}."}


def _count(session: Session) -> int:
    session.expire_all()
    return len(session.scalars(select(TextBlock)).all())


def test_one_press_puts_it_into_the_answer_with_hours_and_room(world: World, enter: SignIn) -> None:
    case_id = world.report(world.file()[0]).case_id
    office_hours(world, "Selin", 0, 2)
    office_hours(world, "Jan", 1, room="Keller")
    selin = enter("Selin")
    selin.get("/team/bausteine")
    assert "Montag 9:35 bis 11:15 Uhr, Mittwoch 9:35 bis 11:15 Uhr" in selin.main
    selin.press("Baustein speichern", **WHERE)
    said = "Ich bin Frau Aydin. Komm zu mir: Montag 9:35 bis 11:15 Uhr, Mittwoch 9:35 bis 11:15 Uhr, Raum B 104."
    page = selin.get(f"/team/fall/{case_id}").text
    assert f'data-start="{said}"' in page  # reply.js puts this in at the cursor
    selin.follow("Wo du mich findest")
    selin.press("Antwort senden")
    assert said in selin.main


def test_a_gap_the_roster_cannot_fill_goes_to_no_child(world: World, enter: SignIn) -> None:
    report = world.report(world.file()[0])
    selin = enter("Selin")
    selin.get("/team/bausteine")
    assert "Noch kein Raum eingetragen." in selin.main
    selin.press("Baustein speichern", **WHERE)
    selin.get(f"/team/fall/{report.case_id}")
    selin.follow("Wo du mich findest")
    selin.press("Antwort senden", 422)
    assert "Hier ist noch eine Lücke: {zeiten}, {raum}." in selin.main
    assert "Komm zu mir: {zeiten}" in selin.page.text
    world.session.refresh(report)
    assert report.letters == 1


def test_own_ones_are_seen_by_nobody_else_and_a_teams_by_its_team(world: World, enter: SignIn) -> None:
    case_id = world.report(world.file()[0]).case_id
    other = make_school(world.session, "B2C4", "198766", "Eichenhof")
    world.add("Olga", "Frau Petrova", Role.CONTACT_PERSON, school=other)
    selin, jan, olga = enter("Selin"), enter("Jan"), enter("Olga")
    selin.get("/team/bausteine")
    selin.press("Baustein speichern", title="Nur meiner", text="Bis bald!")
    selin.press("Baustein speichern", title="Vom Team", text="Wir sind da.", whose=str(world.school.id))
    own, team = world.session.scalars(select(TextBlock).order_by(TextBlock.person_id.is_(None))).all()
    for page in ("/team/bausteine", f"/team/fall/{case_id}"):
        assert "Nur meiner" in selin.get(page).text
        jan.get(page)
        assert "Vom Team" in jan.main
        assert "Nur meiner" not in jan.page.text
    assert "Vom Team" not in olga.get("/team/bausteine").text
    jan.get(f"/team/bausteine/{own.id}", 404)
    olga.get(f"/team/bausteine/{team.id}", 404)
    olga.get("/team/bausteine")
    olga.press("Baustein speichern", 422, title="Fremd", text="Für euch.", whose=str(world.school.id))


def test_changing_shows_a_colleagues_newer_text_first(world: World, enter: SignIn) -> None:
    selin, jan = enter("Selin"), enter("Jan")
    selin.get("/team/bausteine")
    selin.press("Baustein speichern", title="Vom Team", text="Wir sind da.", whose=str(world.school.id))
    block = world.session.scalars(select(TextBlock)).one()
    address = f"/team/bausteine/{block.id}"
    selin.get(address)
    jan.get(address)
    jan.press("Speichern", text="Wir sind immer da.")
    selin.press("Speichern", 422, text="Wir sind oft da.")
    assert "Wir sind immer da." in selin.main
    assert "Wir sind oft da." in selin.page.text
    selin.press("Trotzdem speichern")
    assert "Wir sind oft da." in selin.main


def test_a_removed_one_comes_back_with_one_press(world: World, enter: SignIn) -> None:
    selin = enter("Selin")
    selin.get("/team/bausteine")
    selin.press("Baustein speichern", **WHERE)
    selin.press("Baustein speichern", **WHERE)  # pressed twice, it is one
    assert _count(world.session) == 1
    selin.press("Entfernen", 200)
    assert _count(world.session) == 0
    selin.press("Zurücknehmen")
    selin.press("Entfernen", 200)
    selin.press("Zurücknehmen")
    kept = world.session.scalars(select(TextBlock)).one()
    assert (kept.title, kept.text) == (WHERE["title"], WHERE["text"])


@pytest.mark.both
def test_limits_and_hostile_input(world: World, enter: SignIn) -> None:
    selin = enter("Selin")
    selin.get("/team/bausteine")
    selin.press("Baustein speichern", 422, title="x" * 41, text="Kurz")
    assert "Titel: Das ist zu lang. Möglich sind 40 Zeichen." in selin.main
    selin.press("Baustein speichern", 422, title="Kurz", text="x" * 2001)
    assert "Möglich sind 2.000 Zeichen." in selin.main
    selin.press("Baustein speichern", 422, title="\x00 ", text="\r\n")
    assert "Schreiben Sie einen Titel." in selin.main
    selin.press("Baustein speichern", title="<b>A</b>\x00", text='"><script>x</script>\r\nZwei\x1b')
    assert "<script>x" not in selin.page.text
    assert world.session.scalars(select(TextBlock.text)).one() == '"><script>x</script>\nZwei'
    selin.press("Baustein speichern", 422, title="Eltern", text="Bitte Lena Schmidt ansprechen.")
    assert "„Lena Schmidt“" in selin.main
    for number in range(text_blocks.MOST - 1):
        world.session.add(TextBlock(id=random_id(), person_id=world.person("Selin").id, title=f"{number}", text="x"))
    selin.get("/team/bausteine")
    selin.press("Baustein speichern", 422, title="Einer mehr", text="Zu viel.")
    assert "Mehr als 30 Bausteine gehen nicht." in selin.main
    assert "Einer mehr" in selin.page.text


def test_own_ones_go_with_the_person_and_a_teams_stay(world: World, session: Session) -> None:
    selin = world.person("Selin").id
    session.add(TextBlock(id=random_id(), person_id=selin, title="Meiner", text="x"))
    session.add(TextBlock(id=random_id(), person_id=world.person("Jan").id, title="Seiner", text="x"))
    session.add(TextBlock(id=random_id(), school_id=world.school.id, title="Vom Team", text="x"))
    session.flush()
    departures.end(session, world.seats["Selin"], selin, world.clock.now())
    assert set(session.scalars(select(TextBlock.title))) == {"Seiner", "Vom Team"}


def test_the_page_and_the_officers_table_say_what_is_kept(world: World, enter: SignIn) -> None:
    selin = enter("Selin")
    selin.get("/team/bausteine")
    assert "Sie werden gelöscht, sobald Sie nirgends mehr Meldungen lesen." in selin.main
    assert "Bausteine liegen lesbar in der Datenbank" in selin.main
    assert any("Textbausteine" in row[0] and "lesbar" in row[2] for row in trail_words.DATA)
