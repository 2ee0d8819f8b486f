"""What staff type and do not send is nowhere in the clear, and a former version leaves no bytes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bullying_desk import ticking
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import Draft, DraftField
from bullying_desk.cases.page import drafts
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from tests.moving_clock import MovingClock
from tests.secrecy.searching import database_bytes, find, marker
from tests.secrecy.test_erasure import Traces, _slices
from tests.world import World

pytestmark = pytest.mark.sqlite


def test_a_former_version_leaves_no_bytes(
    world: World, database: Database, settings: Settings, keys: Keyring, clock: MovingClock
) -> None:
    filed, _receipt = world.file()
    me = Counsellor(world.session, world.pepper_layer, world.person("Selin").id, world.key("Selin"), world.clock.now())
    found = find_case(me, world.report(filed).case_id)
    path, former, word, seen = settings.instance / "desk.db", list[Traces](), marker("Treppe"), 0
    for length in (10, 900, 901, 1400, 3000, 700, 12_000, 20):  # some within a step, some up, some down
        text = word + "x" * length
        seen = drafts.save(me, found.case, found.reports[0], DraftField.ANSWER, [("text", text)], seen)
        sealed = world.session.scalars(select(Draft.sealed)).one()
        former.append(Traces(frozenset(_slices(sealed))))
        world.session.commit()
    assert any(one.still_in(path) for one in former[:-1])  # the control: the log holds them until the next tick
    assert find(database_bytes(path), [word]) == []
    world.session.close()
    counts = ticking.tick_once(database, settings, keys, clock)
    assert (counts["erased bytes still in pages"], counts["erased bytes still in the log"]) == (0, 0)
    assert [one.still_in(path) for one in former[:-1]] == [set()] * 7
    assert former[-1].still_in(path)


def test_a_sent_draft_leaves_no_bytes(
    world: World, database: Database, settings: Settings, keys: Keyring, clock: MovingClock
) -> None:
    filed, _receipt = world.file()
    me = Counsellor(world.session, world.pepper_layer, world.person("Selin").id, world.key("Selin"), world.clock.now())
    found = find_case(me, world.report(filed).case_id)
    drafts.save(me, found.case, None, DraftField.NOTE, [("note", "x" * 5000)], 0)
    traces = Traces(frozenset(_slices(world.session.scalars(select(Draft.sealed)).one())))
    world.session.commit()
    path = settings.instance / "desk.db"
    assert traces.still_in(path)
    drafts.forget(me, found.case, None, DraftField.NOTE)
    world.session.commit()
    world.session.close()
    ticking.tick_once(database, settings, keys, clock)
    assert traces.still_in(path) == set()
