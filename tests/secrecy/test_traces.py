"""What the program gives away besides its pages: headers, cookies, error pages, times, keys, error messages."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk import log_lines
from bullying_desk.app import create_app
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring
from bullying_desk.notices.models import OutboxMail
from bullying_desk.reports.doors.answers import LONGEST_TEXT
from bullying_desk.sealing.format.secret_types import ReceiptLocator, SendToken
from bullying_desk.sealing.keys import ReceiptKey
from bullying_desk.sealing.receipts import Receipt
from bullying_desk.web import errors, guard
from bullying_desk.web.bodies import GIVEN_BACK, MOST
from tests.moving_clock import MovingClock
from tests.reports.pages import HEADERS, filled, look, press
from tests.secrecy.journey import Journey
from tests.secrecy.routes import gets, posts
from tests.secrecy.searching import files_of, find, marker, rows_of
from tests.world import World

FIRST = "/s/K7M2/schreiben/1"
HERE = "https://localhost"


# Headers and cookies.


def test_no_public_page_sets_a_cookie(app: Flask, client: FlaskClient, world: World) -> None:
    opened = 0
    for endpoint, address in gets(app, world):
        rule = guard.rule_of(app, endpoint)
        if rule is not None and rule.entry is guard.Entry.PUBLIC:
            answer = client.get(address, headers=HEADERS)
            assert not answer.headers.getlist("Set-Cookie"), address
            assert answer.status_code < 500, address
            opened += 1
    assert opened > 25


def test_a_page_that_is_not_there_sets_no_cookie_either(client: FlaskClient) -> None:
    for answer in (client.get("/nirgends"), client.put("/hilfe"), client.get("/team/konto"), client.get("/gespraech")):
        assert not answer.headers.getlist("Set-Cookie")


def test_every_answer_keeps_to_itself(app: Flask, client: FlaskClient, world: World) -> None:
    answers = {address: client.get(address, headers=HEADERS) for _endpoint, address in gets(app, world)}
    answers |= {f"POST {address}": client.post(address, headers=HEADERS) for _endpoint, address in posts(app, world)}
    answers["foreign"] = client.post(FIRST, headers={"Sec-Fetch-Site": "cross-site"})
    answers["unknown"] = client.get("/nirgends/nie")
    answers["wrong method"] = client.delete("/hilfe")
    answers["too large"] = client.post(FIRST, data={"text": "x" * (GIVEN_BACK + 1)}, headers=HEADERS)
    assert {answers[name].status_code for name in ("foreign", "unknown", "wrong method", "too large")} == {
        403,
        404,
        405,
        413,
    }
    for address, answer in answers.items():
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), address
        assert "unsafe" not in policy, address
        assert "http" not in policy, address
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", address
        assert headers["Referrer-Policy"] == "no-referrer", address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Strict-Transport-Security"].startswith("max-age="), address
        assert "Server" not in headers, address
        assert "ETag" not in headers or address.removeprefix("POST ").startswith(("/unterricht", "/static")), address
        if not address.removeprefix("POST ").startswith(("/unterricht", "/static")):
            assert headers["Cache-Control"] == "no-store", address


def test_without_tls_nobody_is_sent_to_tls(settings: Settings, database: Database, keys: Keyring) -> None:
    app = create_app(replace(settings, tls=False), database=database, keys=keys)
    assert "Strict-Transport-Security" not in app.test_client().get("/hilfe").headers


def test_every_cookie_is_shut_to_scripts_other_sites_and_other_hosts(journey: Journey, app: Flask) -> None:
    from tests.signing import sign_in

    set_cookies: list[str] = []
    app.wsgi_app = _listening(app.wsgi_app, set_cookies)  # type: ignore[method-assign]
    journey.write_report(1, lesen="team")
    journey.come_back()
    page = look(journey.client, "/zurueck")
    press(journey.client, "/zurueck", filled(page, code="Apfel"), headers={})  # an old browser: a nonce in a cookie
    staff = app.test_client()
    sign_in(app, staff, journey.world, "Selin")
    assert staff.get("/team/konto", base_url="https://localhost").status_code == 200
    look(journey.client, "/weg")
    names = {cookie.partition("=")[0] for cookie in set_cookies}
    assert names == {"__Host-d", "__Host-z", "__Host-r", "__Host-s"}
    for cookie in set_cookies:
        parts = {part.strip().split("=")[0].lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite", "path"} <= parts, cookie
        assert "domain" not in parts, cookie
        assert "samesite=strict" in cookie.lower(), cookie
        assert "path=/;" in cookie.lower() + ";", cookie
        gone = re.match(r"[^=]+=;", cookie)
        assert gone or not {"expires", "max-age"} & parts, cookie  # it ends with the browser


def _listening(inner: Callable[..., Any], heard: list[str]) -> Callable[..., Any]:
    def application(environ: Any, start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], info: Any = None) -> Any:
            heard.extend(value for name, value in headers if name.lower() == "set-cookie")
            return start_response(status, headers, info)

        return inner(environ, start)

    return application


# An error gives nothing away.


def test_an_unexpected_error_is_told_by_its_kind_and_place_alone(
    app: Flask, client: FlaskClient, world: World, said: io.StringIO
) -> None:
    text = marker("Fehler")

    def fail(**_more: object) -> str:
        raise RuntimeError(f"could not read {text}")

    fail.guard_rule = guard.Rule(guard.Entry.PUBLIC)  # type: ignore[attr-defined]
    app.view_functions["reports.send"] = fail
    answer = client.post(FIRST, data={"text": text * 3}, headers=HEADERS, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 500
    assert text in answer.text  # the child gets it back
    assert "RuntimeError" not in said.getvalue()  # not in this minute, which the journal would write beside it
    log_lines.HELD.say()
    heard = said.getvalue()
    assert re.search(r"unexpected RuntimeError at test_traces.py:\d+ in /s/<key>/schreiben/<int:number>", heard)
    assert "Traceback" not in heard
    assert find({"log": heard.encode()}, [text, "203.0.113.9", FIRST]) == []


def test_an_error_after_the_page_is_told_no_better(
    client: FlaskClient, world: World, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit may fail; PostgreSQL then quotes the values of the row in its message."""
    text = marker("Commit")

    def fail(_self: Session) -> None:
        raise IntegrityError(f"INSERT {text}", {"words": text}, ValueError(f"Key (words)=({text}) already exists"))

    page = look(client, FIRST)
    monkeypatch.setattr(Session, "commit", fail)
    answer = press(client, FIRST, filled(page, text=text, lesen="team"))
    assert answer.status_code == 500
    assert not answer.headers.getlist("Set-Cookie")
    log_lines.HELD.say()
    heard = said.getvalue()
    assert "unexpected IntegrityError" in heard
    assert find({"log": heard.encode()}, [text, FIRST]) == []


