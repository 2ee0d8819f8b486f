"""A dangerous case opens with what to do now, and what needs this person's yes waits in the inbox."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select

from bullying_desk.cases.case_access import find_case
from bullying_desk.database import random_id
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Case, CaseStatus, Urgency
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import Absence, BreakTime, Duty, DutyKind, OfficeHour
from tests.cases.browsing import in_docs
from tests.cases.conftest import AtDesk, SignIn
from tests.cases.test_second_person import ACUTE, MEDIUM, _assess
from tests.moving_clock import MovingClock
from tests.world import World

NOW_TO_DO = "Gefahr: jetzt zu tun"


def _file(world: World, *, danger: bool = True, left_out: frozenset[int] = frozenset(), door: int = 1) -> int:
    choice = ReaderChoice(Wish.TEAM, left_out=left_out)
    filed, _receipt = world.file(answers=Answers(door, danger, {"text": "Sie warten am Tor."}), choice=choice)
    return world.report(filed).case_id


def _has_hours(world: World, *names: str) -> None:
    today = world.clock.today()
    for name in names:
        world.session.add(
            OfficeHour(
                id=random_id(), school_id=world.school.id, seat_id=world.seats[name].id, weekday=today.weekday(),
                starts=time(7), ends=time(16),
            )
        )  # fmt: skip


def test_the_page_begins_with_what_to_do_now(world: World, enter: SignIn) -> None:
    case_id = _file(world)
    _has_hours(world, "Jan")
    selin = enter("Selin")
    selin.get(f"/team/fall/{case_id}")
    order = [selin.main.index(words) for words in (NOW_TO_DO, "110", "Gerade im Haus:", "Stand:", "Gespräch")]
    assert order == sorted(order)
    assert "Jan" not in selin.main[: selin.main.index("Gerade im Haus:")]
    assert f"{world.seats['Jan'].shown_name}, bis 16:00 Uhr – liest diesen Fall" in selin.main
    assert "erst nach der Sicherheitsabfrage" in selin.main


@pytest.mark.parametrize("why", ["calm", "closed"])
def test_other_cases_open_as_ever(why: str, world: World, enter: SignIn) -> None:
    case_id = _file(world, danger=why == "closed")
    if why == "closed":
        world.session.get_one(Case, case_id).status = CaseStatus.CLOSED
        world.session.get_one(Case, case_id).closed_hour = world.clock.now()
    selin = enter("Selin")
    assert NOW_TO_DO not in selin.get(f"/team/fall/{case_id}").text


def test_a_case_that_is_judged_acute_has_it_too(world: World, enter: SignIn) -> None:
    case_id = _file(world, danger=False)
    world.session.get_one(Case, case_id).urgency = Urgency.ACUTE
    assert NOW_TO_DO in enter("Selin").get(f"/team/fall/{case_id}").text


def test_at_work_nobody_speaks_of_parents_or_of_the_youth_office(world: World, enter: SignIn) -> None:
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Jan"))
    filed, _receipt = world.file(answers=Answers(5, True, {"text": "Er bedroht mich."}), choice=choice)
    selin = enter("Selin")
    text = selin.get(f"/team/fall/{world.report(filed).case_id}").text
    assert NOW_TO_DO in text
    assert "Mit den Eltern" not in text
    assert "Jugendamt" not in selin.main[: selin.main.index("Stand:")]


def test_who_was_left_out_is_not_proposed_though_they_are_there(world: World, enter: SignIn) -> None:
    case_id = _file(world, left_out=world.ids("Jan"))
    _has_hours(world, "Jan", "Amara")
    selin = enter("Selin")
    selin.get(f"/team/fall/{case_id}")
    head = selin.main[: selin.main.index("Stand:")]
    assert world.seats["Amara"].shown_name in head
    assert world.seats["Jan"].shown_name not in head


def test_an_absence_and_the_yard_count(world: World, enter: SignIn, clock: MovingClock) -> None:
    case_id = _file(world)
    _has_hours(world, "Jan", "Amara")
    today = clock.today()
    school = world.school.id
    away = Absence(id=random_id(), school_id=school, seat_id=world.seats["Jan"].id, first_day=today, last_day=today)
    pause = BreakTime(id=random_id(), school_id=school, name="1. Pause", starts=time(7), ends=time(16))
    world.session.add_all([away, pause])
    world.session.flush()
    seat = world.seats["Amara"].id
    world.session.add(
        Duty(
            id=random_id(), school_id=school, day=today, break_id=pause.id, kind=DutyKind.CONTACT, seat_id=seat,
            pair=0, heads=1, sign="", spot="am Tor",
        )
    )  # fmt: skip
    selin = enter("Selin")
    selin.get(f"/team/fall/{case_id}")
    head = selin.main[: selin.main.index("Stand:")]
    assert "in der Pause, am Tor" in head
    assert world.seats["Jan"].shown_name not in head


@pytest.mark.both
def test_a_proposal_to_lower_stands_in_the_second_persons_inbox(world: World, at_desk: AtDesk, enter: SignIn) -> None:
    selin = at_desk("Selin")
    found = find_case(selin, _file(world, danger=False))
    assert _assess(selin, found, ACUTE)
    assert not _assess(selin, found, MEDIUM)
    asking, asked = enter("Selin"), enter("Jan")
    words = "Dafür fehlt Ihr Ja oder Nein."
    assert words not in asking.get("/team").text
    assert words in asked.get("/team").text
    asked.follow("Ansehen und entscheiden")
    asked.press("Eintragen", wort="ja")
    assert words not in asked.get("/team").text
    assert world.session.scalars(select(Case.second_asked_by)).all() == [None]


# The frequent jobs are short: presses counted on the real pages, typing not counted.


def test_next_case_and_answer_are_three_presses(world: World, enter: SignIn) -> None:
    first, second = _file(world), _file(world, danger=False)
    selin = enter("Selin")
    selin.get(f"/team/fall/{first}")
    selin.press("Antwort senden", text="Ich bin gleich da.")
    assert "Noch 1 Fall wartet auf Antwort." in selin.main
    selin.presses = 0
    selin.follow("Nächster Fall")
    selin.follow("Erste Antwort")
    selin.press("Antwort senden")
    assert selin.presses == in_docs("next case and answer") == 3
    assert selin.page.request.path == f"/team/fall/{second}"
    assert "Nächster Fall" not in selin.main


def test_nobody_is_sent_to_a_case_they_do_not_read(world: World, enter: SignIn) -> None:
    first, _hidden = _file(world), _file(world, left_out=world.ids("Selin"))
    selin = enter("Selin")
    selin.get(f"/team/fall/{first}")
    selin.press("Antwort senden", text="Ich bin gleich da.")
    assert "Nächster Fall" not in selin.main
