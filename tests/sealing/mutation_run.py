"""Break the seals on purpose, one place at a time, and see whether the tests notice.

Run it as `python tests/sealing/mutation_run.py [module …]`.

Not part of the test command (it takes many minutes): run it after changing `bullying_desk/sealing/`. Each mutant
drops a field of a context, turns a comparison round, takes a guard away, changes a number or a word; the tests of
the seals must fail on it. Prints those that survived. Arguments: names of modules, none for all.
"""

from __future__ import annotations

import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path("bullying_desk/sealing")
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def _changes(node: ast.AST) -> Iterator[str]:
    """Change `node` in place, once for each mutant, and yield what was done; the caller undoes it."""
    if isinstance(node, ast.Compare):
        kept = node.ops[0]
        node.ops[0] = OPPOSITE[type(kept)]()
        yield "comparison turned"
        node.ops[0] = kept
    elif isinstance(node, ast.If):
        kept_test, node.test = node.test, ast.Constant(value=False)
        yield "guard taken away"
        node.test = kept_test
    elif isinstance(node, ast.BoolOp):
        kept_op, node.op = node.op, ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield "and/or exchanged"
        node.op = kept_op
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "context":
        for place in range(1, len(node.args)):
            argument = node.args.pop(place)
            yield f"field {ast.unparse(argument)} dropped"
            node.args.insert(place, argument)
    elif isinstance(node, ast.Constant):
        value = node.value
        if type(value) is int:
            node.value = value + 1
            yield f"{value} raised by one"
        elif isinstance(value, str | bytes) and len(value) > 1:
            node.value = value[:-1]
            yield f"{value!r} cut"
        node.value = value


def _skipped(tree: ast.Module) -> set[int]:
    """Return what no test need notice: docstrings, messages of errors, annotations, `__slots__` and `__all__`."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts = [node.value]
        elif isinstance(node, ast.Raise) and node.exc is not None:
            parts = [node.exc]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__slots__":
            parts = [node.value]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__":
            parts = [node]
        for part in parts:
            skipped |= {id(inner) for inner in ast.walk(part)}
    return skipped


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, description and source of every mutant."""
    tree = ast.parse(source)
    skipped = _skipped(tree)
    for node in list(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for what in _changes(node):
            yield getattr(node, "lineno", 0), what, ast.unparse(copy.deepcopy(tree))


def main(names: list[str]) -> int:
    """Run the tests on each mutant in a copy of the project; return the number of survivors."""
    survivors = total = 0
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for part in ("bullying_desk/sealing", "bullying_desk/resources", "tests/sealing"):
            shutil.copytree(ROOT / part, here / part, ignore=shutil.ignore_patterns("__pycache__"))
        for single in ("bullying_desk/__init__.py", "pyproject.toml"):
            shutil.copy(ROOT / single, here / single)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "tests/sealing"]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        for path in sorted((here / FOLDER).rglob("*.py")):
            if names and path.stem not in names:
                continue
            source = path.read_text("utf-8")
            for line, what, changed in mutants(source):
                total += 1
                path.write_text(changed, "utf-8")
                try:
                    ended = subprocess.run(command, cwd=here, env=environment, capture_output=True, timeout=60)
                    survived = ended.returncode == 0
                except subprocess.TimeoutExpired:
                    survived = False
                if survived:
                    survivors += 1
                    print(f"{path.name}:{line}: {what}", flush=True)
            path.write_text(source, "utf-8")
    print(f"{survivors} of {total} mutants survived")
    return survivors


if __name__ == "__main__":
    raise SystemExit(min(main(sys.argv[1:]), 1))
