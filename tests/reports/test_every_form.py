"""What somebody types survives, on every public form and in every way it could be lost.

The forms are found: every page that anybody, or a reporter, may open is opened, and its forms are read. A form that the
map of addresses knows and no page shows fails the test, so that a new form cannot be forgotten here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from itertools import chain
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.test import TestResponse

from bullying_desk.access.roles import Role
from bullying_desk.accounts.city import barriers
from bullying_desk.reports.doors.answers import LONGEST_TEXT
from bullying_desk.reports.filing.receipt_cookie import COOKIE
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import Report, ReportQuestion, Round
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.web import bodies, guard
from bullying_desk.web.errors import SECRET
from bullying_desk.web.language import KNOWN, TURN
from bullying_desk.web.limits import TooMany
from bullying_desk.web.sessions import REPORTER_COOKIE as REPORTER
from tests.reports.pages import filled, look, press
from tests.secrecy.routes import open_pages
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

STORY = "Sie haben meine Mappe in den Brunnen geworfen.\nDas war am Freitag, حتى في الصف."
LINE = "Ein Junge aus der 6b, mit Mütze"
OPENED = {guard.Entry.PUBLIC, guard.Entry.REPORTER}
MOST_TRIES_SO_FAR = 240
LINES = "application/x-www-form-urlencoded"
TRAP = "website"  # people leave it empty


@dataclass
class Form:
    """One form of a page: where it goes, what a browser would send, and what somebody types."""

    page: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    long: list[str] = field(default_factory=list)  # text areas
    short: list[str] = field(default_factory=list)  # lines
    choices: dict[str, list[str]] = field(default_factory=dict)  # what can be ticked
    search: bool = False  # a term, not a text
    kind: str = LINES
    id: str = ""
    turns: list[str] = field(default_factory=list)  # where its buttons for other languages go

    @property
    def typed(self) -> list[str]:
        return [*self.long, *self.short]

    @property
    def ticks(self) -> dict[str, str]:
        """The answers without which the form would not be taken."""
        wanted = (("lesen", "stadt"), ("name", "schule"), ("step", Step.STOPPED.value))
        return {name: one for name, one in wanted if one in self.choices.get(name, ())}


class Reader(HTMLParser):
    """Reads the forms of a page that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self._form = page, list[Form](), Form("", "")
        self._area, self._text = "", ""
        self.turns: list[tuple[str, str]] = []  # id of a form, address

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "form":
            self._form = Form(self.page, given.get("action") or self.page)
            self._form.kind, self._form.id = given.get("enctype", self._form.kind), given.get("id", "")
            if given.get("method") == "post":
                self.forms.append(self._form)
        elif tag == "button" and name == TURN:
            self.turns.append((given["form"], given["formaction"]))
        elif tag == "textarea" and name:
            self._area, self._text = name, ""
            self._form.long.append(name)
        elif tag == "input" and name:
            if kind in {"checkbox", "radio"}:
                self._form.choices.setdefault(name, []).append(given.get("value", ""))
            if kind not in {"checkbox", "radio"} or "checked" in given:
                self._form.fields.setdefault(name, []).append(given.get("value", ""))
            self._form.search = self._form.search or kind == "search"
            if kind in {"text", "search", "email", "tel"} and name != TRAP and not SECRET.search(name):
                self._form.short.append(name)

    def handle_data(self, data: str) -> None:
        self._text += data if self._area else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self._form.fields.setdefault(self._area, []).append(self._text.lstrip("\r\n"))
            self._area = ""


def forms_of(page: TestResponse, address: str) -> list[Form]:
    reader = Reader(address)
    reader.feed(page.text)
    for one in reader.forms:
        one.turns = [to for form, to in reader.turns if form and form == one.id]
    return reader.forms


# ---- finding every form ----

# Staff before the door type an address, a password and codes: no text of theirs can be lost.
STAFF = {"accounts", "joining", "lost_phone"}
# Presses without a word, in states the walk does not reach: three below a lesson, which is built ahead
# (`tests/lessons/test_feedback.py`), and those beside a time that is offered (`tests/cases/test_appointments.py`).
# Portals that collect lessons are machines.
ELSEWHERE = {"lessons.feedback", "mailbox.appointment", "lessons.harvest"}


