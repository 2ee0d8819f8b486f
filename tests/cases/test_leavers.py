"""A report that came in while a colleague left: the night work ends what they could still read by, and no more."""

from __future__ import annotations

from bullying_desk.access.roles import Role
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import departures
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.page.opened_case import open_file
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.opening import open_report_secrets
from bullying_desk.reports.readers.readership import readers_of
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from tests import rights_by_hand
from tests.cases.conftest import AtDesk
from tests.world import World, make_school


def _sweep(world: World) -> int:
    return departures.sweep(world.session, world.pepper_layer, world.clock.now())


def _reading(world: World, report: Report) -> frozenset[int]:
    return frozenset(line.person_id for line in readers_of(world.session, report) if line.state is GrantState.OPEN)


def test_whoever_left_is_ended_and_reads_nothing_written_after_the_next_opening(world: World, at_desk: AtDesk) -> None:
    report = world.report(world.file()[0])
    jan = world.person("Jan").id
    before = open_report_secrets(world.session, world.pepper_layer, world.key("Jan"), jan, report)
    assert _sweep(world) == 0
    world.remove(["Jan"])  # in the moment the report came in
    assert (_sweep(world), _sweep(world)) == (1, 0)
    assert _reading(world, report) == world.ids("Selin", "Amara")
    assert report.epoch == 1  # the clock makes no grant
    selin = at_desk("Selin")
    open_file(selin, find_case(selin, report.case_id), report)
    assert report.epoch == 2
    assert 2 not in before
    grants = world.session.query(ReportGrant).filter_by(report_id=report.id, person_id=jan).all()
    assert [(grant.epoch, grant.state, grant.sealed) for grant in grants] == [(1, GrantState.ENDED, b"")]
    open_file(selin, find_case(selin, report.case_id), report)
    assert report.epoch == 2
    assert len(trail.entries_about(world.session, report.case_id, Event.READER_REMOVED)) == 1


def test_where_one_would_be_left_stand_ins_are_released_and_else_it_is_an_alarm(world: World) -> None:
    named = ReaderChoice(Wish.NAMED, world.ids("Selin", "Jan"))
    report = world.report(world.file(choice=named)[0])
    world.remove(["Jan"])
    _sweep(world)
    assert len(_reading(world, report)) == 2
    alone = world.report(world.file(choice=ReaderChoice(Wish.NAMED, world.ids("Selin"), world.person("Amara").id))[0])
    world.remove(["Selin"])
    _sweep(world)
    assert _reading(world, alone) == world.ids("Amara")
    [alarm] = trail.entries_about(world.session, world.school.id, Event.READERS_FEW)
    assert alarm.facts == {"report": alone.id, "left": 1}


def test_who_moved_on_keeps_what_a_person_gave_them_and_loses_what_the_seat_gave(world: World) -> None:
    other = make_school(world.session, key="M4R8", number="198773", name="Nebenan")
    jan = world.person("Jan")
    kept, lost = world.report(world.file()[0]), world.report(world.file()[0])
    by_person = (ReportGrant.report_id == kept.id, ReportGrant.person_id == jan.id)
    rights_by_hand.set_all(world.session, ReportGrant, *by_person, reason=ReaderReason.SHARED)
    seat = world.seats["Jan"]
    world.remove(["Jan"])
    world.session.add(
        type(seat)(school_id=other.id, person_id=jan.id, role=Role.CONTACT_PERSON, shown_name="Herr Brandt",
                   started_on=seat.started_on)
    )  # fmt: skip
    world.session.flush()
    assert _sweep(world) == 1
    assert jan.id in _reading(world, kept)
    assert jan.id not in _reading(world, lost)
