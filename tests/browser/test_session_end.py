"""A page of the desk that was left open does not stay readable after its session, and no typed word is lost."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.desk import open_first_case

LEFT = "**/team/sitzung"
TYPED = "Danke, dass du geschrieben hast."


def _open_case(page: Page, city: City) -> None:
    """Open a case under a clock that the test moves."""
    page.clock.install()
    sign_in(page, city, city.person("contact_person", city.schools[5]["name"]))
    open_first_case(page)
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)


def _conversation(page: Page) -> Locator:
    return page.get_by_role("heading", name="Gespräch", include_hidden=True)


def _wait_for(page: Page, shown: Locator) -> None:
    """Let the page's clock run until something is shown: its questions to the server take real time."""
    for _ in range(150):
        if shown.count():
            break
        page.clock.run_for(30_000)
        page.wait_for_timeout(100)
    expect(shown).to_be_visible()


def _sign_in_page(page: Page) -> Locator:
    return page.get_by_label("Ihr Passwort", exact=True)


def _over(route: Route) -> None:
    """Answer as the server does where the session has ended (tests/accounts/test_session_left.py)."""
    route.fulfill(status=303, headers={"Location": "/team/anmelden"})


def test_at_the_idle_end_the_page_leaves_and_back_shows_nothing(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    _open_case(page, city)
    page.clock.run_for(20 * 60 * 1000)  # the server still knows the session: another tab was used
    expect(_conversation(page)).to_be_visible()
    page.route(LEFT, _over)
    _wait_for(page, _sign_in_page(page))
    page.context.clear_cookies()
    page.go_back()
    expect(_conversation(page)).to_have_count(0)


def test_what_is_typed_and_not_saved_is_covered_and_comes_back(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.route("**/entwurf/**", lambda route: route.abort())
    _open_case(page, city)
    page.get_by_label("Ihre Antwort").fill(TYPED)
    page.route(LEFT, _over)
    _wait_for(page, page.get_by_role("heading", name="Ihre Sitzung ist zu Ende"))
    expect(_conversation(page)).to_have_count(0)
    assert TYPED not in page.content()
    page.unroute(LEFT)  # signed in again, in a new window
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_label("Ihre Antwort")).to_have_value(TYPED)
    expect(_conversation(page)).to_be_visible()


def test_what_the_server_refused_is_not_saved_either(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    _open_case(page, city)
    page.goto(f"{page.url.split('#')[0].split('?')[0]}/blatt/gespraech")
    said = page.locator("textarea[name=inhalt]")
    said.fill(TYPED)
    page.locator("form:has(textarea)").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("alert").wait_for()  # the day is missing
    page.route(LEFT, _over)
    _wait_for(page, page.get_by_role("heading", name="Ihre Sitzung ist zu Ende"))
    assert TYPED not in page.content()
    page.unroute(LEFT)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(said).to_have_value(TYPED)


def test_somebody_else_who_signs_in_uncovers_nothing(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    _open_case(page, city)
    page.route(LEFT, lambda route: route.fulfill(body="900 0123456789abcdef token"))
    _wait_for(page, _sign_in_page(page))
    expect(_conversation(page)).to_have_count(0)


def test_a_minute_before_the_end_one_press_goes_on(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    _open_case(page, city)
    mark = page.locator("script[data-session-mark]").get_attribute("data-session-mark")
    page.route(LEFT, lambda route: route.fulfill(body=f"50 {mark} token"))
    soon = page.get_by_role("alert").filter(has_text="Ihre Sitzung endet in einer Minute.")
    _wait_for(page, soon)
    page.unroute(LEFT)
    soon.get_by_role("button", name="Weiterarbeiten").click()
    expect(soon).to_have_count(0)
    expect(_conversation(page)).to_be_visible()


def test_signing_out_in_another_tab_closes_this_one(city: City, open_page: OpenPage) -> None:
    page = open_page(DESKTOP)
    sign_in(page, city, city.rested("contact_person", city.schools[5]["name"]), fresh=True)
    open_first_case(page)
    other = page.context.new_page()
    other.goto("/team/konto")
    other.get_by_role("button", name="Abmelden", exact=True).click()
    other.wait_for_url("**/team/anmelden")
    expect(_sign_in_page(page)).to_be_visible()
    page.go_back()
    expect(_conversation(page)).to_have_count(0)
