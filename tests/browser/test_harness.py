"""The helpers of the browser tests find what they look for: each first gets a page that is broken on purpose."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.support import processes
from tests.browser.support.looking import axe, hidden_focus, sideways
from tests.browser.support.markup import faults

GOOD = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Seite</title>
<meta name="viewport" content="width=device-width"><style>a{display:inline-block;padding:12px}</style></head>
<body><main><h1>Eins</h1><p><a href="#a">Weiter</a></p></main></body></html>"""
TINY = GOOD.replace("padding:12px", "padding:0;font-size:6px;margin:0").replace(
    "Weiter</a>", 'Weiter</a><a href="#b">x</a>'
)
WIDE = GOOD.replace("<h1>Eins</h1>", '<h1>Eins</h1><div style="width:900px">breit</div>')
UNSEEN = GOOD.replace("a{", "a:focus{outline:none}a{")
UNNAMED = GOOD.replace("<h1>", '<img src="data:,"><h1>')
BROKEN = GOOD.replace("</p>", "</div>")


@pytest.fixture
def page(browser: object) -> Page:
    from playwright.sync_api import Browser

    assert isinstance(browser, Browser)
    return browser.new_page()


def test_a_good_page_has_no_finding(page: Page) -> None:
    page.set_content(GOOD)
    assert axe(page) == []
    assert sideways(page) == []
    assert hidden_focus(page) == []
    assert faults(GOOD) == []


@pytest.mark.parametrize(("html", "rule"), [(UNNAMED, "image-alt"), (TINY, "target-size")])
def test_axe_finds_barriers(page: Page, html: str, rule: str) -> None:
    page.set_content(html)
    assert any(found.startswith(rule) for found in axe(page))


def test_a_wide_page_is_found(page: Page) -> None:
    page.set_content(WIDE)
    assert any("breit" in found for found in sideways(page))


def test_an_unseen_focus_is_found(page: Page) -> None:
    page.set_content(UNSEEN)
    assert any("no focus" in found for found in hidden_focus(page))


def test_broken_html_is_found() -> None:
    assert any("line" in fault for fault in faults(BROKEN))


def test_a_server_that_could_not_be_made_is_made_by_the_next_test() -> None:
    folders = []

    def make() -> dict[str, Any]:
        folders.append(processes.new_folder("broken"))
        (folders[-1] / "half").touch()
        if len(folders) == 1:
            raise TimeoutError
        return {"folder": str(folders[-1])}

    name = f"broken-{time.time_ns()}"
    with pytest.raises(TimeoutError):
        processes.once(name, make)
    assert processes.once(name, make) == processes.once(name, make) == {"folder": str(folders[1])}
    assert len(folders) == len(set(folders)) == 2
