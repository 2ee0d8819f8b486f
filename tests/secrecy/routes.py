"""Every address of the program, filled with something that exists."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from bullying_desk.reports.doors.doors import DOORS
from bullying_desk.web import guard
from tests.world import World

SAMPLES: dict[str, str | int] = {
    "key": "K7M2",
    "typed": "K7M2",
    "number": 1,
    "secret": "Xk3vP0qLw9",
    "slug": "stopp-heisst-stopp",
    "ending": "pdf",
    "name": "arbeitsblaetter",
    "code": "B2",
    "draft": "eingang",
    "part": "notiz",
    "sheet": "gespraech",
    "wizard": "schutz",
    "method": "schutz",
    "path_id": "klasse-5",
    "address": "app.000000000000.css",
}


def address_of(app: Flask, rule: Rule, values: dict[str, str | int]) -> str:
    """Return a rule's address with values for its parts; numbers nobody has for those that are not given."""
    known: dict[str, str | int] = dict.fromkeys(rule.arguments, 4711)
    known |= {name: value for name, value in {**SAMPLES, **values}.items() if name in rule.arguments}
    with app.test_request_context():
        _domain, address = app.url_map.bind("localhost").build(rule.endpoint, known), ""
    return str(_domain) + address


def gets(app: Flask, world: World | None = None) -> Iterator[tuple[str, str]]:
    """Return (endpoint, address) of every page that can be opened."""
    values: dict[str, str | int] = {"key": world.school.key, "typed": world.school.key} if world is not None else {}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            yield rule.endpoint, address_of(app, rule, values)


def posts(app: Flask, world: World | None = None) -> Iterator[tuple[str, str]]:
    """Return (endpoint, address) of everything that can be sent."""
    values: dict[str, str | int] = {"key": world.school.key, "typed": world.school.key} if world is not None else {}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            yield rule.endpoint, address_of(app, rule, values)


def open_pages(app: Flask, key: str) -> Iterator[tuple[str, guard.Entry]]:
    """Return the address of every page that is not the staff's, with all five doors, and whom its rule lets in."""
    for rule in app.url_map.iter_rules():
        said = guard.rule_of(app, rule.endpoint)
        if said is None or said.entry is guard.Entry.STAFF or "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint == "guidance.leave":
            continue  # opening it ends the session
        for number in DOORS if "number" in rule.arguments else (1,):
            yield address_of(app, rule, {"key": key, "typed": key, "number": number}), said.entry
