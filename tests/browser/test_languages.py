"""The public pages in Arabic and Ukrainian on a narrow screen, with everything that all pages must hold."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.looking import wrong_with

PAGES = (
    "/",
    "/hilfe",
    "/zurueck",
    "/schule?tuer=1",
    "/s/{key}",
    "/s/{key}/schreiben/1",
    "/s/{key}/heute",
    "/datenschutz",
)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("uk", "ltr")])
def test_pages_in_another_language_hold_what_all_pages_hold(
    code: str, direction: str, city: City, open_page: OpenPage
) -> None:
    page, found = open_page(PHONE), []
    for path in PAGES:
        page.goto(f"{path.format(key=city.school()['key'])}{'&' if '?' in path else '?'}l={code}")
        assert page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]") == [
            code,
            direction,
        ]
        found += wrong_with(page)
    assert not found, "\n".join(sorted(set(found)))


def test_an_arabic_page_is_turned_and_its_numbers_are_not(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.goto("/hilfe?l=ar")
    middle = page.evaluate("document.documentElement.clientWidth / 2")
    way_out, h1 = page.locator("[data-exit]").bounding_box(), page.locator("h1")
    assert way_out is not None
    assert way_out["x"] > middle  # the first thing stands on the right
    assert h1.evaluate("each => getComputedStyle(each).textAlign") in {"start", "right"}
    # Each digit of a number stands to the right of the one before it.
    turned = page.evaluate(
        """[...document.querySelectorAll('.tel bdi')].filter(each => {
            const at = place => { const range = document.createRange(); range.setStart(each.firstChild, place);
                range.setEnd(each.firstChild, place + 1); return range.getBoundingClientRect().left; };
            return at(0) >= at(each.textContent.length - 1);
        }).map(each => each.textContent)"""
    )
    assert page.locator(".tel bdi").count() > 3
    assert turned == []
