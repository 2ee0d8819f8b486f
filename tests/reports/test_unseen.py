"""An acute report is seen within one school hour, or the stand-ins read it too; the clock makes no grant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox.letters import write_letter
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant, Urgency
from bullying_desk.reports.opening import open_as_reporter, open_report_secrets
from bullying_desk.reports.readers.explaining import reason_words
from bullying_desk.reports.readers.readership import readers_of
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.reports.standby.deputies import release_unseen
from bullying_desk.sealing.receipts import Receipt
from tests import rights_by_hand
from tests.moving_clock import MovingClock
from tests.world import World

TIMES = ("07:15",)


def _file(world: World, *, danger: bool = True, stand_in: str = "Jan") -> tuple[Report, Receipt]:
    answers = Answers(1, danger, {"was": ("worte",), "text": "Hilfe"})
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin"), world.person(stand_in).id if stand_in else None)
    filed, receipt = world.file(choice=choice, answers=answers)
    return world.report(filed), receipt


def _release(world: World) -> int:
    return release_unseen(world.session, world.pepper_layer, world.clock.now(), TIMES)


def _open(world: World, name: str, report: Report) -> None:
    """Look at a report, as the case page does."""
    me, hour = world.person(name).id, world.clock.hour()
    open_report_secrets(world.session, world.pepper_layer, world.key(name), me, report, hour=hour)
    own = (ReportGrant.report_id == report.id, ReportGrant.person_id == me)
    world.session.execute(update(ReportGrant).where(*own).values(seen_letters=report.letters))
    world.session.flush()


def test_the_deputy_looks_after_one_more_school_hour_and_the_city_after_two(world: World, clock: MovingClock) -> None:
    """Written at 9:20, kept as 9 o'clock: seen by 10, the deputy at 11, the city's team at 12; no grant is made."""
    report, _receipt = _file(world)
    grants = world.session.scalar(select(func.count()).select_from(ReportGrant))
    clock.forward(hours=1, minutes=39)
    assert _release(world) == 0
    clock.forward(minutes=1)  # 11:00
    world.session.execute(update(OutboxMail).values(sent=OutboxMail.id))
    assert (_release(world), _release(world), report.unseen_step) == (1, 0, 1)
    [line] = [one for one in readers_of(world.session, report) if one.name == "Herr Brandt"]
    assert (line.state, line.reason) == (GrantState.OPEN, ReaderReason.UNSEEN)
    assert reason_words(line.reason) == "Es hat zu lange niemand gelesen."
    told = set(world.session.scalars(select(OutboxMail.person_id).where(OutboxMail.sent == 0)))
    assert told == world.ids("Selin", "Jan")
    clock.forward(hours=1)
    assert (_release(world), report.unseen_step) == (0, 2)  # the child named a colleague, and nobody of the city
    steps = [entry.facts["step"] for entry in trail.entries_about(world.session, report.case_id, Event.UNSEEN)]
    assert steps == [2, 1]
    assert world.session.scalar(select(func.count()).select_from(ReportGrant)) == grants


def test_where_nobody_of_the_school_stands_by_it_is_the_citys_team_at_once(world: World, clock: MovingClock) -> None:
    _file(world, stand_in="")
    clock.forward(hours=1, minutes=40)
    assert _release(world) == 2


def test_whoever_has_looked_stops_the_clock_and_a_new_letter_begins_it_anew(world: World, clock: MovingClock) -> None:
    report, receipt = _file(world)
    _open(world, "Selin", report)
    clock.forward(days=1)
    assert _release(world) == 0
    secrets = open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    write_letter(world.session, secrets, report, "Bist du da?", now=clock.now())
    clock.forward(hours=1, minutes=40)
    assert _release(world) == 1


def test_who_read_and_has_left_has_seen_nothing_for_those_who_read_now(world: World, clock: MovingClock) -> None:
    report, _receipt = _file(world)
    _open(world, "Selin", report)
    own = (ReportGrant.report_id == report.id, ReportGrant.person_id == world.person("Selin").id)
    rights_by_hand.set_all(world.session, ReportGrant, *own, state=GrantState.ENDED)
    clock.forward(hours=1, minutes=40)
    assert _release(world) == 1


@pytest.mark.parametrize(("urgency", "let_in"), [(Urgency.HIGH, 0), (Urgency.ACUTE, 1)])
def test_only_what_is_acute_has_this_clock_counted_from_the_judgement(
    world: World, clock: MovingClock, urgency: Urgency, let_in: int
) -> None:
    report, _receipt = _file(world, danger=False)
    clock.forward(days=1)
    assert _release(world) == 0
    case = world.session.get_one(Case, report.case_id)
    case.urgency, case.urgency_hour = urgency, clock.hour()
    world.session.flush()
    assert _release(world) == 0
    clock.forward(hours=1, minutes=40)
    assert _release(world) == let_in


def test_at_night_and_on_weekends_nothing_passes(world: World, clock: MovingClock) -> None:
    clock.moment = datetime(2026, 11, 27, 21, 30, tzinfo=UTC)  # Friday night
    _file(world)
    clock.moment = datetime(2026, 11, 30, 8, 59, tzinfo=UTC)  # Monday, 9:59
    assert _release(world) == 0
    clock.forward(minutes=1)
    assert _release(world) == 1
