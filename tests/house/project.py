"""How the house rules see the project: its modules, its functions, its templates."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "bullying_desk"
TEMPLATES = ROOT / "templates"
STATIC = PACKAGE / "static"


@dataclass(frozen=True)
class Module:
    """One module: its path, name, source and tree."""

    path: Path
    name: str
    source: str
    tree: ast.Module

    @property
    def is_door(self) -> bool:
        """Whether flask may be imported here: web, views, commands, app."""
        parts = self.name.split(".")[1:]
        return bool(parts) and (parts[0] in {"web", "commands", "app"} or self.is_view)

    @property
    def is_view(self) -> bool:
        """Whether the module answers requests."""
        return "views" in self.name.split(".")


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the program, in order of name."""
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def _module(path: Path) -> Module:
    source = path.read_text("utf-8")
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return Module(path, name, source, ast.parse(source))


@cache
def templates() -> dict[str, str]:
    """Return the source of every template by its name, as `render_template` knows it."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function, also those inside classes and functions."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def body_lines(function: Function) -> int:
    """Count the lines of a function's body: no decorators, no signature, no docstring, no blank line, no comment."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body or function.end_lineno is None:
        return 0
    return len({line for node in body for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)})


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of everything imported, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


Thing = TypeVar("Thing")


def for_each(things: Iterable[Thing]) -> Callable[[Callable[[Thing], None]], Callable[[], None]]:
    """Make one test of a rule that holds for many things; it fails with the name of every thing that breaks the rule.

    One test for each of 400 modules costs more in being collected and reported than in being checked.
    """

    all_of_them = list(things)
    assert all_of_them, "a rule for no thing at all holds always"

    def wrap(rule: Callable[[Thing], None]) -> Callable[[], None]:
        # Not `functools.wraps`: pytest would ask for the rule's own argument as a fixture.
        def test() -> None:
            wrong = []
            for thing in all_of_them:
                try:
                    rule(thing)
                except AssertionError as error:
                    wrong.append(f"{getattr(thing, 'name', thing)}: {error}")
            assert not wrong, f"{rule.__doc__ or rule.__name__}\n" + "\n".join(wrong)

        test.__name__, test.__doc__, test.__module__ = rule.__name__, rule.__doc__, rule.__module__
        return test

    return wrap
