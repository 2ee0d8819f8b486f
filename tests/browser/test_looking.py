"""The checks of the browser tests find what they look for: each gets a page that is broken on purpose."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Complaints
from tests.browser.support.looking import barriers, cut_by_spacing

GOOD = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Seite</title>
<meta name="viewport" content="width=device-width"><style>:root{color-scheme:light dark}p{color:#222}
@media (prefers-color-scheme:dark){body{background:#111}p{color:#eee}}</style></head>
<body><main><h1>Eins</h1><p>Ein Satz, den alle lesen.</p></main></body></html>"""
DARK = GOOD.replace("p{color:#eee}", "p{color:#333}")
LARGE = GOOD.replace("</style>", "@media (min-width:60em){p{color:#ccc}}</style>")
CUT = GOOD.replace("</style>", "p{height:1.2em;line-height:1.2;overflow:hidden}</style>")
FIXED = GOOD.replace("</style>", "p{inline-size:max-content;max-inline-size:none;font-size:24px}</style>")


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page()


def test_a_good_page_has_no_finding(page: Page) -> None:
    page.set_content(GOOD)
    assert barriers(page) == []
    assert cut_by_spacing(page) == []


@pytest.mark.parametrize(("html", "where"), [(DARK, "dark"), (LARGE, "1280 px")])
def test_what_is_hard_to_read_in_one_light_or_on_one_screen_is_found(page: Page, html: str, where: str) -> None:
    page.set_content(html)
    found = barriers(page)
    assert found
    assert all(where in each and "color-contrast" in each for each in found)


@pytest.mark.parametrize("html", [CUT, FIXED], ids=["cut", "pushed off"])
def test_what_spacing_cuts_is_found(page: Page, html: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(html)
    assert cut_by_spacing(page)


def test_addresses_scripts_and_cookies_that_must_not_be_are_noted(browser: Browser) -> None:
    complaints, context = Complaints(), browser.new_context()
    page = context.new_page()
    complaints.watch(page)
    context.route("**/*", lambda route: route.fulfill(body=GOOD, content_type="text/html"))
    page.goto("http://127.0.0.1:9/hilfe")
    assert complaints.unexpected() == []
    page.goto("http://127.0.0.1:9/mobbing/1")
    page.evaluate("() => { document.cookie = 'opfer=1; max-age=60'; setTimeout(() => { throw Error('kaputt'); }); }")
    page.wait_for_timeout(100)
    complaints.look_at_cookies(context)
    context.close()
    assert ["/mobbing/1" in "".join(complaints.all), "opfer" in "".join(complaints.all)] == [True, True]
    assert any("kaputt" in each for each in complaints.all)
