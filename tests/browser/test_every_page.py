"""Every page of the program, looked at by axe in light and dark, on a narrow screen, with the Tab key, by the checker.

The list of pages comes from the program's own map of addresses: a page that is new is looked at without being named.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from bullying_desk.web.guard import Entry
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City
from tests.browser.support.looking import axe, hidden_focus, sideways
from tests.browser.support.markup import faults
from tests.browser.support.pages import addresses

TABOO = re.compile(r"mobb|bully|gewalt|opfer|täter", re.IGNORECASE)
ROLES = (
    "contact_person", "school_coordinator", "school_head", "city_team", "city_coordinator", "data_protection_officer",
    "lesson_editor",
)  # fmt: skip


def look_at(page: Page, light: bool = True) -> list[str]:
    """Return everything that is wrong with the page as it stands."""
    found = axe(page)
    if light:
        found += [*sideways(page), *hidden_focus(page), *faults(page.content())]
        if "/unterricht" not in page.url and TABOO.search(page.title()):
            found.append(f"the title says what this is about: {page.title()}")
    return [f"{page.url}: {each}" for each in found]


def _filled(address: str, city: City, page: Page) -> list[str]:
    """Put what varies into an address: the school's key, each door, one lesson."""
    if "<" not in address:
        return [address]
    address = address.replace("<key>", city.school()["key"])
    if "<int:number>" in address:
        return [address.replace("<int:number>", str(door)) for door in range(1, 6)]
    if address.startswith("/unterricht/"):
        page.goto(city.url("/unterricht"))
        links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
        pattern = re.compile(re.sub(r"<[^>]+>", "[a-z0-9-]+", address) + "$")
        return [link for link in links if pattern.match(link)][:2]
    return [address] if "<" not in address else []


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", addresses(Entry.PUBLIC))
def test_every_public_page(endpoint: str, city: City, open_page: OpenPage) -> None:
    phone, dark = open_page(PHONE), open_page(DESKTOP, dark=True)
    found: list[str] = []
    paths = _filled(addresses(Entry.PUBLIC)[endpoint], city, phone)
    assert paths, "no address to look at"
    for path in paths:
        phone.goto(path)
        dark.goto(path)
        found += [*look_at(phone), *look_at(dark, light=False)]
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.slow
def test_every_page_of_the_reporter(city: City, open_page: OpenPage) -> None:
    receipt = next(each for each in city.receipts if each["state"] not in {"erasing", "erased", "finished", "closed"})
    found: list[str] = []
    for page, light in ((open_page(PHONE), True), (open_page(DESKTOP, dark=True), False)):
        page.goto("/zurueck")
        page.fill("main input[name=code]", receipt["words"])
        page.click("main button[type=submit]")
        page.wait_for_url("**/gespraech")
        for path in addresses(Entry.REPORTER).values():
            answer = page.goto(path)
            if answer is not None and answer.ok and page.url.endswith(path):
                found += look_at(page, light)
    assert not found, "\n".join(sorted(set(found)))


def _sign_in(page: Page, city: City, person: dict[str, Any]) -> None:
    page.goto("/team/anmelden")
    page.fill("input[name=email]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.fill("input[name=code]", city.code_for(person))
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: not url.endswith("/anmelden"))


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_staff(role: str, city: City, open_page: OpenPage) -> None:
    """… that this role may open: the lists, and of each kind of page behind them the first one linked."""
    person = next((one for one in city.people if any(seat["role"] == role for seat in one["seats"])), None)
    if person is None:
        pytest.fail(f"the demonstration city has nobody who is {role}")
    desk, dark = open_page(DESKTOP), open_page(PHONE, dark=True)
    found: list[str] = []
    for page, light in ((desk, True), (dark, False)):
        _sign_in(page, city, person)
        seen: set[str] = set()
        for path in [path for path in addresses(Entry.STAFF).values() if "<" not in path]:
            answer = page.goto(path)
            if answer is None or not answer.ok or "download" in (answer.header_value("content-disposition") or ""):
                continue
            found += look_at(page, light)
            links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
            for kind, link in _one_of_each_kind(links):
                if kind not in seen:
                    seen.add(kind)
                    page.goto(link)
                    found += look_at(page, light)
    assert not found, "\n".join(sorted(set(found)))


def _one_of_each_kind(links: list[str]) -> list[tuple[str, str]]:
    """Return the links to pages with something that varies in the address, with the kind of page."""
    kinds = {
        address: re.compile(re.sub(r"<[^>]+>", "[^/?#]+", address) + "$")
        for address in addresses(Entry.STAFF).values()
        if "<" in address
    }
    return [(kind, link) for link in links for kind, pattern in kinds.items() if pattern.match(link)]
