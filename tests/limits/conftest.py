"""The shared fixtures of the tests of limits: the small city, and browsers behind different addresses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bullying_desk.keyring import Keyring
from tests.moving_clock import MovingClock
from tests.world import World, layer_of, make_world

Behind = Callable[[str], FlaskClient]


@pytest.fixture
def world(session: Session, clock: MovingClock, keys: Keyring) -> World:
    """Return a small city, committed."""
    made = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    session.commit()
    return made


@pytest.fixture
def behind(app: Flask) -> Behind:
    """Return a function that gives a fresh browser behind an address."""

    def browser(address: str) -> FlaskClient:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return client

    return browser
