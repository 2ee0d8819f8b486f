"""The shared fixtures of the desk's tests: a small stored city, and people at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.keyring import Keyring
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import parse_receipt
from bullying_desk.sealing.words import WORDS
from tests.cases.appointing import Child
from tests.cases.browsing import Browser
from tests.moving_clock import MovingClock
from tests.signing import sign_in
from tests.world import World, layer_of, make_world

SignIn = Callable[[str], Browser]
AtDesk = Callable[[str], Counsellor]


@pytest.fixture
def pepper_layer(keys: Keyring) -> PepperLayer:
    """Return the pepper layer of the program under test."""
    return layer_of(keys)


@pytest.fixture
def world(session: Session, pepper_layer: PepperLayer, clock: MovingClock, keys: Keyring) -> World:
    """Return a small city, not yet committed."""
    return make_world(session, pepper_layer, clock, salt=keys.receipt_salt)


@pytest.fixture
def at_desk(world: World) -> AtDesk:
    """Return a function that brings a person to the desk, without pages."""

    def seat(name: str) -> Counsellor:
        person = world.person(name)
        return Counsellor(world.session, world.pepper_layer, person.id, world.key(name), world.clock.now())

    return seat


@pytest.fixture
def enter(app: Flask, world: World) -> SignIn:
    """Return a function that stores what the test has prepared and signs a person in, in a browser of their own."""

    def enter_one(name: str) -> Browser:
        world.session.flush()
        world.session.refresh(world.person(name))  # what a test let expire is loaded before the lock is released
        world.session.commit()
        client = app.test_client()
        client.environ_base["wsgi.url_scheme"] = "https"
        client.environ_base["HTTP_HOST"] = "localhost"
        sign_in(app, client, world, name)
        return Browser(client, world)

    return enter_one


@pytest.fixture
def child(app: Flask, world: World) -> Callable[..., Child]:
    """Return a function that files a report and brings its child back."""

    def come(number: int = 0, **more: Any) -> Child:
        code = " ".join(WORDS[number * 6 : number * 6 + 6])
        filed, _receipt = world.file(world.receipt(parse_receipt(code)), **more)
        world.session.commit()
        return Child(app, world, world.report(filed), code)

    return come
