"""Sending: in few presses, over a line that breaks, to a page with six words that nobody loses by accident."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.cable import Cable
from tests.browser.support.city import City, reports_of
from tests.browser.support.stories import ME, STORIES
from tests.browser.support.walking import SEEN, Fingers, Story, come_back, fill, keep_words, read_words

SHORTEST = Story(1, (("was", "worte"), ("lesen", "team")), frozenset())
MORE = "Gestern war es wieder so. Ich bin früher gegangen."
MOST_STEPS, MOST_PRESSES = 9, 11  # from a printed key until the report is sent
TO_KEEP_THE_WORDS = 2  # presses more
HIGHEST = 1600  # pixels of a step at 360 px
TICK_ALL_KINDS = """() => document.querySelectorAll('[name=was]:not([value=erwachsen])').forEach(box => {
    if (box.checked) return;
    box.checked = true;
    box.dispatchEvent(new Event('change', { bubbles: true }));
})"""
HEIGHT = "() => document.querySelector('main').getBoundingClientRect().height"
TICKED_OR_TYPED = """() => [...document.querySelectorAll('main input:not([type=hidden]), main textarea')]
    .filter(each => ['checkbox', 'radio'].includes(each.type) ? each.checked : each.value)
    .map(each => `${each.name}=${each.value}`)"""
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


@pytest.fixture
def cable(city: City) -> Iterator[Cable]:
    """Return a line to the demonstration city that the test can cut."""
    cable = Cable(city.base_url)
    yield cable
    cable.close()


def _form(page: Page, city: City, key: str = "") -> None:
    page.goto(f"/s/{key or city.school()['key']}/schreiben/1")


def _to_the_form(page: Page, hands: Fingers, city: City, door: int) -> None:
    page.goto(f"/{city.school()['key'].lower()}")
    hands.press(page.get_by_role("link", name="Schreiben"))
    page.wait_for_url("**/schreiben?g=n")
    hands.press(page.locator("ul.doors a").nth(door - 1))
    page.wait_for_url("**/schreiben/*")


@pytest.mark.parametrize("door", range(1, 6))
def test_few_steps_and_presses_lead_from_a_printed_key_to_the_words(door: int, city: City, phone: Page) -> None:
    """With scripts, at each door, what is optional left folded: and no step is long."""
    hands, heights = Fingers(touch=True), dict[str, float]()
    _to_the_form(phone, hands, city, door)
    shortest = Story(door, (("was", "worte"), ("lesen", "stadt" if door == 5 else "team")), frozenset())
    steps = 2 + fill(phone, hands, shortest, lambda page: heights.update({page.title(): page.evaluate(HEIGHT)})) + 1
    assert hands.presses <= MOST_PRESSES
    assert steps <= MOST_STEPS  # the school, the doors, the questions, the words
    assert {title: height for title, height in heights.items() if height > HIGHEST} == {}
    before = hands.presses
    keep_words(phone, hands)
    assert hands.presses - before == TO_KEEP_THE_WORDS


@pytest.mark.parametrize("door", range(1, 6))
def test_no_page_of_the_fullest_form_is_long(door: int, city: City, phone: Page) -> None:
    """Every kind ticked, a long text, and an answer to all that nobody has to answer, opened one by one."""
    story, heights = STORIES[door], dict[str, float]()
    long = {name: text * 20 for name, text in story.items if name in {"text", "wunsch"}}
    items = [(name, long.get(name, said)) for name, said in story.items if name != "was"]

    def at(page: Page) -> None:
        page.evaluate(TICK_ALL_KINDS)
        heights[page.evaluate(SEEN)] = page.evaluate(HEIGHT)
        if page.locator("[data-check]").is_visible():
            page.get_by_text("Mehr Antworten").tap()
            heights["more answers"] = page.evaluate(HEIGHT)
            said = " ".join(page.locator(".said").all_inner_texts())
            assert all(text in said for name, text in items if name in story.written - set(long))
            page.get_by_role("link", name="Zurück").tap()
            page.locator("summary", has_text=long["text"][:20]).tap()
            assert long["text"].split() == page.locator(".typed", has_text=long["text"][:20]).inner_text().split()

    phone.goto(f"/s/{city.school()['key']}/schreiben/{door}")
    fill(phone, Fingers(touch=True), Story(door, tuple(items), story.written), at)
    assert {title: height for title, height in heights.items() if height > HIGHEST} == {}


def test_what_nobody_has_to_answer_has_the_page_for_itself(city: City, phone: Page) -> None:
    """It is opened, answered, seen in the step, and changed from the list at the end, which comes back at once."""
    hands = Fingers(touch=True)
    phone.goto(f"/s/{city.school()['key']}/schreiben/1")
    go_on, where = phone.get_by_role("button", name="Weiter"), phone.locator("summary", has_text="Wo ist es passiert?")
    for _ in range(2):
        hands.press(go_on)
    hands.choose(phone, "was", "worte")
    hands.press(go_on)
    hands.press(where)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Wo ist es passiert? (musst du nicht)")
    expect(phone.get_by_role("heading", level=1)).to_be_focused()
    expect(phone.locator("[name=text]")).to_be_hidden()
    hands.choose(phone, "wo", "Auf dem Hof")
    hands.press(go_on)
    expect(where).to_have_text("Wo ist es passiert? ✓ Auf dem Hof", use_inner_text=True)
    expect(where).to_be_focused()
    hands.press(where)
    hands.press(phone.get_by_role("link", name="Zurück"))  # leads to the step, not out of the form
    expect(phone.locator("[name=text]")).to_be_visible()
    hands.press(go_on)
    hands.choose(phone, "lesen", "team")
    for _ in range(2):
        hands.press(go_on)
    hands.press(phone.get_by_text("Mehr Antworten"))
    hands.press(phone.get_by_role("link", name="Ändern Wo ist es passiert?"))
    hands.choose(phone, "wo", "Auf dem Weg")
    hands.press(go_on)
    hands.press(phone.get_by_text("Mehr Antworten"))
    expect(phone.locator(".said").last).to_contain_text("Auf dem Hof · Auf dem Weg")


@pytest.mark.parametrize("address", ["/", "/s/{key}"])
def test_danger_and_the_way_back_stand_on_the_first_screen(address: str, city: City, phone: Page) -> None:
    """Whoever has a code, or needs help at once, does not scroll."""
    phone.goto(address.format(key=city.school()["key"]))
    banner = phone.locator("aside.demo").bounding_box()  # a real city has none
    assert banner is not None
    for words in ("Ich war schon hier. Ich habe einen Code.", re.compile("Gefahr|Ja, ich brauche jetzt Hilfe")):
        box = phone.locator("main").get_by_role("link", name=words).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] - banner["height"] <= phone.evaluate("innerHeight"), words


def test_the_shortest_report_without_scripts(city: City, phone_plain: Page) -> None:
    hands = Fingers(touch=True)
    _to_the_form(phone_plain, hands, city, 1)
    fill(phone_plain, hands, SHORTEST)
    assert hands.presses <= MOST_PRESSES
    keep_words(phone_plain, hands)


@SCRIPTS
def test_a_line_cut_after_the_letter_has_arrived(scripts: bool, cable: Cable, city: City, open_page: OpenPage) -> None:
    page, hands = open_page(PHONE, javascript=scripts, base_url=cable.base_url), Fingers(touch=True)
    key = city.schools[3 if scripts else 4]["key"]  # other tests write to the first schools at the same time
    _form(page, city, key)
    before, cable.is_cut = reports_of(city, key), True
    fill(page, hands, ME)
    if scripts:
        page.get_by_role("alert").filter(has_text="Kein Netz. Lass die Seite offen.").wait_for()
        assert page.locator("[name=text]").input_value() == ME.text
    else:
        # Without scripts the browser says that no answer came, and offers to send the same form again.
        page.wait_for_function("() => location.protocol === 'chrome-error:'")
    assert cable.swallowed >= 1
    assert reports_of(city, key) == before + 1
    cable.is_cut = False
    if scripts:
        hands.press(page.get_by_role("button", name="Senden", exact=True))
    else:
        page.reload()
    words = keep_words(page, hands)
    assert reports_of(city, key) == before + 1
    elsewhere = open_page(DESKTOP)
    come_back(elsewhere, Fingers(), " ".join(words))
    elsewhere.locator("main summary").click()
    elsewhere.get_by_text(ME.text.split("\n")[0]).wait_for()


@SCRIPTS
def test_a_line_cut_while_writing_more(scripts: bool, cable: Cable, city: City, open_page: OpenPage) -> None:
    page, hands = open_page(PHONE, javascript=scripts, base_url=cable.base_url), Fingers(touch=True)
    _form(page, city)
    fill(page, hands, SHORTEST)
    keep_words(page, hands)
    hands.write(page, "text", MORE)
    cable.is_cut = True
    hands.press(page.get_by_role("button", name="Senden", exact=True))
    if scripts:
        page.get_by_role("alert").filter(has_text="Kein Netz. Lass die Seite offen.").wait_for()
        assert page.locator("[name=text]").input_value() == MORE
    else:
        page.wait_for_function("() => location.protocol === 'chrome-error:'")
    assert cable.swallowed >= 1
    cable.is_cut = False
    if scripts:
        hands.press(page.get_by_role("button", name="Senden", exact=True))
    else:
        page.reload()
    expect(page.locator(".talk li", has_text=MORE)).to_have_count(1)
    assert page.locator("[name=text]").input_value() == ""


@SCRIPTS
def test_the_words_are_not_left_by_accident(scripts: bool, city: City, open_page: OpenPage) -> None:
    page, hands = open_page(PHONE, javascript=scripts), Fingers(touch=True)
    _form(page, city)
    fill(page, hands, ME)
    page.wait_for_url("**/danke/*")
    words = read_words(page)
    hands.press(page.get_by_role("button", name="Fertig"))
    expect(page).to_have_title("Fehler: Deine 6 Wörter – Lindenbank")
    assert read_words(page) == words
    shown = page.url
    page.get_by_role("link", name="Lindenbank").click()
    page.goto(shown)
    page.reload()
    assert read_words(page) == words
    page.goto("/danke")  # not by the cookie alone
    assert page.locator("ol.slip").count() == 0
    page.goto(shown)
    keep_words(page, hands)
    page.goto(shown)
    page.get_by_role("heading", name="Dein Code war nur einmal zu sehen.").wait_for()
    for _ in range(3):
        page.go_back()
        assert page.locator("ol.slip").count() == 0


@SCRIPTS
def test_back_after_sending_shows_nothing_typed(scripts: bool, city: City, open_page: OpenPage) -> None:
    page, hands = open_page(DESKTOP, javascript=scripts), Fingers()
    page.goto("/")
    _form(page, city)
    fill(page, hands, ME)
    page.wait_for_url("**/danke/*")
    page.go_back()
    page.wait_for_url(f"**/s/{city.school()['key']}/schreiben/1")
    assert page.evaluate(TICKED_OR_TYPED) == []
    assert ME.text.split("\n")[0] not in page.content()


def test_no_answer_wanted_closes_kindly(city: City, phone: Page) -> None:
    hands = Fingers(touch=True)
    _form(phone, city)
    fill(phone, hands, SHORTEST)
    phone.wait_for_url("**/danke/*")
    hands.choose(phone, "da", "nein")
    hands.press(phone.get_by_role("button", name="Fertig"))
    phone.get_by_role("heading", name="Fertig. Hier sieht niemand mehr etwas.").wait_for()
    assert phone.context.cookies() == []
