"""Everything public has a caller in the program: what only tests call proves nothing of the program."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from functools import cache

from tests.house.project import PACKAGE, Module, for_each, modules, templates

# Public names that nothing in the program calls, and why they stay.
ALLOWED: dict[str, str] = {
    "metadata.TABLES": "tests go over every table",
    "texts.extraction.extract": "Babel calls it, named in babel.cfg",
    "wsgi.app": "gunicorn calls it",
}
# Methods that a library calls by their name.
HOOKS = re.compile(r"make_globals|validate_\w+|process_(formdata|bind_param|result_value)|(open|save)_session")


@cache
def _outside_code() -> frozenset[str]:
    """Every word of the templates and of the sheets: they call functions too."""
    texts = [*templates().values(), *(path.read_text("utf-8") for path in PACKAGE.rglob("*.typ"))]
    return frozenset(re.findall(r"\w+", " ".join(texts)))


@cache
def _used() -> tuple[dict[str, set[str]], frozenset[str]]:
    """Return which names are taken from which module, and every attribute's name and identifier in a string."""
    taken: dict[str, set[str]] = defaultdict(set)
    attributes: set[str] = set()
    names = {module.name for module in modules()}
    for module in modules():
        aliases: dict[str, str] = {}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                for each in node.names:
                    whole = f"{node.module}.{each.name}"
                    if whole in names:
                        aliases[each.asname or each.name] = whole
                    else:
                        taken[node.module].add(each.name)
            elif isinstance(node, ast.Import):
                aliases |= {each.asname or each.name: each.name for each in node.names if each.name in names}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                attributes.add(node.attr)
                if (home := aliases.get(ast.unparse(node.value))) is not None:
                    taken[home].add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                attributes.update(node.value.split(".") if re.fullmatch(r"[\w.]+", node.value) else ())
    return taken, frozenset(attributes)


@cache
def _uncalled(module: Module) -> tuple[str, ...]:
    taken, attributes = _used()
    found = []
    # How often each statement, and the whole module, reads a name.
    reads = [
        Counter(each.id for each in ast.walk(part) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load))
        for part in module.tree.body
    ]
    all_reads: Counter[str] = sum(reads, Counter())
    for node, its_own in zip(module.tree.body, reads, strict=True):
        for name in _defined(node):
            elsewhere = all_reads[name] - its_own[name]
            if not elsewhere and name not in taken[module.name] and name not in _outside_code():
                found.append(name)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found += [
                f"{node.name}.{each.name}"
                for each in node.body
                if isinstance(each, ast.FunctionDef)
                and not each.name.startswith("_")
                and not HOOKS.fullmatch(each.name)
                and each.name not in attributes
                and each.name not in _outside_code()
            ]
    return tuple(found)


def _defined(node: ast.stmt) -> list[str]:
    """Return the public names a statement defines; what a decorator takes (views, commands) has its caller."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        names = [] if isinstance(node, ast.FunctionDef) and _is_taken(node) else [node.name]
    elif isinstance(node, ast.Assign):
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        names = [node.target.id]
    else:
        names = []
    return [name for name in names if not name.startswith("__")]


def _is_taken(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(each).split("(")[0] not in PLAIN for each in function.decorator_list)


PLAIN = {"cache", "lru_cache", "contextmanager", "staticmethod", "property", "dataclass"}


@for_each(modules())
def test_everything_public_has_a_caller(module: Module) -> None:
    found = {f"{module.name.removeprefix('bullying_desk.')}.{name}" for name in _uncalled(module)}
    assert found - set(ALLOWED) == set()


def test_what_is_allowed_is_still_there_and_uncalled() -> None:
    found = {
        f"{module.name.removeprefix('bullying_desk.')}.{name}" for module in modules() for name in _uncalled(module)
    }
    assert set(ALLOWED) <= found
