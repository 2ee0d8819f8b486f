"""The shared fixtures of the tests of notices: the small city, and who got which mail."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bullying_desk.keyring import Keyring
from tests.moving_clock import MovingClock
from tests.world import World, layer_of, make_world


@pytest.fixture
def world(session: Session, clock: MovingClock, keys: Keyring) -> World:
    """Return a small city, committed."""
    made = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    session.commit()
    return made
