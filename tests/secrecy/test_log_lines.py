"""The journal of a program that serves: kinds of events, no person, and of a reporter no minute."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bullying_desk import log_lines
from bullying_desk.config import Settings, SettingsRefused
from bullying_desk.keyring import Keyring
from bullying_desk.log_lines import Held, Request
from bullying_desk.web import guard
from tests.moving_clock import MovingClock
from tests.secrecy.routes import address_of
from tests.secrecy.searching import find, marker
from tests.signing import sign_in
from tests.world import World, layer_of, make_world

pytestmark = pytest.mark.sqlite
HOUR = datetime(2026, 11, 24, 13, tzinfo=UTC)
FAILED = Request("/s/<key>", "GET", 500, "<1s", "KeyError", "routing.py:7")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, log_format="json")


@pytest.fixture(params=["json", "plain"])
def journal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Return what a served program writes: all loggers speak, through the handler of the program."""
    log_lines.HELD.say()  # what other tests left
    root, said = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(log_lines._ToStandardError, "stream", said)
    log_lines.begin(request.param)
    monkeypatch.setattr(root, "level", logging.INFO)
    yield said
    root.handlers.clear()
    log_lines.log.setLevel(logging.NOTSET)


@pytest.fixture
def world(session: Session, keys: Keyring, clock: MovingClock) -> World:
    made = make_world(session, layer_of(keys), clock)
    session.commit()
    return made


def _ask_everything(app: Flask, client: FlaskClient) -> list[str]:
    """Ask every route with marker words in path, query, body, headers, cookies and method; return the words."""
    words = [marker(name) for name in ("Pfad", "Frage", "Text", "Kopf", "Keks", "Art", "Datei")]
    path, query, body, head, cookie, method, file = words
    sent = {"User-Agent": head, "Referer": f"https://{head}", "X-Forwarded-For": head, "Cookie": f"__Host-z={cookie}",
            "Accept-Language": head, "Sec-Fetch-Site": "same-origin"}  # fmt: skip
    for rule in app.url_map.iter_rules():
        texts = {name: path for name, kind in rule._converters.items() if type(kind).__name__ == "UnicodeConverter"}
        address = address_of(app, rule, {**texts})
        for verb in ("GET", "POST", method):
            data: dict[str, Any] = {"text": body, "code": body, "email": f"{body}@example.org", "password": body}
            data["bild"] = (io.BytesIO(file.encode()), f"{file}.jpg")
            client.open(f"{address}?q={query}&s={query}", method=verb, headers=sent, base_url="https://localhost",
                        data=data if verb == "POST" else None)  # fmt: skip
    client.get(f"/{path}/{path}?{query}", headers=sent, base_url="https://localhost")
    return words


def test_every_route_asked_with_words_everywhere_leaves_none_in_the_journal(
    app: Flask, client: FlaskClient, world: World, journal: io.StringIO
) -> None:
    def fail(**_more: object) -> str:
        raise RuntimeError(f"could not read {words}")

    words: list[str] = []
    fail.guard_rule = guard.Rule(guard.Entry.PUBLIC)  # type: ignore[attr-defined]
    app.view_functions["guidance.what_helps"] = fail
    words += _ask_everything(app, client)
    logging.getLogger("some.library").error("could not parse %s", words)
    try:
        raise ValueError(words)
    except ValueError:
        logging.getLogger("some.library").exception("failed at %s", words)
    log_lines.HELD.say()
    said = journal.getvalue()
    assert "RuntimeError" in said
    assert "some.library ValueError" in said or '"logger": "some.library", "error": "ValueError"' in said
    assert "/was-hilft" in said
    assert find({"journal": said.encode()}, [*words, "127.0.0.1", "Traceback"]) == []


def test_a_line_about_a_reporter_waits_for_the_hour_and_has_no_minute(
    app: Flask, client: FlaskClient, world: World, journal: io.StringIO, clock: MovingClock
) -> None:
    def fail(**_more: object) -> str:
        raise KeyError

    fail.guard_rule = guard.Rule(guard.Entry.PUBLIC)  # type: ignore[attr-defined]
    app.view_functions["guidance.help_now"] = fail
    clock.forward(minutes=17)
    for _ in range(3):
        client.get("/hilfe")
    assert journal.getvalue() == ""
    log_lines.HELD.say()
    lines = journal.getvalue().splitlines()
    assert ":17" not in journal.getvalue()
    if lines[0].startswith("{"):
        (found,) = [json.loads(line) for line in lines]
        assert found == {"time": clock.hour().isoformat(timespec="seconds"), "level": "error", "event": "error",
                         "route": "/hilfe", "method": "GET", "status": 500, "took": "<0.1s", "error": "KeyError",
                         "place": found["place"], "count": 3}  # fmt: skip
    else:
        assert f"KeyError at {Path(__file__).name}" in lines[0]
        assert "in /hilfe, 3 times in the hour of" in lines[0]


def test_an_error_of_staff_is_written_at_once(
    app: Flask, client: FlaskClient, world: World, journal: io.StringIO
) -> None:
    def fail(**_more: object) -> str:
        raise KeyError

    endpoint, _values = app.url_map.bind("localhost").match("/team/konto")
    fail.guard_rule = guard.rule_of(app, endpoint)  # type: ignore[attr-defined]
    app.view_functions[endpoint] = fail
    sign_in(app, client, world, "Jan")
    assert client.get("/team/konto", base_url="https://localhost").status_code == 500
    assert "KeyError" in journal.getvalue()
    assert "Jan" not in journal.getvalue()


def test_few_requests_of_reporters_are_no_line_and_errors_always_are(journal: io.StringIO) -> None:
    held = Held()
    well = FAILED._replace(status=200, error="", place="")
    for count, one in ((4, well), (7, well._replace(status=404)), (1, FAILED), (2, well._replace(by_staff=True))):
        for _ in range(count):
            held.note(one, HOUR)
    held.say()
    held.say()
    said = journal.getvalue()
    assert said.count("\n") == 3
    assert sorted(re.findall(r'(?:"count": |, )(\d+)(?:}| times)', said)) == ["1", "2", "5"]
    assert held._timer is None


def test_the_hour_writes_by_itself_and_not_the_next_request(journal: io.StringIO) -> None:
    held, almost = Held(), HOUR.replace(minute=59, second=59, microsecond=950_000)
    held.note(FAILED, almost)
    held.note(FAILED, HOUR.replace(hour=14))
    assert journal.getvalue() == ""
    for _ in range(100):
        if journal.getvalue():
            break
        time.sleep(0.05)
    assert "KeyError" in journal.getvalue()


def test_another_format_is_refused(settings: Settings) -> None:
    with pytest.raises(SettingsRefused, match="log_format"):
        _ = replace(settings, log_format="xml").checked_log_format
