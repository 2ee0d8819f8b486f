"""A contact person between two lessons: from signing in to a first human answer in few presses."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.cable import Cable
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import open_first_case
from tests.browser.support.stories import ME
from tests.browser.support.walking import Fingers, come_back, fill, keep_words

SENT = re.compile(r"Ihre Antwort ist da\.|In einer Minute ist Ihre Antwort zu sehen\.")
MOST_PRESSES = 8
LATE = "Danke für deine Nachricht. Ich bin morgen in der Pause da."
ANSWER = "Danke, dass du geschrieben hast. Ich bin Frau Haddad. Bist du gerade sicher?"


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_first_answer_in_few_presses(scripts: bool, city: City, open_page: OpenPage) -> None:
    child, fingers = open_page(PHONE), Fingers(touch=True)
    school = city.schools[3 if scripts else 5]  # at the others more colleagues answer at the same time
    child.goto(f"/s/{school['key']}/schreiben/1")
    fill(child, fingers, type(ME)(1, (("gefahr", "ja"), *ME.items[1:]), ME.written))
    words = keep_words(child, fingers)
    desk, hands = open_page(DESKTOP, javascript=scripts), Fingers()
    _answer_the_first(desk, hands, city, school["name"])
    assert hands.presses <= MOST_PRESSES
    come_back(child, fingers, " ".join(words))
    child.get_by_text(ANSWER).wait_for()
    assert child.get_by_text("Das Team hat geantwortet.").is_visible()


def _answer_the_first(page: Page, hands: Fingers, city: City, school: str) -> None:
    """Sign in, take the first case, write, send. Going into a field counts as a press, typing does not."""
    person = city.person("contact_person", school)
    code = city.code_for(person)
    page.goto("/team/anmelden")
    for name, text in (("email", person["email"]), ("password", person["password"]), ("code", code)):
        hands.write(page, name, text)
    hands.press(page.get_by_role("button", name="Anmelden", exact=True))
    row = page.locator("main .rows li").first
    row.wait_for()
    assert "Gefahr" in row.inner_text()
    hands.press(row.locator("button, .btn").first)
    page.get_by_role("heading", name="Gespräch").wait_for()
    hands.write(page, "text", ANSWER)
    hands.press(page.get_by_role("button", name="Antwort senden"))
    page.locator(".talk .us", has_text=ANSWER).wait_for()


def test_an_answer_over_a_cut_line_is_neither_lost_nor_sent_twice(city: City, open_page: OpenPage) -> None:
    cable = Cable(city.base_url)
    page = open_page(DESKTOP, base_url=cable.base_url)
    sign_in(page, city, city.person("contact_person", city.schools[1]["name"]))
    open_first_case(page)
    page.get_by_label("Ihre Antwort").fill(LATE)
    cable.is_cut = True
    page.get_by_role("button", name="Antwort senden").click()
    page.get_by_role("alert").filter(has_text="Kein Netz. Lassen Sie die Seite offen.").wait_for()
    assert page.get_by_label("Ihre Antwort").input_value() == LATE
    assert cable.swallowed >= 1
    cable.is_cut = False
    page.get_by_role("button", name="Antwort senden").click()
    page.get_by_role("status").filter(has_text=SENT).wait_for()
    expect(page.locator(".talk li.us", has_text=LATE)).to_have_count(1)
    cable.close()
