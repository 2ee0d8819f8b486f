"""What a child changes about its readers is in the trail: with the full hour and without an actor."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.clock import full_hour
from bullying_desk.keyring import Keyring
from bullying_desk.reports.models import ReaderReason
from bullying_desk.reports.opening import open_as_reporter
from bullying_desk.reports.readers.readership import change_readers, plan_change
from tests.moving_clock import MovingClock
from tests.world import layer_of, make_world


def test_readers_that_a_child_takes_away_and_brings_in(session: Session, keys: Keyring, clock: MovingClock) -> None:
    world = make_world(session, layer_of(keys), clock)
    filed, receipt = world.file()
    report = world.report(filed)
    mine = open_as_reporter(session, world.pepper_layer, receipt.key, report)
    planned = plan_change(session, world.pepper_layer, report, mine, leave=world.ids("Selin", "Jan", "Amara"))
    assert planned.joining_for(ReaderReason.TOO_FEW)
    change_readers(session, world.pepper_layer, report, mine, planned, clock.hour())
    rows = session.scalars(select(AuditEntry)).all()
    gone = {row.facts["person"] for row in rows if row.event == Event.READER_REMOVED.code}
    came = {row.facts["person"] for row in rows if row.event == Event.READER_ADDED.code}
    released = {row.facts["person"] for row in rows if row.event == Event.STANDBY_RELEASED.code}
    assert gone == world.ids("Selin", "Jan", "Amara")
    assert came == released == world.ids("Leyla", "Tomasz")
    assert {(row.at == full_hour(row.at), row.actor_id, row.subject_id) for row in rows} == {
        (True, None, report.case_id)
    }
