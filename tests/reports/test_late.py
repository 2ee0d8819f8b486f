"""Late answers as counts: none below five, none between the fives, none within a week."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import AT_WORK
from bullying_desk.reports.models import Report, ReporterState, Writer
from bullying_desk.reports.waiting import late_answers
from tests.accounts.conftest import Hands, make_member
from tests.moving_clock import MovingClock
from tests.world import World, make_school


def _late(world: World, count: int) -> list[Report]:
    rows = [world.report(world.file()[0]) for _ in range(count)]
    for row in rows:
        row.answer_due = world.clock.today() - timedelta(days=14)
    world.session.flush()
    return rows


@pytest.mark.both
def test_a_count_tells_of_no_single_report(world: World, session: Session, clock: MovingClock) -> None:
    assert (late_answers(session, clock.now()).at_least, late_answers(session, clock.now()).schools) == (0, {})
    rows = _late(world, 4)
    few = late_answers(session, clock.now())
    assert (few.at_least, few.schools) == (0, {})
    rows += _late(world, 5)
    nine = late_answers(session, clock.now())
    assert (nine.at_least, nine.schools) == (5, {world.school.id: 5})
    rows += _late(world, 1)
    assert late_answers(session, clock.now()).schools == {world.school.id: 10}
    rows[0].last_writer, rows[1].reporter_state = Writer.STAFF, ReporterState.ERASING
    rows[2].answer_due = clock.today() - timedelta(days=clock.today().weekday())  # of this week: counts from Monday
    session.flush()
    assert late_answers(session, clock.now()).schools == {world.school.id: 5}


def test_schools_with_few_count_in_the_city_alone(world: World, session: Session, clock: MovingClock) -> None:
    rows = _late(world, 6)
    other = make_school(session, "P4WX", "198766", "Weiher")
    for row in rows[:3]:
        row.school_id = other.id
    session.flush()
    found = late_answers(session, clock.now())
    assert (found.at_least, found.schools) == (5, {})


@pytest.mark.sqlite
def test_the_page_says_that_reports_of_staff_about_themselves_count_too(
    app: Flask, world: World, database: Database, keys: Keyring, clock: MovingClock
) -> None:
    """A late answer at door 5 is one of these: who reads the count must not take it for children alone."""
    rows = [world.report(world.file(answers=Answers(AT_WORK, False, {"text": "Er schreit mich an."}))[0])]
    rows += _late(world, 4)
    rows[0].answer_due = clock.today() - timedelta(days=14)
    world.session.commit()
    hands = Hands(app, clock)
    hands.sign_in(make_member(database, keys, clock, "Karin Schulte", Role.CITY_COORDINATOR))
    hands.get("/stadt/antworten")
    assert "Gezählt ist jede Meldung, auch von Beschäftigten über sich selbst." in hands.page
    assert "In der ganzen Stadt warten mindestens 5." in hands.page
