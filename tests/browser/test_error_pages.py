"""Error pages that no walk provokes: too many at once, something of ours broken, a pause. They too are looked at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from bullying_desk.web.templating import StaticFiles
from tests.browser.support.city import City
from tests.browser.support.looking import wrong_with
from tests.guidance.rendering import environment

STATES = ("429", "500", "503", "413", "kept")
TYPED = [("text", "Sie haben meine Mappe in den Brunnen geworfen. Ich habe sie erst am Abend wiedergefunden.")]


@pytest.mark.slow
def test_they_are_as_clear_as_the_others(city: City, phone: Page) -> None:
    pages = environment()
    pages.globals["static_url"] = StaticFiles().url

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        status = int(name) if name.isdigit() else 400
        body = pages.get_template(f"errors/{name}.html").render(kept=TYPED, wait_minutes=2)
        route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")

    phone.route("**/fehler/*", answer)
    found = []
    for name in STATES:
        phone.goto(f"/fehler/{name}")
        assert phone.locator("textarea").input_value() == TYPED[0][1]
        found += wrong_with(phone)
    assert not found
