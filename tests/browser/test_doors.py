"""The main job, done as real people do it: a report goes in, a contact answers, the reporter reads it.

The city is made as an operator makes it: the official file of Dortmund's schools imported, one of them joined, people
invited by letter and compared. Each door is walked twice: on a telephone and on a large screen, with scripts and
without them.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import answer_report
from tests.browser.support.dortmund import real_city
from tests.browser.support.stories import ME, STORIES
from tests.browser.support.walking import Fingers, Hands, Keys, Story, come_back, fill, keep_words

SCHOOLS_OF_DORTMUND = 171
# Who answers at which door: one of the school's three, or of the city's two.
ANSWERING = {1: "Selin Aydin", 2: "Jan Brandt", 3: "Leyla Demir", 4: "Amara Okafor", 5: "Tomasz Wilk"}


@pytest.fixture
def dortmund(browser: Browser, shared: Path) -> City:
    """Return the city made from the official file; `shared` skips where that file is missing."""
    return real_city(browser)


def _by_name(city: City, name: str) -> dict[str, object]:
    return next(person for person in city.people if person["name"] == name)


def _two_walkers(city: City, open_page: OpenPage, door: int) -> list[tuple[Page, Fingers]]:
    """Telephone and large screen; of the two the one has scripts, the other has none, in turn from door to door."""
    scripts_on_phone = door % 2 == 1
    return [
        (open_page(PHONE, javascript=scripts_on_phone, base_url=city.base_url), Fingers(touch=True)),
        (open_page(DESKTOP, javascript=not scripts_on_phone, base_url=city.base_url), Fingers()),
    ]


def _find_school(page: Page, hands: Hands, city: City, door: int) -> None:
    """From the first page over the search to the form: with half a name, as a person types on the way."""
    school = city.schools[0]
    page.goto("/")
    hands.press(page.locator("ul.doors a").nth(door - 1))
    hands.write(page, "q", school["name"].split("-")[0].lower()[:9])
    hands.press(page.get_by_role("button", name="Suchen"))
    hands.press(page.get_by_role("link", name=school["name"]).first)
    page.wait_for_url(f"**/s/{school['key']}/schreiben/*")
    assert not re.search(r"\d$", page.url)


def _report(page: Page, hands: Hands, story: Story) -> str:
    """Tell the story, write the words down, and leave the device; returns the words."""
    fill(page, hands, story)
    words = keep_words(page, hands)
    first = story.text.split("\n")[0]
    page.locator("main summary").click()
    page.get_by_text(first).wait_for()
    hands.press(page.get_by_role("button", name="Fertig. Seite schließen"))
    page.get_by_role("heading", name="Fertig. Hier sieht niemand mehr etwas.").wait_for()
    assert page.context.cookies() == []
    return " ".join(words)


def _read_and_write_again(page: Page, hands: Hands, words: str, answer: str) -> None:
    # As children type: capitals, commas, half words.
    come_back(page, hands, ", ".join(word[:4].upper() for word in words.split()))
    assert page.locator(".talk li").first.inner_text().endswith(answer)
    hands.write(page, "text", "Danke.\nMorgen passt es gut.")
    hands.press(page.get_by_role("button", name="Senden", exact=True))
    page.get_by_text("Morgen passt es gut.").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("door", STORIES)
def test_a_report_goes_in_and_its_answer_comes_back(door: int, dortmund: City, open_page: OpenPage) -> None:
    walkers, receipts = _two_walkers(dortmund, open_page, door), []
    for page, hands in walkers:
        _find_school(page, hands, dortmund, door)
        receipts.append(_report(page, hands, STORIES[door]))
    device = PHONE if door % 2 == 0 else DESKTOP
    desk = open_page(device, javascript=door not in (3, 4), base_url=dortmund.base_url)
    sign_in(desk, dortmund, _by_name(dortmund, ANSWERING[door]))
    answers = [f"Danke für die Nachricht Nummer {number}. Wann passt ein Gespräch?" for number in (1, 2)]
    for answer in answers:
        answer_report(desk, STORIES[door].text, answer)
    texts = []
    for (page, hands), words in zip(walkers, receipts, strict=True):
        come_back(page, hands, words)
        texts.append(page.locator(".talk li .typed").first.inner_text())
        _read_and_write_again(page, hands, words, texts[-1])
    assert sorted(texts) == sorted(answers)


@pytest.mark.slow
def test_with_the_keyboard_only(dortmund: City, open_page: OpenPage) -> None:
    page, keys = open_page(DESKTOP, base_url=dortmund.base_url), Keys()
    _find_school(page, keys, dortmund, ME.door)
    fill(page, keys, ME)
    words = keep_words(page, keys)
    come_back(page, keys, " ".join(words))
    keys.write(page, "text", "Ich bin wieder da.")
    keys.press(page.get_by_role("button", name="Senden", exact=True))
    page.get_by_text("Ich bin wieder da.").wait_for()
    assert len(keys.stops) > 10


@pytest.mark.slow
def test_dortmund_has_exactly_its_schools(dortmund: City, open_page: OpenPage) -> None:
    desk = open_page(DESKTOP, base_url=dortmund.base_url)
    sign_in(desk, dortmund, dortmund.person("city_coordinator"))
    listed = desk.request.get("/stadt/schulen.csv")
    rows = list(csv.reader(io.StringIO(listed.text().lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 1 + SCHOOLS_OF_DORTMUND
    desk.goto("/stadt/schulen")
    assert str(SCHOOLS_OF_DORTMUND) in desk.locator("main").inner_text()
