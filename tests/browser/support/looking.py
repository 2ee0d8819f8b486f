"""Looking at a page as people with different eyes, hands and screens do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page, ViewportSize

from tests.browser.support.markup import faults
from workshop.browser import AXE

AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("cat.color",)  # all that differs between light and dark
NARROW = {"width": 320, "height": 640}


def axe(page: Page, tags: Sequence[str] = AXE_TAGS) -> list[str]:
    """Return what axe finds on the page: rule, what to do, and where. Empty is good."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(
        """tags => axe.run(document, {
            runOnly: {type: 'tag', values: tags},
            rules: {'target-size': {enabled: true}},
            resultTypes: ['violations'],
        })""",
        list(tags),
    )
    return [
        f"{rule['id']}: {node['failureSummary']} — {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


SCREENS: tuple[ViewportSize, ...] = ({"width": 360, "height": 740}, {"width": 1280, "height": 800})


def barriers(page: Page) -> list[str]:
    """Return what axe finds on a phone and on a large screen, in light and in dark. Empty is good."""
    before, found = page.viewport_size, []
    for screen in SCREENS:
        page.set_viewport_size(screen)
        page.evaluate("() => scrollTo(0, 0)")  # further down the bar with the way out covers something
        page.emulate_media(color_scheme="light")
        found += [f"{screen['width']} px: {each}" for each in axe(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{screen['width']} px, dark: {each}" for each in axe(page, COLOURS)]
    page.emulate_media(color_scheme="null")
    if before is not None:
        page.set_viewport_size(before)
    return found


# WCAG 1.4.12: readers may space lines, letters and words this far apart. The page's own policy does not block a style
# sheet made by a script.
_SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important }
        p { margin-block-end: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""
# Boxes that hide what does not fit. Fields scroll by themselves, and some words are for screen readers only.
_CUT = """() => [...document.body.querySelectorAll(':not(input, textarea, select)')].filter(each => {
    const style = getComputedStyle(each);
    if (style.clipPath !== 'none' || !each.clientWidth || style.display === 'inline') return false;
    const wide = /hidden|clip/.test(style.overflowX) && each.scrollWidth > each.clientWidth + 1;
    const high = /hidden|clip/.test(style.overflowY) && each.scrollHeight > each.clientHeight + 1;
    return wide || high;
}).map(each => each.outerHTML.slice(0, 160))"""


def cut_by_spacing(page: Page) -> list[str]:
    """Return what is cut off or pushed out of a narrow screen with the widest text spacing that readers may set."""
    page.evaluate(_SPACED)
    found: list[str] = page.evaluate(_CUT)
    found += sideways(page)
    page.evaluate("() => { document.adoptedStyleSheets = []; }")
    return [f"spaced: {each}" for each in found]


def sideways(page: Page, width: int = NARROW["width"]) -> list[str]:
    """Return what overflows a narrow screen; a box that scrolls by itself may hold wide things. Empty is good."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": NARROW["height"]})
    found: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            if (root.scrollWidth <= root.clientWidth) return [];
            const out = [];
            for (const each of document.body.querySelectorAll('*')) {
                const box = each.getBoundingClientRect();
                if (box.width && (box.right > root.clientWidth + 0.5 || box.left < -0.5))
                    out.push(each.outerHTML.slice(0, 160));
            }
            return [`the page is ${root.scrollWidth} wide`, ...out.slice(0, 5)];
        }"""
    )
    if before is not None:
        page.set_viewport_size(before)
    return found


# How an element looks: its own style and that of the element that may show its focus (its label, its box).
_LOOK = """each => {
    const parts = [each, each.parentElement, each.nextElementSibling, ...(each.labels || [])].filter(Boolean);
    const names = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor', 'borderWidth',
        'clipPath', 'backgroundColor', 'textDecorationLine', 'textDecorationThickness', 'transform', 'insetBlockStart'];
    const look = part => { const style = getComputedStyle(part); return names.map(name => style[name]).join('|'); };
    return parts.map(look).join(' / ');
}"""
_FOCUSED = f"""() => {{
    const each = document.activeElement;
    if (!each || each === document.body || each === document.documentElement) return null;
    if (window.__seen === undefined) window.__seen = new Set();
    if (window.__seen.has(each)) return null;
    window.__seen.add(each);
    const look = {_LOOK};
    const box = each.getBoundingClientRect();
    const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
    const top = document.elementFromPoint(x, y);
    const labels = [...(each.labels || [])];
    const free = !top || each.contains(top) || top.contains(each) || labels.some(label => label.contains(top));
    const focused = look(each);
    each.blur();
    const plain = look(each);
    each.focus({{preventScroll: true}});
    const inside = box.bottom > 0 && box.top < innerHeight;
    return {{html: each.outerHTML.slice(0, 160), shows: focused !== plain, free: free && inside}};
}}"""
_MOST_STOPS = 250


def hidden_focus(page: Page) -> list[str]:
    """Walk the page with the Tab key and return every stop whose focus cannot be seen. Empty is good.

    Raises AssertionError where there is no stop at all.
    """
    found: list[str] = []
    stops = 0
    page.evaluate("() => { window.__seen = new Set(); document.activeElement && document.activeElement.blur(); }")
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(_FOCUSED)
        if stop is None:
            break
        stops += 1
        if not stop["shows"]:
            found.append(f"focus looks like no focus: {stop['html']}")
        if not stop["free"]:
            found.append(f"focus is covered or off the screen: {stop['html']}")
    assert stops > 0, "nothing on this page takes the focus"
    return found


TABOO = re.compile(r"mobb|bully|gewalt|opfer|t(ä|ae)ter|meldung|anzeige\b|beschuldig", re.IGNORECASE)
"""What no title and no address outside the programme may say; `tests/house/test_words.py` has the longer list."""


def wrong_with(page: Page) -> list[str]:
    """Return everything that is wrong with the page, for all eyes, hands and screens. Empty is good."""
    found = [*barriers(page), *sideways(page), *cut_by_spacing(page), *hidden_focus(page), *faults(page.content())]
    if "/unterricht" not in page.url and TABOO.search(page.title()):
        found.append(f"the title says what this is about: {page.title()}")
    return [f"{page.url}: {each}" for each in found]
