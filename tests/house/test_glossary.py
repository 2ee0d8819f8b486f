"""The glossary is true: its code names exist, people read its German terms, and no name or term is listed twice."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

from tests.house.project import PACKAGE, ROOT, imported, modules, templates

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
# (German term or nothing, code name, meaning)
LINES = re.findall(r"(?m)^\| (?:([^|`]+) \| )?`(\w+)` \| ([^|]+) \|$", GLOSSARY)


# Other names for what the glossary names already; a word of each that people no longer read.
GONE = ("Stadtteam", "Stadtkoordination", "Team der Stadt", "Redaktion Unterricht", "Wer führt", "wer führt,")


def _names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield name


@cache
def _names() -> set[str]:
    """Return every identifier of the program, and every name of a module or package."""
    parts = {part for module in modules() for part in module.name.split(".")}
    return parts | {name for module in modules() for name in _names_in(module.tree)}


@cache
def _texts() -> str:
    """Return what people read: templates, YAML files and the strings of the code."""
    texts = [*templates().values(), *(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.yml")))]
    for module in modules():
        strings = (node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant))
        texts += [value for value in strings if isinstance(value, str)]
    return "\n".join(texts)


def test_every_line_is_read() -> None:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and "| code |" not in line]
    assert len(LINES) == len([row for row in rows if "| meaning |" not in row]) > 40
    assert all(meaning.endswith(".") for _german, _code, meaning in LINES)


def test_every_code_name_exists() -> None:
    assert not [code for _german, code, _meaning in LINES if code not in _names()]
    assert "no_such_name_anywhere" not in _names()


def test_people_read_every_german_term() -> None:
    assert not [german for german, _code, _meaning in LINES if german and german not in _texts()]


def test_one_thing_has_one_name() -> None:
    assert not [gone for gone in GONE if gone in _texts()]


def test_no_list_of_names_has_the_verb_of_one() -> None:
    """„Frau Aydin, Herr Brandt hat“: by `ngettext`, or a sentence that fits one name and two."""
    verb = r"%\((?:names|people)\)s (?:hat|ist|liest|kann|schreibt|wird|braucht|fehlt|möchte)\b"
    said = re.findall(rf"(?<!ngettext\(['\"])(?<=['\"]){verb}", _texts())
    assert not said


def test_no_name_and_no_term_is_listed_twice() -> None:
    terms = [german for german, _code, _meaning in LINES if german]
    assert len(set(terms)) == len(terms)
    assert len({code for _german, code, _meaning in LINES}) == len(LINES)


def test_no_two_public_classes_of_a_domain_have_one_name() -> None:
    """Also where nothing imports both today: whoever searches for a class finds one."""
    homes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for module in modules():
        domain = module.name.split(".")[1] if "." in module.name else module.name
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[domain, node.name].append(module.name)
    assert ("reports", "Report") in homes
    assert not {name: found for name, found in homes.items() if len(found) > 1}


def test_no_module_imports_two_classes_of_one_name() -> None:
    """Not even under another name: two domains may each have a `Question`, but no reader needs both at once."""
    wrong = set()
    for module in modules():
        whole = {name for name in imported(module.tree) if name.startswith("bullying_desk.")}
        classes = Counter(name.rpartition(".")[2] for name in whole if re.fullmatch(r".*\.[A-Z]\w*[a-z]\w*", name))
        wrong |= {(module.name, name) for name, count in classes.items() if count > 1}
    assert not wrong


# Names of modules that tell a newcomer nothing.
NO_NAMES = {
    "beside", "beneath", "told", "in_short", "lines", "rows", "desk", "gone", "regiving", "presenting", "working",
    "naming", "finding", "marks", "press", "statics",
}  # fmt: skip


def test_modules_have_names_that_say_what_they_hold() -> None:
    assert not [module.name for module in modules() if module.name.rpartition(".")[2] in NO_NAMES]
