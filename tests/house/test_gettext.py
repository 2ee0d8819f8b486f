"""Every text that Python shows to people goes through gettext, so that other languages can follow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.project import Module, for_each, imported, modules

TRANSLATES = {"_", "gettext", "ngettext", "lazy_gettext", "n_", "mark"}
# A text for people: it holds German letters or quotes, or is two words or a sentence that begins with a capital.
FOR_PEOPLE = re.compile(r".*[äöüßÄÖÜ„“]|[A-Z][a-z]+ [A-Za-z][a-z]|[A-Z][a-z]+.*[.!?]$", re.DOTALL)
SPEAKING = [
    module
    for module in modules()
    if module.is_view
    or (module.name.endswith("forms") and any(name.startswith("wtforms") for name in imported(module.tree)))
]


@for_each(SPEAKING)
def test_texts_of_views_and_forms_go_through_gettext(module: Module) -> None:
    assert list(_bare(module.tree)) == []


def test_a_bare_text_would_be_found() -> None:
    source = 'def f():\n    """Das ist ein Satz."""\n    a = _("Gut so.")\n    return "Schreib uns."'
    assert list(_bare(ast.parse(source))) == ["Schreib uns."]


def _bare(tree: ast.AST) -> Iterator[str]:
    translated = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in TRANSLATES
        for part in ast.walk(node)
    }
    spoken_by_code = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    logged = {
        id(part)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and _name(node.func) in {"error", "warning", "info", "debug", "exception"})
        or isinstance(node, ast.Raise)
        for part in ast.walk(node)
    }
    patterns = {id(part) for call in _calls(tree, "compile") for part in ast.walk(call)}
    # What a library says in English, as the key of what we say instead.
    replaced = {
        id(key)
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(value, ast.Call) and _name(value.func) in TRANSLATES
    }
    for node in ast.walk(tree):
        known = {id(node)} & (translated | spoken_by_code | logged | patterns | replaced)
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and len(node.value) > 1
            and not node.value.startswith("[")  # a class of signs in a pattern
            and not known
            and FOR_PEOPLE.match(node.value)
        ):
            yield node.value


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == name)


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))