def test_an_error_page_that_fails_itself_is_replaced(
    app: Flask, client: FlaskClient, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = marker("Seite")

    def fail(*_all: object, **_more: object) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr(errors, "page", fail)
    fail.guard_rule = guard.Rule(guard.Entry.PUBLIC)  # type: ignore[attr-defined]
    app.view_functions["guidance.help_now"] = fail
    answer = client.get("/hilfe")
    assert (answer.status_code, "0800 111 0 111" in answer.text) == (500, True)
    assert find({"log": said.getvalue().encode(), "page": answer.data}, [text]) == []


def test_control_an_error_of_flask_itself_would_have_quoted_it(said: io.StringIO) -> None:
    """The same failure in a bare Flask: the log holds the words, and the search finds them."""
    text, bare = marker("Nackt"), Flask("bare")

    @bare.get("/")
    def fail() -> str:
        raise RuntimeError(text)

    assert bare.test_client().get("/").status_code == 500
    assert find({"log": said.getvalue().encode()}, [text])


def test_a_refused_row_names_no_value(database: Database) -> None:
    text = marker("Wert")
    with pytest.raises(IntegrityError) as refused, database.transaction() as session:
        session.execute(insert(OutboxMail), [{"person_id": 1, "kind": text, "address": text, "subject": None}])
    assert database.engine.hide_parameters
    if database.engine.dialect.name == "sqlite":  # PostgreSQL itself quotes rows; `test_an_error_after…` is for that
        assert text not in str(refused.value)


@pytest.mark.sqlite
def test_a_body_never_becomes_a_file(
    client: FlaskClient, world: World, settings: Settings, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    client.application.jinja_env.bytecode_cache = None  # the tests' own, which writes files

    def refuse(*_all: object, **_more: object) -> object:
        opened.append("a temporary file")
        raise OSError("no temporary file here")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    text, name = marker("Anhang"), marker("Bild")
    for size, status in ((50_000, 422), (MOST - 2_000, 422), (MOST + 10_000, 422), (2_000_000, 413)):
        content = (text * (size // len(text.encode()))).encode()
        files = {"bild": (io.BytesIO(content), f"{name}.jpg"), "text": text}
        answer = client.post(FIRST, data=files, headers=HEADERS)
        assert answer.status_code == status, size
    assert client.post(FIRST, data={"text": text * 60_000}, headers=HEADERS).status_code == 413
    fullest = dict.fromkeys(("beteiligte", "text", "zitate", "meinung", "getan_text"), "😢" * LONGEST_TEXT)
    sent = {**fullest, "token": SendToken.generate().to_field(), "lesen": "stadt"}
    answer = client.post("/s/K7M2/schreiben/4", data=sent, headers=HEADERS, content_type="multipart/form-data")
    assert (answer.status_code, answer.location[:7]) == (303, "/danke/")
    assert opened == []
    places = {**files_of(settings.instance), "log": said.getvalue().encode()}
    assert find(places, [text, name]) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"text=%ff%fe%zz&&&=&text"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"text=+AGE-"),
        ("multipart/form-data", b"no edge at all"),
        ("multipart/form-data; boundary=edge", b"--edge\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhalf"),
        ("multipart/form-data; boundary=edge", b"--edge\r\n\r\n--edge\r\n" * 500 + b"--edge--"),
        ("application/json", b'{"text": '),
        ("text/plain\x7f", b"\x00" * 100),
        ("", b"text=x"),
    ],
)  # fmt: skip
def test_a_malformed_request_is_answered_and_said_nowhere(
    client: FlaskClient, world: World, said: io.StringIO, kind: str, body: bytes
) -> None:
    text = marker("Krumm")
    answer = client.post(FIRST, data=body + text.encode(), headers={**HEADERS, "Content-Type": kind})
    assert 400 <= answer.status_code < 500
    assert find({"log": said.getvalue().encode()}, [text]) == []


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, 10**40])
def test_a_number_no_row_can_have_is_not_there(app: Flask, client: FlaskClient, world: World, number: int) -> None:
    from tests.signing import sign_in

    for name in ("Selin", "Piotr"):
        sign_in(app, client, world, name)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/team/konto", base_url=HERE).text)
        assert found is not None
        token = found[1]
        for rule in app.url_map.iter_rules():
            numbers = [part for part in rule.arguments if part.endswith("_id") and part != "path_id"]
            if not numbers or not rule.rule.startswith(("/team", "/stadt")):
                continue
            address = re.sub(r"<[^>]+>", str(number), rule.rule)
            if "GET" in (rule.methods or ()):
                answer = client.get(address, headers=HEADERS, base_url=HERE)
            else:
                answer = client.post(address, data={"csrf_token": token}, headers=HEADERS, base_url=HERE)
            assert answer.status_code in {303, 404, 405}, address


