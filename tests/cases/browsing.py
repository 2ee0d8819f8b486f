"""A person at the desk in a browser without scripts: follows links, fills in forms, presses buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.world import World

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
_DOC = Path(__file__).parents[2] / "docs" / "decisions" / "desk.md"


def in_docs(job: str) -> int:
    """Return the number of presses that decision D80 promises for a job."""
    row = next(line for line in _DOC.read_text("utf-8").splitlines() if line.startswith(f"| {job} |"))
    return int(row.split("|")[2])


@dataclass
class Form:
    """A form as the page shows it: where it goes, what it would send, what its buttons say."""

    action: str
    fields: dict[str, str]
    words: str = ""
    folded: int = 0  # closed parts that have to be opened first


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._area = ""
        self._select = ""
        self._parts: list[bool] = []  # the `details` around this place: whether each is closed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "details":
            self._parts.append("open" not in given)
        if tag == "form":
            self._form = Form(given.get("action") or "", {}, folded=sum(self._parts))
            self.found.append(self._form)
        if self._form is None:
            return
        if tag == "textarea":
            self._area, self._form.fields[name] = name, ""
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and "selected" in given:
            self._form.fields[self._select] = given.get("value") or ""
        if tag == "input" and name and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self._form.fields[name] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._form is None:
            return
        if self._area:
            self._form.fields[self._area] += data
        else:
            self._form.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._parts.pop()
        if tag == "textarea" and self._form is not None:
            self._form.fields[self._area] = self._form.fields[self._area].lstrip("\r\n")
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._form = None


def forms_of(page: TestResponse) -> list[Form]:
    """Return every form of a page."""
    parser = _Forms()
    parser.feed(page.text)
    return parser.found


def folded_at(html: str, place: int) -> int:
    """Return how many closed parts have to be opened before one sees a place of a page."""
    parts: list[bool] = []
    for ends, attributes in re.findall(r"<(/?)details\b([^>]*)>", html[:place]):
        if ends:
            parts.pop()
        else:
            parts.append("open" not in attributes)
    return sum(parts)


def main_of(page: TestResponse) -> str:
    """Return the words of a page's main part, without markup."""
    main = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    assert main is not None
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


class Browser:
    """A signed-in browser. `presses` counts pressed links and buttons, and closed parts that are opened for them."""

    def __init__(self, client: FlaskClient, world: World) -> None:
        self.client, self._world = client, world
        self.presses = 0
        self.page: TestResponse

    def get(self, address: str, status: int = 200) -> TestResponse:
        """Open a page; the test's own transaction ends first, so that nobody waits for its lock."""
        self._world.session.commit()
        self.page = self.client.get(address)
        assert self.page.status_code == status, (address, self.page.status_code)
        return self.page

    def send(self, address: str, fields: dict[str, Any], status: int = 303) -> TestResponse:
        """Send a form, and follow where the answer leads."""
        self._world.session.commit()
        self.page = self.client.post(address, data=fields, headers=OWN_PAGE)
        assert self.page.status_code == status, (address, self.page.status_code, main_of(self.page))
        while self.page.status_code == 303:
            self._world.session.commit()
            self.page = self.client.get(self.page.headers["Location"])
        return self.page

    def follow(self, words: str) -> TestResponse:
        """Press a link by its words."""
        for found in re.finditer(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.page.text, re.DOTALL):
            address, inner = found.groups()
            if words in " ".join(re.sub(r"<[^>]+>", "", unescape(inner)).split()):
                self.presses += 1 + folded_at(self.page.text, found.start())
                return self.get(unescape(address).partition("#")[0])
        raise AssertionError(f"no link says {words}")

    def press(self, words: str, status: int = 303, **typed: Any) -> TestResponse:
        """Press the first button with these words, with these fields typed."""
        form = next((form for form in forms_of(self.page) if words in " ".join(form.words.split())), None)
        assert form is not None, f"no button says {words}"
        self.presses += 1 + form.folded
        address = form.action.partition("#")[0] or self.page.request.path
        return self.send(address, {**form.fields, **typed}, status)

    @property
    def main(self) -> str:
        """The words of the page's main part."""
        return main_of(self.page)
