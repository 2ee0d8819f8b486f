"""The portal as an onion service: the same pages for everybody but staff, and limits for each circuit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bullying_desk.config import Settings, SettingsRefused
from bullying_desk.keyring import Keyring
from bullying_desk.sealing.receipts import ReceiptWords
from bullying_desk.web.limits import Budget, network_of
from tests.house.project import ROOT
from tests.moving_clock import MovingClock
from tests.reports.pages import filled
from tests.world import World, layer_of, make_world

pytestmark = pytest.mark.sqlite
ONION = "http://" + "portal" * 9 + "po.onion"
CIRCUIT = "fc00:dead:beef:4dad::{:x}:{:x}"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, onion_url=ONION, trusted_proxies=1)


@pytest.fixture
def world(session: Session, keys: Keyring, clock: MovingClock) -> World:
    made = make_world(session, layer_of(keys), clock)
    session.commit()
    return made


def _ask(client: FlaskClient, path: str, circuit: int = 1, data: Mapping[str, object] | None = None) -> TestResponse:
    """Ask as the front server does for somebody who came through a circuit of Tor."""
    headers = {"X-Forwarded-For": CIRCUIT.format(circuit >> 16, circuit & 0xFFFF), "X-Forwarded-Proto": "http"}
    headers |= {"Sec-Fetch-Site": "same-origin", "Host": ONION.removeprefix("http://")}
    return client.open(path, method="POST" if data is not None else "GET", data=data, headers=headers, base_url=ONION)


def test_pages_name_the_onion_service_where_a_change_loses_nothing(client: FlaskClient, world: World) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    for path in ("/", "/hilfe", f"/s/{world.school.key}"):
        answer = client.get(path, headers=headers)
        assert answer.headers["Onion-Location"] == ONION + path
    for path in ("/team/anmelden", "/zurueck", "/nirgends", "/robots.txt"):
        assert "Onion-Location" not in client.get(path, headers=headers).headers
    client.set_cookie("__Host-z", "x", domain="localhost", secure=True)
    assert "Onion-Location" not in client.get("/", headers=headers).headers  # a conversation stays where it is
    assert "Onion-Location" not in _ask(client, "/").headers


def test_everybody_who_is_no_staff_finds_the_same_pages(client: FlaskClient, world: World) -> None:
    assert _ask(client, "/hilfe").status_code == 200
    assert _ask(client, "/team/anmelden").status_code == 404
    assert _ask(client, "/stadt/schulen").status_code == 404
    assert client.get("/", headers={"Host": "evil.onion"}).status_code == 400


def test_a_report_is_sent_through_it(client: FlaskClient, world: World) -> None:
    address = f"/s/{world.school.key}/schreiben/1"
    sent = _ask(client, address, data=filled(_ask(client, address), text="Sie lachen.", lesen="team"))
    assert sent.status_code == 303
    cookie = sent.headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= {part.strip() for part in cookie.split(";")}


def test_wrong_words_of_one_circuit_slow_no_other(client: FlaskClient, world: World) -> None:
    limiter = client.application.extensions["services"].limiter
    used_up = limiter.key(network_of(CIRCUIT.format(0, 7)))
    for _ in range(60):
        limiter.spend(Budget.WRONG_CODES, used_up)
    form = {"code": " ".join(ReceiptWords.generate().words)}
    assert _ask(client, "/zurueck", 7, form).status_code == 429
    assert _ask(client, "/zurueck", 8, form).status_code == 422


def test_each_circuit_is_a_network_and_neighbours_in_ipv6_are_one() -> None:
    assert network_of(CIRCUIT.format(0, 1)) != network_of(CIRCUIT.format(0, 2))
    assert network_of("fc00:dead:beef:4dae::1") == network_of("fc00:dead:beef:4dae::2")


@pytest.mark.parametrize("wrong", ["https://x.onion", "http://short.onion", ONION + "/", ONION.upper()])
def test_anything_else_is_refused(settings: Settings, wrong: str) -> None:
    with pytest.raises(SettingsRefused, match="onion_url"):
        _ = replace(settings, onion_url=wrong).onion_host


def test_the_files_of_the_guide_fit_together() -> None:
    torrc = (ROOT / "deploy" / "onion" / "torrc").read_text("utf-8")
    front = (ROOT / "deploy" / "nginx" / "onion.conf").read_text("utf-8")
    port = re.search(r"HiddenServicePort 80 (127\.0\.0\.1:\d+)", torrc)
    assert port is not None
    assert f"listen {port[1]} proxy_protocol;" in front
    assert "HiddenServiceExportCircuitID haproxy" in torrc
    assert "X-Forwarded-For $proxy_protocol_addr;" in front
