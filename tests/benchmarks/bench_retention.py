"""What the day's retention work costs over 20,000 closed cases when none is due, and when a hundred are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from secrets import token_bytes
from time import process_time
from typing import Any

from sqlalchemy import delete, insert, select

from bullying_desk.accounts.models import Person
from bullying_desk.clock import full_hour
from bullying_desk.database import random_id
from bullying_desk.reports.models import Case, CaseStatus, GrantState, Record, Report, ReportGrant, Writer
from bullying_desk.retention import engine, overview, returning
from bullying_desk.retention.models import RetentionRun
from bullying_desk.rights.models import Right
from bullying_desk.rights.tags import Tagger
from bullying_desk.rights.writing import tagged
from bullying_desk.schools.models import School
from tests.benchmarks.city import City, fill_city
from tests.benchmarks.figures import Figure, cpu_milliseconds

CASES, OLD = 20_000, 100
TIMES = ("07:15",)
NOW = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)


def figures(folder: Path) -> Iterator[Figure]:
    """Fill a city with closed cases; let the work of one day run when nothing is due, and when something is."""
    city = fill_city(folder, schools=40)
    pepper_layer = city.keys.pepper_layer
    _fill(city, CASES, range(1, 88))

    def first_tick() -> None:
        with city.database.transaction() as session:
            session.execute(delete(RetentionRun))
        assert not any(engine.run(city.database, pepper_layer, NOW, TIMES).values())

    def later_tick() -> None:
        engine.run(city.database, pepper_layer, NOW, TIMES)
        returning.settle(city.database, pepper_layer, city.settings.instance, NOW)

    def look() -> None:
        with city.database.transaction(write=False) as session:
            overview.preview(session, NOW.date())

    yield Figure(
        "the day's first tick, 20,000 closed cases, nothing due", cpu_milliseconds(first_tick, 5), "ms", most=400
    )
    yield Figure("each other tick of that day", cpu_milliseconds(later_tick, 20), "ms CPU", most=10)
    yield Figure("the officer's preview of twelve weeks", cpu_milliseconds(look, 5), "ms CPU", most=1500)
    _fill(city, OLD, range(400, 500))
    with city.database.transaction() as session:
        session.execute(delete(RetentionRun))
    begin = process_time()
    found = engine.run(city.database, pepper_layer, NOW, TIMES)
    yield Figure("one case emptied entirely", (process_time() - begin) * 1000 / OLD, "ms CPU", most=20)
    yield Figure("of 100 cases that are over, those that went", found["cases destroyed"], "", least=OLD, most=OLD)


def _fill(city: City, count: int, days: range) -> None:
    """Write closed cases without sealing: the work never opens anything."""
    dice, tagger = Random(7), Tagger(city.keys.pepper_layer)
    with city.database.transaction() as session:
        schools, people = list(session.scalars(select(School.id))), list(session.scalars(select(Person.id)))
        rows: dict[Any, list[dict[str, Any]]] = {Case: [], Report: [], ReportGrant: [], Record: []}
        for _ in range(count):
            _case(rows, dice, (dice.choice(schools), dice.choice(people)), dice.choice(days))
        for model, each in rows.items():
            rights = issubclass(model, Right)
            session.connection().execute(insert(model), tagged(tagger, model, each) if rights else each)


def _case(rows: dict[Any, list[dict[str, Any]]], dice: Random, where: tuple[int, int], ago: int) -> None:
    school, reader = where
    case_id, report_id, hour = random_id(), random_id(), full_hour(NOW - timedelta(days=ago))
    rows[Case].append(
        {"id": case_id, "school_id": school, "status": CaseStatus.CLOSED, "opened_hour": hour, "closed_hour": hour,
         "outcome": "stopped"}
    )  # fmt: skip
    rows[Report].append(
        {"id": report_id, "case_id": case_id, "school_id": school, "arrived_hour": hour, "locator": token_bytes(50),
         "receipt_public_half": bytes(1234), "answer_due": hour.date(), "last_writer": Writer.STAFF, "last_hour": hour,
         "letters": 2}
    )  # fmt: skip
    rows[ReportGrant] += [
        {"id": random_id(), "report_id": report_id, "epoch": 1, "key_id": bytes(16), "state": GrantState.OPEN,
         "sealed": dice.randbytes(200), "since_hour": hour, "seen_letters": 2, "person_id": reader}
    ]  # fmt: skip
    rows[Record] += [
        {"id": random_id(), "owner_id": report_id, "epoch": 1, "kind": kind, "side": "reporter", "sequence": number,
         "hour": hour, "sealed": dice.randbytes(600)}
        for kind, number in (("report", 1), ("left-out", 0))
    ]  # fmt: skip
