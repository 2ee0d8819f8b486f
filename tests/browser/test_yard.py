"""The school's tablet and the screen in the foyer, in a real browser whose clock the test moves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.looking import axe, wrong_with
from tests.browser.support.stories import ME
from tests.browser.support.walking import Fingers, fill, keep_words
from tests.browser.test_exit import STORAGE

TABLET = {"viewport": {"width": 810, "height": 1080}, "has_touch": True}
SCREEN = {"viewport": {"width": 1920, "height": 1080}}
LEAST_TYPE = 28  # px at 1920 × 1080: on a screen of 43 inches 14 mm of type size, to be read at four metres
SIZES = """() => [...document.querySelectorAll('body *')].filter(each => each.offsetParent && [...each.childNodes].some(
    node => node.nodeType === 3 && node.textContent.trim())).map(each => parseFloat(getComputedStyle(each).fontSize))"""


def _root(city: City) -> str:
    return f"/k/{city.school()['key']}"


def _start(city: City) -> str:
    key = city.school()["key"]
    return f"/k/{key}/s/{key}"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_whole_journey_stays_on_the_tablet(city: City, open_page: OpenPage, javascript: bool) -> None:
    page, hands, root = open_page(TABLET, javascript=javascript), Fingers(touch=True), _root(city)
    page.goto(f"{root}/")
    page.wait_for_url(f"**{_start(city)}")
    hands.press(page.get_by_role("link", name="Schreiben", exact=True))
    page.goto(f"{_start(city)}/schreiben/1")
    assert page.context.cookies() == []
    fill(page, hands, ME)
    keep_words(page, hands)
    assert root in page.url
    hands.press(page.get_by_role("link", name="Schnell weg"))
    page.wait_for_url(f"**{_start(city)}")
    assert page.context.cookies() == []
    if javascript:
        assert page.evaluate(STORAGE) == 0
    page.goto(f"{root}/gespraech")
    page.wait_for_url(f"**{root}/zurueck")


def test_a_page_that_is_read_goes_back_after_a_minute_and_says_so_before(city: City, open_page: OpenPage) -> None:
    page, say = _open(open_page, f"{_root(city)}/hilfe")
    page.clock.run_for(28_000)
    expect(say).to_be_hidden()
    page.clock.run_for(4_000)
    expect(say).to_be_visible()
    page.locator("h1").first.tap()
    expect(say).to_be_hidden()
    page.clock.run_for(45_000)
    expect(say).to_be_visible()
    page.clock.run_for(16_000)
    page.wait_for_url(f"**{_start(city)}")


def test_what_is_typed_stays_five_minutes_and_is_gone_then(city: City, open_page: OpenPage) -> None:
    key = city.school()["key"]
    page, say = _open(open_page, f"/k/{key}/s/{key}/schreiben/1")
    page.locator("textarea").first.evaluate("each => { each.value = 'Ziegelmarke'; }")
    page.clock.run_for(265_000)
    expect(say).to_be_hidden()
    page.clock.run_for(8_000)
    expect(say).to_be_visible()
    page.clock.run_for(28_000)
    page.wait_for_url(f"**{_start(city)}")
    page.go_back()
    page.wait_for_load_state()
    assert "Ziegelmarke" not in page.content()
    assert page.evaluate("[...document.querySelectorAll('textarea')].every(each => each.value === '')")


def test_targets_are_big_and_nothing_is_in_the_way(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.goto(_start(city))
    heights = page.locator("main .btn, .bar .btn").evaluate_all("all => all.map(each => each.offsetHeight)")
    assert heights
    assert min(heights) >= 64
    for address in (_start(city), f"{_start(city)}/schreiben", f"{_root(city)}/hilfe"):
        page.goto(address)
        assert wrong_with(page) == []
    page.evaluate("document.querySelector('[data-tablet-say]').hidden = false")
    assert axe(page) == []


def test_the_screen_in_the_foyer_keeps_the_last_news_over_network_loss(city: City, open_page: OpenPage) -> None:
    page = open_page(SCREEN)
    page.clock.install()
    page.goto(f"/s/{city.school()['key']}/heute?wand=1")
    page.wait_for_url(re.compile("skript=1"))
    news, lost = page.locator("main").inner_text(), page.locator("[data-lost]")
    assert min(page.evaluate(SIZES)) >= LEAST_TYPE
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    expect(lost).to_be_hidden()
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(lost).to_be_visible()
    assert page.locator("main").inner_text() == news
    expect(page.locator("header .big")).to_contain_text("Uhr")
    page.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(lost).to_be_hidden()


def _open(open_page: OpenPage, address: str) -> tuple[Page, Locator]:
    page = open_page(TABLET)
    page.clock.install()
    page.goto(address)
    return page, page.locator("[data-tablet-say]")
