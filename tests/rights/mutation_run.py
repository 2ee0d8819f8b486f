"""Break the tags of rights on purpose, one place at a time, and see whether the tests notice.

Run it as `python tests/rights/mutation_run.py [module …]`: modules of `bullying_desk/rights/`, or all. A mutant
drops a field, turns a comparison round, takes a guard away or changes a number, as in `tests/sealing/mutation_run.py`.
The name `covered` drops each covered or heavy column of each table of rights. Not part of the test command: it takes
many minutes.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.sealing.mutation_run import mutants  # noqa: E402 - the project's own folder first

WRITING = ("tests/rights/test_stale_writers.py", "tests/rights/test_sets.py")
READING = ("tests/rights/test_reading.py", "tests/rights/test_rights.py", "tests/rights/test_database_attacks.py")
COVERED = "covered"
ROTATING = ("tests/operations/test_rotation.py", "tests/operations/test_seal_rights.py")
COLUMNS = ("tests/rights/test_rights.py",)
# What is most likely to notice comes first, and the slow tests only where the others say nothing.
TESTS = {
    "sets": (*WRITING, *READING, *ROTATING[:1]),
    "writing": (*WRITING, *READING, *ROTATING),
    "head": (*WRITING, *READING),
    "tags": ("tests/rights/test_known_tags.py", *READING, *ROTATING[:1]),
    "models": ("tests/rights/test_known_tags.py", *READING, *WRITING),
    COVERED: COLUMNS,
}
CONTEXTS = Path("bullying_desk/sealing/format/contexts.py")


def main(names: list[str]) -> int:
    """Run the tests on each mutant in a copy of the project; return the number of survivors."""
    survivors = total = 0
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for part in ("bullying_desk", "templates", "migrations", "tests"):
            shutil.copytree(ROOT / part, here / part, ignore=shutil.ignore_patterns("__pycache__", "programme"))
        shutil.copy(ROOT / "pyproject.toml", here / "pyproject.toml")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(here)}
        for path, tests, line, what, changed in _mutants(here, names):
            total += 1
            source = path.read_text("utf-8")
            path.write_text(changed, "utf-8")
            try:
                ended = subprocess.run([*command, *tests], cwd=here, env=environment, capture_output=True, timeout=300)
                survived = ended.returncode == 0
            except subprocess.TimeoutExpired:
                survived = False
            finally:
                path.write_text(source, "utf-8")
            if survived:
                survivors += 1
                print(f"{path.name}:{line}: {what}", flush=True)
    print(f"{survivors} of {total} mutants survived")
    return survivors


def _mutants(here: Path, names: list[str]) -> Iterator[tuple[Path, tuple[str, ...], int, str, str]]:
    """Yield each mutant: its file, the tests to run, line, description and source."""
    for path in [*sorted((here / "bullying_desk" / "rights").glob("*.py")), here / CONTEXTS]:
        source = path.read_text("utf-8")
        for mutant in mutants(source) if not names or path.stem in names else ():
            if path.name != CONTEXTS.name or _is_of_a_right(source, mutant[0]):
                yield path, TESTS.get(path.stem, READING), *mutant
    for path in sorted((here / "bullying_desk").rglob("models.py")) if not names or COVERED in names else ():
        for mutant in _without_a_column(path.read_text("utf-8")):
            yield path, TESTS[COVERED], *mutant


def _without_a_column(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield a module of tables without each column that a tag covers."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Tuple):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if ast.unparse(target) in {"covered", "heavy"}:
                for place, column in enumerate(node.value.elts):
                    node.value.elts.pop(place)
                    yield node.lineno, f"column {ast.unparse(column)} dropped", ast.unparse(tree)
                    node.value.elts.insert(place, column)


def _is_of_a_right(source: str, line: int) -> bool:
    """Whether a line of the contexts belongs to the functions for rights."""
    before = source.splitlines()[:line]
    name = next((each for each in reversed(before) if each.startswith("def ")), "")
    return name.startswith("def right")


if __name__ == "__main__":
    raise SystemExit(min(main(sys.argv[1:]), 1))
