"""The course of a case and its print page: with a keyboard, a screen reader, a phone, in the dark, and printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import open_first_case
from tests.browser.support.looking import wrong_with
from tests.cases.reading_pdf import everything_in


@pytest.mark.slow
def test_from_the_course_to_the_paper(city: City, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(DESKTOP)
    person = city.person("contact_person", city.schools[0]["name"])
    sign_in(page, city, person)
    open_first_case(page)
    found_case = re.search(r"/team/fall/\d+", page.url)
    assert found_case is not None
    page.goto(f"{found_case[0]}/verlauf")
    found = [f"course: {each}" for each in wrong_with(page)]
    page.get_by_role("link", name="Drucken").click()
    page.get_by_role("button", name="Ansehen").click()
    found += [f"nothing filled in: {each}" for each in wrong_with(page)]
    page.get_by_label("Wofür brauchen Sie den Ausdruck?").fill("Fallberatung")
    page.get_by_label("Übergabe an eine andere Stelle").check()
    page.get_by_label("Das Jugendamt").check()
    page.get_by_label("Name der Stelle").fill("Jugendamt")
    page.get_by_label("Einwilligung, wie sie").check()
    page.get_by_role("button", name="Ansehen").click()
    shut = "keine Einwilligung, die heute gilt|Einwilligung gilt nicht für diese Stelle"
    assert re.search(shut, page.locator("main").inner_text())
    found += [f"no agreement: {each}" for each in wrong_with(page)]
    page.get_by_label("Schutz des Kindes").check()
    page.get_by_label("Ohne Einwilligung: Warum").fill("Gefahr zu Hause, wir konnten nicht warten.")
    page.get_by_role("button", name="Ansehen").click()
    found += [f"looked at: {each}" for each in wrong_with(page)]
    again = page.locator("label.press[for]").first
    box = page.locator(f"#{again.get_attribute('for')}")
    black = box.is_checked()
    again.click()  # the same word, further down: box and all its places follow
    assert box.is_checked() is not black
    assert ("on" in (again.get_attribute("class") or "").split()) is not black
    words = page.locator("[data-words]").inner_text()
    page.get_by_role("checkbox", name="Als verschlossene Datei").check()
    page.get_by_label("Ich habe die Ansicht ganz gelesen").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF erstellen").click()
    assert download.value.suggested_filename == "auszug.pdf"
    download.value.save_as(tmp_path / "x.pdf")
    assert "Jugendamt" in everything_in((tmp_path / "x.pdf").read_bytes(), words)
    assert not found, "\n".join(sorted(set(found)))
