"""A contact person at the desk: finds a report among the open ones and answers it."""

from __future__ import annotations

from playwright.sync_api import Page


def answer_report(page: Page, text: str, answer: str) -> None:
    """Open the waiting cases, the most urgent first, until this unanswered report is found, and answer it.

    The case rests then, so that the child sees the answer at once and the test waits no minute.
    """
    page.goto("/team")
    waiting = page.locator("main a[href^='/team/fall/']")
    links = [link.get_attribute("href") or "" for link in waiting.all()]
    for link in dict.fromkeys(links):
        page.goto(link)
        if page.get_by_text(text.split("\n")[0]).count() and not page.locator(".talk li.us").count():
            break
    else:
        raise AssertionError(f"no open case says: {text}")
    page.get_by_label("Ihre Antwort").fill(answer)
    page.get_by_role("button", name="Antwort senden").click()
    page.locator(".talk li.us", has_text=answer).wait_for()
    if page.get_by_role("button", name="Zurücknehmen").count():
        page.get_by_role("heading", name="Selten gebraucht").click()
        page.get_by_role("button", name="Ruhen lassen").click()
        page.get_by_role("status").filter(has_text="Stand gespeichert.").wait_for()


def open_first_case(page: Page) -> None:
    """Open the first case of the inbox."""
    answer = page.goto("/team")
    cases = page.locator("main .rows h3 a")
    assert cases.count(), (answer and answer.status, page.locator("main").inner_text())
    cases.first.click()
    page.get_by_role("heading", name="Gespräch").wait_for()
