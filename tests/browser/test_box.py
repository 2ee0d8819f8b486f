"""The box on the wall, walked by everybody: set up, a slip printed, typed in, answered, read; no receipt is left."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import answer_report
from tests.browser.support.walking import Fingers, come_back
from tests.secrecy.searching import files_of, find

STORY = "Auf dem Hof nehmen sie mir jeden Tag die Mütze weg."
ANSWER = "Danke für deinen Zettel. Ich bin morgen in der ersten Pause an der Tischtennisplatte."
SEPARATORS = (" ", ",", ", ", "\n", "-", '", "', '","')


@pytest.mark.slow
def test_a_slip_is_printed_typed_in_answered_and_read(city: City, open_page: OpenPage) -> None:
    desk, school = open_page(DESKTOP, accept_downloads=True), city.school()["name"]
    sign_in(desk, city, city.person("school_coordinator", school))
    _set_up(desk)
    contact = open_page(DESKTOP, accept_downloads=True)
    sign_in(contact, city, city.person("contact_person", school))
    numbers, words = _print_sheet(contact)
    _type_in(contact, numbers[2])
    contact.get_by_role("status").filter(has_text=f"Zettel {numbers[2]} ist eingetippt.").wait_for()
    answer_report(contact, STORY, ANSWER)
    child = open_page(PHONE, javascript=False)
    come_back(child, Fingers(touch=True), " ".join(words[2]))
    child.get_by_text(ANSWER).wait_for()
    assert child.get_by_role("heading", name="Mach dir einen neuen Code").is_visible()
    assert STORY not in child.content()
    _type_in(contact, numbers[2])
    contact.get_by_text(f"Zettel {numbers[2]} ist schon eingetippt").first.wait_for()
    assert contact.get_by_label("Was auf dem Zettel steht").input_value() == STORY
    _find_no_receipt(city.instance, words)


def _set_up(desk: Page) -> None:
    """Enter an hour, a box and who empties it, a kind of place; print the kit."""
    desk.goto("/team/schule")
    desk.get_by_text("Zeit eintragen").click()
    desk.locator("#weekday").select_option("1")
    desk.get_by_label("Beginn").or_(desk.locator("#starts")).first.fill("09:30")
    desk.locator("#ends").fill("09:50")
    desk.locator("#room").fill("Raum 12")
    desk.get_by_role("button", name="Zeit speichern").click()
    desk.get_by_role("status").filter(has_text="Gespeichert.").wait_for()
    desk.get_by_role("link", name="Kasten und Orte").click()
    if not desk.locator("#there").is_checked():
        desk.locator("label[for=there]").click()
    desk.locator("#spot").fill("neben der Bücherei")
    desk.locator("input[name=keepers]").first.check(force=True)
    desk.get_by_role("button", name="Speichern", exact=True).click()
    desk.get_by_role("status").filter(has_text="Gespeichert.").wait_for()
    desk.locator("input[name=kinds][value=toilette]").check(force=True)
    desk.get_by_role("button", name="Orte speichern").click()
    desk.get_by_role("status").filter(has_text="Gespeichert.").wait_for()
    desk.goto("/team/schule")
    desk.get_by_role("link", name="Plakate, Karten und Türschilder drucken").click()
    with desk.expect_download() as kit:
        desk.get_by_role("button", name="Alles herunterladen").click()
    with zipfile.ZipFile(kit.value.path()) as made:
        assert {"plakat-a4.pdf", "karten.pdf", "aufkleber-toilette.pdf", "textbaustein.docx"} <= set(made.namelist())


def _print_sheet(contact: Page) -> tuple[list[str], list[list[str]]]:
    """Print one sheet and read numbers and words from its front, as a child would from paper."""
    contact.goto("/team")
    contact.get_by_role("link", name="Aufschreiben", exact=True).click()
    contact.get_by_role("link", name="Blätter drucken").first.click()
    contact.get_by_label("Wie viele Blätter?").select_option("1")
    with contact.expect_download() as sheet:
        contact.get_by_role("button", name="Herunterladen").click()
    front = pypdf.PdfReader(io.BytesIO(Path(sheet.value.path()).read_bytes())).pages[0].extract_text()
    words = [found.split()[1::2] for found in re.findall(r"((?:[1-6]\s+\w+\s+){6})", front)]
    numbers = re.findall(r"· Nr\. (\d+)", front)
    assert (len(numbers), len(words)) == (3, 3), front
    return numbers, words


def _type_in(contact: Page, number: str) -> None:
    contact.goto("/team/kasten")
    contact.get_by_role("link", name="Zettel eintippen").first.click()
    contact.get_by_label("Nummer des Zettels").fill(number)
    contact.get_by_label("Was auf dem Zettel steht").fill(STORY)
    contact.locator("input[name=wem][value=mir]").check(force=True)
    contact.locator("input[name=gefahr][value=nein]").check(force=True)
    contact.get_by_role("button", name="Speichern, nächster Zettel").click()
    contact.wait_for_load_state()


def _find_no_receipt(instance: Path, slips: list[list[str]]) -> None:
    """Look for every two neighbouring words of every slip, however separated, in every file of the instance."""
    pairs = {(one, two) for words in slips for one, two in pairwise(words)}
    texts = [
        separator.join(pair)
        for one, two in pairs
        for pair in ((one, two), (one.lower(), two.lower()))
        for separator in SEPARATORS
    ]
    places = files_of(instance)
    assert "desk.db" in places
    assert find(places, texts) == []
    control = {"desk.db": places["desk.db"] + " ".join(slips[0]).encode("utf-16-le")}
    assert find(control, texts)  # the same search finds a word that is there
