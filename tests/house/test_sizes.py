"""Nothing grows until nobody reads it: modules, functions and views stay small."""

from __future__ import annotations

import ast

import pytest

from tests.house.project import PACKAGE, ROOT, Module, body_lines, for_each, functions, imported, modules

MODULE_LINES = 400
FOLDER_FILES = 15
SINGLE_IMPORTERS = 40
MANY_ARGUMENTS, WITH_MANY = 7, 46
FUNCTION_LINES = 30
VIEW_LINES = 20

# Longer than that, and why that is right.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def test_modules_are_short() -> None:
    paths = [*PACKAGE.rglob("*.py"), *(ROOT / "workshop").glob("*.py"), ROOT / "dev.py"]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in paths}
    long = {name: length for name, length in lengths.items() if length > MODULE_LINES}
    assert set(long) == set(LONG_MODULES), long


@for_each(modules())
def test_functions_are_short(module: Module) -> None:
    long = {
        f"{module.name}.{function.name}": lines
        for function in functions(module.tree)
        if (lines := body_lines(function)) > FUNCTION_LINES
    }
    expected = {name for name in LONG_FUNCTIONS if name.rpartition(".")[0] == module.name}
    assert set(long) == expected, long


def test_few_functions_take_seven_arguments() -> None:
    """What goes together comes as one object: `Counsellor`, `Reporter`, `Night`. The number only falls."""
    many = [
        f"{module.name}.{function.name}"
        for module in modules()
        for function in functions(module.tree)
        if len([*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]) >= MANY_ARGUMENTS
    ]
    assert 0 < len(many) <= WITH_MANY, many


@for_each([each for each in modules() if each.is_view])
def test_views_do_four_things_in_twenty_lines(module: Module) -> None:
    """Guard, form, one call, answer."""
    long = {each.name: lines for each in functions(module.tree) if (lines := body_lines(each)) > VIEW_LINES}
    assert not long


def test_folders_show_at_most_fifteen_modules() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    full = {str(each.relative_to(PACKAGE)): len(list(each.glob("*.py"))) for each in folders}
    assert not {name: count for name, count in full.items() if count > FOLDER_FILES}


def test_few_modules_have_a_single_importer() -> None:
    """Such a module is often a piece of its importer that was cut off for its length."""
    names = {module.name for module in modules()}
    importers: dict[str, set[str]] = {name: set() for name in names}
    for module in modules():
        for whole in imported(module.tree):
            name = whole if whole in names else whole.rpartition(".")[0]
            if name in names - {module.name}:
                importers[name].add(module.name)
    single = sorted(name for name, found in importers.items() if len(found) == 1)
    assert 0 < len(single) <= SINGLE_IMPORTERS, single


def test_the_counting_is_right() -> None:
    head = ["def f(", "    a: int,", ") -> int:", '    """Say.', "", '    More."""']
    source = "\n".join([*head, "    b = a", "    # why", "", "    return (", "        b", "    )"])
    assert body_lines(next(functions(ast.parse(source)))) == 4


def test_every_module_begins_with_what_it_is() -> None:
    assert not [module.name for module in modules() if module.source.strip() and not ast.get_docstring(module.tree)]


def test_a_rule_for_many_names_each_thing_that_breaks_it() -> None:
    @for_each(["one", "two", "three"])
    def short(word: str) -> None:
        """A word is short."""
        assert len(word) == 3, f"{len(word)} letters"

    with pytest.raises(AssertionError) as failed:
        short()
    assert "A word is short.\nthree: 5 letters" in str(failed.value)
    with pytest.raises(AssertionError, match="holds always"):
        for_each([])
