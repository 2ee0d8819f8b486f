"""The shared fixtures of the proofs: the small city, and all the program's output at its most talkative."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from tests.moving_clock import MovingClock
from tests.secrecy.journey import Journey
from tests.world import World, layer_of, make_world


@pytest.fixture
def world(session: Session, clock: MovingClock, keys: Keyring) -> World:
    """Return a small city, committed."""
    made = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
    session.commit()
    return made


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Return what all loggers write at debug level, with tracebacks, and what is printed."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(pathname)s %(message)s"))
    talkative = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    before = [(one, one.level, one.disabled) for one in talkative]
    for one in talkative:
        one.setLevel(logging.DEBUG)
        one.disabled = False
    logging.getLogger("sqlalchemy.engine").setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    monkeypatch.setattr(sys, "stderr", heard)
    yield heard
    logging.getLogger().removeHandler(handler)
    for one, level, disabled in before:
        one.setLevel(level)
        one.disabled = disabled
    logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)


@pytest.fixture
def journey(app: Flask, client: FlaskClient, database: Database, world: World, clock: MovingClock) -> Journey:
    """Return a child at the school's page."""
    return Journey(app, client, database, world, clock)
