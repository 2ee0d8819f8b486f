""" "Ich bin jetzt in Gefahr" raises the alarm as a report with declared danger does; what is acute outlives erasing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bullying_desk.cases.case_access import erased_case
from bullying_desk.config import Settings
from bullying_desk.reports import erasure, opening
from bullying_desk.reports.mailbox import letters, mailbox
from bullying_desk.reports.models import GrantState, ReaderReason, ReporterState, Urgency
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests.world import World


def declare(world: World, choice: ReaderChoice, settings: Settings) -> tuple[object, dict[int, object]]:
    filed, receipt = world.file(choice=choice)
    report = world.report(filed)
    secrets = opening.open_as_reporter(world.session, world.pepper_layer, receipt.key, report)
    coming = [one.person_id for one in mailbox.stand_ins(world.reporter(report, secrets))]
    for _press in range(2):
        mailbox.declare_danger(world.reporter(report, secrets), after=report.letters)
    grants = readership.current_grants(world.session, report)
    brought = [p for p, g in grants.items() if g.reason is ReaderReason.STAND_BY_RULE]
    assert not coming or set(coming) == set(brought)  # who was named before the press, and nobody else
    assert report.danger
    assert report.case.is_acute
    assert report.answer_due <= world.clock.today() + timedelta(days=1)
    written = letters.read_conversation(world.session, secrets, report)
    assert any(one.fact is letters.Fact.DANGER for one in written)
    return report, grants  # type: ignore[return-value]


def test_the_case_becomes_acute_and_the_promise_earlier(world: World, settings: Settings) -> None:
    declare(world, ReaderChoice(Wish.TEAM), settings)


def test_nothing_waits_any_more_and_somebody_stands_by(world: World, settings: Settings) -> None:
    choice = ReaderChoice(Wish.NAMED, world.ids("Selin", "Amara"), waits=True)
    _report, grants = declare(world, choice, settings)
    standing = {p for p, g in grants.items() if g.state is GrantState.STANDBY}  # type: ignore[attr-defined]
    assert standing == world.ids("Leyla", "Tomasz")


@pytest.mark.parametrize("judged", [True, False])
def test_what_was_judged_acute_is_kept_as_declared_danger_is(world: World, judged: bool) -> None:
    report = world.report(world.file()[0])
    if judged:
        report.case.urgency, report.case.urgency_hour = Urgency.ACUTE, world.clock.hour()
    found = erasure.outlook(report, world.clock.today())
    assert (found.kept, found.because_of_danger) == (judged, judged)


def test_whoever_was_responsible_finds_name_and_day_until_the_undo_time_ends(world: World) -> None:
    report = world.report(world.file()[0])
    selin, today = world.person("Selin").id, world.clock.today()
    report.case.owner_id = selin
    world.session.flush()
    assert erased_case(world.session, selin, report.case_id) is None
    erasure.erase(world.session, report, today)
    assert report.reporter_state is ReporterState.ERASING
    found = erased_case(world.session, selin, report.case_id)
    assert found is not None
    assert found[1] == today
    assert erased_case(world.session, world.person("Jan").id, report.case_id) is None
    erasure.undo(world.session, report)
    assert erased_case(world.session, selin, report.case_id) is None
