"""The school's tablet and the screen in the foyer, in a real browser whose clock the test moves."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

from bullying_desk.access.roles import Role
from bullying_desk.schools import roster
from bullying_desk.schools.models import DutyKind
from bullying_desk.schools.roster import DutyWish
from bullying_desk.schools.team import school_calendar
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.looking import axe, wrong_with
from tests.browser.support.stories import ME
from tests.browser.support.walking import Fingers, fill, keep_words, stop_clock
from tests.browser.test_exit import STORAGE
from tests.moving_clock import MovingClock
from tests.schoolyard.conftest import Yard, at, yard

__all__ = ["yard"]  # the school of the yard's own tests, as a fixture of this file too

TABLET = {"viewport": {"width": 810, "height": 1080}, "has_touch": True}
SCREEN = {"viewport": {"width": 1920, "height": 1080}}
# px at 1920 × 1080, to be read at four metres. On a screen of 43 inches 28 px are 14 mm of type, a small letter is 7 mm
# high (6 minutes of arc; an eye of usual sharpness sees 5). Names and news are larger.
HTML = "text/html; charset=utf-8"
LINES_OF = """all => all.map(each => { const words = document.createRange(); words.selectNodeContents(each);
    return [...new Set([...words.getClientRects()].map(line => Math.round(line.top)))]; })"""
LEAST_TYPE, LEAST_NEWS, LEAST_NAME = 28, 32, 35
SIZE_OF = "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
CUT_OFF = """() => { const main = document.querySelector('main').getBoundingClientRect();
    return [...document.querySelectorAll('main h1, main h2, main .room, main .state, main .yard')].filter(each => {
    const box = each.getBoundingClientRect(); return box.bottom > main.bottom + 1 || box.right > innerWidth ||
    each.scrollHeight > each.clientHeight + 4; }).map(each => each.textContent.trim()); }"""
SIZES = """() => [...document.querySelectorAll('body *')].filter(each => each.offsetParent && [...each.childNodes].some(
    node => node.nodeType === 3 && node.textContent.trim())).map(each => parseFloat(getComputedStyle(each).fontSize))"""


def _root(city: City) -> str:
    return f"/k/{city.school()['key']}"


def _start(city: City) -> str:
    key = city.school()["key"]
    return f"/k/{key}/s/{key}"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_whole_journey_stays_on_the_tablet(city: City, open_page: OpenPage, javascript: bool) -> None:
    page, hands, root = open_page(TABLET, javascript=javascript), Fingers(touch=True), _root(city)
    page.goto(f"{root}/")
    page.wait_for_url(f"**{_start(city)}")
    hands.press(page.get_by_role("link", name="Nein, ich will schreiben"))
    page.wait_for_url(f"**{_start(city)}/schreiben?g=n")
    page.goto(f"{_start(city)}/schreiben/1")
    assert page.context.cookies() == []
    fill(page, hands, ME)
    keep_words(page, hands)
    assert root in page.url
    hands.press(page.get_by_role("link", name="Schnell weg"))
    page.wait_for_url(f"**{_start(city)}")
    assert page.context.cookies() == []
    if javascript:
        assert page.evaluate(STORAGE) == 0
    page.goto(f"{root}/gespraech")
    page.wait_for_url(f"**{root}/zurueck")


@pytest.mark.parametrize("width", [360, 810, 1024])
def test_no_day_of_the_week_breaks(city: City, open_page: OpenPage, width: int) -> None:
    """On the tablet letters are larger: the longest of the five, in bold, keeps its line."""
    page = open_page({"viewport": {"width": width, "height": 768}})
    page.goto(_start(city))
    days = page.locator(".week dt")
    assert days.count() > 0
    days.evaluate_all("all => all.forEach(day => { day.textContent = 'Donnerstag'; })")
    assert {len(lines) for lines in days.evaluate_all(LINES_OF)} == {1}


def test_a_page_that_is_read_goes_back_after_a_minute_and_says_so_before(city: City, open_page: OpenPage) -> None:
    page, say = _open(open_page, f"{_root(city)}/hilfe")
    page.clock.run_for(28_000)
    expect(say).to_be_hidden()
    page.clock.run_for(4_000)
    expect(say).to_be_visible()
    page.locator("h1").first.tap()
    expect(say).to_be_hidden()
    page.clock.run_for(45_000)
    expect(say).to_be_visible()
    page.clock.run_for(16_000)
    page.wait_for_url(f"**{_start(city)}")


def test_what_is_typed_stays_five_minutes_and_is_gone_then(city: City, open_page: OpenPage) -> None:
    key = city.school()["key"]
    page, say = _open(open_page, f"/k/{key}/s/{key}/schreiben/1")
    page.locator("textarea").first.evaluate("each => { each.value = 'Ziegelmarke'; }")
    page.clock.run_for(265_000)
    expect(say).to_be_hidden()
    page.clock.run_for(8_000)
    expect(say).to_be_visible()
    page.clock.run_for(28_000)
    page.wait_for_url(f"**{_start(city)}")
    page.go_back()
    page.wait_for_load_state()
    assert "Ziegelmarke" not in page.content()
    assert page.evaluate("[...document.querySelectorAll('textarea')].every(each => each.value === '')")


def test_targets_are_big_and_nothing_is_in_the_way(city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.goto(_start(city))
    heights = page.locator("main .btn, .bar .btn").evaluate_all("all => all.map(each => each.offsetHeight)")
    assert heights
    assert min(heights) >= 64
    for address in (_start(city), f"{_start(city)}/schreiben", f"{_root(city)}/hilfe"):
        page.goto(address)
        assert wrong_with(page) == []
    page.evaluate("document.querySelector('[data-tablet-say]').hidden = false")
    assert axe(page) == []


def test_the_screen_in_the_foyer_keeps_the_last_news_over_network_loss(city: City, open_page: OpenPage) -> None:
    page = open_page(SCREEN)
    page.clock.install()
    page.goto(f"/s/{city.school()['key']}/heute?wand=1")
    page.wait_for_url(re.compile("skript=1"))
    news, lost = page.locator("main").inner_text(), page.locator("[data-lost]")
    assert min(page.evaluate(SIZES)) >= LEAST_TYPE
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    expect(lost).to_be_hidden()
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(lost).to_be_visible()
    assert page.locator("main").inner_text() == news
    expect(page.locator("header .big")).to_contain_text("Uhr")
    page.clock.fast_forward(24 * 3_600_000)
    expect(page.locator("main .team")).not_to_contain_text(re.compile("heute|morgen|jetzt"))
    page.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(lost).to_be_hidden()


LONG_NAMES = ("Frau Wischnewski-Papadopoulou", "Herr Dr. Abdelrahman Al-Khatib", "Frau Śmigielska-Österreicher")
# A running break, an absence, a changed timetable, a holiday, the night: what the board says at each.
MOMENTS = {
    "2026-11-24T09:35": (
        "Jetzt in der Pause:",
        "je drei mit gelber Warnweste",
        "heute nicht da",
        "jetzt da, bis 10:00",
    ),
    "2026-11-24T12:05": ("Jetzt in der Pause:", "je zwei mit roter Mütze", "jetzt da, bis 13:30"),
    "2026-11-26T10:20": ("Heute ist keine Schule.",),
    "2026-11-24T23:30": ("am 1. Dezember", "heute nicht da"),
}


@pytest.mark.sqlite
def test_the_screen_holds_long_names_and_a_full_yard_and_can_be_read_at_four_metres(
    city: City, open_page: OpenPage, client: FlaskClient, yard: Yard, clock: MovingClock
) -> None:
    """The board of an invented school, drawn by the browser: no word is cut off and none is smaller than above."""
    _fill_the_board(yard)
    page, pages = open_page(SCREEN), iter(MOMENTS)
    page.route("**/heute?**", lambda route: route.fulfill(body=_board(client, clock, next(pages)), content_type=HTML))
    for moment, said in MOMENTS.items():
        page.goto(f"/s/{city.school()['key']}/heute?wand=1&skript=1")
        for words in said:
            expect(page.locator("main")).to_contain_text(words)
        assert min(page.evaluate(SIZES)) >= LEAST_TYPE
        assert min(page.locator("main .state, main .yard").evaluate_all(SIZE_OF)) >= LEAST_NEWS
        assert min(page.locator("h2").evaluate_all(SIZE_OF)) >= LEAST_NAME
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.evaluate(CUT_OFF) == [], moment


def _fill_the_board(yard: Yard) -> None:
    for number, name in enumerate(LONG_NAMES):
        yard.world.add(f"Person{number}", name, Role.CONTACT_PERSON)
        yard.hour(f"Person{number}", 1, "09:00", "10:00", "Raum B 104 im Nebengebäude, zweiter Stock")
    school, calendar = yard.world.school, school_calendar(yard.session, yard.school_id)
    for pause, starts, heads, sign in (("1. Pause", 9, 3, "gelber Warnweste"), ("2. Pause", 11, 2, "roter Mütze")):
        roster.add_break(yard.session, school, pause, time(starts, 30), time(starts, 50))
        found = next(each for each in roster.breaks(yard.session, yard.school_id) if each.name == pause)
        for pair, spot in enumerate(("am Klettergerüst", "am Tor zur Turnhalle", "im Innenhof"), 1):
            wish = DutyWish(DutyKind.HELPERS, None, pair, heads, f"mit {sign}", spot)
            roster.add(yard.session, school, calendar, date(2026, 11, 23), [1, 3], found.id, wish)
    roster.add_break(yard.session, school, "2. Pause", time(12), time(12, 20))  # the timetable has changed
    yard.away("Amara", "2026-11-24", "2026-11-24")
    yard.free("2026-11-26")
    yard.session.commit()


def _board(client: FlaskClient, clock: MovingClock, moment: str) -> str:
    clock.moment = at(moment)
    answer = client.get("/s/K7M2/heute?wand=1&skript=1")
    assert len(answer.data) <= 12_000, len(answer.data)
    return answer.text


def _open(open_page: OpenPage, address: str) -> tuple[Page, Locator]:
    page = open_page(TABLET)
    stop_clock(page)
    page.goto(address)
    return page, page.locator("[data-tablet-say]")
