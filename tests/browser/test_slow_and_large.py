"""Pupils' pages on a slow net, with large text, and for fingers: how soon, how heavy, how large, and nothing cut."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.looking import sideways

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SOON = 3_000  # milliseconds
TRIES = 3  # a busy machine may spoil one
FIRST_VIEW, REQUESTS = 40 * 1024, 6
FIRST_TEXT = """() => new Promise(found => {
    const look = () => {
        const first = performance.getEntriesByName('first-contentful-paint')[0];
        first ? found(first.startTime) : setTimeout(look, 50);
    };
    look();
})"""
PAGES = ("/", "/hilfe", "/s/{key}", "/s/{key}/schreiben/1", "/zurueck")


WAITED = (
    "() => { const one = performance.getEntriesByType('navigation')[0]; return one.responseStart - one.requestStart; }"
)


def _opened(open_page: OpenPage, path: str) -> tuple[float, list[int]]:
    """Open a page in a browser that has never been here; return when its first text came, and each answer's size."""
    page = open_page(PHONE)
    wire, sizes = page.context.new_cdp_session(page), list[int]()
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW)
    wire.on("Network.loadingFinished", lambda said: sizes.append(int(said["encodedDataLength"])))
    page.goto(path, wait_until="networkidle")
    first = float(page.evaluate(FIRST_TEXT))
    assert first > 400, "the net is not slow"
    return first, sizes


@pytest.mark.parametrize(("path", "language"), [(path, "de") for path in PAGES] + [(PAGES[3], "ar"), (PAGES[3], "uk")])
def test_the_first_text_comes_soon_on_a_slow_net(path: str, language: str, city: City, open_page: OpenPage) -> None:
    """At 400 kbit/s and 400 ms, for somebody who has never been here."""
    for _ in range(TRIES):
        first, sizes = _opened(open_page, f"{path.format(key=city.school()['key'])}?l={language}")
        assert (sum(sizes) < FIRST_VIEW, len(sizes) <= REQUESTS) == (True, True), sizes
        if first < SOON:
            return
    pytest.fail(f"the first text came after {first:.0f} ms")


TWICE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('html { font-size: 200% }');
    document.adoptedStyleSheets = [sheet];
}"""
CUT = """() => [...document.body.querySelectorAll('h1, h2, p, a, button, label, summary, legend')].filter(each => {
    const style = getComputedStyle(each);
    return each.clientWidth && style.clipPath === 'none' && style.display !== 'inline'
        && /hidden|clip/.test(style.overflow) && each.scrollHeight > each.clientHeight + 1;
}).map(each => each.outerHTML.slice(0, 120))"""
# What a finger presses, without links inside a sentence (WCAG 2.5.8 leaves them out). A box counts with its label.
SMALL = """() => [...document.querySelectorAll('a[href], button, summary, input, select, textarea')].filter(each => {
    if (!each.checkVisibility() || each.tabIndex < 0 || each.matches('.skip, p > a:not([class]), li > a:not([class])'))
        return false;
    const target = each.labels && each.labels[0] && /checkbox|radio/.test(each.type) ? each.labels[0] : each;
    const box = target.getBoundingClientRect();
    return Math.round(box.height) < 44 || Math.round(box.width) < 44;
}).map(each => each.outerHTML.slice(0, 120))"""


def _look(page: Page, name: str) -> list[str]:
    found: list[Any] = [f"too small: {each}" for each in page.evaluate(SMALL)]
    page.evaluate(TWICE)
    found += [f"cut at 200 %: {each}" for each in page.evaluate(CUT)] + sideways(page, 640)
    page.evaluate("() => { document.adoptedStyleSheets = []; }")
    return [f"{name}: {each}" for each in found]


def test_fingers_find_everything_and_large_text_is_whole(city: City, open_page: OpenPage) -> None:
    page, found = open_page(PHONE), list[str]()
    for path in (*PAGES, "/schule", "/was-hilft", "/s/{key}/schreiben", "/leichte-sprache", "/barrierefreiheit"):
        page.goto(path.format(key=city.school()["key"]))
        found += _look(page, path)
    assert not found, "\n".join(found)


SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; '
        + 'word-spacing: .16em !important } p { margin-block-end: 2em !important }');
    document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("language", ["ar", "pl", "uk"])  # the largest letters, the longest words
def test_large_and_spaced_text_is_not_wider_than_the_screen(language: str, city: City, open_page: OpenPage) -> None:
    page, found = open_page(PHONE), list[str]()
    for path in ("/", "/hilfe", "/s/{key}"):
        page.goto(f"{path.format(key=city.school()['key'])}?l={language}")
        for style, width in ((TWICE, 640), (SPACED, 375)):
            page.evaluate(style)
            found += [f"{path}: {each}" for each in sideways(page, width)]
    assert not found, "\n".join(found)


# A number over two lines is read as two numbers.
BROKEN_NUMBERS = """() => [...document.querySelectorAll('.tel bdi, bdi.fix')].filter(each => {
    const range = document.createRange();
    range.selectNodeContents(each);
    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
}).map(each => each.textContent)"""


@pytest.mark.parametrize("language", ["de", "ar", "uk"])
def test_no_number_breaks_on_the_narrowest_phone(language: str, open_page: OpenPage) -> None:
    page = open_page({"viewport": {"width": 320, "height": 568}})
    for path in ("/hilfe", "/fuer-eltern", "/was-hilft", "/schule", "/leichte-sprache"):
        page.goto(f"{path}?l={language}")
        assert page.evaluate(BROKEN_NUMBERS) == [], path
        assert sideways(page, 320) == [], path
