"""Urgency in dates: raising it brings the promise forward, nothing ever moves it back; what is due and since when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import deadlines
from bullying_desk.cases.deadlines import Due, Dues
from bullying_desk.config import ClockValues, Settings, SettingsRefused
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox.letters import Fact, write_as_reporter, write_letter
from bullying_desk.reports.models import Case, Report, Urgency
from bullying_desk.reports.opening import open_as_reporter, open_report_secrets
from bullying_desk.reports.standby.deputies import release_overdue
from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools.models import FreeDay
from bullying_desk.sealing.receipts import Receipt
from tests.cases import ending
from tests.cases.conftest import AtDesk, SignIn
from tests.world import World

VALUES = ClockValues()
CALENDAR = SchoolCalendar()


@pytest.fixture
def report(world: World) -> Report:
    """Return a report of Tuesday, 24 November 2026, to the whole team; an answer is promised for Friday."""
    return world.report(world.file()[0])


def _case(world: World, report: Report) -> Case:
    return world.session.get_one(Case, report.case_id)


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.ACUTE, date(2026, 11, 24)),
        (Urgency.HIGH, date(2026, 11, 25)),
        (Urgency.MEDIUM, date(2026, 11, 26)),
        (Urgency.LOW, date(2026, 11, 27)),
    ],
)
def test_an_urgency_in_dates(world: World, at_desk: AtDesk, report: Report, urgency: Urgency, due: date) -> None:
    case = _case(world, report)
    earlier = deadlines.apply_urgency(at_desk("Selin"), case, urgency, VALUES)
    assert (report.answer_due, earlier) == (due, [report] if urgency is not Urgency.LOW else [])
    assert case.plan_due == date(2026, 12, 1)  # five school days
    assert case.in_person_due == (date(2026, 11, 24) if urgency is Urgency.ACUTE else None)


def test_late_on_friday_acute_is_monday(world: World, at_desk: AtDesk, report: Report) -> None:
    friday = replace(at_desk("Selin"), now=datetime(2026, 11, 27, 14, 30, tzinfo=UTC))  # 15:30 in Dortmund
    report.answer_due = date(2026, 12, 9)
    deadlines.apply_urgency(friday, _case(world, report), Urgency.ACUTE, VALUES)
    assert report.answer_due == _case(world, report).in_person_due == date(2026, 11, 30)


def test_who_is_judged_late_is_due_today_and_never_in_the_past(world: World, at_desk: AtDesk, report: Report) -> None:
    report.answer_due = date(2026, 12, 9)
    sunday = replace(at_desk("Selin"), now=datetime(2026, 11, 29, 10, tzinfo=UTC))
    deadlines.apply_urgency(sunday, _case(world, report), Urgency.HIGH, VALUES)
    assert report.answer_due == date(2026, 11, 30)


def test_lowering_moves_nothing_back(world: World, at_desk: AtDesk, report: Report) -> None:
    selin, case = at_desk("Selin"), _case(world, report)
    deadlines.apply_urgency(selin, case, Urgency.ACUTE, VALUES)
    kept = (report.answer_due, case.in_person_due, case.plan_due)
    assert deadlines.apply_urgency(selin, case, Urgency.LOW, VALUES) == []
    assert (report.answer_due, case.in_person_due, case.plan_due) == kept
    assert case.urgency is Urgency.LOW


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    steps=st.lists(st.tuples(st.sampled_from(list(Urgency)), st.integers(0, 60)), max_size=6),
    promised=st.dates(date(2026, 11, 25), date(2027, 1, 31)),
)
def test_no_order_of_judgements_makes_a_promise_later(
    world: World, at_desk: AtDesk, report: Report, steps: list[tuple[Urgency, int]], promised: date
) -> None:
    case, me = _case(world, report), at_desk("Selin")
    case.urgency, report.answer_due = Urgency.NONE, promised
    for urgency, hours in steps:
        before = report.answer_due
        me = replace(me, now=me.now + timedelta(hours=hours))
        deadlines.apply_urgency(me, case, urgency, VALUES)
        assert report.answer_due <= before
        assert report.answer_due == before or CALENDAR.is_school_day(report.answer_due)


def test_whoever_does_not_wait_keeps_the_date_that_was_kept(world: World, at_desk: AtDesk, report: Report) -> None:
    selin = at_desk("Selin")
    secrets = open_report_secrets(world.session, world.pepper_layer, selin.key, selin.person_id, report)
    write_letter(world.session, secrets, report, "Ja.", now=selin.now, author=(selin.person_id, "Frau Aydin"))
    assert deadlines.apply_urgency(selin, _case(world, report), Urgency.ACUTE, VALUES) == []
    assert report.answer_due == date(2026, 11, 27)


def test_a_letter_after_an_answer_is_promised_by_the_urgency_of_its_case(world: World, at_desk: AtDesk) -> None:
    filed, receipt = world.file()
    report, selin = world.report(filed), at_desk("Selin")
    deadlines.apply_urgency(selin, _case(world, report), Urgency.HIGH, VALUES)
    secrets = open_report_secrets(world.session, world.pepper_layer, selin.key, selin.person_id, report)
    write_letter(world.session, secrets, report, "Ja.", now=selin.now, author=(selin.person_id, "Frau Aydin"))
    _child_writes(world, receipt, report, datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert report.answer_due == date(2026, 12, 2)


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    ("written", "day", "deputy"),
    [
        (datetime(2026, 12, 1, 8, 20, tzinfo=UTC), date(2026, 12, 1), datetime(2026, 12, 1, 10, tzinfo=UTC)),
        (datetime(2026, 12, 1, 13, 30, tzinfo=UTC), date(2026, 12, 2), datetime(2026, 12, 2, 8, tzinfo=UTC)),
        (datetime(2026, 12, 5, 21, 0, tzinfo=UTC), date(2026, 12, 7), datetime(2026, 12, 7, 8, tzinfo=UTC)),
    ],
)
def test_a_letter_in_an_acute_case_runs_by_the_acute_clock_and_the_promise_is_its_day(
    world: World, at_desk: AtDesk, declared: bool, written: datetime, day: date, deputy: datetime
) -> None:
    """At 9:20 in school: today, and the deputy from 11:00 on; late or on a Saturday: the next school day's morning."""
    filed, receipt = world.file(answers=Answers(1, declared, {"text": "Hilfe"}))
    report, selin = world.report(filed), at_desk("Selin")
    if not declared:
        deadlines.apply_urgency(selin, _case(world, report), Urgency.ACUTE, VALUES)
    secrets = open_report_secrets(world.session, world.pepper_layer, selin.key, selin.person_id, report)
    write_letter(world.session, secrets, report, "Ja.", now=selin.now, author=(selin.person_id, "Frau Aydin"))
    _child_writes(world, receipt, report, written)
    assert report.answer_due == day
    for moment, step in ((deputy - timedelta(minutes=1), 0), (deputy, 1), (deputy + timedelta(hours=1), 2)):
        release_overdue(world.session, world.pepper_layer, moment, ("07:15",), VALUES)
        assert report.escalation == step


