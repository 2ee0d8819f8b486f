"""The yard's roster: kept in few presses, carried on, swapped; shown as role, place and sign, never as a name."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Keyring
from bullying_desk.schools import roster
from bullying_desk.schools.models import BreakTime, Duty, DutyKind
from bullying_desk.schools.presence import who_is_there
from bullying_desk.schools.roster import DutyWish
from bullying_desk.schools.team import school_calendar
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard, at

MONDAY = date(2026, 11, 23)
PAIR = DutyWish(DutyKind.HELPERS, None, 3, 2, "mit gelber Weste", "am Klettergerüst")


@pytest.fixture
def pause(yard: Yard) -> BreakTime:
    roster.add_break(yard.session, yard.world.school, "1. Pause", time(9, 30), time(9, 50))
    return roster.breaks(yard.session, yard.school_id)[0]


def enter(
    yard: Yard, pause: BreakTime, wish: DutyWish = PAIR, monday: date = MONDAY, days: tuple[int, ...] = (1,)
) -> int:
    calendar = school_calendar(yard.session, yard.school_id)
    return roster.add(yard.session, yard.world.school, calendar, monday, days, pause.id, wish)


def test_a_gap_is_where_the_person_entered_is_absent(yard: Yard, pause: BreakTime) -> None:
    for name, spot in (("Selin", "am Tor"), ("Jan", "an der Treppe")):
        wish = DutyWish(DutyKind.CONTACT, yard.world.seats[name].id, 0, 1, "", spot)
        enter(yard, pause, wish, days=(1, 2))
    yard.away("Selin", "2026-11-24", "2026-11-24")
    found = roster.gaps(yard.session, yard.school_id, MONDAY, MONDAY + timedelta(days=4))
    assert [(one.day, one.spot) for one in found] == [(date(2026, 11, 24), "am Tor")]


def spots(yard: Yard, moment: str) -> list[str]:
    found = who_is_there(yard.session, yard.school_id, at(moment)).yard
    return [line.spot for line in found.now or found.following]


def test_the_board_is_right_over_a_changed_timetable_a_holiday_an_absence_and_the_night(
    yard: Yard, pause: BreakTime
) -> None:
    enter(yard, pause, days=(1, 3))
    enter(yard, pause, DutyWish(DutyKind.CONTACT, yard.world.seats["Selin"].id, 0, 1, "", "am Tor"))
    assert spots(yard, "2026-11-24T09:35") == ["am Tor", "am Klettergerüst"]
    assert spots(yard, "2026-11-24T07:00") == ["am Tor", "am Klettergerüst"]  # the next break
    assert spots(yard, "2026-11-24T23:30") == spots(yard, "2026-11-25T02:00") == []
    yard.away("Selin", "2026-11-24", "2026-11-24")
    assert spots(yard, "2026-11-24T09:35") == ["am Klettergerüst"]
    roster.add_break(yard.session, yard.world.school, "1. Pause", time(11, 50), time(12, 20))
    before = who_is_there(yard.session, yard.school_id, at("2026-11-24T09:35")).yard
    assert (before.now, before.minutes_left) == ((), 135)
    assert spots(yard, "2026-11-24T12:10") == ["am Klettergerüst"]
    yard.free("2026-11-26")
    assert spots(yard, "2026-11-26T11:55") == []
    yard.free("2026-11-24", half=True)
    assert spots(yard, "2026-11-24T11:55") == ["am Klettergerüst"]
    roster.add_break(yard.session, yard.world.school, "1. Pause", time(12), time(12, 20))
    assert spots(yard, "2026-11-24T11:55") == []  # the school has ended by then


def test_a_week_is_carried_on_until_the_holidays_and_leaves_free_days_out(yard: Yard, pause: BreakTime) -> None:
    enter(yard, pause, days=(0, 1, 2, 3, 4))
    yard.free("2026-12-04")
    calendar = school_calendar(yard.session, yard.school_id)
    for _twice in range(2):
        last = roster.carry_on(yard.session, yard.world.school, calendar, MONDAY, to_holidays=True)
    assert last == date(2026, 12, 21)  # holidays from the 23rd
    days = [duty.day for duty in yard.session.scalars(select(Duty).order_by(Duty.day))]
    assert len(days) == len(set(days)) == 5 + 4 + 5 + 5 + 2
    assert date(2026, 12, 4) not in days
    yard.free("2026-12-21")  # a hole in the week that is carried on tears none into the next
    following = roster.carry_on(yard.session, yard.world.school, calendar, last, to_holidays=False)
    assert following == date(2027, 1, 4)  # two weeks of holidays are passed over; the 7th is the first school day
    assert [duty.day.day for duty in roster.week(yard.session, yard.school_id, following)] == [7, 8]


def test_last_years_roster_is_carried_over_the_summer(yard: Yard, pause: BreakTime) -> None:
    enter(yard, pause, monday=date(2026, 7, 13), days=(0, 1, 2))
    calendar = school_calendar(yard.session, yard.school_id)
    last = roster.carry_into_year(yard.session, yard.world.school, calendar, date(2026, 8, 25))
    assert last == date(2026, 10, 12)  # autumn holidays from the 17th
    days = [duty.day for duty in yard.session.scalars(select(Duty).order_by(Duty.day))][3:]
    assert days[:4] == [date(2026, 9, 2), *(date(2026, 9, 7) + timedelta(days=number) for number in range(3))]


def test_who_has_left_is_shown_and_carried_nowhere(yard: Yard, pause: BreakTime) -> None:
    enter(yard, pause, DutyWish(DutyKind.CONTACT, yard.world.seats["Selin"].id, 0, 1, "", "am Tor"))
    yard.world.remove(["Selin"])
    assert spots(yard, "2026-11-24T09:35") == []
    with pytest.raises(roster.NothingToCopy):
        roster.carry_on(
            yard.session, yard.world.school, school_calendar(yard.session, yard.school_id), MONDAY, to_holidays=False
        )


def test_two_swap_their_people_and_keep_their_places(yard: Yard, pause: BreakTime) -> None:
    enter(yard, pause)
    enter(yard, pause, DutyWish(DutyKind.MEDIATORS, None, 7, 3, "mit roter Mütze", "am Tor"), days=(3,))
    ids = list(yard.session.scalars(select(Duty.id)))
    roster.swap(yard.session, yard.world.school, ids)
    found = [
        (duty.day.day, duty.pair, duty.sign, duty.spot) for duty in roster.week(yard.session, yard.school_id, MONDAY)
    ]
    assert found == [(24, 7, "mit roter Mütze", "am Klettergerüst"), (26, 3, "mit gelber Weste", "am Tor")]
    for wrong in (ids[:1], [*ids, 4711], []):
        with pytest.raises(roster.DutyUnknown):
            roster.swap(yard.session, yard.world.school, wrong)


def test_a_person_of_another_school_cannot_be_entered(yard: Yard, pause: BreakTime) -> None:
    with pytest.raises(roster.SeatUnknown):
        enter(yard, pause, DutyWish(DutyKind.CONTACT, yard.world.seats["Leyla"].id, 0, 1, "", ""))


def test_there_is_no_column_for_a_childs_name() -> None:
    columns = set(Base.metadata.tables["roster_duty"].columns.keys())
    assert columns == {"id", "school_id", "day", "break_id", "kind", "seat_id", "pair", "heads", "sign", "spot"}


@pytest.mark.sqlite
def test_the_coordinator_sets_up_the_week_in_few_presses(
    app: Flask, yard: Yard, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    clock.moment = at("2026-11-24T09:31")
    hands, base = Hands(app, clock), f"/team/schule/{yard.school_id}"
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    yard.session.rollback()
    hands.get(f"{base}/dienste")
    assert hands.post(f"{base}/pause", name="1. Pause", starts="09:30", ends="09:20").status_code == 422
    assert hands.post(f"{base}/pause", name="1. Pause", starts="09:30", ends="09:50").status_code == 303
    pause = re.search(r'<option value="(\d+)">1. Pause', hands.get(f"{base}/dienste").text)
    assert pause is not None
    fields = {"who": "helpers-3", "pause": pause[1], "weekdays": "1", "heads": "2", "sign": "mit gelber Weste"}
    assert hands.post(f"{base}/dienste", spot="am Klettergerüst; Hof", **fields).status_code == 303
    hands.get(f"{base}/dienste")
    assert hands.post(f"{base}/dienste/weiter", bis="woche").status_code == 303
    assert "Pausenhilfe, Paar 3" in hands.get(f"{base}/dienste?ab=2026-12-01").text
    clock.moment = at("2026-11-24T09:35")
    for address in ("/s/K7M2", "/s/K7M2/heute", "/s/K7M2/heute?wand=1"):
        text = " ".join(re.sub("<[^>]+>", "", hands.client.get(address).text).split())
        assert "Jetzt in der Pause: Pausen-Helfer: zwei mit gelber Weste, am Klettergerüst; Hof" in text, address
    calendar = hands.get(f"{base}/dienste.ics").data
    assert calendar.count(b"BEGIN:VEVENT") == 2
    assert b"DTSTART:20261124T083000Z" in calendar
    assert "LOCATION:am Klettergerüst\\; Hof".encode() in calendar
    assert all(len(line) <= 75 and b"\n" not in line for line in calendar.split(b"\r\n"))
    assert hands.get(f"{base}/dienste.ics").data == calendar  # a second download doubles nothing


@pytest.mark.sqlite
def test_a_duty_is_swapped_with_one_of_another_week_and_a_second_press_swaps_nothing_back(
    app: Flask, yard: Yard, pause: BreakTime, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    clock.moment = at("2026-11-24T09:31")
    enter(yard, pause)
    enter(
        yard, pause, DutyWish(DutyKind.MEDIATORS, None, 7, 3, "mit roter Mütze", "am Tor"), MONDAY + timedelta(days=7)
    )
    here, there = (str(found) for found in yard.session.scalars(select(Duty.id).order_by(Duty.day)))
    yard.session.commit()
    hands, base = Hands(app, clock), f"/team/schule/{yard.school_id}/dienste"
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    yard.session.rollback()
    hands.get(base)
    assert hands.post(f"{base}/aendern", act="other").status_code == 422
    assert "genau einen Dienst" in hands.page
    held = hands.post(f"{base}/aendern", act="other", duty=here).location
    assert held == f"{base}?ab=2026-11-30&mit={here}"
    assert "Sie tauschen: 1. Pause: Pausenhilfe, Paar 3" in hands.get(held).text
    seen = re.search(r'name="seen" value="(\w+)"', hands.page)
    assert seen is not None
    for status in (303, 422):  # the same submit twice
        hands.get(held)
        answer = hands.post(f"{base}/aendern?ab=2026-11-30&mit={here}", act="swap", seen=seen[1], duty=[here, there])
        assert answer.status_code == status
    assert "Der Plan hat sich inzwischen geändert" in answer.text
    assert [duty.pair for duty in yard.session.scalars(select(Duty).order_by(Duty.day))] == [7, 3]
    yard.session.rollback()
    hands.get(base)
    assert hands.post(f"{base}/aendern", act="remove", seen="", duty=here).status_code == 422


@pytest.mark.sqlite
@pytest.mark.parametrize("what", ["duties", "break"])
def test_what_was_taken_away_comes_back_by_one_press(
    what: str, app: Flask, yard: Yard, pause: BreakTime, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    clock.moment = at("2026-11-24T09:31")
    enter(yard, pause)
    enter(yard, pause, DutyWish(DutyKind.CONTACT, yard.world.seats["Selin"].id, 0, 1, "", "am „Tor“ <b>"), days=(2,))
    pause_id = pause.id
    yard.session.commit()
    hands, base = Hands(app, clock), f"/team/schule/{yard.school_id}"
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    before = _duties(yard)
    assert len(before) == 2
    if what == "break":
        hands.get(f"{base}/dienste")
        removed = hands.post(f"{base}/pause/{pause_id}/weg")
    else:
        seen = re.search(r'name="seen" value="(\w+)"', hands.get(f"{base}/dienste").text)
        assert seen is not None
        ids = [str(each) for each in yard.session.scalars(select(Duty.id))]
        yard.session.rollback()
        removed = hands.post(f"{base}/dienste/aendern", act="remove", seen=seen[1], duty=ids)
    assert (removed.status_code, _duties(yard)) == (200, [])
    form = removed.text.partition("Entfernt.")[2].partition("<form")[2].partition("</form>")[0]
    found = re.search(r'action="([^"]+)".*name="weg" value="([^"]*)"', form, re.DOTALL)
    assert found is not None
    for wrong in ("", "[]", "{", '[null,[["2026-11-24",1,"contact",1,0,1,"",""]]]', '["x",[]]', "[" * 9000):
        assert hands.post(f"{base}/dienste/zurueck", weg=wrong).status_code == 422
    assert _duties(yard) == []
    assert hands.post(unescape(found[1]), weg=unescape(found[2])).status_code == 303
    assert _duties(yard) == before
    hands.get(f"{base}/dienste")
    hands.post(unescape(found[1]), weg=unescape(found[2]))  # pressed twice, nobody stands there twice
    assert _duties(yard) == before


def _duties(yard: Yard) -> list[tuple[object, ...]]:
    yard.session.rollback()
    found = yard.session.scalars(select(Duty).order_by(Duty.day)).all()
    said: list[tuple[object, ...]] = [
        (one.day, one.pause.name, one.pause.starts, one.kind, one.seat_id, one.pair, one.heads, one.sign, one.spot)
        for one in found
    ]
    yard.session.rollback()
    return said


@pytest.mark.sqlite
def test_the_coordinator_sees_where_nobody_stands(
    app: Flask, yard: Yard, pause: BreakTime, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    clock.moment = at("2026-11-24T07:31")
    enter(yard, pause, DutyWish(DutyKind.CONTACT, yard.world.seats["Selin"].id, 0, 1, "", "am Tor"))
    yard.session.commit()
    hands, page = Hands(app, clock), f"/team/schule/{yard.school_id}/dienste"
    hands.sign_in(make_member(database, keys, clock, "Tomasz Lis", Role.SCHOOL_COORDINATOR, yard.world.school))
    assert "fehlt heute" not in hands.get(page).text
    yard.session.rollback()
    yard.away("Selin", "2026-11-24", "2026-11-24")
    yard.session.commit()
    text = hands.get(page).text
    assert "Hier fehlt jemand" in text
    assert "fehlt heute" in text
