"""Choices of a field are made by one helper: WTForms 3.4 takes no tuples, and 3.3 warns of half of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.project import modules

MAKERS = {"select_choices", "choices_of"}


def _given(tree: ast.AST) -> Iterator[ast.expr]:
    """Find the values given to a field as its choices, in its call or afterwards."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and "Field" in ast.unparse(node.func):
            yield from (word.value for word in node.keywords if word.arg == "choices")
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr == "choices" for target in node.targets
        ):
            yield node.value


def test_choices_are_made_by_the_helper() -> None:
    bare = [
        f"{module.name}:{value.lineno}: {ast.unparse(value)[:60]}"
        for module in modules()
        for value in _given(module.tree)
        if not (isinstance(value, ast.Call) and ast.unparse(value.func) in MAKERS)
    ]
    assert not bare, "\n".join(bare)
