"""During an absence a colleague who reads already is responsible; being responsible lets nobody read."""

from __future__ import annotations

from datetime import date

import pytest

from bullying_desk.accounts.team import absences
from bullying_desk.accounts.team.absences import CITY, Days
from bullying_desk.cases.inbox.queue import Tab, inbox
from bullying_desk.cases.inbox.row_words import lines
from bullying_desk.reports.models import Case, Report
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.cases.conftest import SignIn
from tests.world import World

WEEK = Days(date(2026, 11, 24), date(2026, 11, 27))


def _report(world: World, *named: str) -> Report:
    choice = ReaderChoice(Wish.NAMED, world.ids(*named)) if named else ReaderChoice(Wish.TEAM)
    report = world.report(world.file(choice=choice)[0])
    world.session.get_one(Case, report.case_id).owner_id = world.person("Selin").id
    return report


def _mine(world: World, name: str) -> list[tuple[str, str]]:
    person, today = world.person(name), world.clock.today()
    found = inbox(world.session, person.id, person.key_id or b"", world.clock.now(), tab=Tab.MINE)
    shown = lines(found.rows, found.clocks, {}, person.id, world.clock.now(), today)
    return [(line.owner or "", line.cover) for line in shown]


def _away(world: World, name: str, stand_in: int) -> None:
    absences.enter(world.session, world.seats[name], WEEK, stand_in, world.person(name).id, world.clock.now())


@pytest.mark.parametrize(("stand_in", "covers"), [("Jan", "Jan"), ("Amara", "Amara"), ("", "Amara")])
def test_the_stand_in_who_reads_is_responsible_else_whoever_reads(world: World, stand_in: str, covers: str) -> None:
    _report(world)
    assert _mine(world, covers) == []
    _away(world, "Selin", world.person(stand_in).id if stand_in else CITY)
    other = "Jan" if covers == "Amara" else "Amara"
    assert _mine(world, covers) == [("Selin Aydin", "Sie")]
    assert _mine(world, other) == []
    assert _mine(world, "Selin")[0][1] == world.person(covers).name


def test_a_stand_in_who_does_not_read_the_case_finds_no_trace_of_it(world: World) -> None:
    _report(world, "Selin", "Jan")
    _away(world, "Selin", world.person("Amara").id)
    assert _mine(world, "Amara") == []
    assert _mine(world, "Jan") == [("Selin Aydin", "Sie")]
    _away(world, "Jan", world.person("Amara").id)
    assert _mine(world, "Jan") == []
    assert _mine(world, "Selin") == [("Selin Aydin", "")]


def test_the_cases_page_says_who_stands_in(world: World, enter: SignIn) -> None:
    report = _report(world)
    _away(world, "Selin", world.person("Amara").id)
    page = enter("Jan").get(f"/team/fall/{report.case_id}").text
    assert "Gerade nicht da. Vertretung:" in page
    assert page.count("Amara Okafor") > 1
