"""Looking at a page as people with different eyes, hands and screens do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize

from tests.browser.support import processes
from tests.browser.support.markup import faults
from tests.browser.support.skeleton import once_for_each
from workshop.browser import AXE

AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW = {"width": 320, "height": 640}


# The rules that cost most, as they ask what lies over what: how large a target is and what is near it, and colours.
TARGET_RULES = ("target-size",)
COLOUR_RULES = ("color-contrast", "link-in-text-block")
# Where something scrolls, and what judges an element by others of the page.
SCROLL_RULES = ("scrollable-region-focusable",)
PAGE_RULES = (
    "heading-order", "region", "landmark-one-main", "landmark-unique", "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo", "landmark-no-duplicate-main", "page-has-heading-one", "list", "listitem",
    "definition-list", "dlitem", "nested-interactive", "aria-hidden-focus", "aria-required-children",
    "aria-required-parent", "duplicate-id-aria", "label-content-name-mismatch", "skip-link",
)  # fmt: skip


@cache
def _axe_source() -> str:
    return AXE.read_text("utf-8")


def axe(
    page: Page, tags: Sequence[str] = AXE_TAGS, *, rules: Sequence[str] = (), without: Sequence[str] = ()
) -> list[str]:
    """Return what axe finds on the page as it stands: rule, what to do, and where. Empty is good.

    `rules` names single rules instead of the groups in `tags`; `without` names rules of the groups to leave out.
    """
    page.wait_for_load_state()
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe_source())
    found: dict[str, Any] = page.evaluate(
        """([only, rules]) => axe.run(document, {
            runOnly: only,
            ...(only.type === 'tag' ? {rules} : {}),
            resultTypes: ['violations'],
            selectors: false,  // nobody reads them, and they cost a fifth
        })""",
        [
            {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(tags)},
            {name: {"enabled": name not in without} for name in (*TARGET_RULES, *without)},
        ],
    )
    return [
        f"{rule['id']}: {node['failureSummary']} — {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


PHONE_SIZE: ViewportSize = {"width": 360, "height": 740}
LARGE_SIZE: ViewportSize = {"width": 1280, "height": 800}
# The place in the document of each element that is shown.
_SHOWN = """() => [...document.body.querySelectorAll('*')].map((each, place) =>
    each.checkVisibility({visibilityProperty: true, opacityProperty: true}) ? place : -1).filter(place => place >= 0)"""
# The kinds of the elements at some places: each itself and what it lies in, without words.
_KINDS = """places => {
    const all = [...document.body.querySelectorAll('*')], kinds = new Map();
    const kind = each => {
        if (!kinds.has(each)) {
            const own = each.cloneNode(false);
            for (const name of ['id', 'for', 'name', 'value', 'href', 'action']) own.removeAttribute(name);
            const words = each.childElementCount ? '' : each.textContent.trim() ? 'words' : 'empty';
            kinds.set(each, (each === document.body ? '' : kind(each.parentElement)) + own.outerHTML + words);
        }
        return kinds.get(each);
    };
    return [...new Set(places.map(place => kind(all[place])))];
}"""
# With which colours each text is drawn: its own, its size and weight, those behind it, and those of what lies over it.
_COLOURS = """() => {
    const all = [...document.body.querySelectorAll('*')]
        .filter(each => each.checkVisibility({visibilityProperty: true, opacityProperty: true}));
    const nothing = /^(rgba\\(0, 0, 0, 0\\) none )+1$/;
    const painted = new Map();
    const paint = each => {
        if (!painted.has(each)) {
            const parts = [null, '::before', '::after'].map(part => getComputedStyle(each, part));
            const text = parts.map(one => `${one.backgroundColor} ${one.backgroundImage} `).join('') + parts[0].opacity;
            painted.set(each, nothing.test(text) ? '' : text);
        }
        return painted.get(each);
    };
    const layers = all.filter(each => getComputedStyle(each).position !== 'static' && paint(each))
        .map(each => [each, each.getBoundingClientRect()]);
    const found = all.map(each => {
        const says = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!says && !each.matches('input, textarea, select')) return null;
        const style = getComputedStyle(each), around = getComputedStyle(each.parentElement);
        const box = each.getBoundingClientRect(), behind = [];
        for (let one = each; one; one = one.parentElement) behind.push(paint(one));
        const over = layers.filter(([one, its]) => !one.contains(each) && !each.contains(one)
            && its.left < box.right && its.right > box.left && its.top < box.bottom && its.bottom > box.top);
        return [style.color, style.fontSize, style.fontWeight, style.textShadow, style.textDecorationLine,
            each.matches('a') ? around.color + around.textDecorationLine : '', each.matches(':disabled'),
            behind.filter(Boolean).join(' / '), over.map(([one]) => paint(one)).join(' / ')].join('; ');
    });
    return [...new Set(found.filter(Boolean))];
}"""


# The targets that may be too small: under 24 pixels (WCAG 2.5.8), or under or over another one. Each with all that the
# rule judges: its size, and where and how large the targets near it are. A word in a line of text may be of any size.
_TARGETS = """() => {
    const stops = [...document.body.querySelectorAll('*')]
        .filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({visibilityProperty: true}))
        .map(each => [each, each.getBoundingClientRect()]);
    const text = (each, step) => {
        for (let next = each[step]; next; next = next[step]) {
            if (next.nodeType === 3 && next.data.trim()) return true;
            if (next.nodeType === 1 && (next.matches('br, hr') || getComputedStyle(next).display !== 'inline'))
                return false;
        }
        return false;
    };
    const inLine = each => getComputedStyle(each).display === 'inline'
        && !each.parentElement.closest('a, button, summary, [role]')
        && (text(each, 'previousSibling') || text(each, 'nextSibling'));
    const kind = each => [each.tagName, each.type, each.className, each.getAttribute('role')].join(' ');
    const near = (a, b, by) => a.left - by < b.right && a.right + by > b.left
        && a.top - by < b.bottom && a.bottom + by > b.top;
    const round = number => Math.round(number * 10) / 10;
    const found = stops.map(([each, its]) => {
        const others = stops.filter(([one, box]) => one !== each && near(its, box, 24));
        const apart = ([one]) => !one.contains(each) && !each.contains(one);
        if (its.width >= 24 && its.height >= 24 && !others.some(one => apart(one) && near(its, one[1], 0))) return null;
        if (inLine(each)) return null;
        const top = document.elementFromPoint(its.left + its.width / 2, its.top + its.height / 2);
        return ['target', kind(each), getComputedStyle(each).display, round(its.width), round(its.height),
            !top || each.contains(top), ...others.map(([one, box]) => [kind(one), apart([one]),
                round(box.left - its.left), round(box.top - its.top), round(box.width), round(box.height)].join(' '))
        ].join('; ');
    });
    return [...new Set(found.filter(Boolean))];
}"""
# Whether something scrolls by itself: without that, the rule about it has nothing to judge.
_SCROLLS = """() => [...document.body.querySelectorAll('*')].some(each =>
    (each.scrollHeight > each.clientHeight || each.scrollWidth > each.clientWidth)
    && /auto|scroll/.test(getComputedStyle(each).overflow))"""


def barriers(page: Page) -> list[str]:
    """Return what axe finds on a telephone and on a large screen, in light and in dark. Empty is good.

    A telephone in light is asked everything but colours and sizes of targets; these are asked, on each screen and in
    dark too, where a text has other colours, or a small target other neighbours, than all of this run before. A large
    screen is asked what depends on what scrolls; what depends on other elements too, where it shows an element that
    the telephone does not; everything, where that element is of a new kind.
    """
    before = page.viewport_size
    _show(page, PHONE_SIZE, "light")
    narrow = set(page.evaluate(_SHOWN))
    found = [f"360 px: {each}" for each in _asked(page)]
    _show(page, PHONE_SIZE, "dark")
    found += [f"360 px, dark: {each}" for each in _new_colours(page)]
    _show(page, LARGE_SIZE, "dark")
    found += [f"1280 px, dark: {each}" for each in _new_colours(page)]
    _show(page, LARGE_SIZE, "light")
    found += [f"1280 px: {each}" for each in _of_the_width(page, narrow)]
    page.emulate_media(color_scheme="null")
    if before is not None:
        page.set_viewport_size(before)
    return found


def _of_the_width(page: Page, narrow: set[int]) -> list[str]:
    more: list[str] = page.evaluate(_KINDS, [place for place in page.evaluate(_SHOWN) if place not in narrow])
    if processes.unseen(more):
        return _once_seen(more, lambda: _asked(page))
    return _asked(page, (*(SCROLL_RULES if page.evaluate(_SCROLLS) else ()), *(PAGE_RULES if more else ())))


def _asked(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """Ask some rules, or all; those about colours and targets where the page has one that the run has not seen."""
    by_rules = {COLOUR_RULES: page.evaluate(_COLOURS), TARGET_RULES: page.evaluate(_TARGETS)}
    new = [rule for names, there in by_rules.items() if processes.unseen(there) for rule in names]
    known = [rule for names in by_rules for rule in names if rule not in new]
    if rules is not None and not (rules or new):
        return []
    look = partial(axe, page, without=known) if rules is None else partial(axe, page, rules=(*rules, *new))
    return _once_seen([each for there in by_rules.values() for each in there], look)


def _new_colours(page: Page) -> list[str]:
    colours: list[str] = page.evaluate(_COLOURS)
    return _once_seen(colours, lambda: axe(page, rules=COLOUR_RULES)) if processes.unseen(colours) else []


def _once_seen(what: Sequence[str], look: Callable[[], list[str]]) -> list[str]:
    """Look, and keep in mind what was seen where nothing is wrong with it."""
    found = look()
    if not found:
        processes.note_seen(what)
    return found


def _show(page: Page, screen: ViewportSize, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size(screen)
    page.emulate_media(color_scheme=scheme)
    page.evaluate("() => scrollTo(0, 0)")  # further down the bar with the way out lies over something


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
    """Return what overflows a narrow screen. Empty is good.

    A box that scrolls by itself may hold wide things, but no table of staff: half of it is out of sight on a phone.
    """
    page.wait_for_load_state()
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": NARROW["height"]})
    found: list[str] = page.evaluate(
        """() => {
            const root = document.documentElement;
            for (const each of document.querySelectorAll('.desk .scroll'))
                if (each.scrollWidth > each.clientWidth) return [`a table is cut: ${each.scrollWidth} wide`];
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
# Before each press of Tab moves the focus, the page notes what has it: it is asked once for many stops, not at each.
_WALK = f"""() => {{
    const look = {_LOOK}, seen = new Set(), walk = window.__walk = {{stops: [], begun: false, done: false}};
    const focused = each => {{
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
    }};
    walk.note = event => {{
        const each = document.activeElement;
        if (event.key !== 'Tab' || walk.done) return;
        if (!walk.begun) walk.begun = true;
        else if (!each || each === document.body || each === document.documentElement || seen.has(each))
            walk.done = true;
        else {{ seen.add(each); walk.stops.push(focused(each)); }}
    }};
    document.activeElement && document.activeElement.blur();
    addEventListener('keydown', walk.note, true);
}}"""
_WALKED = """() => {
    removeEventListener('keydown', window.__walk.note, true);
    return window.__walk.stops;
}"""
_AT_ONCE = 10  # presses until the page is asked whether all stops were seen
_MOST_STOPS = 250


def hidden_focus(page: Page) -> list[str]:
    """Walk the page with the Tab key and return every stop whose focus cannot be seen. Empty is good.

    Raises AssertionError where there is no stop at all.
    """
    page.wait_for_load_state()
    page.evaluate(_WALK)
    for _ in range(_MOST_STOPS // _AT_ONCE):
        for _ in range(_AT_ONCE):
            page.keyboard.down("Tab")  # a key that is held down moves on, too, and costs half
        if page.evaluate("() => window.__walk.done"):
            break
    page.keyboard.up("Tab")
    stops: list[dict[str, Any]] = page.evaluate(_WALKED)
    assert stops, "nothing on this page takes the focus"
    found = [f"focus looks like no focus: {stop['html']}" for stop in stops if not stop["shows"]]
    return found + [f"focus is covered or off the screen: {stop['html']}" for stop in stops if not stop["free"]]


# Fields a browser would remember and offer to whoever sits there next: none may, a name may stand in each of them.
_REMEMBERED = """() => [...document.querySelectorAll('input, textarea')]
    .filter(each => !/hidden|checkbox|radio|file|submit|reset|button/.test(each.type))
    .filter(each => !each.getAttribute('autocomplete')).map(each => each.outerHTML.slice(0, 160))"""


def remembered(page: Page) -> list[str]:
    """Return the fields that do not say whether a browser may remember what is typed. Empty is good."""
    return [f"a browser remembers what is typed: {each}" for each in page.evaluate(_REMEMBERED)]


TABOO = re.compile(r"mobb|bully|gewalt|opfer|t(ä|ae)ter|meldung|anzeige\b|beschuldig", re.IGNORECASE)
"""What no title and no address outside the programme may say; `tests/house/test_words.py` has the longer list."""


def wrong_with(page: Page) -> list[str]:
    """Return everything that is wrong with the page as it stands, for all eyes, hands and screens. Empty is good."""
    found = once_for_each(page, _look) + remembered(page)
    if "/unterricht" not in page.url and TABOO.search(page.title()):
        found.append(f"the title says what this is about: {page.title()}")
    return [f"{page.url}: {each}" for each in found]


def _look(page: Page) -> list[str]:
    return [*barriers(page), *sideways(page), *cut_by_spacing(page), *hidden_focus(page), *faults(page.content())]
