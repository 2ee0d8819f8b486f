"""The board of a lesson in a real browser: one phase at a time, a clock, keys, and no question to the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bullying_desk.lessons.format.loader import load_lesson, programme_folder
from bullying_desk.lessons.library.catalogue import Catalogue
from bullying_desk.lessons.library.library import Library
from bullying_desk.lessons.library.pages import board_page
from bullying_desk.web.headers import POLICY
from tests.browser.support.walking import stop_clock
from tests.guidance.rendering import environment

STATIC = Path(__file__).parents[2] / "bullying_desk" / "static"
MIMES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ADDRESS = "https://desk.test/unterricht/b2-stopp-heisst-stopp"


def _board() -> str:
    lesson, _ = load_lesson(programme_folder() / "b2-stopp-heisst-stopp")
    assert lesson is not None
    library = Library(Path(), (), Catalogue([lesson]), {})
    jinja = environment()
    jinja.globals["url_for"] = lambda endpoint, **_: f"/unterricht/{endpoint}"
    return jinja.get_template("lessons/board.html").render(page=board_page(library, lesson))


def _open(browser: Browser, *, javascript: bool) -> tuple[Page, list[str]]:
    errors: list[str] = []
    body = _board()

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_text("utf-8"), headers={**headers, "Content-Type": MIMES[file.suffix]})
        else:
            route.fulfill(body=body, headers=headers)

    context = browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=javascript)
    context.set_default_timeout(5_000)
    context.route("**/*", answer)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    if javascript:
        stop_clock(page)
    page.goto(ADDRESS)
    return page, errors


@pytest.fixture
def board(browser: Browser) -> Iterator[Page]:
    page, errors = _open(browser, javascript=True)
    yield page
    page.context.close()
    assert errors == []


def test_keys_turn_the_phases(board: Page) -> None:
    expect(board.locator(".phase:visible")).to_have_count(1)
    expect(board.locator(".phase:visible h2")).to_contain_text("Einstieg")
    board.keyboard.press("ArrowLeft")
    expect(board.locator(".phase:visible h2")).to_contain_text("Einstieg")
    board.keyboard.press("ArrowRight")
    expect(board.locator(".phase:visible h2")).to_contain_text("Tafelbild")
    expect(board.locator("output")).to_have_text("")
    expect(board.get_by_role("button", name="Uhr starten")).to_be_hidden()
    board.keyboard.press("PageDown")
    board.keyboard.press("PageDown")
    expect(board.locator(".phase:visible h2")).to_contain_text("Drei Teile finden")
    expect(board.get_by_text("Tafel 4 von 7")).to_be_visible()
    expect(board.get_by_role("link", name="Schnell weg")).to_be_hidden()
    expect(board.locator("[role=status]").last).to_contain_text("Drei Teile finden")
    for _ in range(9):
        board.keyboard.press("ArrowRight")
    expect(board.locator(".phase:visible h2")).to_contain_text("Reflexion")
    expect(board.get_by_role("button", name="Weiter")).to_be_hidden()


def test_the_clock_runs_stops_and_goes_over(board: Page) -> None:
    clock = board.locator("output")
    expect(clock).to_have_text("noch 5:00")
    board.keyboard.press(" ")
    board.clock.run_for(61_000)
    expect(clock).to_have_text("noch 3:59")
    board.get_by_role("button", name="Uhr anhalten").click()
    board.clock.run_for(60_000)
    expect(clock).to_have_text("noch 3:59")
    board.get_by_role("button", name="Uhr starten").click()
    board.clock.fast_forward(5 * 60_000)  # the tab slept
    board.clock.run_for(1_000)
    expect(clock).to_contain_text("über die Zeit")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("ArrowRight")
    expect(clock).to_contain_text("noch 10:00")


def test_without_a_script_all_phases_stand_with_their_minutes(browser: Browser) -> None:
    page, _ = _open(browser, javascript=False)
    expect(page.locator(".phase:visible")).to_have_count(7)
    expect(page.get_by_text("Minute 40 bis 45")).to_be_visible()
    page.context.close()