# Times and keys.


@pytest.mark.sqlite
def test_no_row_of_the_reporters_side_holds_a_minute(journey: Journey, clock: MovingClock, settings: Settings) -> None:
    clock.moment = clock.moment.replace(minute=47, second=13, microsecond=123_456)
    said = journey.world.person("Amara")
    said.directory_tag = b"\x01\x01" + bytes(32)  # an alarm also goes into the trail
    journey.world.session.commit()
    journey.write_report(1, lesen="team", gefahr="ja")
    journey.write_report(2, lesen="team")
    journey.come_back()
    journey.talk()
    rows = rows_of(settings.instance / "desk.db")
    filled_tables = {name for name, found in rows.items() if found}
    assert {
        "report",
        "record",
        "report_grant",
        "case_grant",
        "outbox_mail",
        "web_session",
        "audit_entry",
    } <= filled_tables
    moments = [
        (name, cell)
        for name, found in rows.items()
        for row in found
        for cell in row
        if isinstance(cell, str) and re.search(r"\d\d:\d\d", cell)
    ]
    assert len(moments) > 20
    notices = {"06:15:00.000000", "09:00:00.000000", "11:30:00.000000", "14:00:00.000000"}  # the fixed times, in UTC
    fine = [(name, cell) for name, cell in moments if not re.search(r"\d\d:00:00(\.0+)?$", cell)]
    assert [one for one in fine if one[0] != "outbox_mail" or one[1].split()[1] not in notices] == []


def _rank_correlation(values: Sequence[Any]) -> float:
    """Return Spearman's rho between the order of the list and the order of its values."""
    ranks = {value: rank for rank, value in enumerate(sorted(values))}
    count = len(values)
    squares = sum((place - ranks[value]) ** 2 for place, value in enumerate(values))
    return 1 - 6 * squares / (count * (count**2 - 1))


OWNERS = {
    "report": "id",
    "case_file": "id",
    "report_epoch": "report_id",
    "case_epoch": "case_id",
    "report_grant": "report_id",
    "case_grant": "case_id",
    "record": "owner_id",
}


@pytest.mark.sqlite
def test_no_key_tells_in_which_order_children_wrote(world: World, database: Database, settings: Settings) -> None:
    """Two hundred reports one after another: no key, and no order in which the database hands rows out, follows."""
    order = []
    for _ in range(200):
        receipt = Receipt(ReceiptLocator.generate(), ReceiptKey.generate())
        filed, _receipt = world.file(receipt)
        order.append((filed.report_id, world.report(filed).case_id))
    world.session.commit()
    place = {owner: number for number, pair in enumerate(order) for owner in pair}
    checked = set()
    with database.engine.connect() as connection:
        for table, owner in OWNERS.items():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings().all()
            handed_out = [place[row[owner]] for row in rows]
            first_seen = list(dict.fromkeys(handed_out))
            assert len(first_seen) == 200
            assert abs(_rank_correlation(list(first_seen))) < 0.32, f"{table}: the order of rows"
            by_report = sorted(rows, key=lambda row: place[row[owner]])
            for column in rows[0]:
                values = [row[column] for row in by_report]
                if isinstance(values[0], (int, bytes)) and len(set(values)) == len(values):
                    assert abs(_rank_correlation(values)) < 0.32, f"{table}.{column}"
                    checked.add(f"{table}.{column}")
    assert {"report.id", "case_file.id", "report_grant.id", "record.id", "report.locator"} <= checked


def test_control_a_counting_key_would_have_been_noticed() -> None:
    dice = Random(3)
    assert _rank_correlation([*range(200)]) == 1
    nearly = [number * 10 + dice.randrange(300) for number in range(200)]
    assert _rank_correlation(list(dict.fromkeys(nearly))) > 0.9
