"""The way out: always in sight, second stop of the Tab key, at once, and with nothing left behind to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route

from tests.browser.conftest import DESKTOP, FLAGS, WHOLE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import open_first_case
from tests.browser.support.stories import ME
from tests.browser.support.walking import Fingers, fill, keep_words

LEXICON = "Klexikon – das Lexikon für Kinder"
STORAGE = """async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length
    + (await caches.keys()).length"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Return the whole browser: the way out is a redirect to a page outside, which these tests answer."""
    browser = playwright.chromium.launch(executable_path=WHOLE, args=FLAGS)
    yield browser
    browser.close()


def _lexicon(page: Page) -> None:
    """Play the page outside that the way out leads to."""

    def answer(route: Route) -> None:
        route.fulfill(body=f"<title>{LEXICON}</title><h1>{LEXICON}</h1>", content_type="text/html; charset=utf-8")

    page.context.route("https://klexikon.zum.de/**", answer)
    page.context.route("https://*.wikipedia.org/**", answer)


def _is_outside(page: Page) -> None:
    page.get_by_role("heading", name=LEXICON).wait_for()


def _typed(page: Page, city: City) -> None:
    page.goto(f"/s/{city.school()['key']}/schreiben/1")
    hands = Fingers()
    for name, wanted in (("gefahr", "nein"), ("wem", "mir"), ("was", "worte")):
        hands.choose(page, name, wanted)
        if page.get_by_role("button", name="Weiter").is_visible():
            page.get_by_role("button", name="Weiter").click()
    hands.write(page, "text", ME.text)


def _at_the_words(page: Page, city: City) -> None:
    page.goto(f"/s/{city.school()['key']}/schreiben/1")
    fill(page, Fingers(), ME)
    page.wait_for_url("**/danke/*")


def _in_the_conversation(page: Page, city: City) -> None:
    _at_the_words(page, city)
    keep_words(page, Fingers())


def _at_the_desk(page: Page, city: City) -> None:
    # The way out ends the session, so nobody else uses it; the person who signed in longest ago waits for no code.
    person = city.rested("contact_person", city.schools[1]["name"], city.schools[2]["name"])
    sign_in(page, city, person, fresh=True)
    open_first_case(page)


def _press(page: Page) -> None:
    page.get_by_role("link", name="Schnell weg").click()


def _shift(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


PLACES: dict[str, Callable[[Page, City], None]] = {
    "form": _typed, "words": _at_the_words, "conversation": _in_the_conversation, "desk": _at_the_desk,
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("scripts", "leave"), [(True, _press), (True, _shift), (False, _press)], ids=["press", "shift", "plain"]
)
def test_nothing_is_left_behind(
    place: str, scripts: bool, leave: Callable[[Page], None], city: City, open_page: OpenPage
) -> None:
    page = open_page(DESKTOP, javascript=scripts)
    _lexicon(page)
    page.goto("/")
    PLACES[place](page, city)
    seen = page.locator("ol.slip li, .typed, dd").all_inner_texts() if place != "form" else []
    leave(page)
    _is_outside(page)
    assert page.context.cookies() == []
    for _ in range(6):
        page.go_back()
        if not page.url.startswith(city.base_url):
            continue
        main = page.locator("main").inner_text()
        ticked = "each => each.filter(one => /checkbox|radio/.test(one.type) ? one.checked : one.value).length"
        assert page.locator("main input:not([type=hidden]), main textarea").evaluate_all(ticked) == 0
        assert ME.text.split("\n")[0] not in main
        assert page.locator("ol.slip").count() == 0
        assert not [text for text in seen if len(text) > 25 and text in main]
        if scripts:
            assert page.evaluate(STORAGE) == 0
        assert page.context.cookies() == []


def test_other_keys_do_not_lead_out(city: City, desktop: Page) -> None:
    desktop.goto(f"/s/{city.school()['key']}/schreiben/1")
    here = desktop.url
    for key in ["Escape", "Escape", "Escape", "Shift+A", "Shift+B", "Shift+C", "Shift", "Shift", "a"]:
        desktop.keyboard.press(key)
    desktop.wait_for_timeout(300)
    assert desktop.url == here
    assert desktop.locator("main").is_visible()
