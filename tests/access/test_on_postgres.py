"""Every page and every button once on PostgreSQL: whatever a route asks its database, PostgreSQL understands."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from tests.access.conftest import undo
from tests.access.table import EVERYBODY, TABLE
from tests.access.test_hostile import FIELDS, QUERY
from tests.access.test_routes import doors, knock, passed
from tests.access.town import ANONYMOUS, Town, build
from tests.moving_clock import MovingClock
from tests.secrecy.routes import address_of
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


def test_no_sign_that_postgresql_cannot_hold_ends_as_an_error(
    app: Flask, database: Database, keys: Keyring, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NUL cannot stand in a text of PostgreSQL: in each field and each question of an address, of every route."""
    with database.session(write=True) as session:
        town = build(app, database, make_world(session, layer_of(keys), clock, salt=keys.receipt_salt))
    monkeypatch.setattr(Session, "commit", undo)
    wrong = []
    for rule, endpoint, method in doors(app):
        door = TABLE[endpoint]
        where, may = next(iter((door.of or {"here": door.may}).items()))
        who = ANONYMOUS if may == EVERYBODY else min(may or {ANONYMOUS})
        status = _with_each_field(town, rule, method, (who, where), "Anna\0B\ud800")
        if status >= 500:
            wrong.append(f"{method} {endpoint} as {who}: {status}")
    assert wrong == []


def _with_each_field(town: Town, rule: Rule, method: str, of: tuple[str, str], value: str) -> int:
    who, where = of
    address = address_of(town.app, rule, town.things[where]) + "?" + "&".join(f"{name}=a%00b" for name in QUERY)
    sent = value.encode("utf-8", "surrogatepass")
    data = {**dict.fromkeys(FIELDS, sent), "csrf_token": town.tokens.get(who, "").encode()}
    headers = {"Sec-Fetch-Site": "same-origin", **({"Cookie": town.cookies[who]} if who in town.cookies else {})}
    if re.search("<(string:)?[a-z_]+>", rule.rule) and method == "GET":  # a word of the address, too
        address = re.sub(r"/[^/?]*(?=\?)", "/a%00b", address, count=1)
    client = town.app.test_client(use_cookies=False)
    with client.open(
        address, method=method, data=data if method == "POST" else None, headers=headers, base_url="https://localhost"
    ) as answer:
        return answer.status_code
