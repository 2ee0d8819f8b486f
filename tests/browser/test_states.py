"""Pages in states that no address leads to: errors, each step of the form, the six words, pages after a press.

`support/looking.py` says what every page must be; `test_every_page.py` checks the pages with an address.
"""

from __future__ import annotations

import re
from contextlib import suppress

import pyotp
import pytest
from playwright.sync_api import Page, TimeoutError

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import open_first_case
from tests.browser.support.looking import wrong_with
from tests.browser.support.stories import ME
from tests.browser.support.walking import SEEN, Fingers, answer_what_is_asked, come_back, fill, keep_words

NO_SCHOOL = "/s/BBBB"
_A_NEW_PAGE = 5_000  # milliseconds
# What a press starts: a page that leaves, a request to the server, or a script that answers by itself.
_WATCH = """() => {
    const seen = window.__before = {leaving: false, asking: 0, last: 0}, ask = window.fetch;
    const now = () => { seen.last = performance.now(); };
    window.addEventListener('submit', event => { if (!event.defaultPrevented) seen.leaving = true; });
    window.addEventListener('beforeunload', () => { seen.leaving = true; });
    window.fetch = (...words) => { seen.asking++; return ask(...words).finally(() => { seen.asking--; now(); }); };
    const all = {subtree: true, childList: true, attributes: true, characterData: true};
    new MutationObserver(now).observe(document, all);
}"""
_DONE = """() => {
    const seen = window.__before;
    return !seen || (seen.last && !seen.leaving && !seen.asking && performance.now() - seen.last > 300);
}"""


