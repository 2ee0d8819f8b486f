"""The browser dies in mid-sentence: the text stands in its field on the next device, until it is sent."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import open_first_case

SENT = re.compile(r"Ihre Antwort ist da\.|In einer Minute ist Ihre Antwort zu sehen\.")
SAYS = "form[data-draft] > p.soft"
KEPT = "Als Entwurf gesichert. Nur Sie können ihn lesen."
TYPED = "Danke, dass du geschrieben hast. Magst du morgen in der zweiten Pau"


def test_a_text_outlives_its_browser_and_goes_with_sending(city: City, open_page: OpenPage) -> None:
    person = city.person("contact_person", city.schools[2]["name"])
    first = open_page(DESKTOP)
    sign_in(first, city, person)
    open_first_case(first)
    address = first.url
    first.get_by_label("Ihre Antwort").press_sequentially(TYPED)
    expect(first.locator(SAYS).last).to_have_text(KEPT)
    first.close()  # no goodbye: as when the power is cut

    second = open_page(PHONE)
    sign_in(second, city, person)
    second.goto(address)
    answer = second.get_by_label("Ihre Antwort")
    expect(answer).to_have_value(TYPED)

    # Another form of the page saves what was typed just now, and takes nothing away.
    answer.press("Control+End")
    answer.press_sequentially("se")
    second.get_by_text("Interne Notiz schreiben").click()
    second.get_by_label("Notiz", exact=True).fill("Rückruf der Klassenleitung")
    second.get_by_role("button", name="Notiz speichern").click()
    second.get_by_role("status").filter(has_text="Notiz gespeichert.").wait_for()
    expect(answer).to_have_value(TYPED + "se")
    expect(second.get_by_label("Notiz", exact=True)).to_have_value("")

    # A start comes in where the cursor stands; nothing is replaced.
    answer.evaluate("field => field.setSelectionRange(0, 0)")
    second.get_by_role("link", name="Erste Antwort", exact=True).click()
    expect(answer).to_have_value(re.compile(rf"^Danke.*{TYPED}se$", re.DOTALL))
    assert answer.input_value() != TYPED + "se"

    answer.fill("Komm um zehn zu mir.")
    second.get_by_role("button", name="Antwort senden").click()
    second.get_by_role("status").filter(has_text=SENT).wait_for()
    second.goto(address)
    expect(answer).to_have_value("")


def test_what_is_typed_before_the_script_comes_is_kept(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    sign_in(page, city, city.person("contact_person", city.schools[4]["name"]))
    page.route("**/draft.*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    open_first_case(page)
    address, script = page.url, page.locator("script[src*='/draft.']").get_attribute("src")
    page.get_by_label("Ihre Antwort").press_sequentially("Ich war schneller")
    page.unroute("**/draft.*.js*")
    page.add_script_tag(url=f"{script}?late")
    expect(page.locator(SAYS).last).to_have_text(KEPT)
    page.goto(address)
    expect(page.get_by_label("Ihre Antwort")).to_have_value("Ich war schneller")
    page.get_by_label("Ihre Antwort").fill("")
    expect(page.locator(SAYS).last).to_have_text(KEPT)  # the next test finds an empty field


def test_a_refused_form_is_a_draft_at_once(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    sign_in(page, city, city.person("contact_person", city.schools[4]["name"]))
    open_first_case(page)
    page.goto(f"{page.url.split('#')[0].split('?')[0]}/einschaetzung")
    form = page.locator("form[data-draft]").first
    form.evaluate(
        "form => { form.noValidate = true; form.querySelector('textarea').value = 'Er hat Angst vor Montag.'; }"
    )
    form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    with page.expect_response("**/entwurf/**") as saved:
        page.get_by_role("alert").first.wait_for()
    assert saved.value.ok
    assert "Er+hat+Angst" in (saved.value.request.post_data or "")


def test_leaving_by_a_link_keeps_the_last_words_without_asking(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    asked: list[str] = []

    def ask(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", ask)
    sign_in(page, city, city.person("contact_person", city.schools[4]["name"]))
    open_first_case(page)
    address = page.url
    page.get_by_label("Ihre Antwort").press_sequentially("Nur schnell")
    page.get_by_role("link", name="Eingang").first.click()
    page.wait_for_url("**/team")
    page.goto(address)
    expect(page.get_by_label("Ihre Antwort")).to_have_value("Nur schnell")
    assert asked == []
    page.get_by_label("Ihre Antwort").fill("")
    page.wait_for_timeout(3000)
    page.reload()
    expect(page.get_by_label("Ihre Antwort")).to_have_value("")


def test_without_scripts_the_page_says_that_nothing_is_kept(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP, javascript=False)
    sign_in(page, city, city.person("contact_person", city.schools[4]["name"]))
    open_first_case(page)
    assert page.get_by_text("Ohne JavaScript gibt es keinen Entwurf.").is_visible()
