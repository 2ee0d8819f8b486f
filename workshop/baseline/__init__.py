"""The oldest browsers that get the whole pages: those of 2020.

`python -m workshop.baseline` checks our style sheets and scripts. `later.txt` beside this file lists what came later,
by MDN's browser-compat-data (CC0); `--renew data.json` writes it anew from that package of npm. A script must also be
ES2017 (ECMA-262, 8th edition; it may spread objects): esprima 4 knows no later grammar, so anything newer is a fault of
the script. What is newer and harmless stands in `MAY_LACK`, with what an older browser does instead.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import esprima
import tinycss2

# Chrome also stands for Edge, Samsung Internet and Android's own view; Safari 14.1 is the last one of iOS 14.
BROWSERS: Final = {"chrome": 87, "firefox": 84, "safari": 14.1}
STATIC: Final = Path(__file__).resolve().parents[2] / "bullying_desk" / "static"
LATER: Final = Path(__file__).with_name("later.txt")

# What we use although the baseline lacks it, and what happens there. Every other newer thing is a fault.
MAY_LACK: Final = {
    "at-rule page": "prints have the margins of the browser",
    "media forced-colors": "those browsers have no forced colours",
    "property accent-color": "a box that is ticked has the browser's own colour",
    "property border-end-end-radius": "corners are square",
    "property border-start-end-radius": "corners are square",
    "property color-scheme": "bars and fields stay light in the dark",
    "property forced-color-adjust": "those browsers have no forced colours",
    "property hyphens": "on the wall, long words break without a hyphen",
    "property outline": "the ring of the focus has square corners",
    "property text-decoration-thickness": "links have the browser's own line",
    "property text-wrap": "lines break where they always did",
    "selector focus-visible": "the rule that takes the ring away is not known, so it stays",
    "selector has": "the desk's script sets the class `on` beside it",
    "value break-after:avoid": "a heading may stand at the end of a printed page",
    "value overflow-wrap:anywhere": "the body's `break-word` counts",
    "js BroadcastChannel": "asked for before use; each tab counts for itself",
    "js HTMLDialogElement": "asked for before use; help opens as a page",
    "js exitFullscreen": "the button is hidden where the browser has no full screen",
    "js fullscreenElement": "the button is hidden",
    "js fullscreenEnabled": "without it the button is hidden",
    "js requestFullscreen": "the button is hidden",
    "js requestSubmit": "asked for before use; the form is sent as always",
    "js showModal": "help opens as a page",
    "js submitter": "the form is sent as always",
    "js visualViewport": "asked for before use; the window's own height counts",
    "js and": "a word of our own, in `data-and`",
    "js when": "a word of our own, in `data-when`",
}

# Interfaces whose names our scripts may use. A name that is old in one of them is no fault.
_INTERFACES: Final = """
    AbortController AbortSignal Blob Clipboard Crypto CSSStyleDeclaration CSSStyleSheet CustomEvent Document
    DocumentFragment DOMParser DOMRect DOMRectReadOnly DOMStringMap DOMTokenList Element Event EventTarget File
    FormData Headers History HTMLAnchorElement HTMLButtonElement HTMLDetailsElement HTMLDialogElement HTMLElement
    HTMLFormElement HTMLInputElement HTMLOptionElement HTMLScriptElement HTMLSelectElement HTMLTemplateElement
    HTMLTextAreaElement InputEvent IntersectionObserver KeyboardEvent Location MediaQueryList MouseEvent
    MutationObserver Navigator Node NodeList PageTransitionEvent Performance PointerEvent PopStateEvent Range
    Request ResizeObserver Response Screen Selection ShadowRoot SpeechSynthesis SpeechSynthesisUtterance
    SpeechSynthesisVoice SubmitEvent SubtleCrypto Text ToggleEvent TreeWalker UIEvent URL URLSearchParams
    ValidityState VisualViewport Window