class Look:
    """Checks a page again and again; all faults are reported at the end."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    def __call__(self, state: str) -> None:
        """Check the page as it is now."""
        self.found += [f"{state} – {each}" for each in wrong_with(self.page)]

    def press(self, name: str, state: str) -> None:
        """Press a button and check the next page."""
        self.page.evaluate(_WATCH)
        self.page.get_by_role("button", name=name).first.click()
        # A form that is sent comes back as a new page, also where its address stays; a script answers on the old one.
        with suppress(TimeoutError):
            self.page.wait_for_function(_DONE, timeout=_A_NEW_PAGE)
        self.page.wait_for_load_state()
        self(state)

    def tell(self) -> None:
        """Fail with everything that was found."""
        assert not self.found, "\n".join(dict.fromkeys(self.found))


def _without_steps(page: Page, path: str) -> None:
    """Open a page as it is where the script of the steps does not run."""
    page.route("**/steps*.js", lambda route: route.abort())
    page.goto(path)


@pytest.mark.slow
def test_each_step_of_the_form(city: City, phone: Page) -> None:
    look, hands, waiting = Look(phone), Fingers(touch=True), list(ME.items)
    phone.goto(f"/s/{city.school()['key']}/schreiben/1")
    while True:
        waiting = answer_what_is_asked(phone, hands, ME, waiting)
        seen = phone.evaluate(SEEN)
        look(seen)
        if not phone.get_by_role("button", name="Weiter").is_visible():
            break
        phone.get_by_role("button", name="Weiter").click()
        phone.wait_for_function(f"seen => ({SEEN})() !== seen", arg=seen)
    look.tell()


@pytest.mark.slow
def test_steps_that_need_an_answer_and_that_name_people(city: City, phone: Page) -> None:
    look, hands = Look(phone), Fingers(touch=True)
    phone.goto(f"/s/{city.school()['key']}/schreiben/1")
    hands.choose(phone, "gefahr", "ja")
    look("danger")
    look.press("Weiter", "whom it happened to")
    look.press("Weiter", "what happened")
    hands.choose(phone, "was", "erwachsen")
    for state in ("more", "readers", "readers are missing"):
        look.press("Weiter", state)
    hands.choose(phone, "erwachsener", "ja")
    look("an adult is meant")
    hands.choose(phone, "lesen", "einzeln")
    look("persons by name")
    look.tell()


@pytest.mark.slow
@pytest.mark.parametrize("door", range(1, 6))
def test_the_form_on_one_page_and_what_is_missing_in_it(door: int, city: City, phone: Page) -> None:
    look = Look(phone)
    _without_steps(phone, f"/s/{city.school()['key']}/schreiben/{door}")
    look(f"door {door}")
    look.press("Senden", f"door {door}, nothing answered")
    assert phone.title().startswith("Fehler: ")
    look.tell()


@pytest.mark.slow
def test_from_the_words_to_the_last_page(city: City, phone: Page) -> None:
    look, hands = Look(phone), Fingers(touch=True)
    phone.goto(f"/s/{city.school()['key']}/schreiben/1")
    fill(phone, hands, ME)
    phone.wait_for_url("**/danke/*")
    look("six words")
    look.press("Fertig", "not said whether they are kept")
    words = keep_words(phone, hands)
    phone.locator("main summary").click()
    look("conversation")
    look.press("Senden", "an empty letter")
    phone.goto("/gespraech/leser")
    hands.choose(phone, "lesen", "Herr Brandt")
    look.press("Weiter", "what a change of readers means")
    phone.goto("/gespraech/name")
    look.press("Senden", "no name")
    phone.goto("/gespraech/neu")
    look.press("Neuen Code machen", "new words")
    look.press("Fertig", "not said whether the new ones are kept")
    phone.goto("/gespraech/weg")
    look.press("Ja, alles löschen", "erased")
    look.press("Fertig. Seite schließen", "the last page")
    phone.goto("/zurueck")
    hands.write(phone, "code", " ".join(reversed(words)))
    look.press("Weiter", "words that open nothing")
    look.tell()


@pytest.mark.slow
def test_what_is_not_found(city: City, phone: Page) -> None:
    look = Look(phone)
    first, known = city.school()["key"], city.school("known")["key"]
    changed = f"/{first[:3]}{'2' if first[3] != '2' else '3'}"
    for path in ("/gibt-es-nicht", NO_SCHOOL, changed, "/schule?q=gesamt", "/schule?q=xyzxyz&tuer=3", f"/s/{known}"):
        phone.goto(path)
        look(path)
    look.tell()


@pytest.mark.slow
def test_somebody_new_comes_in(city: City, open_page: OpenPage) -> None:
    page, coordinator = open_page(DESKTOP), open_page(DESKTOP)
    sign_in(coordinator, city, city.person("city_coordinator"))
    code = _invite_by_letter(coordinator, "Yusuf Arslan", "yusuf.arslan@schule.example")
    look, letter = Look(page), Look(coordinator)
    letter("printed letters")
    letter.tell()
    page.goto("/team/einladung/gibt-es-nicht")
    look("an invitation nobody sent")
    page.goto("/team/einladung")
    page.get_by_label("Code aus Ihrem Brief").fill(code)
    look.press("Weiter", "choosing a password")
    page.emulate_media(color_scheme="dark")  # black on dark no telephone could read
    white = page.locator(".qr-box").evaluate("each => getComputedStyle(each).backgroundColor")
    assert white == "rgb(255, 255, 255)"
    look.press("Konto einrichten", "no password")
    page.get_by_label("Ihr neues Passwort").fill("hafen lupe wolke ziegel")
    secret = page.locator("b.notranslate").inner_text().replace(" ", "")
    page.get_by_label("Einmal-Code").fill(pyotp.TOTP(secret).now())
    look.press("Konto einrichten", "recovery code and key words")
    look.tell()
    _nobody_confirms_without_comparing(open_page(DESKTOP), city)
    page.goto("/team/anmelden")
    page.get_by_label("Ihre E-Mail-Adresse").fill("yusuf.arslan@schule.example")
    page.get_by_label("Ihr Passwort").fill("hafen lupe")
    page.get_by_label("Einmal-Code").fill("000000")
    look.press("Anmelden", "sign-in refused")
    page.goto("/team/passwort")
    look.press("Neues Passwort setzen", "nothing filled in")
    look.tell()


def _nobody_confirms_without_comparing(page: Page, city: City) -> None:
    """A member of the city's team who has not invited is asked to compare; a submit without the tick is refused."""
    look = Look(page)
    sign_in(page, city, city.person("city_team"))
    page.goto("/team/vergleichen")
    look("somebody to compare")
    look.press("Alle sechs Wörter sind gleich", "not compared at all")
    look.tell()


