"""The pages of a case's file work with a keyboard, a screen reader, a phone and in the dark."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import open_first_case
from tests.browser.support.looking import wrong_with

PAGES = (
    "akte",
    "blatt/belege",
    "weitersagen",
    "schritte/pflicht",
    "fachkraft",
    "ausgang",
    "schliessen",
    "zugang",
    "einschaetzung",
    "plan",
    "plan/elternbrief",
)


@pytest.mark.slow
def test_the_pages_of_the_file(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    sign_in(page, city, city.person("contact_person", city.schools[1]["name"]))
    open_first_case(page)
    found_case = re.search(r"/team/fall/\d+", page.url)
    assert found_case is not None
    case, found = found_case[0], []
    for address in PAGES:
        answer = page.goto(f"{case}/{address}")
        assert answer is not None
        assert answer.ok, address
        found += [f"{address}: {each}" for each in wrong_with(page)]
    page.goto(f"{case}/blatt/sicherheit")
    page.get_by_role("button", name="Speichern").click()
    found += [f"safety gate, empty: {each}" for each in wrong_with(page)]
    page.get_by_role("group", name="Ist es zu Hause sicher für das Kind?").get_by_label("Nein").check()
    page.get_by_label("Woran machen Sie das fest?").fill("Kind A sagt, es hat Angst.")
    page.get_by_label("Es wurde noch nicht gefragt.").check()
    page.get_by_label("Noch niemand").check()
    page.get_by_label("Bis wann gilt das?").fill(
        page.evaluate("new Date(Date.now() + 864e5).toISOString().slice(0, 10)")
    )
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Den Eltern wird nichts gesagt.").wait_for()
    found += [f"safety gate, home not safe: {each}" for each in wrong_with(page)]
    assert not found, "\n".join(sorted(set(found)))
