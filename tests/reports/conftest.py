"""The shared fixtures of the reporter's side: a small city on the database under test."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bullying_desk.keyring import Keyring
from bullying_desk.sealing.pepper import PepperLayer
from tests.moving_clock import MovingClock
from tests.world import World, layer_of, make_world


@pytest.fixture
def pepper_layer(keys: Keyring) -> PepperLayer:
    """Return the pepper layer of the program under test."""
    return layer_of(keys)


@pytest.fixture
def world(session: Session, pepper_layer: PepperLayer, clock: MovingClock, keys: Keyring) -> World:
    """Return a small city, not yet committed."""
    return make_world(session, pepper_layer, clock, salt=keys.receipt_salt)