def _invite_by_letter(page: Page, name: str, email: str) -> str:
    page.goto("/stadt/einladen")
    form = page.locator("section", has=page.get_by_role("heading", name="Eine Person"))
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("E-Mail-Adresse").fill(email)
    form.locator("select").select_option(label="Stelle der Stadt")
    form.locator("label", has_text="Als Brief").click()
    form.get_by_role("button", name="Einladen").click()
    code = re.search(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b", page.locator(".letter").inner_text())
    assert code is not None
    return code[0]


@pytest.mark.slow
def test_at_the_desk(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    look = Look(page)
    sign_in(page, city, city.person("contact_person", city.schools[2]["name"]))
    open_first_case(page)
    case = page.url
    look.press("Antwort senden", "an empty answer")
    page.goto(case)
    page.get_by_label("Ihre Antwort").fill("Danke für die Nachricht. Ich habe sie gelesen. Bist du gerade sicher?")
    look.press("Antwort senden", "answered")
    page.get_by_text("Interne Notiz schreiben").click()
    page.get_by_label("Notiz", exact=True).fill("Gespräch am Dienstag.")
    look.press("Notiz speichern", "a note")
    page.get_by_text("Interne Notiz schreiben").click()
    look.press("Notiz speichern", "an empty note")
    page.goto(f"{case.split('?')[0]}/ausgang")
    look.press("Eintragen", "an outcome without a word")
    page.goto(case)
    page.goto(f"{case.split('?')[0]}/ausgang")
    page.get_by_label("Das Kind hat es mir selbst gesagt").check()
    page.get_by_label("Es hat aufgehört.", exact=True).check()
    look.press("Eintragen", "an outcome")
    page.goto(f"{case.split('?')[0]}/schliessen")
    look.press("Fall schließen", "closed on what was said")
    page.goto("/team/konto/passwort")
    look.press("Passwort ändern", "an empty password")
    page.goto("/team/konto/wiederherstellung")
    look.press("Neuen Code machen", "a new recovery code without a password")
    look.tell()


def test_the_name_of_a_reporter_is_shown_at_a_press(city: City, open_page: OpenPage) -> None:
    page, hands = open_page(DESKTOP), Fingers()
    page.goto(f"/s/{city.schools[1]['key']}/schreiben/1")
    hands_story = ME.items[:-2]
    named = type(ME)(1, (*hands_story, ("name", "team"), ("rufname", "Mika")), ME.written | {"rufname"})
    fill(page, hands, named)
    words = keep_words(page, hands)
    desk = open_page(DESKTOP)
    sign_in(desk, city, city.person("contact_person", city.schools[1]["name"]))
    _open_case_with_a_name(desk)
    desk.get_by_role("button", name="Namen zeigen").click()
    desk.get_by_label("Grund").fill("Gefahr")
    look = Look(desk)
    look("why the name is needed")
    desk.get_by_role("button", name="Namen ansehen").click()
    desk.get_by_text("Mika").wait_for()
    look("the name")
    come_back(page, hands, " ".join(words))
    look.tell()


def _open_case_with_a_name(page: Page) -> None:
    page.goto("/team")
    links = [link.get_attribute("href") or "" for link in page.locator("main .rows h3 a").all()]
    for link in links:
        page.goto(link)
        if page.get_by_role("button", name="Namen zeigen").count() and page.get_by_text("حتى في الصف").count():
            return
    raise AssertionError("no case with a name")


def test_forced_colours_keep_what_is_chosen_and_pressed(city: City, desktop: Page) -> None:
    """Where a reader's own colours replace ours, a chosen answer, a button and a note still differ."""
    desktop.emulate_media(forced_colors="active")
    _without_steps(desktop, f"/s/{city.school()['key']}/schreiben/1")
    option = desktop.locator(".opt").first
    before = option.screenshot()
    option.locator("label").click()
    desktop.mouse.move(0, 0)
    desktop.evaluate("() => document.activeElement.blur()")
    assert option.screenshot() != before
    outline = "each => getComputedStyle(each).outlineStyle"
    assert option.locator("label").evaluate(outline) == "solid"
    for each in (".btn", ".note"):
        style = desktop.locator(each).first.evaluate(
            "each => { const s = getComputedStyle(each); return [s.borderBlockStartStyle, s.borderBlockStartWidth]; }"
        )
        assert style == ["solid", "2px"], each
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
