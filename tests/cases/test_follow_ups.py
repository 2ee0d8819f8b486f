"""Two and eight weeks after the last measure the question is put down; the child's answer is a follow-up."""

from __future__ import annotations

from datetime import date

from bullying_desk.cases import deadlines
from bullying_desk.cases.plan import planning
from bullying_desk.config import ClockValues
from bullying_desk.reports import opening
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import Case, CaseStatus
from tests.cases.conftest import AtDesk
from tests.moving_clock import MovingClock
from tests.world import World

VALUES = ClockValues()


def test_each_reporter_is_asked_after_the_last_measure_and_running_it_twice_changes_nothing(
    world: World, clock: MovingClock, at_desk: AtDesk
) -> None:
    filed, receipt = world.file()
    report = world.report(filed)
    case = world.session.get_one(Case, report.case_id)
    assert planning.plan_questions(world.session, VALUES, clock.today()) == 0
    deadlines.measure_taken(at_desk("Selin"), case, clock.today(), VALUES)
    assert planning.plan_questions(world.session, VALUES, clock.today()) == 1
    assert planning.plan_questions(world.session, VALUES, clock.today()) == 0
    # Tuesday, 24 November: two weeks later; eight weeks later is a school day after the Christmas holidays.
    days = [question.ask_on for question in asking.questions_of(world.session, report)]
    assert days == [date(2026, 12, 8), date(2027, 1, 19)]
    clock.forward(days=14)
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    asking.answer(world.reporter(report, secrets), Step.BETTER, "", own=True, after=9)
    assert (case.follow_ups, case.follow_up_due) == (1, date(2027, 1, 19))
    deadlines.measure_taken(at_desk("Selin"), case, clock.today(), VALUES)
    assert planning.plan_questions(world.session, VALUES, clock.today()) == 1
    assert asking.open_question(world.session, report, clock.today()) is None  # a new measure: asked again, later


def test_a_closed_case_gets_no_new_dates(world: World, clock: MovingClock, at_desk: AtDesk) -> None:
    filed, _receipt = world.file()
    case = world.session.get_one(Case, world.report(filed).case_id)
    deadlines.measure_taken(at_desk("Selin"), case, clock.today(), VALUES)
    case.status, case.closed_hour = CaseStatus.CLOSED, clock.hour()
    assert planning.plan_questions(world.session, VALUES, clock.today()) == 0
