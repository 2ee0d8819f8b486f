"""What the operator's monitoring reads: for one network only, hour by hour, and nothing about a child or a person."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from bullying_desk.accounts.sign_in import refusals
from bullying_desk.app import create_app
from bullying_desk.cases import deadlines
from bullying_desk.config import Settings, SettingsRefused
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices import night as night_notes
from bullying_desk.reports import figures
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.models import Case
from bullying_desk.web.health import METRICS
from tests.house.project import ROOT
from tests.moving_clock import MovingClock
from tests.world import World, layer_of, make_world

ALERTS = ROOT / "deploy" / "monitoring" / "alerts.yml"
LIVE = {"night_work_timestamp_seconds"}  # moved by a timer, by nobody's act


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, metrics_networks=("127.0.0.0/24", "2001:db8::/32"))


@pytest.fixture
def world(session: Session, keys: Keyring, clock: MovingClock) -> World:
    """Return the small city; the night work has run once."""
    made = make_world(session, layer_of(keys), clock)
    night_notes.note(session, clock.now(), [])
    night_notes.note_certificate(session, clock.now(), clock.now() + timedelta(days=60))
    session.commit()
    return made


def _read(client: FlaskClient) -> dict[str, float]:
    """Return all samples by name, as other code than ours reads them."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("application/openmetrics-text; version=1.0.0")
    read: Any = text_string_to_metric_families  # without types
    families = list(read(answer.get_data(as_text=True)))
    samples = [sample for family in families for sample in family.samples]
    assert [sample.labels for sample in samples if sample.labels] == [{"version": samples[0].labels["version"]}]
    return {sample.name.removeprefix("bullying_desk_"): sample.value for sample in samples}


def _take(world: World, settings: Settings) -> bool:
    taken = figures.take(world.session, settings.instance, world.clock.now())
    world.session.commit()
    return taken


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        ((), "127.0.0.1", 404),
        (("10.1.2.0/24",), "10.1.2.9", 200),
        (("10.1.2.0/24",), "10.1.3.9", 404),
        (("10.1.2.0/24",), "", 404),
        (("2001:db8::/32",), "2001:db8::7", 200),
        (("0.0.0.0/0",), "2001:db8::7", 404),
    ],
)
def test_only_the_networks_of_the_setting_find_it(
    settings: Settings, database: Database, keys: Keyring, networks: tuple[str, ...], address: str, status: int
) -> None:
    app = create_app(replace(settings, metrics_networks=networks), database=database, keys=keys)
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address}, base_url="https://localhost")
    assert answer.status_code == status
    assert ("bullying_desk_info" in answer.get_data(as_text=True)) is (status == 200)


@pytest.mark.sqlite
def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="metrics_networks"):
        _ = Settings(instance=ROOT, metrics_networks=("10.1.2.3/24",)).metrics_allowed


@pytest.mark.both
def test_all_figures_are_there_after_an_hour(client: FlaskClient, world: World, settings: Settings) -> None:
    assert "disk_free_bytes" not in _read(client)
    assert _take(world, settings)
    names = {f"{name}_total" if kind == "counter" else name for name, (kind, _meaning) in METRICS.items()}
    assert set(_read(client)) == names | {"info"}


@pytest.mark.both
def test_what_a_child_does_moves_nothing_before_the_next_hour(
    client: FlaskClient, world: World, settings: Settings, clock: MovingClock
) -> None:
    _take(world, settings)
    before = _read(client)
    world.file(answers=Answers(1, True, {"was": ("worte",), "text": "Es ist schlimm."}))
    refusals._count(world.session, refusals.NOBODY, world.clock.hour())
    world.session.commit()
    assert not _take(world, settings)
    client.application.extensions["services"].gate._longest = 7
    after = _read(client)
    assert {name for name in after if after[name] != before[name]} <= LIVE
    clock.forward(hours=1)
    assert _take(world, settings)
    later = _read(client)
    assert later["notices_waiting"] > before["notices_waiting"]
    assert later["sign_in_failures_total"] == before["sign_in_failures_total"] + 1
    assert later["slow_hash_line_longest"] == 7


@pytest.mark.both
def test_overdue_clocks_are_counted_whatever_the_urgency(
    client: FlaskClient, world: World, settings: Settings, clock: MovingClock
) -> None:
    for danger in (False, True, False, False):
        filed, _receipt = world.file(answers=Answers(1, danger, {"was": ("worte",), "text": "Sie lachen."}))
        case = world.session.get_one(Case, world.report(filed).case_id)
        case.plan_due = case.follow_up_due = world.clock.today() + timedelta(days=2)
    world.session.commit()
    _take(world, settings)
    assert (_read(client)["overdue_answers"], _read(client)["overdue_plans"]) == (0, 0)
    clock.forward(days=10)
    _take(world, settings)
    found = _read(client)
    assert (found["overdue_answers"], found["overdue_plans"], found["overdue_follow_ups"]) == (0, 0, 0)  # four
    filed, _receipt = world.file(now=clock.now() - timedelta(days=10))
    case = world.session.get_one(Case, world.report(filed).case_id)
    case.plan_due = case.follow_up_due = clock.today() - timedelta(days=1)
    world.session.commit()
    clock.forward(hours=1)
    _take(world, settings)
    found = _read(client)
    assert (found["overdue_answers"], found["overdue_plans"], found["overdue_follow_ups"]) == (5, 5, 5)


@pytest.mark.both
def test_refused_sign_ins_are_counted_once_though_two_machines_count(
    client: FlaskClient, world: World, settings: Settings, clock: MovingClock
) -> None:
    for hour in range(3):
        for _ in range(5):
            refusals._count(world.session, world.person("Jan").id, world.clock.hour())
        world.session.commit()
        clock.forward(hours=1)
        assert _take(world, settings)
        assert not _take(world, settings)
        refusals.sweep(world.session, world.clock.now())
        world.session.commit()
        assert _read(client)["sign_in_failures_total"] == (hour + 1) * 5


@pytest.mark.sqlite
def test_no_figure_counts_danger_and_none_has_a_place_for_a_name() -> None:
    words = re.compile(r"danger|acute|urgen|person_|school_id|gefahr|mobb|bully(?!ing_desk)", re.IGNORECASE)
    assert not [name for name in METRICS if words.search(name)]
    assert deadlines.Due.IN_PERSON.name.lower() not in METRICS  # only after danger is somebody met the same day


@pytest.mark.sqlite
def test_the_example_rules_ask_for_figures_that_there_are() -> None:
    rules = [rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"bullying_desk_(\w+)", rule["expr"])}
    known = {f"{name}_total" if kind == "counter" else name for name, (kind, _meaning) in METRICS.items()}
    assert asked <= known, asked - known
    assert known - asked == {"notices_waiting"}  # counts what the oldest of them says
    assert len({rule["alert"] for rule in rules}) == len(rules)
    assert all(rule["labels"]["severity"] in {"page", "ticket"} and rule["annotations"]["summary"] for rule in rules)
    if (tool := shutil.which("promtool")) is not None:
        assert subprocess.run([tool, "check", "rules", str(ALERTS)], check=False).returncode == 0
