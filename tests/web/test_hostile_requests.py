"""Headers, hosts and bodies that break parsers: each answer is a page of ours, never a 500."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.sqlite
VALUES = (
    "http://[::1",
    "http://[",
    "\x80\xff",
    "=?utf-8?b?//?=",
    ";;;==,,",
    "a" * 8_000,
    "-1",
    "\t",
    "%00",
    "[]:99999",
)
HEADERS = ("Origin", "Referer", "Cookie", "Accept", "Accept-Language", "Accept-Encoding", "User-Agent", "Range",
           "If-None-Match", "If-Modified-Since", "Authorization", "Content-Type", "Sec-Fetch-Site", "X-Forwarded-For",
           "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Transfer-Encoding", "Expect")  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_breaks_a_page(client: FlaskClient, name: str) -> None:
    for value in VALUES:
        for method, path in (("GET", "/hilfe"), ("GET", "/suche?q=a"), ("POST", "/zurueck"), ("POST", "/gibt-es-nicht"),
                             ("GET", "/team"), ("POST", "/gespraech/schreiben"), ("GET", "/static/x.css")):  # fmt: skip
            answer = client.open(
                path, method=method, headers={name: value}, data={"code": "x"} if method == "POST" else None
            )
            assert answer.status_code < 500, (method, path, value)
            assert "text/plain" not in answer.content_type, (method, path, value)


@pytest.mark.parametrize("body", [b"code=" + b"x" * 70_000, b"&".join(b"a%d=1" % n for n in range(600))])
def test_a_letter_that_is_too_large_after_the_session_has_ended_is_answered_in_words(
    client: FlaskClient, body: bytes
) -> None:
    for path in ("/gespraech/schreiben", "/gespraech/name", "/gespraech"):
        answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded",
                             headers={"Sec-Fetch-Site": "same-origin"})  # fmt: skip
        assert answer.status_code in {303, 400, 404, 405, 413}, path


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "[::1", "portal.example.org@evil.example"])
def test_a_foreign_host_is_refused_and_stands_nowhere(client: FlaskClient, host: str) -> None:
    for path in ("/", "/hilfe", "/s/D99C//", "/team"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil" not in answer.get_data(as_text=True) + str(answer.headers)


def test_this_machine_may_ask_directly(client: FlaskClient) -> None:
    for host in ("localhost", "127.0.0.1:8000", "[::1]:8000"):
        assert client.get("/hilfe", headers={"Host": host}).status_code == 200
