"""Real pages in a real browser against the real server: the fixtures of every browser test.

`city` is the served demonstration city; `phone`, `desktop` and their `…_plain` twins without JavaScript are pages to
walk with; `open_page` makes others. A page that breaks its own rules (an error in a script, something blocked by the
content security policy, a question to a foreign host) fails its test at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, sync_playwright

from tests.browser.support import processes
from tests.browser.support.city import City, live_city
from tests.browser.support.looking import TABOO

HERE = Path(__file__).parent
# Without a sandbox and without talking home: the tests run as root on machines with a closed network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
# The whole browser. The shell keeps nothing that people type, and lets no test answer a redirect to a page outside.
WHOLE = os.environ.get("BULLYING_DESK_WHOLE_CHROMIUM", "/usr/bin/chromium")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
LONGEST_TEST = 600  # seconds; one that hangs fails alone. The first of a run also waits for the city to be filled.
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is a browser test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(LONGEST_TEST))


@pytest.fixture
def city() -> City:
    """Return the served demonstration city, one for the whole run."""
    return live_city()


@pytest.fixture(autouse=True)
def _release_people() -> Iterator[None]:
    """Let the next test sign in as whom this one did (`sign_in`)."""
    yield
    processes.release()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return what drives every browser of this process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Return Debian's Chromium without windows, where there is one."""
    browser = playwright.chromium.launch(executable_path=os.environ.get("BULLYING_DESK_CHROMIUM", WHOLE), args=FLAGS)
    yield browser
    browser.close()


class Complaints:
    """What pages did that no page of ours may do."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.expected: list[str] = []

    def watch(self, page: Page) -> None:
        """Note errors of scripts, refusals of the content security policy, and questions to foreign hosts."""
        page.on("pageerror", lambda error: self.all.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._note(page, said.type, said.text))
        page.on("request", self._asked)

    def _note(self, page: Page, kind: str, text: str) -> None:
        # A refused form (422) and a page that leaves say so on the console; this is no fault.
        if kind == "error" and "Failed to load resource" not in text:
            self.all.append(f"{page.url}: {text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        own = parts.scheme in {"data", "blob", "about"} or parts.hostname in {"127.0.0.1", "localhost"}
        if not own and not request.is_navigation_request():
            self.all.append(f"asked a foreign host: {request.url}")
        if own and not parts.path.startswith("/unterricht") and TABOO.search(parts.path):
            self.all.append(f"an address says what this is about: {parts.path}")

    def look_at_cookies(self, context: BrowserContext) -> None:
        """Note cookies whose name betrays something, that a script can read, or that outlive the browser."""
        for cookie in context.cookies():
            if TABOO.search(cookie["name"]) or not cookie["httpOnly"] or cookie["expires"] != -1:
                self.all.append(f"a cookie that must not be: {cookie['name']}")

    def unexpected(self) -> list[str]:
        """Return the complaints that the test did not announce in `expected` (parts of their texts)."""
        return [each for each in self.all if not any(part in each for part in self.expected)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Return the list of complaints; it must hold nothing unexpected when the test ends."""
    complaints = Complaints()
    yield complaints
    assert not complaints.unexpected()


@pytest.fixture
def open_page(browser: Browser, complaints: Complaints, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Return a function that opens a page in a fresh browser: `open_page(PHONE, javascript=False, dark=True)`.

    It uses the demonstration city unless `base_url` names another one.
    """
    contexts: list[BrowserContext] = []

    def open_one(device: dict[str, Any], *, javascript: bool = True, dark: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            **device,
            base_url=options.pop("base_url", None) or request.getfixturevalue("city").base_url,
            java_script_enabled=javascript,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield open_one
    for context in contexts:
        complaints.look_at_cookies(context)
        context.close()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """Return a page on a telephone with JavaScript."""
    return open_page(PHONE)


@pytest.fixture
def phone_plain(open_page: OpenPage) -> Page:
    """Return a page on a telephone without JavaScript."""
    return open_page(PHONE, javascript=False)


@pytest.fixture
def desktop(open_page: OpenPage) -> Page:
    """Return a page on a large screen with JavaScript."""
    return open_page(DESKTOP)


@pytest.fixture
def desktop_plain(open_page: OpenPage) -> Page:
    """Return a page on a large screen without JavaScript."""
    return open_page(DESKTOP, javascript=False)
