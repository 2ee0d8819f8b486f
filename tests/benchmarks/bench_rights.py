"""What the check of rights costs: the two questions that each page of staff and each report ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bullying_desk.accounts.sign_in.signing_in import identity_of
from bullying_desk.reports.readers.candidates import staff_of
from tests.benchmarks.figures import Figure, cpu_milliseconds
from tests.moving_clock import MovingClock
from tests.serving import open_instance
from tests.world import make_world

TIMES = 1_000


def figures(folder: Path) -> Iterator[Figure]:
    """Ask who could read a report of a small team, and who somebody is, many times on one database."""
    database, keys = open_instance(folder)
    with database.transaction() as session:
        world = make_world(session, keys.pepper_layer, MovingClock())
        school, person = world.school.id, world.person("Selin").id
    with database.session(write=False) as session:
        staff = cpu_milliseconds(lambda: staff_of(session, school), TIMES)
        yield Figure("who could read a report of a school", staff, "ms CPU", most=0.5)
        identity = cpu_milliseconds(lambda: identity_of(session, person), TIMES)
        yield Figure("who a signed-in person is", identity, "ms CPU", most=0.3)
