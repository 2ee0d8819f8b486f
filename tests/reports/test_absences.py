"""Nobody is away without a stand-in, and nobody becomes one by their own word; the city's duty in the holidays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import PersonState
from bullying_desk.accounts.team import absences, duty
from bullying_desk.accounts.team.absences import CITY, Days
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.database import Database
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import Absence, DutyPeriod, Seat, SeatState
from tests import rights_by_hand
from tests.moving_clock import MovingClock
from tests.world import World, make_school

TUESDAY = date(2026, 11, 24)
WEEK = Days(TUESDAY, date(2026, 11, 27))


def _enter(world: World, name: str, stand_in: int | None, by: str, days: Days = WEEK) -> Absence:
    by_id = world.person(by).id
    return absences.enter(world.session, world.seats[name], days, stand_in, by_id, world.clock.now())


def _count(world: World) -> int:
    return rights_by_hand.count(world.session, Absence)


def test_ones_own_absence_is_on_record_and_the_stand_in_is_told_without_a_word(world: World) -> None:
    jan, selin = world.person("Jan"), world.person("Selin")
    found = _enter(world, "Selin", jan.id, "Selin")
    assert (found.stand_in_id, found.entered_by, found.last_day) == (jan.id, selin.id, date(2026, 11, 27))
    [entry] = trail.entries_about(world.session, world.school.id, Event.ABSENCE_ENTERED)
    assert entry.facts == {
        "seat": world.seats["Selin"].id, "person": jan.id, "day": "2026-11-24", "until": "2026-11-27"
    }  # fmt: skip
    [mail] = world.session.scalars(select(OutboxMail))
    assert (mail.person_id, "Aydin" in mail.body) == (jan.id, False)
    assert _enter(world, "Selin", jan.id, "Selin") is found  # a double submit
    assert _count(world) == 1
    assert [seat.shown_name for _one, seat in absences.standing_in_for(world.session, jan.id, TUESDAY)] == [
        "Frau Aydin"
    ]


@pytest.mark.parametrize("name", ["Jan", "Renate", "Zeynep", "Leyla"])
def test_only_an_active_colleague_or_the_citys_team_stands_in(world: World, name: str) -> None:
    other = make_school(world.session, key="M4R8", number="198773", name="Nebenan")
    world.add("Zeynep", "Frau Kaya", Role.CONTACT_PERSON, school=other)
    world.person("Jan").state = PersonState.ACCEPTED  # key words not compared
    world.session.flush()
    with pytest.raises(absences.StandInUnknown):
        _enter(world, "Selin", world.person(name).id, "Piotr")
    assert _count(world) == 0


def test_without_a_stand_in_an_absence_is_refused(world: World) -> None:
    with pytest.raises(absences.NobodyStandsIn):
        _enter(world, "Selin", None, "Piotr")
    world.remove(["Leyla", "Tomasz"])
    for stand_in in (None, CITY):
        with pytest.raises(absences.NobodyStandsIn):
            _enter(world, "Selin", stand_in, "Piotr")
    with pytest.raises(absences.NobodyStandsIn):
        absences.enter_team(world.session, world.school, WEEK, world.person("Piotr").id, world.clock.now())
    assert _count(world) == 0


def test_nobody_enters_the_absence_that_makes_oneself_stand_in(world: World) -> None:
    jan = world.person("Jan")
    world.session.add(
        Seat(school_id=world.school.id, person_id=jan.id, role=Role.SCHOOL_COORDINATOR, shown_name="Herr Brandt",
             state=SeatState.ACTIVE, started_on=TUESDAY)
    )  # fmt: skip
    world.session.flush()
    with pytest.raises(absences.OwnAppointment):
        _enter(world, "Selin", jan.id, "Jan")
    with pytest.raises(absences.StandInUnknown):
        _enter(world, "Jan", jan.id, "Jan")  # nobody stands in for themselves
    with pytest.raises(absences.OwnAppointment):
        _enter(world, "Selin", CITY, "Leyla")  # of the city's team, and coordinator somewhere
    assert jan.id not in dict(absences.stand_ins_for(world.session, world.seats["Selin"], jan.id))
    assert CITY not in dict(absences.stand_ins_for(world.session, world.seats["Selin"], world.person("Leyla").id))
    assert _count(world) == 0
    _enter(world, "Jan", CITY, "Jan")  # who is away lets the city's team read, not oneself


def test_a_stand_in_is_there_themselves(world: World) -> None:
    _enter(world, "Jan", CITY, "Jan", Days(date(2026, 11, 26), date(2026, 11, 30)))
    with pytest.raises(absences.StandInAway):
        _enter(world, "Selin", world.person("Jan").id, "Piotr")
    _enter(world, "Selin", world.person("Amara").id, "Piotr")


@pytest.mark.parametrize(
    "days", [Days(TUESDAY, date(2026, 11, 23)), Days(date(2026, 11, 9), date(2026, 11, 20))], ids=["wrong", "over"]
)
def test_days_that_cannot_be(world: World, days: Days) -> None:
    with pytest.raises(absences.DaysWrong):
        _enter(world, "Selin", CITY, "Piotr", days)
    with pytest.raises(absences.TooLong):
        _enter(world, "Selin", CITY, "Piotr", Days(TUESDAY, date(2072, 11, 27)))  # a year mistyped


def test_a_class_trip_takes_the_whole_team_and_the_city_stands_in(world: World) -> None:
    by = world.person("Piotr").id
    found = absences.enter_team(world.session, world.school, WEEK, by, world.clock.now())
    assert {one.seat_id for one in found} == {world.seats[name].id for name in ("Selin", "Jan", "Amara")}
    assert {one.stand_in_id for one in found} == {None}


def test_back_earlier(world: World, clock: MovingClock) -> None:
    jan, selin = world.person("Jan").id, world.person("Selin").id
    running, later = (
        _enter(world, "Selin", jan, "Selin"),
        _enter(world, "Selin", jan, "Selin", Days(WEEK.last, WEEK.last)),
    )
    clock.forward(days=1)
    for one in (running, later):
        absences.end(world.session, one, selin, world.clock.now())
    assert absences.living(world.session, [world.seats["Selin"].id], clock.today()) == []
    assert (running.last_day, _count(world)) == (TUESDAY, 1)


def test_days_that_overlap_become_one_absence_or_are_refused_with_the_days(world: World) -> None:
    """Two absences of one seat never overlap: else chance would choose a day's stand-in."""
    jan, amara, monday = world.person("Jan").id, world.person("Amara").id, date(2026, 11, 30)
    first = _enter(world, "Selin", jan, "Selin")
    assert _enter(world, "Selin", jan, "Selin", Days(WEEK.last, monday)) is first
    assert _enter(world, "Selin", jan, "Selin", Days(TUESDAY, TUESDAY)) is first  # all of it is known
    assert (first.first_day, first.last_day, _count(world)) == (TUESDAY, monday, 1)
    with pytest.raises(absences.Overlaps) as refused:
        _enter(world, "Selin", amara, "Piotr", Days(monday, date(2026, 12, 2)))
    assert refused.value.args == (TUESDAY, monday)
    later = _enter(world, "Selin", amara, "Piotr", Days(date(2026, 12, 2), date(2026, 12, 3)))
    with pytest.raises(absences.Overlaps):
        _enter(world, "Selin", jan, "Piotr", Days(monday, date(2026, 12, 2)))
    by = world.person("Piotr").id
    added = absences.enter_team(world.session, world.school, Days(monday, date(2026, 12, 4)), by, world.clock.now())
    selins = [(one.first_day, one.last_day) for one in added if one.seat_id == later.seat_id]
    assert selins == [(date(2026, 12, 1), date(2026, 12, 1)), (date(2026, 12, 4), date(2026, 12, 4))]
    assert (first.stand_in_id, later.stand_in_id) == (jan, amara)


