"""A child writes that it does not want to live: the box with who answers now, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.support.city import City
from tests.browser.support.looking import wrong_with
from tests.browser.support.walking import Fingers, Story, fill, keep_words

SENTENCES = yaml.safe_load((Path(__file__).parents[1] / "guidance" / "crisis_sentences.yml").read_text("utf-8"))
MEANT = SENTENCES["means_it"][0]
LONGER_THAN_THE_WAIT = 600  # milliseconds; the page looks 400 after the last letter
SHORTEST = Story(1, (("was", "worte"), ("lesen", "team")), frozenset())
KEPT = """async () => localStorage.length + sessionStorage.length + (await indexedDB.databases()).length
    + (await caches.keys()).length + document.cookie.length"""
# The heading, the button that closes it, and the first number.
IN_SIGHT = """box => { const at = box.getBoundingClientRect();
    return at.top >= 0 && at.top < innerHeight - 100
        && box.querySelector('[data-crisis-close]').getBoundingClientRect().bottom < innerHeight
        && box.querySelector('.tel a').getBoundingClientRect().bottom < innerHeight; }"""


@pytest.fixture
def asked(phone: Page) -> list[str]:
    """Return what the page has asked the server since the form was opened."""
    seen: list[str] = []
    phone.on("request", lambda request: seen.append(_of(request)))
    return seen


def _of(request: Request) -> str:
    return f"{request.method} {request.url}"


def _box(page: Page) -> Locator:
    return page.locator("[data-crisis]")


def _at_the_text(page: Page, city: City, door: int) -> Fingers:
    """Walk to the step with the text field."""
    hands = Fingers(touch=True)
    page.goto(f"/s/{city.school()['key']}/schreiben/{door}?g=n")
    for _ in range(6):
        if page.locator("[name=text]").is_visible():
            return hands
        if page.locator("[name=was][value=worte]").is_visible():
            hands.choose(page, "was", "worte")
        hands.press(page.get_by_role("button", name="Weiter"))
    raise AssertionError("no step with a text")


def _all_words_came(page: Page) -> None:
    """Wait for the other languages' words, which come with the first touch of a field."""
    page.wait_for_function("performance.getEntriesByType('resource').some(each => each.name.includes('crisis_others'))")


def _typed_into(page: Page, text: str) -> None:
    page.locator("[name=text]").fill("")
    page.locator("[name=text]").press_sequentially(text)


def _nothing_left_the_page(page: Page, asked: list[str], cookies: list[object]) -> None:
    assert asked == []
    assert page.evaluate(KEPT) == 0
    assert page.context.cookies() == cookies
    assert page.locator("[value=leben]:checked, [name=gefahr][value=ja]:checked").count() == 0


def _it_comes_stays_and_goes(page: Page, hands: Fingers, asked: list[str]) -> None:
    """Type a sentence into the field: the box is in sight before sending, takes no cursor, and goes in one press."""
    hands.press(page.locator("[name=text]"))
    _all_words_came(page)
    asked.clear()
    cookies: list[object] = list(page.context.cookies())
    _typed_into(page, MEANT)
    expect(_box(page)).to_be_visible()
    assert _box(page).evaluate(IN_SIGHT)
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type(" Es ist so.")  # the next letters go where the first ones went
    assert page.locator("[name=text]").input_value() == f"{MEANT} Es ist so."
    _nothing_left_the_page(page, asked, cookies)
    assert wrong_with(page) == []
    asked.clear()  # the checks above may have asked for a file
    hands.press(_box(page).get_by_role("button", name="Diese Box schließen"))
    expect(_box(page)).to_be_hidden()
    page.locator("[name=text]").press_sequentially(" Und noch etwas.")
    page.wait_for_timeout(LONGER_THAN_THE_WAIT)
    expect(_box(page)).to_be_hidden()  # whoever has closed it is not asked again
    _nothing_left_the_page(page, asked, cookies)


