"""No name stays in a browser of the school: its own store is read after forms were sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.conftest import FLAGS, WHOLE
from tests.browser.support.city import City, sign_in
from tests.browser.support.walking import Fingers, Story, fill, keep_words

NAME = "Lena Musterkind"
SHORTEST = Story(1, (("was", "worte"), ("lesen", "team")), frozenset())
CONTROL = '<title>x</title><form method="post" action="/vergleich"><input name="vergleich"><button>Los</button></form>'


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def shared(browser: Browser, profile: Path, city: City) -> Iterator[BrowserContext]:
    """Return a browser that keeps its profile, as one on a school's computer does."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=WHOLE, args=FLAGS, base_url=city.base_url, locale="de-DE"
    )
    context.route("**/vergleich", _control)
    yield context
    context.close()


def _control(route: Route) -> None:
    route.fulfill(body=CONTROL, content_type="text/html; charset=utf-8")


def _remembered(profile: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(profile / "Default" / "Web Data")) as store:
        return list(store.execute("SELECT name, value FROM autofill"))


def _reporter(page: Page, city: City) -> None:
    hands = Fingers()
    page.goto(f"/s/{city.school()['key']}/schreiben/1")
    fill(page, hands, SHORTEST)
    keep_words(page, hands)
    page.goto("/gespraech/name")
    page.locator("[name=rufname]").press_sequentially(NAME)
    page.locator("[name=klasse]").press_sequentially("6b Musterklasse")
    page.get_by_role("button", name="Senden", exact=True).click()
    page.wait_for_url("**/gespraech")


def _finder(page: Page) -> None:
    page.goto("/schule")
    page.locator("#q").press_sequentially(NAME)
    page.get_by_role("button", name="Suchen").click()
    page.get_by_text("Wir finden diese Schule nicht.").wait_for()
    assert "Musterkind" not in page.url


def _staff(page: Page, city: City) -> None:
    sign_in(page, city, city.person("contact_person", city.schools[2]["name"]))
    page.goto("/team/suche")
    page.locator("[name=query]").press_sequentially(NAME)
    page.get_by_role("button", name="Suchen").click()
    page.get_by_role("heading", name="gefunden").wait_for()
    assert "Musterkind" not in page.url


def test_chromium_keeps_what_a_plain_field_holds_and_nothing_of_ours(
    shared: BrowserContext, profile: Path, city: City
) -> None:
    page = shared.new_page()
    page.goto("/vergleich")
    page.locator("input").press_sequentially("wird gemerkt")
    page.get_by_role("button").click()
    _reporter(page, city)
    _finder(page)
    _staff(page, city)
    page.wait_for_timeout(2_000)  # the store is written a moment later
    shared.close()
    kept = _remembered(profile)
    assert ("vergleich", "wird gemerkt") in kept  # the control: this is where it would stand
    # A colleague's own address at the sign-in is the one field that may be offered: WCAG 1.3.5 asks for its purpose.
    assert [one for one in kept if one[0] not in {"vergleich", "email"}] == []
