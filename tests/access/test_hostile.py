"""Every route, hostile values in path, query, fields, headers and cookies, with each role and without a session.

Nothing may end as a server error, hang, show a stack trace, or show a report to a person who may not read it. The run
of the tests makes REQUESTS of them from one seed. `dev.py soak` makes 200,000, from another seed each time.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from random import Random
from urllib.parse import quote

import pytest
from werkzeug.routing import Rule

from tests.access.test_routes import doors, knock
from tests.access.town import WHO, Town
from tests.house.project import PACKAGE
from tests.secrecy.routes import address_of

pytestmark = [pytest.mark.sqlite, pytest.mark.slow]
REQUESTS = int(os.environ.get("BULLYING_DESK_FUZZ", "2000"))
SEED = int(os.environ.get("BULLYING_DESK_FUZZ_SEED", "20261130"))
LONGEST = 20.0  # seconds of one request, on a machine that does much else
MARKER = "Sie lachen mich aus."
READS_NOTHING = frozenset(WHO) - {
    "contact", "contact_elsewhere", "city_on_duty", "city_off_duty", "reporter", "reporter_elsewhere",
}  # fmt: skip
VALUES = (
    "", " ", "\0", "a\0b", "a" * 9_000, "😀" * 200, "%00", "../../../etc/passwd", "..\\..\\x", "' OR 1=1 --", '"',
    "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}", "%s%s%n", "\r\nSet-Cookie: a=b", "\u202e\u200b", "\ufeff",
    "\x7f\x1b[2J", "9" * 40, "-1", "0", "1e309", "NaN", "٣", "２", "0x10", "2026-02-30", "9999-12-31", "0000-00-00",
    "25:99", "//evil.example", "javascript:alert(1)", "http://[::1", "a,b;c", "e\u0301", "\ud7ff", "mo,di,xx", "None",
    "true", "[]", "{}", "=1+1", "ß" * 300, "K7M2", "4711", "9223372036854775807", "9223372036854775808",
)  # fmt: skip
HEADERS = (
    "Origin", "Referer", "Accept-Language", "User-Agent", "Sec-Fetch-Site", "Content-Type", "Range", "If-None-Match",
    "If-Modified-Since", "X-Forwarded-For", "X-Forwarded-Host", "Accept", "Accept-Encoding", "X-CSRFToken", "Cookie",
)  # fmt: skip
QUERY = ("q", "klasse", "minuten", "thema", "seite", "text", "weiter", "ok", "fach", "von", "bis", "wer", "sitz", "tab")


def _field_names() -> list[str]:
    """Return the names of all fields of all forms, as the code declares them."""
    found = set()
    for path in PACKAGE.rglob("*forms.py"):
        found |= set(re.findall(r"^\s+(\w+) = \w*Field\(", path.read_text("utf-8"), re.MULTILINE))
    for path in PACKAGE.rglob("views/*.py"):
        found |= set(re.findall(r'request\.form\.get(?:list)?\("(\w+)"', path.read_text("utf-8")))
    return sorted(found)


FIELDS = _field_names()


def test_the_fuzzer_knows_routes_fields_and_roles(town: Town) -> None:
    """The controls: it finds what there is, and its marker is on the page of a person who may read it."""
    assert len(FIELDS) > 60
    rule = next(rule for rule, endpoint, method in doors(town.app) if endpoint == "cases.show" and method == "GET")
    assert MARKER in knock(town, rule, "GET", "contact", "here").text
    planned = list(_plan(Random(SEED), town))
    assert {endpoint for _rule, endpoint, _method in doors(town.app)} == {each[1] for each in planned}
    assert {each[3] for each in planned} == set(WHO)
    assert len(planned) == REQUESTS


def test_no_hostile_request_breaks_anything(town: Town) -> None:
    dice, wrong = Random(SEED), []
    for number, (rule, endpoint, method, who) in enumerate(_plan(Random(SEED), town)):
        began = time.monotonic()
        status, text = _send(dice, town, rule, method, who)
        seconds = time.monotonic() - began
        why = _why(status, text, who, seconds)
        if why:
            wrong.append(f"{number}: {method} {endpoint} as {who}: {why}")
    assert wrong == []


def _why(status: int, text: str, who: str, seconds: float) -> str:
    if status >= 500:
        return f"answered {status}"
    if seconds > LONGEST:
        return f"took {seconds:.0f} seconds"
    if any(each in text for each in ("Traceback (most recent", "site-packages", "sqlalchemy.", "werkzeug.")):
        return "shows its inside"
    return "shows a report" if who in READS_NOTHING and MARKER in text else ""


def _plan(dice: Random, town: Town) -> Iterator[tuple[Rule, str, str, str]]:
    """Every route with each role in turn, over and over, in an order by chance."""
    every = list(doors(town.app))
    turn = 0
    while turn < REQUESTS:
        dice.shuffle(every)
        for rule, endpoint, method in every[: REQUESTS - turn]:
            yield rule, endpoint, method, WHO[turn % len(WHO)]
            turn += 1


def _send(dice: Random, town: Town, rule: Rule, method: str, who: str) -> tuple[int, str]:
    things = town.things[dice.choice(("here", "elsewhere"))]
    address = _path(dice, address_of(town.app, rule, things))
    if dice.random() < 0.5:
        address += "?" + "&".join(f"{name}={quote(dice.choice(VALUES))}" for name in dice.sample(QUERY, 3))
    headers = {"Sec-Fetch-Site": "same-origin"}
    if who in town.cookies:
        headers["Cookie"] = town.cookies[who] if dice.random() < 0.9 else _bent(dice, town.cookies[who])
    if dice.random() < 0.4:
        headers[dice.choice(HEADERS)] = _sendable(dice.choice(VALUES))
    data = (
        {name: dice.choice(VALUES) for name in dice.sample(FIELDS, dice.randint(1, 12))} if method == "POST" else None
    )
    if data is not None and dice.random() < 0.9:
        data["csrf_token"] = town.tokens.get(who, "")
    client = town.app.test_client(use_cookies=False)
    client.environ_base["REMOTE_ADDR"] = f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)}"
    kind = headers.pop("Content-Type", None) or dice.choice((None, "multipart/form-data"))
    with client.open(
        address, method=method, data=data if method == "POST" else None, headers=headers, base_url="https://localhost",
        content_type=kind if method == "POST" else None,
    ) as answer:  # fmt: skip
        return answer.status_code, answer.get_data().decode("utf-8", "replace")


def _path(dice: Random, address: str) -> str:
    """Put a hostile value in the place of one part of the path, now and then."""
    parts = address.split("/")
    if dice.random() < 0.4:
        parts[dice.randrange(len(parts))] = quote(dice.choice(VALUES)[:500], safe="")
    return "/".join(parts) if parts[0] == "" else "/" + "/".join(parts)


def _bent(dice: Random, cookie: str) -> str:
    name, _, value = cookie.partition("=")
    at = dice.randrange(len(value))
    return f"{name}={dice.choice((value[:at], value[:at] + '.' + value[at:], value + value, quote('ü' * 50)))}"


def _sendable(value: str) -> str:
    """Return a value as a header can carry it: a client cannot send line breaks in one either."""
    return re.sub(r"[\r\n\0]", "", value).encode("latin-1", "replace").decode("latin-1")[:4_000]
