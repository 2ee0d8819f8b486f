"""The way out is in sight on every page, large enough for a finger, and the second stop of the Tab key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from bullying_desk.web.guard import Entry
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.pages import addresses, filled
from tests.browser.support.stories import ME
from tests.browser.support.walking import Fingers, fill, keep_words

SMALL = {"width": 320, "height": 568}
LEAST = 44  # pixels a finger needs
EXIT = """() => {
    const link = document.querySelector('[data-exit]'), box = link.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const seen = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    return {seen, free: link.contains(top), width: box.width, height: box.height};
}"""


def _faults(page: Page) -> list[str]:
    """Return what is wrong with the way out on the page."""
    found = []
    page.evaluate("() => { document.activeElement && document.activeElement.blur(); scrollTo(0, 0); }")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    if not page.evaluate("() => document.activeElement.hasAttribute('data-exit')"):
        found.append("it is not the second stop of the Tab key")
    for part in (0, 0.5, 1):
        page.evaluate("part => scrollTo(0, part * document.documentElement.scrollHeight)", part)
        exit_link = page.evaluate(EXIT)
        if not (exit_link["seen"] and exit_link["free"]):
            found.append(f"not in sight at {part:.0%} of the page")
        if min(exit_link["width"], exit_link["height"]) < LEAST:
            found.append(f"too small: {exit_link}")
    return [f"{page.url}: {each}" for each in found]


@pytest.mark.slow
def test_it_is_in_sight_on_every_public_page(city: City, open_page: OpenPage) -> None:
    page, plain = open_page(PHONE | {"viewport": SMALL}), open_page(PHONE | {"viewport": SMALL}, javascript=False)
    found = []
    for address in addresses(Entry.PUBLIC).values():
        for path in filled(address, city, page):
            for one in (page, plain) if "schreiben" in path else (page,):
                one.goto(path)
                found += _faults(one)
    assert not found


def test_it_is_in_sight_on_the_pages_of_the_reporter(city: City, open_page: OpenPage) -> None:
    page, hands = open_page(PHONE | {"viewport": SMALL}), Fingers(touch=True)
    page.goto(f"/s/{city.school()['key']}/schreiben/1")
    fill(page, hands, ME)
    page.wait_for_url("**/danke/*")
    found = _faults(page)
    assert page.locator(".bar").get_by_text("Schreib zuerst die Wörter auf.").is_visible()
    keep_words(page, hands)
    for address in addresses(Entry.REPORTER).values():
        page.goto(address)
        found += _faults(page)
    assert not found