def sent_by_anybody(app: Flask) -> set[str]:
    """Return the endpoint of everything that a child, a parent or a reporting teacher can send."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and (said := guard.rule_of(app, rule.endpoint)) is not None
        and said.entry in OPENED
        and rule.endpoint.partition(".")[0] not in STAFF
    }


def pages_to_open(app: Flask, city: World) -> set[str]:
    """Return the address of every page that anybody or a reporter may open, with each of the five doors."""
    return {address for address, _entry in open_pages(app, city.school.key) if _entry in OPENED}


def endpoint_of(app: Flask, address: str) -> str:
    adapter = app.url_map.bind("localhost")
    return str(adapter.match(address.partition("?")[0], method="POST")[0])


class Walk:
    """A child in a browser: files a report, keeps the words, and looks at every page on the way."""

    def __init__(self, app: Flask, client: FlaskClient, city: World) -> None:
        self.app, self.client, self.city = app, client, city
        self.forms: dict[str, Form] = {}  # by where they go
        self.seen: set[str] = set()
        self.report = 0  # whose conversation is open

    def look(self, *addresses: str) -> None:
        for address in addresses:
            page = look(self.client, address)
            for one in forms_of(page, address) if page.status_code == 200 and page.mimetype == "text/html" else ():
                self.seen.add(endpoint_of(self.app, one.action))
                self.forms.setdefault(one.action, one)

    def write(self) -> None:
        """File a report and keep its words: a conversation is open."""
        address = "/s/K7M2/schreiben/1"
        sent = press(self.client, address, filled(look(self.client, address), text=STORY, lesen="team"))
        self.look(sent.location)
        press(self.client, sent.location, filled(look(self.client, sent.location), da="heft"))
        self.report = self.city.session.query(Report.id).scalar()
        self.city.session.commit()  # nobody else could write meanwhile

    def ask(self) -> None:
        """Let the question stand on the page: "Hat es aufgehört?"."""
        report = self.city.session.get_one(Report, self.report)
        self.city.session.execute(delete(ReportQuestion))
        asking.ask(self.city.session, report, Round.TEAM, self.city.clock.today())
        self.city.session.commit()


def walked(app: Flask, client: FlaskClient, city: World) -> Walk:
    """Return what a walk over all pages, in all states of a conversation, finds."""
    walk = Walk(app, client, city)
    walk.look(*pages_to_open(app, city))
    walk.write()
    walk.ask()
    press(client, "/gespraech/neu", filled(look(client, "/gespraech/neu")))
    walk.look(*pages_to_open(app, city))
    for person in city.people.values():  # nobody can open it any more: the child lets them read again
        key = PersonKey.generate()
        person.public_half, person.key_id = key.public_half, key.key_id
        person.directory_tag = directory_tag(city.pepper_layer, person.id, key.public_half)
        city.keys[person.id] = key
    city.session.commit()
    walk.look("/gespraech")
    press(client, "/gespraech/weg", filled(look(client, "/gespraech/weg")))
    walk.look("/gespraech/geloescht")
    press(client, "/gespraech/geloescht", filled(look(client, "/gespraech/geloescht")))
    return walk


# ---- every way of losing what was typed ----


@dataclass
class Try:
    """One attempt: the way it went, what was typed into which form, and the answer."""

    way: str
    form: Form
    typed: dict[str, str]
    answer: TestResponse


class Ways:
    """Sends one form in every way in which its text could be lost; each attempt begins with a page as it is now."""

    def __init__(self, walk: Walk, form: Form, patch: pytest.MonkeyPatch) -> None:
        self.walk, self.client, self.app, self.patch = walk, walk.client, walk.app, patch
        self.form, self.endpoint, self.number = form, endpoint_of(walk.app, form.action), 0

    def all(self) -> Iterator[Try]:
        for one in chain(self._refused(), [self._turned()], self._broken(), self._in_two_windows()):
            shown = forms_of(one.answer, self.form.page)
            assert not [to for form in shown for to in form.turns if to.startswith("/?")], (
                one.way,
                "to the start page",
            )
            yield one

    def _page(self) -> Form:
        if self.form.page == "/gespraech/frage":
            self.walk.ask()
        self.client.delete_cookie(COOKIE, domain="localhost")  # no other six words wait
        found = forms_of(look(self.client, self.form.page), self.form.page)
        return next(one for one in found if one.action == self.form.action)

    def _words(self) -> dict[str, str]:
        """Return words for each field that nobody has typed before."""
        self.number += 1
        long = {name: f"{STORY} Nummer {self.number}, {name}." for name in self.form.long}
        return long | {name: f"{LINE}, Nummer {self.number}, {name}" for name in self.form.short}

    def _send(self, page: Form, values: dict[str, str], **headers: str) -> TestResponse:
        return self.client.post(
            page.action,
            data={**page.fields, **values},
            headers={"Sec-Fetch-Site": "same-origin", **headers},
            base_url="https://localhost",
            content_type=page.kind,
        )

    def _try(self, way: str, over: dict[str, str] | None = None, besides: dict[str, str] | None = None) -> Try:
        page, typed = self._page(), self._words() | (over or {})
        return Try(way, self.form, typed, self._send(page, page.ticks | typed | (besides or {})))

    def _refused(self) -> Iterator[Try]:
        """What the form itself may refuse, or what comes too late."""
        yield self._try("nothing is wrong")
        page, typed = self._page(), self._words()
        yield Try("an answer is missing", self.form, typed, self._send(page, typed))
        if not self.form.search:
            for name in self.form.typed:
                yield self._try(f"{name} is too long", {name: "ж" * (LONGEST_TEXT + 1)})
            some = bodies.MOST // (6 if self.form.kind == LINES else 2)  # as a browser encodes these signs
            yield self._try("more than the fullest form", {self.form.typed[0]: "ж" * some})
        for name in sorted(self.form.choices):
            yield self._try(f"{name} is no answer", besides={name: "unsinn"})
        for name in {"token", "csrf_token"} & set(self.form.fields):
            yield self._try(f"{name} is of an old page", besides={name: "alt"})
        page, typed = self._page(), self._words()
        answer = self._send(page, page.ticks | typed, **{"Accept-Language": "ar"})
        yield Try("another language", self.form, typed, answer)
        if self.endpoint.startswith("mailbox."):
            page, typed, cookie = self._page(), self._words(), self.client.get_cookie(REPORTER, domain="localhost")
            assert cookie is not None
            self.client.delete_cookie(REPORTER, domain="localhost")
            yield Try("the session is over", self.form, typed, self._send(page, page.ticks | typed))
            self.client.set_cookie(REPORTER, cookie.value, domain="localhost", secure=True)

    def _turned(self) -> Try:
        """A press on another language: without scripts a link there would take everything away."""
        page, typed = self._page(), self._words()
        assert len(page.turns) == len(self.app.extensions[KNOWN]) > 8, f"{page.page} has no button for each language"
        shown = page
        for code in ("ar", "tr"):  # a wrong press on the menu is followed by a second one
            answer = self._press(next(one for one in shown.turns if f"l={code}" in one), page, typed)
            assert (answer.status_code, f'<html lang="{code}"' in answer.text) == (200, True)
            shown = next(one for one in forms_of(answer, page.page) if one.typed)
        assert set(page.ticks.items()) <= {(name, one) for name, given in shown.fields.items() for one in given}
        return Try("language change", self.form, typed, answer)

    def _press(self, to: str, page: Form, typed: dict[str, str]) -> TestResponse:
        return self.client.post(
            to,
            data={**page.fields, **page.ticks, **typed, TURN: "0"},
            headers={"Sec-Fetch-Site": "same-origin"},
            base_url="https://localhost",
            content_type=page.kind,
        )

    def _broken(self) -> Iterator[Try]:
        """What may go wrong at ours."""
        errors: tuple[tuple[str, Exception], ...] = (
            ("too many come at once", TooMany(3)),
            ("the slow hash is busy", SlowHashBusy()),
            ("the database is away", OperationalError("INSERT", {}, Exception("gone"))),
            ("somebody changed the same", StaleDataError("UPDATE")),
            ("we made a mistake", RuntimeError("a fault of ours")),
        )
        for way, error in errors:
            page, typed, view = self._page(), self._words(), self.app.view_functions[self.endpoint]
            self.app.view_functions[self.endpoint] = _raising(error, view)
            yield Try(way, self.form, typed, self._send(page, page.ticks | typed))
            self.app.view_functions[self.endpoint] = view
        gone, overtaken = OperationalError("COMMIT", {}, Exception("disk full")), StaleDataError("UPDATE")
        ways = (
            ("the session cannot be opened", gone, False), ("it cannot be stored", gone, True),
            ("somebody stores the same", overtaken, True),
        )  # fmt: skip
        for way, error, at_the_end in ways:
            page, typed = self._page(), self._words()
            with self.patch.context() as patch:
                patch.setattr(Session, "commit", _failing(Session.commit, error, at_the_end=at_the_end))
                answer = self._send(page, page.ticks | typed)
            yield Try(way, self.form, typed, answer)

    def _in_two_windows(self) -> Iterator[Try]:
        """Two windows with the same page, the same form twice, and a refused page that is sent again."""
        one, other = self._page(), self._page()
        self._send(one, one.ticks | self._words())
        typed = self._words()
        yield Try("another window was quicker", self.form, typed, self._send(other, other.ticks | typed))
        page, typed = self._page(), self._words()
        self._send(page, page.ticks | typed)
        yield Try("sent twice", self.form, typed, self._send(page, page.ticks | typed))
        refused = self._try("", {self.form.typed[0]: "ж" * (LONGEST_TEXT + 1)}).answer
        page = next((form for form in forms_of(refused, self.form.page) if form.typed), self._page())
        typed = self._words()
        yield Try("refused and sent again", self.form, typed, self._send(page, page.ticks | typed))


def _raising(error: Exception, view: Any) -> Any:
    """Return a view that fails, with the rule of the one it stands for."""

    def fail(**_values: Any) -> None:
        raise error

    fail.guard_rule = view.guard_rule  # type: ignore[attr-defined]
    return fail


def _failing(commit: Any, error: Exception, *, at_the_end: bool) -> Any:
    """Return a commit that fails: each one, or only that of the request's own work, after its view."""

    def fail(session: Session) -> None:
        if at_the_end and g.get("db") is not session:
            commit(session)
        else:
            raise error

    return fail