"""
# Units of CSS Values 4 and of containers; the data names them only in groups.
_UNITS: Final = "cap ic lh rlh rcap ric rex rch vi vb svw svh svi svb lvw lvh lvi lvb dvw dvh dvi dvb cqw cqh cqi cqb"


def later() -> frozenset[str]:
    """Return everything that the baseline lacks: `property text-wrap`, `selector has`, `js structuredClone`."""
    lines = LATER.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


# ---- what a file uses ----


def used_by_css(source: str) -> Iterator[str]:
    """Yield the properties, values, selectors, at-rules, media features and functions of a style sheet."""
    yield from _of_rules(tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True))


def _of_rules(rules: Sequence[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            yield f"syntax {rule.message}"
        elif rule.type == "at-rule":
            yield f"at-rule {rule.lower_at_keyword}"
            asked = re.findall(r"\(\s*([a-z-]+)\s*[:)]", tinycss2.serialize(rule.prelude))
            yield from (f"media {word}" for word in asked)
            if rule.content is not None and rule.lower_at_keyword in {"media", "supports"}:
                yield from _of_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            elif rule.content is not None:
                yield from _of_block(rule.content)
        elif rule.type == "qualified-rule":
            yield from (f"selector {name}" for name in re.findall(r"::?([a-z-]+)", tinycss2.serialize(rule.prelude)))
            yield from _of_block(rule.content)


def _of_block(content: Sequence[Any]) -> Iterator[str]:
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type != "declaration":
            yield "selector nesting" if one.type == "qualified-rule" else f"syntax {one.type}"
            continue
        yield f"property {one.lower_name}"
        for token in one.value:
            if token.type == "ident":
                yield f"value {one.lower_name}:{token.lower_value}"
            elif token.type == "function":
                yield f"function {token.lower_name}"
            elif token.type == "dimension":
                yield f"unit {token.lower_unit}"


def used_by_script(source: str) -> Iterator[str]:
    """Yield what a script takes from the browser by name. Raises esprima.Error where it is newer than ES2017."""
    esprima.parseScript(source)
    tokens = esprima.tokenize(f";{source};")  # each name has something before and after it
    made = {"function", "var", "let", "const", ","}
    own = {after.value for before, after in pairwise(tokens) if before.value in made}
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        called = after.value == "(" and token.value not in own
        if token.type == "Identifier" and (before.value == "." or called or token.value[0].isupper()):
            yield f"js {token.value}"


def faults(path: Path, newer: frozenset[str]) -> list[str]:
    """Return what in a file the baseline lacks, and nobody has called harmless."""
    source = path.read_text("utf-8")
    try:
        used = set(used_by_css(source) if path.suffix == ".css" else used_by_script(source))
    except esprima.Error as error:
        return [f"{path.name}: newer than ES2017: {error}"]
    wrong = {each for each in used if each.startswith("syntax ") or (each in newer and each not in MAY_LACK)}
    return [f"{path.name}: {each}" for each in sorted(wrong)]


# ---- the data ----

_SPELLED: Final = re.compile(r"[a-z][a-z-]*")  # as in a style sheet; other entries are descriptions


def renewed(data: dict[str, Any]) -> str:
    """Return the list anew from MDN's data."""
    said = data["__meta"]
    head = f"# Newer than {BROWSERS}, by @mdn/browser-compat-data {said['version']} of {said['timestamp'][:10]} (CC0)."
    found = {*_newer_css(data["css"]), *_newer_names(data)}
    return "\n".join([head, *sorted(found)]) + "\n"


def _newer_css(css: dict[str, Any]) -> Iterator[str]:
    for kind, name in (("properties", "property"), ("selectors", "selector"), ("at-rules", "at-rule")):
        for word, feature in css[kind].items():
            if _is_newer(feature):
                yield f"{name} {word}"
            elif kind != "selectors":
                what = "value" if kind == "properties" else "media" if word == "media" else ""
                rest = [part for part, one in feature.items() if what and _SPELLED.fullmatch(part) and _is_newer(one)]
                yield from (f"{what} {part}" if what == "media" else f"value {word}:{part}" for part in rest)
    for name, feature in css["types"].items():
        parts = {name: feature, **{part: one for part, one in feature.items() if _SPELLED.fullmatch(part)}}
        yield from (f"function {part}" for part, one in parts.items() if isinstance(one, dict) and _is_newer(one))
    yield from (f"unit {unit}" for unit in _UNITS.split())


def _newer_names(data: dict[str, Any]) -> Iterator[str]:
    homes = [*data["javascript"]["builtins"].values()]
    homes += [one for name, one in data["api"].items() if name in _INTERFACES.split()]
    old, new = set[str](), set[str]()
    for name, one in (*data["javascript"]["builtins"].items(), *data["api"].items()):
        (new if _is_newer(one) else old).add(name)
    for home in homes:
        for name, one in home.items():
            if re.fullmatch(r"[A-Za-z]\w+", name) and "__compat" in one:
                (new if _is_newer(one) else old).add(name.removesuffix("_static"))
    yield from (f"js {name}" for name in new - old)


def _is_newer(feature: dict[str, Any]) -> bool:
    """Whether some browser knows it now, and one of the baseline did not."""
    support = feature.get("__compat", {}).get("support", {})
    since = {browser: _since(support.get(browser)) for browser in BROWSERS}
    return any(since.values()) and not all(0 < (since[one] or 0) <= most for one, most in BROWSERS.items())


def _since(said: Any) -> float | None:
    """Return the version that knows it without a prefix, another name or a setting; None for none."""
    versions = []
    for one in said if isinstance(said, list) else [said] if said else []:
        number = re.match(r"≤?(\d+(?:\.\d+)?)", str(one.get("version_added")))
        if number and not {"flags", "prefix", "alternative_name", "version_removed"} & set(one):
            versions.append(float(number[1]))
    return min(versions, default=None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m workshop.baseline", description=__doc__)
    parser.add_argument("--renew", type=Path, metavar="DATA.JSON", help="write the list anew from MDN's data")
    given = parser.parse_args(arguments)
    if given.renew:
        LATER.write_text(renewed(json.loads(given.renew.read_text("utf-8"))), "utf-8")
    newer, files = later(), (path for path in sorted(STATIC.iterdir()) if path.suffix in {".css", ".js"})
    found = [line for path in files for line in faults(path, newer)]
    print("\n".join(found) or "Nothing that the browsers of 2020 lack.")
    return int(bool(found))
