"""What makes two pages look alike, so that the second one need not be looked at again.

The skeleton holds everything that the checks in `looking.py` judge: tags, classes, roles, states and the other
attributes, which label and which description belong to which field, the style sheets, what the script has changed, and
how long each text and its longest word are, in steps. It leaves out what no check depends on: the words themselves, the
numbers in addresses, tokens, and how many equal rows follow each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.support import processes

_SKELETON = r"""() => {
    // Ids become numbers in the order in which they are met: what points where stays, the name itself goes.
    const ids = new Map();
    const id = name => { if (!ids.has(name)) ids.set(name, ids.size); return ids.get(name); };
    const POINTERS = new Set(['id', 'for', 'name', 'list', 'form', 'headers', 'aria-labelledby', 'aria-describedby',
        'aria-controls', 'aria-owns', 'aria-details', 'aria-errormessage', 'aria-activedescendant']);
    const WORDS = new Set(['value', 'title', 'alt', 'placeholder', 'content', 'aria-label', 'datetime', 'action',
        'src', 'srcset', 'summary', 'nonce', 'aria-roledescription', 'aria-valuetext', 'href', 'formaction']);
    const step = number => [0, 1, 4, 12, 30, 80, 240].filter(least => number >= least).length;
    const size = text => {
        const words = text.trim().split(/\s+/).map(word => word.length);
        return `${step(text.trim().length)}.${Math.ceil(Math.max(0, ...words) / 4)}`;
    };
    const said = text => text.trim() ? size(text) : '';
    const value = (each, name, text) => {
        if (POINTERS.has(name)) return text.split(/\s+/).map(id).join(',');
        if (name === 'href' && each.matches('link')) return text;  // style sheets carry their hash
        if (name === 'src' && each.matches('script')) return text;
        if (name === 'href' && text.startsWith('#')) return '#' + id(text.slice(1));
        if (name === 'href') return /^[a-z]+:/.exec(text)?.[0] ?? '/';
        if (WORDS.has(name) || name.startsWith('data-')) return size(text);
        return text;
    };
    const of = each => {
        const attributes = [...each.attributes].map(one => `${one.name}=${value(each, one.name, one.value)}`).sort();
        if (each.matches('input, textarea, select'))
            attributes.push(`now=${each.checked ? 'on' : 'off'},${each.disabled},${size(String(each.value ?? ''))}`);
        if (each.matches('script')) return `<SCRIPT ${attributes}>`;
        if (each.matches('style')) return `<STYLE ${attributes}>${each.textContent}`;
        const parts = [];
        for (const node of each.childNodes) {
            const part = node.nodeType === 1 ? of(node) : node.nodeType === 3 ? said(node.data) : '';
            // Of equal rows, or of equal runs of text, one stands for all that follow.
            if (part && parts.at(-1) !== part && parts.at(-1) !== part + '+') parts.push(part);
            else if (part && parts.at(-1) === part) parts[parts.length - 1] = part + '+';
        }
        return `<${each.tagName} ${attributes.join(' ')}>${parts.join('|')}</>`;
    };
    const media = ['(pointer: coarse)', '(scripting: enabled)', '(hover: hover)', '(forced-colors: active)'];
    return [document.doctype?.name, devicePixelRatio, ...media.map(each => matchMedia(each).matches),
        of(document.documentElement)].join('\n');
}"""


def skeleton(page: Page) -> str:
    """Return what the page looks like, without what no check depends on.

    A press waits until the next page begins, not until it is there: for a moment that document is empty.
    """
    page.wait_for_load_state()
    found: str = page.evaluate(_SKELETON)
    return found


def once_for_each(page: Page, look: Callable[[Page], list[str]]) -> list[str]:
    """Return what `look` finds on the page; in one run, pages that look alike are looked at once.

    What was found on the first of them is said of every other one too.
    """
    key = hashlib.sha256(skeleton(page).encode()).hexdigest()
    known = processes.folder() / "looked" / f"{key}.json"
    if known.exists():
        again: list[str] = json.loads(known.read_text("utf-8"))
        return again
    found = look(page)
    processes.write_whole(known, json.dumps(found))
    return found
