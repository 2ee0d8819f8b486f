"""Which module may import which: the rules that the import contracts in pyproject.toml cannot express.

`dev.py lint` reads the contracts (floors, views, who may open sealed things); these tests hold the rest.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions

from tests.house.project import ROOT, Module, for_each, imported, modules

SEALING = [module for module in modules() if module.name.startswith("bullying_desk.sealing")]
MODELS = [module for module in modules() if module.name.endswith("models")]
# A room may have several modules of forms: `forms`, `absence_forms`, `form_fields`. School forms are kinds of schools.
FORM_OR_VIEW = re.compile(r"(?!school_forms)(\w+_)?(forms|form_fields)|views")
WORK = [
    module
    for module in modules()
    if not module.is_door
    and not FORM_OR_VIEW.fullmatch(last := module.name.rsplit(".", 1)[-1])
    and not last.endswith("models")
    and module.name.count(".") > 1
]
# What any model may use.
GROUND = re.compile(r"bullying_desk\.(access|clock|database|sealing|resources|\w+\.models)\b")
# Work modules flush; the door commits when the answer is good. Who commits by itself, and why.
COMMITS: dict[str, str] = {
    "bullying_desk.database": "runs a piece of work in a transaction of its own",
}


def _first_parties(module: Module) -> set[str]:
    return {name for name in imported(module.tree) if name.startswith("bullying_desk.")}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not inside functions and not for type checking either, where the import contracts see nothing."""
    known = {module.name for module in modules()}
    graph = {module.name: {_module_of(name, known) for name in _first_parties(module)} for module in modules()}
    assert sum(map(len, graph.values())) > len(graph), "the control: imports are found"
    list(TopologicalSorter({name: to - {name, ""} for name, to in graph.items()}).static_order())
    itself = {name for name, to in graph.items() if name in to}
    assert not itself, "a module imports itself"


def _module_of(name: str, known: set[str]) -> str:
    """Return the module of an imported name: the name itself, or what holds it."""
    parent = name.rpartition(".")[0]
    return next((one for one in (name, parent) if one in known), "")


@for_each(SEALING)
def test_sealing_knows_only_cryptography(module: Module) -> None:
    allowed = sys.stdlib_module_names | {"cryptography"}
    foreign = {
        name
        for name in imported(module.tree)
        if name.split(".")[0] not in allowed and not name.startswith("bullying_desk.sealing")
    }
    assert not foreign


@for_each(MODELS)
def test_models_import_models_and_the_ground_floor_only(module: Module) -> None:
    """… and plain words of their own domain, such as the school forms: modules that know no database."""
    assert not {name for name in _first_parties(module) if not GROUND.match(name) and not _is_plain_words(name)}


def _is_plain_words(name: str) -> bool:
    """Whether a module, or a name imported from it, knows no database, no request and no other domain."""
    module = next(each for each in modules() if each.name in {name, name.rpartition(".")[0]})
    names = set(imported(module.tree))
    foreign = {each for each in names if each.startswith(("sqlalchemy", "flask", "wtforms", "werkzeug"))}
    own = {each for each in names if each.startswith("bullying_desk.") and not GROUND.match(each)}
    return not foreign and all(_is_plain_words(each) for each in own)


@for_each(WORK)
def test_work_modules_know_no_views_and_no_forms(module: Module) -> None:
    doors = {
        name for name in _first_parties(module) if any(FORM_OR_VIEW.fullmatch(part) for part in name.split(".")[2:4])
    }
    assert not doors


@for_each([each for each in modules() if not each.is_door])
def test_work_modules_flush_and_never_commit(module: Module) -> None:
    commits = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
        for node in ast.walk(module.tree)
    )
    assert commits == (module.name in COMMITS)


def test_every_models_module_is_in_metadata() -> None:
    """A table that `metadata` does not know would be missing in migrations."""
    known = {name for module in modules() if module.name == "bullying_desk.metadata" for name in imported(module.tree)}
    assert {module.name for module in MODELS} <= known


def test_every_library_in_use_is_declared() -> None:
    """An imported library must be a dependency of the program, not one that another library happens to bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {_plain(re.split(r"[\[<>=;~! ]", line)[0]) for line in project["dependencies"]}
    # Part of the declared frameworks' own interface.
    declared |= {"werkzeug", "jinja2", "markupsafe", "typing-extensions"}
    distributions = packages_distributions()
    used: dict[str, str] = {}
    for module in modules():
        for name in imported(module.tree):
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names and top not in {"bullying_desk", "__future__"}:
                used[top] = module.name
    missing = {
        top: module
        for top, module in used.items()
        if not {_plain(each) for each in distributions.get(top, [top])} & declared
    }
    assert not missing


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_only_the_keyring_makes_the_pepper_layer() -> None:
    """A second pepper layer would forget the pepper's number, and open nothing after a rotation."""
    made = {
        module.name
        for module in modules()
        if any(isinstance(node, ast.Call) and ast.unparse(node.func) == "PepperLayer" for node in ast.walk(module.tree))
    }
    assert made == {"bullying_desk.keyring"}
