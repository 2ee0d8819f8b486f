"""A person at a page: chooses, writes, goes on, and counts the presses. With fingers, a mouse, or keys only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 120
SEEN = """() => document.title + [...document.querySelectorAll('main h1')]
    .filter(each => each.offsetParent).map(each => each.textContent)"""  # a step, or what is opened by itself


CLOCK_STARTS = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)  # 9:20 in Dortmund, an ordinary school day


def stop_clock(page: Page) -> None:
    """Before a page is opened: let its time stand still, so that only the test moves it (`page.clock`)."""
    page.clock.install(time=CLOCK_STARTS)
    page.clock.pause_at(CLOCK_STARTS + timedelta(seconds=1))


def option(page: Page, name: str, wanted: str) -> Locator:
    """Return the box of one answer: by its value, or by its label where the value is the row's number."""
    by_value = page.locator(f'input[name="{name}"][value="{wanted}"]')
    if by_value.count():
        return by_value
    return page.locator(f'.opt:has(label:has-text("{wanted}")) input[name="{name}"]')


def label_of(page: Page, box: Locator) -> Locator:
    """Return a box's label, which is what a person sees and touches."""
    return page.locator(f'label[for="{box.get_attribute("id")}"]')


class Hands(Protocol):
    """How a person uses a page."""

    presses: int

    def choose(self, page: Page, name: str, wanted: str) -> None:
        """Choose one answer."""

    def write(self, page: Page, name: str, text: str) -> None:
        """Write into a field."""

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""


@dataclass
class Fingers:
    """Touches the screen of a telephone or clicks."""

    touch: bool = False
    presses: int = 0

    def _press(self, target: Locator) -> None:
        self.presses += 1
        if self.touch:
            target.tap()
        else:
            target.click()

    def choose(self, page: Page, name: str, wanted: str) -> None:
        """Choose one answer by its words."""
        self._press(label_of(page, option(page, name, wanted)))

    def write(self, page: Page, name: str, text: str) -> None:
        """Write into a field; going into it is a press."""
        field = page.locator(f'[name="{name}"]')
        self._press(field)
        field.fill(text)

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""
        self._press(target)


@dataclass
class Keys:
    """Has a keyboard only: Tab, arrows, Space, Enter and letters."""

    presses: int = 0
    stops: list[str] = field(default_factory=list)

    def _reach(self, page: Page, target: Locator) -> None:
        for _ in range(MOST_TABS):
            if target.evaluate("each => each === document.activeElement"):
                self.stops.append(target.evaluate("each => each.outerHTML.slice(0, 80)"))
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {target}")

    def _reach_group(self, page: Page, name: str) -> None:
        # Of a group of radio buttons the Tab key reaches only one; the arrows lead on.
        for _ in range(MOST_TABS):
            if page.evaluate("name => (document.activeElement || {}).name === name", name):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to the question {name}")

    def choose(self, page: Page, name: str, wanted: str) -> None:
        """Choose one answer: Tab to the question, arrows and Space."""
        box = option(page, name, wanted)
        if box.get_attribute("type") == "checkbox":
            self._reach(page, box)
            page.keyboard.press("Space")
            return
        self._reach_group(page, name)
        page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            if box.is_checked():
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {wanted}")

    def write(self, page: Page, name: str, text: str) -> None:
        """Tab into a field and type."""
        self._reach(page, page.locator(f'[name="{name}"]'))
        page.keyboard.type(text)

    def press(self, target: Locator) -> None:
        """Tab to a button or link and press Enter."""
        self._reach(target.page, target)
        self.presses += 1
        target.page.keyboard.press("Enter")


@dataclass(frozen=True)
class Story:
    """A person's story at a door: answers to choose, words to write, in the order of the page."""

    door: int
    items: tuple[tuple[str, str], ...]
    written: frozenset[str] = frozenset({"text"})

    @property
    def text(self) -> str:
        """The words by which the report is known again."""
        return dict(self.items)["text"]


def fill(
    page: Page,
    hands: Hands,
    story: Story,
    look: Callable[[Page], None] = lambda page: None,
    said: Callable[[str], str] = str,
) -> int:
    """Answer a door's form and press "Senden"; returns how many steps there were, which the title counts.

    `look` is called at each step before it is answered, and at each question that is opened by itself. `said`
    translates the words of buttons.
    """
    waiting, steps = list(story.items), 1
    send = page.get_by_role("button", name=said("Senden"), exact=True)
    while True:
        look(page)
        waiting = answer_what_is_asked(page, hands, story, waiting)
        if send.is_visible():
            assert not waiting, f"never asked for: {waiting}"
            hands.press(send)
            return steps
        seen, title = page.evaluate(SEEN), page.title()
        hands.press(page.get_by_role("button", name=said("Weiter")))
        page.wait_for_function(f"seen => ({SEEN})() !== seen", arg=seen)
        steps += page.title() != title


def answer_what_is_asked(
    page: Page, hands: Hands, story: Story, waiting: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Answer this step's questions and return the ones left; an answer may bring the next question."""
    for name, wanted in list(waiting):
        written = name in story.written
        place = page.locator(f'[name="{name}"]') if written else label_of(page, option(page, name, wanted))
        _unfold(hands, place)
        if not place.is_visible():
            continue
        if written:
            hands.write(page, name, wanted)
        else:
            hands.choose(page, name, wanted)
        waiting.remove((name, wanted))
    return waiting


def _unfold(hands: Hands, place: Locator) -> None:
    """Open the fold that a question lies in, where its summary shows; optional questions are folded."""
    for summary in place.locator("xpath=ancestor::details[not(@open)]/summary").all():
        if summary.is_visible():
            hands.press(summary)


def read_words(page: Page) -> list[str]:
    """Read the six words from the page, as a person with a pen does."""
    words = page.locator("ol.slip li").all_inner_texts()
    assert len(words) == 6
    return [word.split()[0] for word in words]  # digits stand beside them in other languages


def keep_words(page: Page, hands: Hands, said: Callable[[str], str] = str) -> list[str]:
    """Write the six words down, say so, and land in the conversation; `said` translates the words of buttons."""
    page.wait_for_url("**/danke/*")
    words = read_words(page)
    hands.choose(page, "da", "heft")
    hands.press(page.get_by_role("button", name=said("Fertig")))
    page.wait_for_url(re.compile(r"/gespraech(\?l=[\w-]+)?$"))
    return words


def come_back(page: Page, hands: Hands, words: str) -> None:
    """Open the conversation with the six words."""
    page.goto("/zurueck")
    hands.write(page, "code", words)
    hands.press(page.get_by_role("button", name="Weiter"))
    page.wait_for_url("**/gespraech")