def test_two_presses_at_once_enter_one_absence_and_one_duty(
    world: World, database: Database, clock: MovingClock
) -> None:
    """On PostgreSQL both would look first and then write; the seat's row is locked before anybody looks."""
    seat, duty_seat = world.seats["Selin"], world.seats["Leyla"]
    jan, by = world.person("Jan").id, world.person("Piotr").id
    world.session.commit()
    start = Barrier(2, timeout=20)

    def press(_number: int) -> None:
        start.wait()
        with database.transaction() as session:
            absences.enter(session, session.get_one(Seat, seat.id), WEEK, jan, by, clock.now())
        start.wait()
        with database.transaction() as session:
            duty.give(session, duty_seat.id, TUESDAY, None, by, clock.now())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, range(2)))
    with database.transaction(write=False) as session:
        counts = [rights_by_hand.count(session, table) for table in (Absence, DutyPeriod)]
    assert counts == [1, 1]


def _give(world: World, name: str, first: date, last: date | None, by: str = "Karin") -> None:
    duty.give(world.session, world.seats[name].id, first, last, world.person(by).id, world.clock.now())


def test_duty_comes_and_goes_with_its_days(world: World) -> None:
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    world.seats["Leyla"].on_duty = False
    summer = date(2027, 7, 19), date(2027, 8, 31)
    _give(world, "Leyla", *summer)
    _give(world, "Leyla", *summer)  # a double press
    assert rights_by_hand.count(world.session, DutyPeriod) == 1
    assert _on_duty(world) == {"Tomasz"}  # not before it begins; without any period one stays as one was
    assert duty.settle(world.session, summer[0]) == 1
    assert _on_duty(world) == {"Leyla", "Tomasz"}
    assert duty.settle(world.session, summer[1] + timedelta(days=1)) == 1
    assert _on_duty(world) == {"Tomasz"}