def test_whoever_said_it_was_better_and_writes_again_is_promised_a_new_day(world: World) -> None:
    filed, receipt = world.file()
    report = world.report(filed)
    mine = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    write_letter(world.session, mine, report, "", now=world.clock.now(), fact=Fact.BETTER)
    _child_writes(world, receipt, report, datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert report.answer_due == date(2026, 12, 4)


def _child_writes(world: World, receipt: Receipt, report: Report, now: datetime) -> None:
    mine = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    write_as_reporter(world.reporter(report, mine, now), "Es ist wieder passiert.", after=report.letters)


def test_follow_ups_count_from_the_last_measure(world: World, at_desk: AtDesk, report: Report) -> None:
    selin, case = at_desk("Selin"), _case(world, report)
    deadlines.measure_taken(selin, case, date(2026, 11, 25), VALUES)
    assert deadlines.next_window(selin, case, VALUES) == deadlines.Window(date(2026, 12, 2), date(2026, 12, 9))
    deadlines.measure_taken(selin, case, date(2026, 11, 20), VALUES)  # an earlier one: nothing changes
    assert case.follow_up_due == date(2026, 12, 9)
    deadlines.follow_up_done(selin, case, VALUES)
    # six to eight weeks: 6 to 20 January, and school begins again on the 7th
    assert deadlines.next_window(selin, case, VALUES) == deadlines.Window(date(2027, 1, 7), date(2027, 1, 20))
    deadlines.measure_taken(selin, case, date(2026, 12, 21), VALUES)  # a new measure: both again
    assert case.follow_ups == 0
    assert case.follow_up_due == date(2027, 1, 7)  # 28 December to 4 January are holidays
    for _ in range(3):
        deadlines.follow_up_done(selin, case, VALUES)
    assert case.follow_ups == 2
    assert not any((case.in_person_due, case.plan_due, case.follow_up_due, case.due_on))


def test_a_closed_case_owes_nothing(world: World, at_desk: AtDesk, report: Report) -> None:
    selin, case = at_desk("Selin"), _case(world, report)
    deadlines.apply_urgency(selin, case, Urgency.HIGH, VALUES)  # an acute one closes on two people's word
    deadlines.measure_taken(selin, case, date(2026, 11, 25), VALUES)
    secrets = open_report_secrets(world.session, world.pepper_layer, selin.key, selin.person_id, report)
    write_letter(world.session, secrets, report, "Ja.", now=selin.now, author=(selin.person_id, "Frau Aydin"))
    ending.close(selin, case.id)
    assert not any((case.in_person_due, case.plan_due, case.follow_up_due, case.due_on))


def test_what_is_due_and_what_comes_first() -> None:
    dues = Dues(answer=date(2026, 11, 24), plan=date(2026, 11, 20), own=date(2026, 11, 30))
    assert dues.days() == [date(2026, 11, 24), date(2026, 11, 20), date(2026, 11, 30)]
    assert dues.is_due(date(2026, 11, 20))
    assert not dues.is_due(date(2026, 11, 19))
    assert not Dues().is_due(date(2026, 11, 30))
    assert dues.next() == (Due.PLAN, date(2026, 11, 20))
    assert Dues().next() is None


def test_a_movable_day_of_the_school_is_no_day_of_an_answer(world: World, at_desk: AtDesk, report: Report) -> None:
    world.session.add(FreeDay(school_id=world.school.id, day=date(2026, 11, 25)))
    world.session.flush()
    deadlines.apply_urgency(at_desk("Selin"), _case(world, report), Urgency.HIGH, VALUES)
    assert report.answer_due == date(2026, 11, 26)


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer_school_days_high": 3, "answer_school_days_medium": 2},
        {"answer_school_days_high": 0},
        {"deputy_after_school_days": 3},
        {"follow_up_days": ("7-14",)},
        {"follow_up_days": ("7-14", "10-56")},
        {"follow_up_days": ("bald", "42-56")},
    ],
)
def test_values_that_contradict_each_other_are_refused(settings: Settings, wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsRefused):
        _ = replace(settings, **wrong).clocks  # type: ignore[arg-type]
    assert settings.clocks == VALUES


def test_the_desk_shows_what_is_due_and_a_talk_is_noted_once(
    world: World, at_desk: AtDesk, report: Report, enter: SignIn
) -> None:
    case, selin = _case(world, report), at_desk("Selin")
    deadlines.apply_urgency(selin, case, Urgency.ACUTE, VALUES)
    secrets = open_report_secrets(world.session, world.pepper_layer, selin.key, selin.person_id, report)
    write_letter(world.session, secrets, report, "Ja.", now=selin.now, author=(selin.person_id, "Frau Aydin"))
    desk, address = enter("Selin"), f"/team/fall/{report.case_id}"
    assert "Persönliches Gespräch heute fällig" in desk.get("/team").text
    page = desk.get(address).text
    assert "Persönliches Gespräch bis:" in page
    assert "Plan bis:" in page
    desk.press("Nur abhaken: Wir haben gesprochen")
    world.session.refresh(case)
    deadlines.seen_in_person(at_desk("Selin"), case)  # a second submit
    assert "Persönliches Gespräch bis:" not in desk.get(address).text
    assert "Plan bis Di, 01.12.2026" in desk.get("/team").text
    assert len(trail.entries_about(world.session, case.id, Event.CASE_SEEN)) == 1
