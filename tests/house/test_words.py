"""Addresses, titles, cookies and file names stay in histories and on shared screens: none names the subject.

`/unterricht` is left out: a lesson may name its subject.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.house.project import STATIC, Module, for_each, modules, templates

pytestmark = pytest.mark.sqlite  # pages: the statements behind them run on PostgreSQL elsewhere

# „Anmeldung“ and „Fehlermeldung“ are ordinary words; a „Meldung“ by itself is not.
TABOO = re.compile(
    r"mobb|bully|bulli(?!ng_desk)|gewalt|opfer|t(?:ä|ae)ter|bel(?:ä|ae)stig|missbrauch|suizid|hassrede|melde-?stelle"
    r"|notruf|(?<!an)(?<!ab)(?<!fehler)(?<!er)(?<!rück)meldung(?!sfrei)|beschuldig|anzeige\b",
    re.IGNORECASE,
)
PROGRAMME = "/unterricht"


@pytest.mark.parametrize("word", ["mobbing", "Meldung", "Täterin", "gewaltfrei", "cyberbullying", "opfer-hilfe"])
def test_the_pattern_finds(word: str) -> None:
    assert TABOO.search(word)


@pytest.mark.parametrize("word", ["Anmeldung", "Fehlermeldung", "Schritt 3 von 7", "/schreiben/1", "zurueck"])
def test_the_pattern_leaves_ordinary_words(word: str) -> None:
    assert not TABOO.search(word)


def test_no_address_says_it(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    assert len(rules) > 10
    assert not [rule for rule in rules if TABOO.search(rule) and not rule.startswith(PROGRAMME)]


def test_no_static_file_says_it() -> None:
    names = [path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()]
    assert names
    assert not [name for name in names if TABOO.search(name)]


def test_no_title_says_it() -> None:
    titles = {
        name: match[1]
        for name, source in templates().items()
        if not name.startswith("lessons/")
        for match in re.finditer(r"{%-?\s*block title\s*-?%}(.*?){%-?\s*endblock", source, re.DOTALL)
    }
    assert titles
    assert not {name: title for name, title in titles.items() if TABOO.search(title)}


@for_each([each for each in modules() if each.is_door])
def test_no_cookie_header_or_download_says_it(module: Module) -> None:
    names = [name for name in _visible_names(module.tree) if TABOO.search(name)]
    assert not names or ".lessons." in module.name


def _visible_names(tree: ast.AST) -> Iterator[str]:
    """Yield names that a browser keeps or shows: of cookies, of headers, of downloaded files."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if text.startswith(("__Host-", "__Secure-", "X-")) or "filename" in text:
                yield text
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if called in {"set_cookie", "delete_cookie"} and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
            for keyword in node.keywords:
                if keyword.arg == "download_name" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)
