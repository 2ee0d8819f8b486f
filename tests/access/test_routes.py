"""Every route × every person × own and other objects: who may enter, and who learns nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from bullying_desk.access.permissions import Permission
from bullying_desk.web import guard
from tests.access.table import NOBODY, TABLE, Door
from tests.access.town import ANONYMOUS, REPORTER_HERE, STAFF, WHO, Town
from tests.secrecy.routes import address_of

pytestmark = pytest.mark.sqlite
OWN = {"Sec-Fetch-Site": "same-origin"}


def doors(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Return (rule, endpoint, method) of everything that can be opened or sent."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, rule.endpoint, method


def knock(
    town: Town, rule: Rule, method: str, who: str, where: str, headers: dict[str, str] | None = None, token: bool = True
) -> TestResponse:
    """Open a page or send a form as one person, for the objects of one place."""
    address = address_of(town.app, rule, town.things[where])
    sent = {**(OWN if headers is None else headers)}
    if who in town.cookies:
        sent["Cookie"] = town.cookies[who]
    client = town.app.test_client(use_cookies=False)
    report = town.things[where].get("report_id", 4711)
    data: dict[str, int | str] = {"meldung": report, "report": report}
    data |= {"csrf_token": town.tokens.get(who, "")} if token else {}
    return client.open(
        address, method=method, data=data if method == "POST" else None, headers=sent, base_url="https://localhost"
    )


def passed(answer: TestResponse, door: Door) -> bool:
    """Whether the person came in. A public page may not exist and still was open to everybody."""
    assert answer.status_code < 500, answer.status_code
    to_the_door = answer.status_code == 303 and answer.location.partition("?")[0] in {"/team/anmelden", "/zurueck"}
    to_the_door = to_the_door and "Max-Age=0" not in answer.headers.get(
        "Set-Cookie", ""
    )  # signing out leads there, too
    if door.needs == "public":
        return answer.status_code not in {400, 403}
    return not to_the_door and answer.status_code not in {400, 403, 404}


def test_every_route_stands_in_the_table_and_nothing_else(town: Town) -> None:
    assert set(TABLE) == {endpoint for _rule, endpoint, _method in doors(town.app)}


def test_every_route_says_what_the_table_says(town: Town) -> None:
    for _rule, endpoint, _method in doors(town.app):
        rule, door = guard.rule_of(town.app, endpoint), TABLE[endpoint]
        assert rule is not None, endpoint
        said = {guard.Entry.PUBLIC: "public", guard.Entry.REPORTER: "reporter"}.get(rule.entry, rule.permission)
        assert said == door.needs, endpoint


def test_no_two_routes_share_an_address(town: Town) -> None:
    """Werkzeug takes the first of them and says nothing: the other page is gone for everybody."""
    place = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")  # of each place, what it takes: a number, a text
    shapes = Counter((place.sub(r"<\1>", rule.rule), method) for rule, _endpoint, method in doors(town.app))
    assert len(shapes) > 100
    assert not {shape for shape, count in shapes.items() if count > 1}


@pytest.mark.parametrize("who", WHO)
def test_who_passes(town: Town, who: str) -> None:
    """… and whoever does not pass learns nothing."""
    wrong = []
    for rule, endpoint, method in doors(town.app):
        door, opened = TABLE[endpoint], dict[str, TestResponse]()
        for where, may in (door.of or {"here": door.may, "elsewhere": door.may}).items():
            # A page whose address names no place is the same page in both: it is opened once.
            address = address_of(town.app, rule, town.things[where]) if method == "GET" else where
            if address not in opened:
                opened[address] = knock(town, rule, method, who, where)
            answer = opened[address]
            if passed(answer, door) != (who in may) or not (who in may or _says_nothing(answer, door, who)):
                wrong.append(f"{method} {rule.rule} ({where}): {answer.status_code} {answer.location or ''}")
    assert wrong == []


def _says_nothing(answer: TestResponse, door: Door, who: str) -> bool:
    """A signed-in person finds no page; everybody else is led to the door, with one and the same answer."""
    if door.needs == "public":
        return True
    if isinstance(door.needs, Permission) and who in STAFF and who != "gone":
        return answer.status_code == 404
    entrance = "/zurueck" if door.needs == "reporter" else "/team/anmelden"
    return (answer.status_code, answer.location) == (303, entrance)


def test_somebody_elses_thing_looks_like_one_that_does_not_exist(town: Town) -> None:
    for rule, endpoint, method in doors(town.app):
        if not TABLE[endpoint].of or "case_id" not in rule.arguments:
            continue
        foreign = knock(town, rule, method, "left_out", "here")
        town.things["nowhere"] = dict.fromkeys(town.things["here"], 4711)
        missing = knock(town, rule, method, "left_out", "nowhere")
        assert (foreign.status_code, foreign.data) == (missing.status_code, missing.data) or (
            _without_tokens(foreign) == _without_tokens(missing)
        ), endpoint


def _without_tokens(answer: TestResponse) -> tuple[int, list[str]]:
    return answer.status_code, [line for line in answer.text.splitlines() if "csrf_token" not in line]


def test_a_route_that_says_nothing_stays_shut(town: Town) -> None:
    app = Flask("shut")
    app.extensions["services"] = town.app.extensions["services"]
    guard.init_app(app, lambda: None, lambda: None, lambda _back: None)

    @app.get("/offen")
    def forgotten() -> str:
        return "Ein Geheimnis"

    assert app.test_client().get("/offen").status_code == 404


FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://boese.example"},
    {"Origin": "https://localhost.boese.example"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: "-".join(headers.values()))
def test_no_other_site_can_press_a_button(town: Town, headers: dict[str, str]) -> None:
    """Every POST by a person who may send it, with a valid token: refused when it comes from another site."""
    sent = 0
    for rule, endpoint, method in doors(town.app):
        if method != "POST" or endpoint == "lessons.harvest":  # portals ask it from anywhere, and it changes nothing
            continue
        for where, may in _may(TABLE[endpoint]).items():
            for who in sorted(may)[:2]:
                answer = knock(town, rule, method, who, where, headers=headers)
                assert answer.status_code == 403, f"{endpoint} {who}"
                sent += 1
    assert sent > 60


def test_behind_a_session_no_button_works_without_its_token(town: Town) -> None:
    for rule, endpoint, method in doors(town.app):
        if method != "POST" or TABLE[endpoint].needs == "public":
            continue
        for where, may in _may(TABLE[endpoint]).items():
            for who in sorted(may)[:2]:
                assert knock(town, rule, method, who, where, token=False).status_code == 400, endpoint
                stolen = {**town.tokens, who: town.tokens["contact" if who != "contact" else "head"]}
                honest, town.tokens = town.tokens, stolen
                assert knock(town, rule, method, who, where).status_code == 400, f"{endpoint}: another person's token"
                town.tokens = honest


def _may(door: Door) -> dict[str, frozenset[str]]:
    return door.of or {"here": door.may or NOBODY}


def test_a_cookie_of_one_side_opens_nothing_on_the_other(town: Town) -> None:
    """A reporter's cookie under the staff's name, and the other way round."""
    secret = town.cookies[REPORTER_HERE].partition("=")[2]
    staff = town.cookies["contact"].partition("=")[2]
    client = town.app.test_client(use_cookies=False)
    for cookie, address in ((f"__Host-s={secret}", "/team"), (f"__Host-z={staff}", "/gespraech")):
        answer = client.get(address, base_url="https://localhost", headers={"Cookie": cookie, **OWN})
        assert answer.status_code == 303


@pytest.mark.parametrize("broken", ["", "x", "x.y.z", "\u00fc.1.2"])
def test_a_broken_cookie_is_no_session(town: Town, broken: str) -> None:
    client = town.app.test_client(use_cookies=False)
    good = town.cookies["contact"].partition("=")[2]
    for value in (broken, good[:-1], good + "0", ("B" if good[0] == "A" else "A") + good[1:], good.replace(".", "..")):
        cookie = {"Cookie": f"__Host-s={value}".encode().decode("latin-1")}
        assert client.get("/team/konto", base_url="https://localhost", headers=cookie).status_code == 303


def test_anonymous_is_really_nobody(town: Town) -> None:
    assert ANONYMOUS not in town.cookies