def survives(walk: Walk, one: Try) -> bool:
    """Whether all that was typed stands in fields of its name again, or is where the press should bring it."""
    client = walk.client
    if one.answer.status_code != 303:
        pages = forms_of(one.answer, one.form.page)
        return any(all(given(page, name) == words for name, words in one.typed.items()) for page in pages)
    if one.answer.location.startswith("/danke/"):
        return True
    if one.answer.location.startswith("/barrierefreiheit?"):
        return set(one.typed.values()) <= _barriers(walk.city)
    name = one.typed.get("rufname")  # the child's own page shows the name, and not what else goes with it
    there = unescape(look(client, "/gespraech/name" if name else "/gespraech").text)
    wanted = [name] if name else one.typed.values()
    return one.answer.location == "/gespraech" and all(words in there for words in wanted)


def _barriers(city: World) -> set[str | None]:
    """Return what the city's coordinator reads of barriers."""
    karin = city.person("Karin")
    found = {each.text for each in barriers.waiting(city.session, karin.id, city.keys[karin.id])}
    city.session.rollback()
    return found


def given(form: Form, name: str) -> str:
    """Return what stands in a field, with the line ends of the test."""
    return next((words for words in form.fields.get(name, ()) if words), "").replace("\r\n", "\n")


def test_what_is_typed_survives_on_every_form_and_in_every_way(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("Karin", "Frau Schulte", Role.CITY_COORDINATOR)  # who reads about barriers
    world.session.commit()
    for name in ("spend", "spend_report"):  # the walk writes more than any child
        monkeypatch.setattr(app.extensions["services"].limiter, name, lambda *_all: None)
    walk = walked(app, client, world)
    assert sent_by_anybody(app) - walk.seen == ELSEWHERE  # a new form is on a page, and the walk comes by
    forms = [form for form in walk.forms.values() if form.typed and not form.page.startswith("/team")]
    tries, lost = 0, list[str]()
    for form in forms:
        for one in Ways(walk, form, monkeypatch).all():
            tries += 1
            if not survives(walk, one) or "hreflang" in one.answer.text:  # no link to it in another language
                lost.append(f"{form.action}: {one.way} ({one.answer.status_code})")
    said = f"{tries} tries on {len(forms)} forms, {len(lost)} lost what was typed"
    assert not lost, "\n".join([said, *lost])
    assert (len(forms) >= 10, tries >= MOST_TRIES_SO_FAR) == (True, True), said


def test_what_is_typed_is_there_when_another_window_has_erased_everything(
    app: Flask, client: FlaskClient, world: World
) -> None:
    world.session.commit()
    Walk(app, client, world).write()
    page = look(client, "/gespraech")
    press(client, "/gespraech/weg", filled(look(client, "/gespraech/weg")))
    late = press(client, "/gespraech", filled(page, text=STORY))
    assert late.status_code == 409
    assert STORY in late.text
    assert "Doch behalten" in late.text
