"""The public pages in Arabic and Ukrainian on a narrow screen, with everything that all pages must hold."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bullying_desk.texts.catalogues import TRANSLATED, texts_of
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.looking import wrong_with
from tests.browser.support.stories import STORIES
from tests.browser.support.walking import Fingers, Story, fill, keep_words

PAGES = (
    "/",
    "/hilfe",
    "/zurueck",
    "/schule?tuer=1",
    "/s/{key}",
    "/s/{key}/schreiben/1",
    "/s/{key}/heute",
    "/datenschutz",
)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("uk", "ltr"), ("de-simple", "ltr")])
def test_pages_in_another_language_hold_what_all_pages_hold(
    code: str, direction: str, city: City, open_page: OpenPage
) -> None:
    page, found = open_page(PHONE), []
    for path in PAGES:
        page.goto(f"{path.format(key=city.school()['key'])}{'&' if '?' in path else '?'}l={code}")
        assert page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]") == [
            code,
            direction,
        ]
        found += wrong_with(page)
    assert not found, "\n".join(sorted(set(found)))


def test_an_arabic_page_is_turned_and_its_numbers_are_not(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.goto("/hilfe?l=ar")
    middle = page.evaluate("document.documentElement.clientWidth / 2")
    way_out, h1 = page.locator("[data-exit]").bounding_box(), page.locator("h1")
    assert way_out is not None
    assert way_out["x"] > middle  # the first thing stands on the right
    assert h1.evaluate("each => getComputedStyle(each).textAlign") in {"start", "right"}
    # Each digit of a number stands to the right of the one before it.
    turned = page.evaluate(
        """[...document.querySelectorAll('.tel bdi')].filter(each => {
            const at = place => { const range = document.createRange(); range.setStart(each.firstChild, place);
                range.setEnd(each.firstChild, place + 1); return range.getBoundingClientRect().left; };
            return at(0) >= at(each.textContent.length - 1);
        }).map(each => each.textContent)"""
    )
    assert page.locator(".tel bdi").count() > 3
    assert turned == []


# What a child may type: vowel signs, digits of two scripts, a sign that turns the writing, Latin letters between.
STORY = "يضحكون عليَّ في الاستراحة.\nالصف 6b، الساعة 9:30. حتى في ٢٠٢٦ ‏WhatsApp."
ARABIC_DIGITS = {48 + number: 0x660 + number for number in range(10)}
RUNS_LEFT_TO_RIGHT = """places => places.filter(each => {
    const letters = document.createTreeWalker(each, NodeFilter.SHOW_TEXT), edges = [];
    for (let node = letters.nextNode(); node; node = letters.nextNode())
        for (let at = 0; at < node.length; at += 1) {
            const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 1);
            const box = range.getBoundingClientRect();
            if (box.width && node.data[at].trim()) edges.push(box.left);
        }
    return edges.some((left, at) => at && left <= edges[at - 1]);
}).map(each => each.textContent)"""


def test_an_arabic_walk_from_the_door_to_coming_back_by_digits(city: City, open_page: OpenPage) -> None:
    """On a phone: written, kept, left, and opened again with Arabic digits; what was typed comes back unharmed."""
    said = next(texts_of(each) for each in TRANSLATED if each.code == "ar").spoken.gettext
    page, hands = open_page(PHONE), Fingers(touch=True)
    story = Story(1, (("gefahr", "nein"), ("wem", "mir"), ("text", STORY), ("lesen", "team"), ("name", "nein")))
    page.goto(f"/s/{city.schools[2]['key']}/schreiben/1?l=ar")
    steps = fill(page, hands, story, _stands_right, said)
    assert steps < 10
    page.wait_for_url("**/danke/*")
    _stands_right(page)
    rows = page.locator("ol.slip li")
    digits = page.locator("ol.slip .digits").all_inner_texts()
    assert (rows.count(), len(digits)) == (6, 6)
    assert rows.evaluate_all(RUNS_LEFT_TO_RIGHT) == []
    page.evaluate("document.querySelector('ol.slip').dir = 'rtl'")
    assert len(rows.evaluate_all(RUNS_LEFT_TO_RIGHT)) == 6  # what is turned would be found
    hands.choose(page, "da", "heft")
    hands.press(page.get_by_role("button", name=said("Fertig")))
    page.wait_for_url("**/gespraech?l=ar")
    _stands_right(page)
    hands.write(page, "text", "شكرًا. رقمي 0231 50-0.")
    hands.press(page.get_by_role("button", name=said("Senden"), exact=True))
    page.locator(".talk").first.get_by_text("شكرًا. رقمي 0231 50-0.").wait_for()
    hands.press(page.get_by_role("button", name=said("Fertig. Seite schließen")))
    page.wait_for_url(re.compile("fertig"))
    page.goto("/zurueck?l=ar")
    hands.write(page, "code", " ".join(digits).translate(ARABIC_DIGITS))
    hands.press(page.get_by_role("button", name=said("Weiter")))
    page.wait_for_url("**/gespraech?l=ar")
    shown = page.locator(".talk .typed").all_text_contents()
    assert "شكرًا. رقمي 0231 50-0." in shown
    assert STORY in shown


# What people type through the doors, one word of it in each field; the Arabic of the first door is typed above.
TYPED = {
    "ar": ("يأخذون قبعته كل يوم.", "في الممرّ — الساعة 9:30"),
    "tr": ("İğrenç dediler, üşüdüm. Işıl da ağladı.", "Öğretmen “dur” demedi"),
    "uk": ("Мене б’ють біля їдальні. Ґанок, Їжак, Європа.", "Щодня о 9:30"),
}

OF_THE_NAME = {"rufname", "wann"}  # sealed beside the report; the conversation does not show it


@pytest.mark.slow
@pytest.mark.parametrize("code", TYPED)
def test_every_door_is_walked_on_a_phone_and_what_was_typed_comes_back(
    code: str, city: City, open_page: OpenPage, tmp_path: Path
) -> None:
    """Through each door, in the conversation, and for who reads it at the school: in the search and on paper."""
    said = next(texts_of(each) for each in TRANSLATED if each.code == code).spoken.gettext
    page, hands = open_page(PHONE), Fingers(touch=True)
    for door, story in STORIES.items():
        typed = {name: f"{TYPED[code][0 if name == 'text' else 1]} {door} {name}" for name in story.written}
        items = [(name, typed.get(name, wanted)) for name, wanted in story.items if name not in {"wer", "vertretung"}]
        own = replace(story, items=tuple((name, "team" if wanted == "einzeln" else wanted) for name, wanted in items))
        page.goto(f"/s/{city.schools[3]['key']}/schreiben/{door}?l={code}")
        assert fill(page, hands, own, _stands_right, said) < 10
        keep_words(page, hands, said)
        _stands_right(page)
        page.locator("main summary").click()
        shown = page.locator("main .typed").all_text_contents()
        assert [words for name, words in typed.items() if name not in OF_THE_NAME and words not in shown] == []
        hands.press(page.get_by_role("button", name=said("Fertig. Seite schließen")))
        page.wait_for_url(re.compile("fertig"))
    desk = open_page(DESKTOP)
    sign_in(desk, city, city.person("contact_person", city.schools[3]["name"]))
    text = f"{TYPED[code][0]} 1 text"
    _find(desk, text)
    _print(desk, tmp_path / "case.pdf")
    _stands_on_paper(tmp_path / "case.pdf", text)


def _find(desk: Page, text: str) -> None:
    """Search for the longest word of a text, and open the found case that says it all."""
    desk.goto("/team/suche")
    desk.get_by_label("Wörter").fill(max(re.findall(r"\w+", text), key=len))
    desk.get_by_role("button", name="Suchen", exact=True).click()
    desk.get_by_role("heading", name=re.compile("gefunden")).wait_for()
    for link in [each.get_attribute("href") or "" for each in desk.locator("main .rows h3 a").all()]:
        desk.goto(link)
        if any(text in each for each in desk.locator(".typed").all_text_contents()):
            return
    raise AssertionError(f"no case that was found says: {text}")


def _print(desk: Page, path: Path) -> None:
    desk.goto(f"{desk.url.split('?')[0].split('#')[0]}/druck")
    desk.get_by_label("Den Fall").check()
    desk.get_by_label("Wofür brauchen Sie den Ausdruck?").fill("Fallberatung")
    desk.get_by_label("Ungeschwärzt?").fill("Die Wörter der anderen Sprache sollen lesbar bleiben.")
    desk.get_by_role("button", name="Ansehen").click()
    desk.get_by_label("Ich habe die Ansicht ganz gelesen").check()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="PDF erstellen").click()
    download.value.save_as(path)


WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="[\d.]+">(.*?)</word>')


def _stands_on_paper(path: Path, text: str) -> None:
    """What was typed is there, sign after sign; of Arabic, joined as it is, each word, and from right to left."""
    if "ARABIC" not in unicodedata.name(text[0]):
        assert "".join(text.split()) in "".join(_read(path).split())
        return
    found = [(float(x), float(y), _letters(word)) for x, y, word in WORD.findall(_read(path, "-bbox"))]
    words = [_letters(word) for word in text.split() if _letters(word)]
    assert [word for word in words if word not in {each for _x, _y, each in found}] == []
    first, top = next((x, y) for x, y, word in found if word == words[0])
    second = min((abs(y - top), x) for x, y, word in found if word == words[1])[1]  # on the line of the first
    assert second < first


def _read(path: Path, *how: str) -> str:
    return subprocess.run(["pdftotext", *how, path, "-"], check=True, capture_output=True, text=True).stdout


def _letters(word: str) -> frozenset[str]:
    """Return the letters of a word, whatever they are joined to on paper."""
    return frozenset(each for each in unicodedata.normalize("NFKC", word) if unicodedata.category(each)[0] == "L")


def _stands_right(page: Page) -> None:
    """Nothing is wider than the screen; numbers run from left to right; arrows, and nothing else, are mirrored."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator("[dir=ltr]:visible:not(:has(*))").evaluate_all(RUNS_LEFT_TO_RIGHT) == []
    mirrored = page.locator("svg.pic:visible").evaluate_all(
        "all => all.filter(each => (getComputedStyle(each).transform !== 'none') !== each.classList.contains('turn'))"
        ".map(each => each.outerHTML)"
    )
    assert mirrored == []
