"""Signing in without a password: tests of what comes after begin where a real sign-in would lead."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from bullying_desk.database import Database
from bullying_desk.sealing.format.secret_types import SessionKey, SessionSecret
from bullying_desk.sealing.sessions import seal_session, session_id
from bullying_desk.web.models import WebSession
from bullying_desk.web.request import Services
from bullying_desk.web.sessions import STAFF_COOKIE, SealedSessions
from tests.world import World

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


def sign_in(app: Flask, client: FlaskClient, world: World, name: str) -> None:
    """Open a session for a person of the small city, as the sign-in does after password and code."""
    services: Services = app.extensions["services"]
    person, key, secret = world.person(name), world.key(name), SessionSecret.generate()
    now = services.clock.now()
    row = WebSession(id=session_id(secret), person_id=person.id, key_id=key.key_id, started_at=now, used_at=now)
    row.sealed_key = seal_session(key, secret, SessionKey(services.keys.session_key), person.id)
    row.device = ""
    database: Database = services.database
    with database.transaction() as session:
        session.add(row)
    interface = app.session_interface
    assert isinstance(interface, SealedSessions)
    client.set_cookie(STAFF_COOKIE, interface._write(secret), domain="localhost", secure=True)


def token_of(page: str) -> str:
    """Return the CSRF token of a page's first form."""
    found = re.search(r'name="csrf_token"[^>]*value="([0-9a-f]+)"', page) or re.search(
        r'value="([^"]+)"[^>]*name="csrf_token"', page
    )
    assert found is not None
    return found[1]
