"""Every page and every button once on PostgreSQL: whatever a route asks its database, PostgreSQL understands."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from tests.access.conftest import undo
from tests.access.table import EVERYBODY, TABLE
from tests.access.test_routes import doors, knock, passed
from tests.access.town import ANONYMOUS, build
from tests.moving_clock import MovingClock
from tests.world import layer_of, make_world

pytestmark = pytest.mark.postgres


def test_every_route_runs_for_whoever_may_pass(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.session(write=True) as session:
        town = build(app, database, make_world(session, layer_of(keys), clock, salt=keys.receipt_salt))
    monkeypatch.setattr(Session, "commit", undo)
    for rule, endpoint, method in doors(app):
        door = TABLE[endpoint]
        where, may = next(iter((door.of or {"here": door.may}).items()))
        if may:
            who = ANONYMOUS if may == EVERYBODY else min(may)
            assert passed(knock(town, rule, method, who, where), door), f"{method} {endpoint} as {who}"
