"""The shared fixtures of retention: the small city, cases that were closed some time ago, the day's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bullying_desk.clock import full_hour
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.reports.models import Case, CaseStatus, Report, ReportGrant, Writer
from bullying_desk.retention import engine
from bullying_desk.sealing.pepper import PepperLayer
from tests.moving_clock import MovingClock
from tests.world import World, layer_of, make_world

TIMES = ("07:15",)


@pytest.fixture
def pepper_layer(keys: Keyring) -> PepperLayer:
    """Return the pepper layer of the program under test."""
    return layer_of(keys)


@pytest.fixture
def world(session: Session, pepper_layer: PepperLayer, clock: MovingClock, keys: Keyring) -> World:
    """Return a small city, committed."""
    made = make_world(session, pepper_layer, clock, salt=keys.receipt_salt)
    session.commit()
    return made


@dataclass
class Cases:
    """Makes cases and says what is left of them."""

    world: World

    def closed(self, days: float, *, outcome: str = "stopped", read: bool = True, waits: bool = False) -> int:
        """Return the number of a case that was closed so many days ago."""
        report = self.filed(read=read)
        if not waits:
            report.last_writer = Writer.STAFF
        when = full_hour(self.world.clock.now() - timedelta(days=days))
        return self.close(report.case_id, when, outcome)

    def filed(self, *, read: bool = True) -> Report:
        """Return a report that came in now, opened by Selin unless another name is given."""
        report = self.world.report(self.world.file(self.world.receipt())[0])
        if read:
            own = ReportGrant.person_id == self.world.person("Selin").id
            seen = update(ReportGrant).where(ReportGrant.report_id == report.id, own)
            self.world.session.execute(seen.values(seen_letters=report.letters))
        return report

    def close(self, case_id: int, when: datetime, outcome: str = "stopped") -> int:
        """Close a case at a given hour, whoever waits in it."""
        case = self.world.session.get_one(Case, case_id)
        case.status, case.closed_hour, case.outcome = CaseStatus.CLOSED, when, outcome
        self.world.session.commit()
        return case_id

    def there(self, case_id: int) -> bool:
        """Say whether a case is still there."""
        self.world.session.expire_all()
        found = self.world.session.get(Case, case_id) is not None
        self.world.session.rollback()
        return found


@pytest.fixture
def cases(world: World) -> Cases:
    return Cases(world)


Work = Callable[[], dict[str, int]]


@pytest.fixture
def work(database: Database, pepper_layer: PepperLayer, clock: MovingClock, world: World) -> Work:
    """Return the day's work, to be done at the clock's time."""

    def run() -> dict[str, int]:
        world.session.commit()
        return engine.run(database, pepper_layer, clock.now(), TIMES)

    return run
