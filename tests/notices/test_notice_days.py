"""A notice is timed by the calendar of whoever must act: over holidays the city on duty is told the same day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bullying_desk.access.roles import Role
from bullying_desk.clock import BERLIN
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.models import Report
from bullying_desk.reports.promised_dates import outlook
from bullying_desk.reports.reader_notices import tell_readers
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.reports.standby.deputies import release_for_absences
from bullying_desk.schools.models import DutyPeriod, FreeDay
from bullying_desk.schools.notice_days import Calendars, notice_times
from tests.moving_clock import MovingClock
from tests.world import World

TIMES = ("07:15", "10:00", "12:30", "15:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def _on_duty(world: World, name: str, first: date, last: date | None) -> None:
    for seat in ("Leyla", "Tomasz"):
        world.seats[seat].on_duty = seat == name
    world.session.add(DutyPeriod(seat_id=world.seats[name].id, first_day=first, last_day=last))
    world.session.flush()


def _told(world: World, name: str) -> list[datetime]:
    rows = world.session.scalars(select(OutboxMail).where(OutboxMail.person_id == world.person(name).id))
    return sorted(row.not_before.astimezone(BERLIN) for row in rows)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-12-28T11:00", "2026-12-28T12:30"),  # a Monday in the Christmas holidays
        ("2026-12-24T20:00", "2026-12-25T07:15"),  # duty is each day of the break: the page says that they read
        ("2027-07-24T16:00", "2027-07-25T07:15"),  # a Saturday in summer
    ],
)
def test_whoever_is_on_duty_hears_the_same_day_that_a_child_has_written(
    world: World, clock: MovingClock, now: str, told: str
) -> None:
    clock.moment = at(now).astimezone(UTC)
    _on_duty(world, "Leyla", clock.today(), None)
    filed, _receipt = world.file()
    assert release_for_absences(world.session, world.pepper_layer, clock.now(), TIMES) == 1
    assert _told(world, "Leyla") == [at(told)]
    assert outlook(world.session, world.session.get_one(Report, filed.report_id), clock.today()).city_answers
    assert all(moment.date() > date(2027, 1, 6) for moment in _told(world, "Selin"))  # after it


def test_what_only_the_city_reads_reaches_it_on_its_office_days(world: World, clock: MovingClock) -> None:
    clock.moment = at("2026-12-28T11:00").astimezone(UTC)
    for name in ("Leyla", "Tomasz"):
        world.seats[name].on_duty = False
    world.file(choice=ReaderChoice(Wish.CITY))
    assert _told(world, "Leyla") == _told(world, "Tomasz") == [at("2026-12-28T12:30")]
    clock.moment = at("2026-12-24T16:00").astimezone(UTC)
    world.file(choice=ReaderChoice(Wish.CITY))
    assert _told(world, "Leyla")[0] == at("2026-12-28T07:15")  # over Christmas no office is open


def test_a_letter_in_an_old_case_reaches_whoever_is_on_duty(world: World, clock: MovingClock) -> None:
    filed, _receipt = world.file(choice=ReaderChoice(Wish.CITY))
    world.session.query(OutboxMail).delete()
    clock.moment = at("2026-12-26T11:00").astimezone(UTC)  # a Saturday, a public holiday
    _on_duty(world, "Leyla", date(2026, 12, 23), date(2027, 1, 6))
    tell_readers(world.session, world.report(filed), clock.now(), TIMES)
    assert _told(world, "Leyla") == [at("2026-12-26T12:30")]
    assert _told(world, "Tomasz") == [at("2026-12-28T07:15")]


def test_a_school_s_own_free_day_is_its_team_s(world: World, clock: MovingClock) -> None:
    clock.moment = at("2026-11-26T16:00").astimezone(UTC)  # a Thursday
    world.session.add(FreeDay(school_id=world.school.id, day=date(2026, 11, 27), half=False))
    world.session.flush()
    people = world.ids("Selin", "Leyla")
    found = notice_times(world.session, people, clock.now(), TIMES)
    assert found[world.person("Selin").id] == at("2026-11-30T07:15")
    assert found[world.person("Leyla").id] == at("2026-11-27T07:15")


@pytest.mark.parametrize(
    "now", ["2026-11-25T11:00", "2026-11-25T16:00", "2026-11-27T16:00", "2026-12-22T16:00", "2026-12-28T11:00"]
)
def test_a_look_at_the_seats_changes_no_time_of_a_report_s_readers(world: World, clock: MovingClock, now: str) -> None:
    clock.moment = at(now).astimezone(UTC)
    world.session.add(FreeDay(school_id=world.school.id, day=date(2026, 11, 26), half=False))
    world.session.flush()
    people = world.ids("Selin", "Jan", "Leyla", "Tomasz")
    quick, careful = (Calendars(world.session, world.school.id, all_here=here) for here in (True, False))
    found = notice_times(world.session, people, clock.now(), TIMES, quick)
    assert found == notice_times(world.session, people, clock.now(), TIMES, careful)


def test_whoever_has_no_seat_yet_is_told_on_school_days(world: World, clock: MovingClock) -> None:
    clock.moment = at("2026-12-28T11:00").astimezone(UTC)
    world.add("Nina", "Frau Neu", Role.CONTACT_PERSON)
    world.remove(["Nina"])
    assert notice_times(world.session, world.ids("Nina"), clock.now(), TIMES) == {
        world.person("Nina").id: at("2027-01-07T07:15")
    }


@pytest.mark.parametrize(
    ("last", "words"), [(date(2027, 1, 6), (True, True)), (date(2026, 12, 27), (False, True)), (None, (True, True))]
)
def test_the_page_says_that_the_city_reads_where_each_day_is_covered(
    world: World, clock: MovingClock, last: date | None, words: tuple[bool, bool]
) -> None:
    clock.moment = at("2026-12-24T11:00").astimezone(UTC)
    _on_duty(world, "Leyla", date(2026, 12, 23), last)
    seen = outlook(world.session, world.report(world.file()[0]), clock.today())
    assert (seen.city_answers, seen.city_sometimes) == words
