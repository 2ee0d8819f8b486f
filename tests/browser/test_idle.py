"""A phone that a child has put down shows nobody the conversation after half an hour, and no typed word is lost."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.walking import Fingers, Story, fill, keep_words

SHORTEST = Story(1, (("was", "worte"), ("lesen", "team")), frozenset())
TYPED = "Heute war es wieder so."


def _conversation(page: Page, city: City) -> None:
    hands = Fingers(touch=True)
    page.goto(f"/s/{city.school()['key']}/schreiben/1")
    fill(page, hands, SHORTEST)
    keep_words(page, hands)
    page.clock.install()
    page.goto("/gespraech")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)  # seconds


def test_the_conversation_leaves_when_the_session_is_over(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    _conversation(page, city)
    page.clock.run_for(28 * 60 * 1000)
    expect(page.get_by_role("heading", name="Deine Nachrichten")).to_be_visible()
    page.context.clear_cookies()  # as the server does by then
    page.clock.run_for(3 * 60 * 1000)
    page.wait_for_url("**/zurueck")
    page.go_back()
    expect(page.get_by_role("heading", name="Deine Nachrichten")).to_have_count(0)


def test_what_is_typed_stays_and_the_letters_go(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    _conversation(page, city)
    page.clock.run_for(20 * 60 * 1000)
    page.locator("[name=text]").fill(TYPED)  # who types is there
    page.clock.run_for(20 * 60 * 1000)
    expect(page.get_by_role("heading", name="Deine Nachrichten")).to_be_visible()
    page.clock.run_for(40 * 60 * 1000)  # the page may have scrolled to the field late: that counts as a touch
    expect(page.get_by_role("heading", name="Deine Nachrichten")).to_have_count(0)
    expect(page.locator("[name=text]")).to_have_value(TYPED)
    page.context.clear_cookies()
    page.get_by_role("button", name="Senden", exact=True).click()
    expect(page.get_by_label("Dein Text")).to_have_value(TYPED)  # beside the field for the six words