def _on_duty(world: World) -> set[str]:
    return {name for name in ("Leyla", "Tomasz") if world.seats[name].on_duty}


def test_a_first_period_takes_nobody_off_who_is_on_duty_without_dates(world: World) -> None:
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    _give(world, "Leyla", date(2026, 12, 23), date(2027, 1, 6))
    assert _on_duty(world) == {"Leyla", "Tomasz"}
    [member] = [one for one in duty.members(world.session, TUESDAY) if one.name == "Leyla Demir"]
    assert {(one.first_day, one.last_day) for one in member.periods} == {
        (TUESDAY, None), (date(2026, 12, 23), date(2027, 1, 6))
    }  # fmt: skip


def test_the_page_says_which_holidays_have_nobody(world: World) -> None:
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)
    for name in ("Leyla", "Tomasz"):
        world.seats[name].on_duty = False
    _give(world, "Leyla", date(2026, 12, 23), date(2027, 1, 6))
    lines = duty.long_breaks(duty.members(world.session, TUESDAY), TUESDAY)
    assert (lines[0].days.first, lines[0].names) == (date(2026, 12, 23), ("Leyla Demir",))
    assert all(line.names == () for line in lines[1:])
    assert len(lines) == duty.BREAKS_AHEAD


def test_nobody_puts_oneself_on_duty_nor_somebody_who_is_not_of_the_citys_team(world: World) -> None:
    with pytest.raises(absences.OwnAppointment):
        _give(world, "Leyla", TUESDAY, None, by="Leyla")
    with pytest.raises(duty.DutyUnknown):
        _give(world, "Selin", TUESDAY, None, by="Leyla")
    with pytest.raises(duty.DutyDaysWrong):
        _give(world, "Tomasz", TUESDAY, date(2026, 11, 23), by="Leyla")
    with pytest.raises(duty.DutyUnknown):
        duty.take(world.session, 4711, world.person("Leyla").id, world.clock.now())
    _give(world, "Tomasz", TUESDAY, None, by="Leyla")
    period = world.session.scalars(select(DutyPeriod)).one()
    duty.take(world.session, period.id, world.person("Leyla").id, world.clock.now())
    assert not world.seats["Tomasz"].on_duty
