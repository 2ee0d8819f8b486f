"""The page of a case between two lessons: on a phone two and a half screens hold the whole conversation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.looking import wrong_with

LONGEST = 2.5 * 740  # CSS pixels
THREE_LETTERS = "Nach den Herbstferien. Vorher war Lina meine Freundin."
"""The newest letter of a demonstration case: a report, our answer, this one."""
TURKISH = "Evet, gelirim."
"""The same in another language: the page says so, and offers beginnings of an answer."""
PLACE = """query => { const box = document.querySelector(query).getBoundingClientRect();
    return {top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right} }"""


def _open(page: Page, city: City, words: str = THREE_LETTERS) -> None:
    sign_in(page, city, city.person("contact_person", city.schools[0]["name"]))
    page.goto("/team")
    links = [each.get_attribute("href") or "" for each in page.locator("main .rows h3 a").all()]
    for link in links:
        page.goto(link)
        if page.get_by_text(words).count():
            return
    raise AssertionError(f"no case says: {words}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_three_letters_and_the_field_are_two_and_a_half_screens(scripts: bool, city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE, javascript=scripts)
    _open(page, city)
    assert page.locator(".talk > li").count() == 3
    talk, report, field = (page.evaluate(PLACE, each) for each in ("#gespraech", "#angaben", "#antwort"))
    assert max(talk["bottom"], report["bottom"]) <= LONGEST
    newest = page.evaluate(PLACE, ".talk > li")
    assert 0 < field["top"] - newest["bottom"] < 100
    # What is folded opens without a script.
    rare = page.locator("details", has=page.get_by_role("heading", name="Selten gebraucht"))
    assert not rare.get_by_role("button", name="Ruhen lassen").is_visible()
    rare.locator("summary").click()
    assert rare.get_by_role("button", name="Ruhen lassen").is_visible()


def test_three_letters_in_another_language_are_no_longer(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    _open(page, city, TURKISH)
    assert page.locator(".talk > li").count() == 3
    assert page.evaluate(PLACE, "#gespraech")["bottom"] <= LONGEST
    help_with_it = page.get_by_role("link", name="Erste Antwort auf Türkisch")
    assert not help_with_it.is_visible()
    page.get_by_text("Vielleicht auf Türkisch geschrieben").click()
    assert help_with_it.is_visible()


def test_a_wide_screen_has_the_next_step_beside_the_conversation(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    _open(page, city)
    talk, now = (page.evaluate(PLACE, each) for each in ("#gespraech", "aside .box"))
    assert now["left"] >= talk["right"]
    assert abs(now["top"] - talk["top"]) < 10
    assert page.locator("main .btn:not(.calm)").count() == 1
    page.locator("summary").evaluate_all("all => all.forEach(each => each.click())")
    assert not wrong_with(page)
