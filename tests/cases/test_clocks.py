"""School time at the desk: how long a reporter has waited, and when an answer is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bullying_desk.cases.deadlines import SchoolClocks
from bullying_desk.schooldays import HORIZON, runs_out
from bullying_desk.schools.models import FreeDay
from tests.cases.conftest import SignIn
from tests.moving_clock import MovingClock
from tests.world import World, make_school

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 8:00 in Dortmund


def _at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (_at(23, 7), "seit weniger als 1 Stunde"),
        (_at(23, 8), "seit etwa 1 Stunde"),
        (_at(23, 12), "seit etwa 5 Stunden"),
        (_at(24, 7), "seit 1 Schultag"),
        (_at(30, 7), "seit 4 Schultagen"),
    ],
)
def test_waiting_is_said_in_hours_today_and_in_school_days_after(world: World, now: datetime, words: str) -> None:
    school = world.school.id
    world.session.add(FreeDay(school_id=school, day=date(2026, 11, 27)))
    world.session.flush()
    assert SchoolClocks(world.session, [school]).waiting_words(school, MONDAY, now) == words


def test_over_the_holidays_nothing_passes(world: World) -> None:
    clocks, school = SchoolClocks(world.session, [world.school.id]), world.school.id
    friday, monday = _at(18, 9, 12), datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert clocks.waiting_words(school, friday, monday) == "seit 2 Schultagen"  # 21 and 22 December are still school
    assert clocks.school_days_until(school, _at(22, 9, 12), monday.date()) == 0


def test_each_school_has_its_own_free_days(world: World) -> None:
    other = make_school(world.session, "M4T2", "198766", "Am Hafen")
    world.session.add(FreeDay(school_id=other.id, day=date(2026, 11, 24)))
    world.session.flush()
    clocks = SchoolClocks(world.session, [world.school.id, other.id])
    waited = [clocks.school_days_until(school, MONDAY, _at(26, 7).date()) for school in (world.school.id, other.id)]
    assert waited == [3, 2]


def test_a_calendar_that_has_run_out_does_not_close_the_desk(world: World) -> None:
    clocks, school = SchoolClocks(world.session, [world.school.id]), world.school.id
    late = datetime(2095, 3, 1, 9, tzinfo=UTC)
    assert clocks.waiting_words(school, late, datetime(2095, 3, 3, 9, tzinfo=UTC)).startswith("seit Dienstag")
    assert clocks.school_days_until(school, late, date(2095, 3, 3)) == 2


@pytest.mark.parametrize(("days", "shown"), [(90, False), (59, True), (-1, True)])
def test_the_desk_says_loudly_where_the_calendar_runs_out(
    world: World, enter: SignIn, clock: MovingClock, days: int, shown: bool
) -> None:
    clock.moment = datetime.combine(HORIZON - timedelta(days=days), time(9), UTC)
    assert ("Die Schulferien sind nur bis zum" in enter("Selin").get("/team").text) is shown


def test_whoever_keeps_the_service_is_told_earlier() -> None:
    assert runs_out(HORIZON - timedelta(days=200)) is None
    assert runs_out(HORIZON - timedelta(days=199)) == HORIZON
