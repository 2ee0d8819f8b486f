"""A stand-in reads when nobody has answered in time, and not before; the child sees why."""

from __future__ import annotations

import pytest

from bullying_desk.accounts.team import absences
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox.letters import write_letter
from bullying_desk.reports.models import Case, CaseStatus, GrantState, ReaderReason, Report
from bullying_desk.reports.opening import ReaderExcluded, open_report_secrets
from bullying_desk.reports.readers.readership import readers_of
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.reports.standby.deputies import release_overdue
from tests.moving_clock import MovingClock
from tests.world import World

TIMES = ("07:15",)


def _report(world: World, *, danger: bool = False) -> Report:
    named = frozenset({world.person("Selin").id})
    answers = Answers(1, danger, {"was": ("worte",), "text": "Hallo?"})
    filed, _receipt = world.file(choice=ReaderChoice(Wish.NAMED, named=named), answers=answers)
    return world.report(filed)


def _release(world: World) -> int:
    return release_overdue(world.session, world.pepper_layer, world.clock.now(), TIMES)


def _reads(world: World, name: str, report: Report) -> bool:
    try:
        open_report_secrets(world.session, world.pepper_layer, world.key(name), world.person(name).id, report)
    except ReaderExcluded:
        return False
    return True


def test_stand_ins_read_after_one_more_school_day(world: World, clock: MovingClock) -> None:
    report = _report(world)  # Tuesday; promised for Friday; one more school day is Monday
    city = [line for line in readers_of(world.session, report) if line.state is GrantState.STANDBY]
    assert city
    clock.forward(days=6)  # Monday morning
    assert _release(world) == 0
    clock.forward(hours=6)  # after school
    assert _release(world) == len(city)
    assert _release(world) == 0  # a second tick finds nothing to do
    lines = readers_of(world.session, report)
    assert {line.reason for line in lines if line.state is GrantState.OPEN} == {
        ReaderReason.CHOSEN,
        ReaderReason.OVERDUE,
    }


def test_at_danger_they_read_one_school_hour_into_the_promised_day(world: World, clock: MovingClock) -> None:
    _report(world, danger=True)
    assert _release(world) == 0
    clock.forward(days=1)  # Wednesday, 9:20
    assert _release(world) > 0


def test_an_answer_in_time_keeps_them_out(world: World, clock: MovingClock) -> None:
    report = _report(world)
    selin = world.person("Selin")
    secrets = open_report_secrets(world.session, world.pepper_layer, world.key("Selin"), selin.id, report)
    write_letter(world.session, secrets, report, "Ich bin da.", now=clock.now(), author=(selin.id, "Frau Aydin"))
    clock.forward(days=30)
    assert _release(world) == 0


@pytest.mark.parametrize("name", ["Jan"])
def test_whoever_was_not_chosen_still_reads_nothing(world: World, clock: MovingClock, name: str) -> None:
    report = _report(world)
    clock.forward(days=30)
    assert _release(world) > 0
    assert not _reads(world, name, report)


def test_first_the_deputy_the_child_named_and_the_citys_team_a_school_day_later(
    world: World, clock: MovingClock
) -> None:
    """Nobody is the deputy twice: each step is taken once, is readable, and is in the trail."""
    jan = world.person("Jan").id
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin"), stand_in=jan)
    alone = world.report(world.file(choice=choice)[0])
    team = world.report(world.file()[0])
    clock.forward(days=6, hours=6)  # Monday after school
    assert _release(world) == 1
    assert (_reads(world, "Jan", alone), alone.escalation, team.escalation) == (True, 1, 1)
    assert not _reads(world, "Leyla", team)  # the whole team reads: it is reminded first
    assert _release(world) == 0
    clock.forward(days=1)
    assert _release(world) == 2
    assert _reads(world, "Leyla", team)
    assert (alone.escalation, team.escalation) == (2, 2)
    steps = [entry.facts["step"] for entry in trail.entries_about(world.session, team.case_id, Event.ESCALATED)]
    assert steps == [2, 1]
    clock.forward(days=30)
    assert _release(world) == 0


def test_where_it_is_acute_the_steps_are_school_hours(world: World, clock: MovingClock) -> None:
    answers = Answers(1, True, {"was": ("worte",), "text": "Hilfe"})
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin"), stand_in=world.person("Jan").id)
    report = world.report(world.file(choice=choice, answers=answers)[0])
    clock.forward(days=1)  # Wednesday, 9:20
    assert (_release(world), report.escalation) == (1, 1)
    clock.forward(minutes=39)
    assert (_release(world), report.escalation) == (0, 1)
    clock.forward(minutes=1)  # 10:00
    assert (_release(world), report.escalation) == (0, 2)


def test_a_deputy_who_is_away_is_passed_over(world: World, clock: MovingClock) -> None:
    choice = ReaderChoice(Wish.NAMED, named=world.ids("Selin"), stand_in=world.person("Jan").id)
    report = world.report(world.file(choice=choice)[0])
    clock.forward(days=6, hours=6)
    days = absences.Days(clock.today(), clock.today())
    absences.enter(world.session, world.seats["Jan"], days, absences.CITY, world.person("Jan").id, clock.now())
    _release(world)
    assert not _reads(world, "Jan", report)


def test_an_answer_begins_the_steps_anew(world: World, clock: MovingClock) -> None:
    report = _report(world)
    clock.forward(days=30)
    assert _release(world) > 0
    selin = world.person("Selin")
    secrets = open_report_secrets(world.session, world.pepper_layer, world.key("Selin"), selin.id, report)
    write_letter(world.session, secrets, report, "Entschuldige.", now=clock.now(), author=(selin.id, "Frau Aydin"))
    assert report.escalation == 0


def test_whoever_writes_again_into_a_closed_case_is_not_left_waiting(world: World, clock: MovingClock) -> None:
    report = _report(world)
    world.session.get_one(Case, report.case_id).status = CaseStatus.CLOSED
    world.session.flush()
    clock.forward(days=7)
    assert _release(world) > 0
