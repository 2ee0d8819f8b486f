"""How these tests press buttons: forms as a browser without scripts would send them."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from weakref import WeakKeyDictionary

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HEADERS = {"Sec-Fetch-Site": "same-origin"}
Fields = dict[str, Any]
THANKS = "/danke"
_led: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()


class _Form(HTMLParser):
    """Collects the fields a form would send: hidden fields, ticked boxes, texts."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "textarea":
            self._area, self._text = name, ""
        if tag != "input" or not name:
            return
        ticks = given.get("type") in {"checkbox", "radio"}
        if not ticks or "checked" in given:
            self.fields.setdefault(name, []).append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.fields.setdefault(self._area, []).append(self._text.lstrip("\r\n"))
            self._area = None


def filled(page: TestResponse, **values: Any) -> Fields:
    """Return the fields of the page's first form, with these values typed or ticked."""
    form = _Form()
    form.feed(page.text[page.text.index("<form") : page.text.index("</form>")])
    return {**form.fields, **{name: value if isinstance(value, list) else [value] for name, value in values.items()}}


def press(client: FlaskClient, address: str, fields: Fields, headers: dict[str, str] | None = None) -> TestResponse:
    """Send a form from our own page, spelled as its `enctype` asks for."""
    kind = "multipart/form-data" if "/schreiben/" in address or address == "/gespraech" else None
    answer = client.post(
        _where(client, address),
        data=fields,
        headers=HEADERS if headers is None else headers,
        base_url="https://localhost",
        content_type=kind,
    )
    if (answer.location or "").startswith(f"{THANKS}/"):
        _led[client] = answer.location or THANKS
    return answer


def _where(client: FlaskClient, address: str) -> str:
    """Return where the last report's words show, which only the answer to it has said."""
    return _led.get(client, THANKS) if address == THANKS else address


def look(client: FlaskClient, address: str) -> TestResponse:
    """Open a page."""
    return client.get(_where(client, address), headers=HEADERS, base_url="https://localhost")


def words_on(page: TestResponse) -> list[str]:
    """Return the six words a page shows."""
    return re.findall(r"<li>(\w+)", _slip_on(page))


def digits_on(page: TestResponse) -> list[str]:
    """Return the digits a page shows beside the words."""
    return re.findall(r'<li>\w+ <span class="digits">(\d{4})</span></li>', _slip_on(page))


def _slip_on(page: TestResponse) -> str:
    slip = re.search(r'<ol class="slip.*?</ol>', page.text, re.DOTALL)
    return slip[0] if slip else ""


def main_of(page: TestResponse) -> str:
    """Return the page's words without markup."""
    text = page.text[page.text.index("<main") : page.text.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()