@pytest.mark.parametrize("door", [1, 2])
def test_it_comes_while_writing_and_goes_in_one_press(door: int, city: City, phone: Page, asked: list[str]) -> None:
    hands = _at_the_text(phone, city, door)
    _it_comes_stays_and_goes(phone, hands, asked)


def test_it_comes_in_the_conversation(city: City, phone: Page, asked: list[str]) -> None:
    hands = Fingers(touch=True)
    phone.goto(f"/s/{city.school()['key']}/schreiben/1")
    fill(phone, hands, SHORTEST)
    keep_words(phone, hands)
    _it_comes_stays_and_goes(phone, hands, asked)


@pytest.mark.parametrize("language", ["tr", "uk"])
def test_a_child_on_the_german_page_may_write_its_own_language(language: str, city: City, phone: Page) -> None:
    hands = _at_the_text(phone, city, 1)
    hands.press(phone.locator("[name=text]"))
    _typed_into(phone, SENTENCES["others"][language]["means_it"][0])
    expect(_box(phone)).to_be_visible()
    assert _box(phone).evaluate(IN_SIGHT)


def test_what_only_sounds_like_it_shows_nothing(city: City, phone: Page) -> None:
    hands = _at_the_text(phone, city, 1)
    hands.press(phone.locator("[name=text]"))
    for sentence in SENTENCES["sounds_alike"][::10]:
        _typed_into(phone, sentence)
        phone.wait_for_timeout(LONGER_THAN_THE_WAIT)
        expect(_box(phone)).to_be_hidden()


def test_very_bad_shows_it_and_its_question_sets_the_danger(city: City, phone: Page, asked: list[str]) -> None:
    hands = _at_the_text(phone, city, 1)
    phone.locator("summary", has_text="Wie geht es dir gerade?").tap()
    _all_words_came(phone)
    asked.clear()
    hands.choose(phone, "wohl", "schlecht")
    expect(_box(phone)).to_be_hidden()
    hands.choose(phone, "wohl", "sehr")
    expect(_box(phone)).to_be_visible()
    assert _box(phone).evaluate(IN_SIGHT)
    assert phone.locator("[name=gefahr][value=ja]:checked").count() == 0
    hands.press(_box(phone).get_by_role("button", name="Ja, Gefahr ankreuzen"))
    assert phone.locator("[name=gefahr][value=ja]:checked").count() == 1
    assert asked == []


def test_what_was_typed_before_the_script_came_is_looked_at(city: City, phone: Page) -> None:
    """On a slow net a child types into the plain page: its text stays, and the questions before it follow."""
    held: list[Route] = []
    phone.route("**/steps*.js", lambda route: held.append(route))  # the others wait for it
    phone.goto(f"/s/{city.school()['key']}/schreiben/1", wait_until="commit")
    phone.locator("[name=text]").fill(MEANT)
    expect(_box(phone)).to_be_hidden()
    held[0].continue_()
    expect(_box(phone)).to_be_visible()
    assert phone.evaluate("document.activeElement.name") == "text"
    phone.keyboard.type(" Es ist so.")
    assert phone.locator("[name=text]").input_value() == f"{MEANT} Es ist so."
    phone.get_by_role("button", name="Weiter").tap()
    expect(phone.get_by_text("Schritt 1 von")).to_be_visible()
    expect(phone.locator("[name=text]")).to_be_hidden()


def test_not_wanting_to_live_shows_it_at_the_first_question(city: City, phone: Page) -> None:
    phone.goto(f"/s/{city.school()['key']}/schreiben/1")
    Fingers(touch=True).choose(phone, "gefahr", "leben")
    expect(_box(phone)).to_be_visible()
    assert _box(phone).evaluate(IN_SIGHT)
    expect(_box(phone).get_by_text("Sollen wir „Gefahr“ ankreuzen?")).to_be_hidden()
    assert wrong_with(phone) == []
