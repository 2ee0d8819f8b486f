"""How long the inbox takes with 500 open and 20,000 closed cases, as rows and as the whole page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.app import create_app
from bullying_desk.cases.inbox.queue import Tab, inbox
from bullying_desk.clock import full_hour
from bullying_desk.config import Settings
from bullying_desk.database import Base, Database, random_id
from bullying_desk.keyring import load_keys, make_keys
from bullying_desk.reports.models import Case, CaseStatus, GrantState, ReaderReason, Report, ReportGrant, Writer
from bullying_desk.rights.checking import attach
from bullying_desk.rights.tags import Tagger
from bullying_desk.rights.writing import tagged
from tests.benchmarks.figures import Figure, cpu_milliseconds
from tests.conftest import load_models
from tests.moving_clock import MovingClock
from tests.signing import sign_in
from tests.world import World, layer_of, make_world

OPEN, CLOSED = 500, 20_000
TIMES = 15


def figures(folder: Path) -> Iterator[Figure]:
    """Fill a database as a big city's office has it after years, and open its inbox."""
    settings = Settings(instance=folder, base_url="https://localhost")
    make_keys(settings.keys)
    load_models()
    database, clock, keys = Database(settings.url), MovingClock(), load_keys(settings.keys)
    attach(database, keys.pepper_layer)
    Base.metadata.create_all(database.engine)
    with database.session(write=True) as session:
        world = make_world(session, layer_of(keys), clock, salt=keys.receipt_salt)
        fill(session, world, OPEN, CLOSED)
        session.commit()
    me = world.person("Selin")
    with database.session(write=False) as session:
        yield Figure("inbox rows", cpu_milliseconds(lambda: _rows(session, me, clock.now()), TIMES), "ms CPU")
    app = create_app(settings, clock=clock, database=database, keys=keys)
    # Another person has opened a page since the server's start: templates are compiled once for everybody.
    sign_in(app, somebody := browser(app), world, "Leyla")
    assert somebody.get("/team").status_code == 200
    sign_in(app, client := browser(app), world, "Selin")
    first = _once(lambda: client.get("/team"))
    yield Figure("inbox page, first opening", first, "ms CPU", most=60)
    yield Figure("inbox page, after that", cpu_milliseconds(lambda: client.get("/team"), TIMES), "ms CPU", most=30)
    yield Figure("inbox, questions to the database", _questions(database, lambda: client.get("/team")), "", most=8)
    yield Figure(
        "closed cases, page 200", cpu_milliseconds(lambda: client.get("/team?liste=zu&seite=200"), 5), "ms CPU"
    )
    yield Figure("handing over, page", cpu_milliseconds(lambda: client.get("/team/uebergabe"), 5), "ms CPU", most=200)


def _rows(session: Session, me: Person, now: datetime) -> None:
    found = inbox(session, me.id, me.key_id or b"", now, tab=Tab.OPEN)
    assert found.total == OPEN
    session.rollback()


def _questions(database: Database, work: Callable[[], Any]) -> int:
    asked: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    work()
    event.remove(database.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in asked)


def _once(work: Callable[[], Any]) -> float:
    begin = time.process_time()
    answer = work()
    spent = (time.process_time() - begin) * 1000
    assert answer.status_code == 200
    return spent


def browser(app: Flask) -> FlaskClient:
    """Return a client on https://localhost, so that Secure cookies are sent back."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = "localhost"
    return client


def fill(session: Session, world: World, open_cases: int, closed_cases: int, seed: int = 7) -> None:
    """Add cases with one report and three readers each: columns as the program writes them, nothing that opens."""
    dice, now = Random(seed), full_hour(datetime(2026, 11, 24, 8, tzinfo=UTC))
    cases, reports, grants = [], [], []
    for number in range(open_cases + closed_cases):
        is_open = number < open_cases
        hour = now - timedelta(hours=dice.randrange(24 * 14 if is_open else 24 * 1500))
        case, report = _case(world, dice, hour, is_open=is_open)
        cases.append(case)
        reports.append(report)
        grants += [_grant(world, dice, report, name) for name in ("Selin", "Jan", "Amara")]
    tagger = Tagger(world.pepper_layer)
    for table, rows in ((Case, cases), (Report, reports), (ReportGrant, grants)):
        for begin in range(0, len(rows), 5_000):
            session.connection().execute(insert(table), tagged(tagger, table, rows[begin : begin + 5_000]))
    session.flush()


def _case(world: World, dice: Random, hour: datetime, *, is_open: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    case_id, school = random_id(), world.school.id
    people = [world.person(name).id for name in ("Selin", "Jan", "Amara")]
    case = {
        "id": case_id,
        "school_id": school,
        "status": dice.choice([CaseStatus.NEW, CaseStatus.RUNNING]) if is_open else CaseStatus.CLOSED,
        "danger": dice.random() < 0.05,
        "owner_id": dice.choice([*people, None]),
        "opened_hour": hour,
        "due_on": (hour + timedelta(days=dice.randrange(30))).date() if dice.random() < 0.3 else None,
        "closed_hour": None if is_open else hour,
    }
    report = {
        "id": random_id(),
        "case_id": case_id,
        "school_id": school,
        "arrived_hour": hour,
        "locator": dice.randbytes(34),
        "receipt_public_half": dice.randbytes(1234),
        "answer_due": (hour + timedelta(days=4)).date(),
        "last_writer": dice.choice(list(Writer)) if is_open else Writer.STAFF,
        "last_hour": hour,
        "letters": dice.randrange(1, 6),
    }
    return case, report


def _grant(world: World, dice: Random, report: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "id": random_id(),
        "report_id": report["id"],
        "epoch": 1,
        "person_id": world.person(name).id,
        "key_id": world.person(name).key_id,
        "state": GrantState.OPEN,
        "sealed": dice.randbytes(1169),
        "own": dice.randbytes(81),
        "reason": ReaderReason.CHOSEN,
        "since_hour": report["arrived_hour"],
        "seen_letters": dice.randrange(0, 3),
    }
