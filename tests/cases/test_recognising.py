"""Thirty cases are told apart by a line that only their readers see; the database holds it sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.inbox import recognising
from bullying_desk.config import Settings
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Record
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.cases.conftest import AtDesk, SignIn
from tests.secrecy.searching import database_bytes, find
from tests.world import World

PARENT = Answers(3, False, {"was": ("bilder",), "klasse_kind": "6b", "text": "Bilder von ihr gehen herum."})


def _file(world: World, *left_out: str) -> int:
    choice = ReaderChoice(Wish.TEAM, left_out=world.ids(*left_out))
    return world.report(world.file(answers=PARENT, choice=choice)[0]).case_id


def test_the_line_is_made_at_opening_and_stands_in_the_list(world: World, enter: SignIn) -> None:
    case_id = _file(world)
    selin, jan = enter("Selin"), enter("Jan")
    assert "· 6b" not in selin.get("/team").text  # nobody has opened it
    page = selin.get(f"/team/fall/{case_id}").text
    assert "6b" in selin.main.partition("Stand:")[0]
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert "6b" not in title
    for desk in (selin, jan):  # Jan has not opened it, and reads all of it
        desk.get("/team")
        assert "Mutter oder Vater · " in desk.main
        assert "· 6b" in desk.main


def test_who_does_not_read_the_case_sees_no_line(world: World, enter: SignIn) -> None:
    case_id = _file(world, "Jan")
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(f"/team/fall/{case_id}")
    assert "· 6b" not in jan.get("/team").text


def test_the_teams_own_label_comes_first_and_can_be_taken_away(world: World, enter: SignIn) -> None:
    case_id = _file(world)
    selin, jan = enter("Selin"), enter("Jan")
    selin.get(f"/team/fall/{case_id}")
    selin.press("Kennzeichen speichern", kennzeichen="  Chat   Sechser ")
    assert "Chat Sechser · Mutter oder Vater" in jan.get("/team").text
    selin.press("Kennzeichen speichern", kennzeichen="x" * 41)
    assert "Möglich sind 40 Zeichen." in selin.main
    selin.press("Kennzeichen speichern", kennzeichen="")
    assert "Chat Sechser" not in jan.get("/team").text
    assert "· 6b" in jan.main


def test_search_hits_show_it_too(world: World, enter: SignIn) -> None:
    selin = enter("Selin")
    selin.get(f"/team/fall/{_file(world)}")
    selin.get("/team/suche")
    selin.press("Suchen", 200, query="Bilder")
    assert "· 6b" in selin.main


def test_it_is_no_entry_of_the_course(world: World, enter: SignIn) -> None:
    case_id = _file(world)
    selin = enter("Selin")
    selin.get(f"/team/fall/{case_id}")
    selin.press("Kennzeichen speichern", kennzeichen="Chat Sechser")
    selin.get(f"/team/fall/{case_id}/verlauf")
    assert "Chat Sechser" not in selin.page.text


@pytest.mark.sqlite
def test_the_database_holds_it_sealed(world: World, at_desk: AtDesk, settings: Settings) -> None:
    selin = at_desk("Selin")
    found = find_case(selin, _file(world))
    secrets = open_case_secrets(selin, found.case)
    recognising.keep(selin, found.case, secrets, PARENT)
    recognising.set_label(selin, found.case, secrets, "Quittenbaum")
    world.session.commit()
    assert len(world.session.scalars(select(Record).where(Record.kind == "line")).all()) == 2
    assert find(database_bytes(settings.instance / "desk.db"), ["Quittenbaum"]) == []
