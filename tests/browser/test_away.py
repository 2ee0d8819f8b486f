"""Ill in bed, with a phone: away until Friday, with a stand-in, and back again."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City, sign_in


def test_away_until_and_back_on_a_telephone(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE, javascript=False)
    school = city.schools[2]["name"]
    sign_in(page, city, city.person("contact_person", school))
    page.goto("/team/konto")
    page.get_by_role("link", name="Ich bin weg: Vertretung eintragen").tap()
    until = date.today() + timedelta(days=400)  # far away: nobody else's test stumbles over it
    part = page.locator("section", has=page.get_by_role("heading", name=school)).first
    part.get_by_label("Vom").fill(until.isoformat())
    part.get_by_label("Bis").fill((until - timedelta(days=1)).isoformat())
    part.get_by_role("button", name="Eintragen").tap()
    expect(page.get_by_text("Der letzte Tag liegt vor dem ersten.").first).to_be_visible()
    assert part.get_by_label("Vom").input_value() == until.isoformat()  # the typed value is still there
    part.get_by_label("Bis").fill("")
    part.get_by_label("Die Stelle der Stadt").check()
    part.get_by_role("button", name="Eintragen").tap()
    expect(page.get_by_role("status").filter(has_text="Eingetragen.")).to_be_visible()
    expect(part.get_by_text("Vertretung: Stelle der Stadt")).to_be_visible()
    part.get_by_role("button", name="Ich bin wieder da").first.tap()
    expect(page.get_by_role("status").filter(has_text="Willkommen zurück.")).to_be_visible()
    expect(part.get_by_text("Vertretung:")).to_have_count(0)
