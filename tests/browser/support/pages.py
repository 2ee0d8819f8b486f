"""Which pages there are: asked from the program itself, so that a new page is never forgotten."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from bullying_desk.app import create_app
from bullying_desk.config import Settings
from bullying_desk.keyring import make_keys
from bullying_desk.web.guard import Entry, rule_of
from tests.browser.support.city import City

# Answers that are no pages: files, maps for machines, the way out, and addresses that only lead on.
NO_PAGES = {
    "static_file", "favicon", "healthz", "readyz", "metrics", "guidance.robots", "guidance.leave", "lessons.download",
    "lessons.extra", "lessons.harvest",
    "lessons.picture", "lessons.path_download", "lessons.lesson_map", "lessons.bulk", "lessons.by_code",
    "schools.by_key", "schools.by_spelled_key", "schools.by_spelled_place", "reports.place",
    "city.schools_csv", "joining.link", "accounts.session_left",
}  # fmt: skip
ONLY_AFTER_A_PRESS = {"reports.thanks"}  # `test_states.py` goes there and looks at it


@cache
def addresses(entry: Entry) -> dict[str, str]:
    """Return the address of every page for people who enter that way, by endpoint; `<…>` marks what varies."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_keys(folder / "keys")
        app = create_app(Settings(instance=folder))
    pages: dict[str, str] = {}
    for rule in app.url_map.iter_rules():
        said = rule_of(app, rule.endpoint)
        if said is not None and said.entry is entry and "GET" in (rule.methods or set()):
            pages[rule.endpoint] = rule.rule
    is_file = re.compile(r"\.[a-z]+$")
    return {
        end: address
        for end, address in pages.items()
        if end not in NO_PAGES | ONLY_AFTER_A_PRESS and not is_file.search(address)
    }


def filled(address: str, city: City, page: Page) -> list[str]:
    """Fill what varies into an address: the school's key, each door, one lesson. The page is used to look links up."""
    if "<" not in address:
        return [address]
    address = address.replace("<key>", city.school()["key"]).replace("<token>", "nie-verschickt")
    if "<" not in address:
        return [address]
    if "<int:number>" in address:
        return [address.replace("<int:number>", str(door)) for door in range(1, 6)]
    if address.startswith("/unterricht/"):
        page.goto(city.url("/unterricht"))
        links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
        pattern = re.compile(re.sub(r"<[^>]+>", "[a-z0-9-]+", address) + "$")
        return [link for link in links if pattern.match(link)][:1]
    return []
