"""Break the tags of rights on purpose, one place at a time, and see whether the tests notice.

Run it as `python tests/rights/mutation_run.py [module …]`: modules of `bullying_desk/rights/`, or all. A mutant
drops a field, turns a comparison round, takes a guard away or changes a number, as in `tests/sealing/mutation_run.py`.
Not part of the test command: it takes many minutes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.sealing.mutation_run import mutants  # noqa: E402 - the project's own folder first

WRITING = ("tests/rights/test_stale_writers.py", "tests/rights/test_sets.py")
READING = ("tests/rights/test_reading.py", "tests/rights/test_rights.py", "tests/rights/test_database_attacks.py")
ROTATING = ("tests/operations/test_rotation.py", "tests/operations/test_seal_rights.py")
# What is most likely to notice comes first, and the slow tests only where the others say nothing.
TESTS = {
    "sets": (*WRITING, *READING, *ROTATING[:1]),
    "writing": (*WRITING, *READING, *ROTATING),
    "head": (*WRITING, *READING),
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
        paths = [*sorted((here / "bullying_desk" / "rights").glob("*.py")), here / CONTEXTS]
        for path in paths:
            if names and path.stem not in names:
                continue
            source = path.read_text("utf-8")
            for line, what, changed in mutants(source):
                if path.name == CONTEXTS.name and not _is_of_a_right(source, line):
                    continue
                total += 1
                path.write_text(changed, "utf-8")
                try:
                    tests = [*command, *TESTS.get(path.stem, READING)]
                    ended = subprocess.run(tests, cwd=here, env=environment, capture_output=True, timeout=300)
                    survived = ended.returncode == 0
                except subprocess.TimeoutExpired:
                    survived = False
                if survived:
                    survivors += 1
                    print(f"{path.name}:{line}: {what}", flush=True)
            path.write_text(source, "utf-8")
    print(f"{survivors} of {total} mutants survived")
    return survivors


def _is_of_a_right(source: str, line: int) -> bool:
    """Whether a line of the contexts belongs to the functions for rights."""
    before = source.splitlines()[:line]
    name = next((each for each in reversed(before) if each.startswith("def ")), "")
    return name.startswith("def right")


if __name__ == "__main__":
    raise SystemExit(min(main(sys.argv[1:]), 1))
