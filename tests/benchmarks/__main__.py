"""`dev.py bench`: runs every `bench_*.py` in its folder and prints each figure with its bound.

Each of them has `figures(folder)`, which yields figures and may use the empty folder as an instance. Arguments name
some of them (`dev.py bench frame`). Bounds of CPU time are multiples of a unit of work that is measured right before
(`calibration`). The exit code is 1 where a bound is missed.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import calibration
from tests.benchmarks.figures import Figure, table

HERE = Path(__file__).parent


def main(names: Sequence[str]) -> int:
    """Measure the named benches, or all of them."""
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = set(names) - set(known)
    if unknown:
        print(f"There is no bench called {', '.join(sorted(unknown))}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    found: list[Figure] = []
    for name in names or known:
        print(f"measuring {name} …", flush=True)
        module = importlib.import_module(f"tests.benchmarks.bench_{name}")
        milliseconds = calibration.unit()  # right before: another load is another machine
        found.append(Figure(f"unit of work {calibration.VERSION}, before {name}", milliseconds, "ms CPU"))
        with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
            found += [calibration.measured(each, milliseconds) for each in module.figures(Path(folder))]
    print(table(found))
    return 0 if all(each.is_kept for each in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
