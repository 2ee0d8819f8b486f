"""One wrong tap loses nothing: help, "Alles löschen", leaving; and each error is said where it arises."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, Page, expect

from tests.browser.support.city import City
from tests.browser.support.walking import Fingers

TEXT = "Sie lachen mich aus.\nحتى في الصف"
# The link's own place, and those of the lines of the text beside it.
APART = """() => [...document.querySelectorAll('.said dd')].every(row => {
    const link = row.querySelector('a').getBoundingClientRect();
    return [...row.querySelector('.typed').getClientRects()].every(line =>
        link.left >= line.right + 4 || link.right <= line.left - 4 || link.top >= line.bottom - 1);
})"""


def _next(page: Page, hands: Fingers) -> None:
    hands.press(page.get_by_role("button", name="Weiter"))


def _heading(page: Page) -> str:
    return page.locator("h1:visible").inner_text()


def _to_the_text(page: Page, city: City) -> Fingers:
    hands = Fingers(touch=True)
    page.goto(f"/s/{city.school()['key']}/schreiben/1?g=n")
    _next(page, hands)
    _next(page, hands)  # nothing is ticked
    return hands


def _to_the_check(page: Page, city: City, text: str = TEXT) -> Fingers:
    hands = _to_the_text(page, city)
    hands.write(page, "text", text)
    _next(page, hands)
    hands.choose(page, "lesen", "team")
    _next(page, hands)
    _next(page, hands)
    assert _heading(page) == "Stimmt alles so?"
    return hands


def test_help_opens_over_the_page_and_leaving_asks(city: City, phone: Page) -> None:
    hands = _to_the_text(phone, city)
    hands.write(phone, "text", TEXT)
    hands.press(phone.get_by_role("link", name="Hilfe jetzt").first)
    expect(phone.locator("dialog")).to_contain_text("110")
    hands.press(phone.get_by_role("button", name="Zurück zu deinem Text"))
    expect(phone.locator("dialog")).to_be_hidden()
    assert phone.locator("[name=text]").input_value() == TEXT
    hands.press(phone.get_by_role("link", name="Hilfe jetzt").first)
    phone.go_back()  # as children close what has opened
    expect(phone.locator("dialog")).to_be_hidden()
    expect(phone.locator("[name=text]")).to_be_visible()
    expect(phone.locator("[name=text]")).to_have_value(TEXT)
    phone.go_back()  # nothing of it is left in the way: this is the step before
    expect(phone.locator("[name=text]")).to_be_hidden()
    phone.go_forward()
    expect(phone.locator("[name=text]")).to_have_value(TEXT)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    phone.on("dialog", stay)
    phone.get_by_role("link", name="Lindenbank").click(no_wait_after=True)
    phone.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert phone.locator("[name=text]").input_value() == TEXT


def test_deleting_everything_asks(city: City, phone: Page) -> None:
    hands = _to_the_check(phone, city)
    assert phone.evaluate(APART)
    hands.press(phone.locator("summary", has_text="Alles löschen"))
    assert phone.locator("[name=text]").input_value() == TEXT
    expect(phone.get_by_text("Willst du wirklich alles löschen? Dein Text ist dann weg.")).to_be_visible()
    hands.press(phone.get_by_role("button", name="Ja, alles löschen"))
    expect(phone.locator("h1:visible")).not_to_have_text("Stimmt alles so?")
    assert phone.locator("[name=text]").input_value() == ""


def test_a_sign_that_turns_the_text_round_leaves_the_link_in_its_place(city: City, phone: Page) -> None:
    _to_the_check(phone, city, "Er sagt \u202eandersherum immer")
    assert phone.evaluate(APART)


def test_nothing_said_is_noticed_before_the_next_step(city: City, phone: Page) -> None:
    hands = _to_the_text(phone, city)
    here = _heading(phone)
    _next(phone, hands)
    assert _heading(phone) == here
    expect(phone.locator("[data-missing]")).to_have_text("Kreuz eine Sache an. Oder schreib uns einen Text.")


def test_the_adult_question_is_asked_first_and_who_is_meant_is_not_offered(city: City, phone: Page) -> None:
    hands = Fingers(touch=True)
    phone.goto(f"/s/{city.school()['key']}/schreiben/1?g=n")
    _next(phone, hands)
    hands.choose(phone, "was", "erwachsen")
    _next(phone, hands)
    _next(phone, hands)
    expect(phone.locator("[name=lesen][value=team]")).to_be_hidden()
    _next(phone, hands)
    expect(phone.locator("[data-missing]").first).to_have_text(
        "Ist der Erwachsene von deiner Schule? Sag bitte Ja oder Nein."
    )
    hands.choose(phone, "erwachsener", "ja")
    expect(phone.locator("[name=lesen][value=team]")).to_be_hidden()
    expect(phone.locator("legend", has_text="Geht es um einen").get_by_text("(musst du nicht)")).to_be_hidden()
    meant = phone.locator("[name=gemeint]").first.get_attribute("value")
    hands.choose(phone, "gemeint", str(meant))
    hands.choose(phone, "lesen", "einzeln")
    _next(phone, hands)
    expect(phone.locator("[name=wer]").last).to_be_visible()
    expect(phone.locator(f"[name=wer][value='{meant}']")).to_be_hidden()  # whom it is about cannot be ticked to read it


def test_only_these_persons_needs_a_person_at_its_own_step(city: City, phone: Page) -> None:
    hands = _to_the_text(phone, city)
    hands.write(phone, "text", TEXT)
    _next(phone, hands)
    hands.choose(phone, "lesen", "einzeln")
    _next(phone, hands)
    here = _heading(phone)
    _next(phone, hands)
    assert _heading(phone) == here
    assert phone.locator("[data-missing]").count() == 1


def test_after_a_correction_the_check_page_comes_next(city: City, phone: Page) -> None:
    hands = _to_the_check(phone, city)
    phone.evaluate("() => { document.querySelector('[name=token]').value = 'kaputt'; }")  # as after a long time
    hands.press(phone.get_by_role("button", name="Senden", exact=True))
    expect(phone).to_have_title("Fehler: Schritt 6 von 6 – Lindenbank")
    assert _heading(phone) == "Stimmt alles so?"
    assert phone.locator("[name=text]").input_value() == TEXT
    hands.press(phone.get_by_role("button", name="Senden", exact=True))
    phone.wait_for_url("**/danke/*")


def _in_turkish(page: Page) -> None:
    page.locator("details.langs summary").tap()
    page.get_by_role("button", name="Türkçe").tap()
    expect(page.locator("html[lang=tr]")).to_be_attached()


def test_another_language_keeps_the_text_and_the_step(city: City, phone: Page) -> None:
    asked: list[str] = []
    phone.on("dialog", lambda dialog: asked.append(dialog.type))
    hands = _to_the_text(phone, city)
    hands.write(phone, "text", TEXT)
    step = phone.locator(".steps").inner_text()
    _in_turkish(phone)
    expect(phone.locator("[name=text]")).to_be_visible()
    assert phone.locator("[name=text]").input_value() == TEXT
    assert re.findall(r"\d+", phone.locator(".steps").inner_text()) == re.findall(r"\d+", step)
    assert asked == []


def test_another_language_keeps_the_text_without_scripts(city: City, phone_plain: Page) -> None:
    phone_plain.goto(f"/s/{city.school()['key']}/schreiben/1")
    Fingers(touch=True).choose(phone_plain, "gefahr", "ja")
    phone_plain.locator("[name=text]").fill(TEXT)
    _in_turkish(phone_plain)
    assert phone_plain.locator("[name=text]").input_value() == TEXT
    assert phone_plain.locator("[name=gefahr][value=ja]").is_checked()


def test_enter_in_a_field_presses_no_language(city: City, phone_plain: Page) -> None:
    phone_plain.goto("/schule?l=ru")
    phone_plain.locator("[name=q]").fill("linden")
    phone_plain.keyboard.press("Enter")
    expect(phone_plain.locator("html[lang=ru]")).to_be_attached()
    assert phone_plain.locator("[name=q]").input_value() == "linden"
