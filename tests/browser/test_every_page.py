"""Every page of the program, looked at by axe in light and dark, on a narrow screen, with the Tab key, by the checker.

The list of pages comes from the program's own map of addresses: a page that is new is looked at without being named.
"""

from __future__ import annotations

import re

import pytest

from bullying_desk.web.guard import Entry
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.support.city import City, sign_in
from tests.browser.support.looking import wrong_with
from tests.browser.support.pages import addresses, filled
from tests.browser.support.walking import Fingers, come_back

ROLES = (
    "contact_person", "school_coordinator", "school_head", "city_team", "city_coordinator", "data_protection_officer",
    "lesson_editor",
)  # fmt: skip


EVERYBODYS = ("/team/konto", "/team/konto/passkeys/", "/team/vergleichen", "/team/zweites-ja/", "/team/start")


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", addresses(Entry.PUBLIC))
def test_every_public_page(endpoint: str, city: City, open_page: OpenPage) -> None:
    page = open_page(PHONE)
    found: list[str] = []
    paths = filled(addresses(Entry.PUBLIC)[endpoint], city, page)
    assert paths, "no address to look at"
    for path in paths:
        page.goto(path)
        found += wrong_with(page)
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.slow
def test_every_page_of_the_reporter(city: City, open_page: OpenPage) -> None:
    receipt = next(each for each in city.receipts if each["state"] not in {"erasing", "erased", "finished", "closed"})
    found: list[str] = []
    page = open_page(PHONE)
    come_back(page, Fingers(touch=True), receipt["words"])
    for path in addresses(Entry.REPORTER).values():
        answer = page.goto(path)
        if answer is not None and answer.ok and page.url.endswith(path):
            found += wrong_with(page)
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_staff(role: str, city: City, open_page: OpenPage) -> None:
    """… that this role may open: the lists, and of each kind of page behind them the first one linked."""
    person = next((one for one in city.people if any(seat["role"] == role for seat in one["seats"])), None)
    if person is None:
        pytest.fail(f"the demonstration city has nobody who is {role}")
    page = open_page(DESKTOP)
    found: list[str] = []
    sign_in(page, city, person)
    seen: set[str] = set()
    for path in [path for path in addresses(Entry.STAFF).values() if "<" not in path]:
        if path.startswith(EVERYBODYS) and role != ROLES[0]:
            continue  # one's own account looks the same for all
        answer = page.goto(path)
        if answer is None or not answer.ok or "download" in (answer.header_value("content-disposition") or ""):
            continue
        found += wrong_with(page)
        links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
        for kind, link in _one_of_each_kind(links):
            if kind not in seen:
                seen.add(kind)
                page.goto(link)
                found += wrong_with(page)
    assert not found, "\n".join(sorted(set(found)))


def _one_of_each_kind(links: list[str]) -> list[tuple[str, str]]:
    """Return the links to pages with something that varies in the address, with the kind of page."""
    kinds = {
        address: re.compile(re.sub(r"<[^>]+>", "[^/?#]+", address) + "$")
        for address in addresses(Entry.STAFF).values()
        if "<" in address
    }
    return [(kind, link) for link in links for kind, pattern in kinds.items() if pattern.match(link)]
