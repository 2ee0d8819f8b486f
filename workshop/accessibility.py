"""Look for barriers in every page, and write down when and with what result: `python -m workshop.accessibility`.

The accessibility statement shows the file this writes (bullying_desk/guidance/measured.json). It takes some minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path

from workshop import browser
from workshop.places import BIN, ROOT

FILE = ROOT / "bullying_desk" / "guidance" / "measured.json"
# What the statement calls each kind of test, and where the tests are.
KINDS: dict[str, tuple[str, ...]] = {
    "pages": ("tests/browser/test_every_page.py",),
    "states": ("tests/browser/test_states.py", "tests/browser/test_error_pages.py"),
    "languages": ("tests/browser/test_languages.py",),
    "large": ("tests/browser/test_slow_and_large.py",),
    "scripts": (
        "tests/browser/test_exit.py",
        "tests/browser/test_exit_in_sight.py",
        "tests/browser/test_scripts.py",
    ),
    "words": ("tests/guidance/test_readability.py", "tests/house/test_readability.py"),
}


def counted(report: Path) -> dict[str, dict[str, int]]:
    """Return for each kind how many tests were run, and how many failed, from what pytest wrote (JUnit's XML)."""
    kind_of = {path.removesuffix(".py").replace("/", "."): kind for kind, paths in KINDS.items() for path in paths}
    counts = {kind: {"run": 0, "failed": 0} for kind in KINDS}
    for case in ElementTree.parse(report).iter("testcase"):
        kind = kind_of.get(case.get("classname", ""))
        if kind is not None and case.find("skipped") is None:
            counts[kind]["run"] += 1
            counts[kind]["failed"] += case.find("failure") is not None or case.find("error") is not None
    return counts


def main() -> int:
    """Run the tests and write the file. Return 1 where a kind of tests did not run at all; then nothing is written."""
    environment = os.environ | browser.tools()
    paths = [path for paths in KINDS.values() for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        arguments = ["-q", "-m", "browser or not browser", f"--junitxml={report}", *paths]
        subprocess.run([BIN / "python", "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False)
        counts = counted(report)
    if not all(one["run"] for one in counts.values()):
        print(f"Not written: some tests did not run. {counts}")
        return 1
    version = subprocess.check_output([environment["BULLYING_DESK_CHROMIUM"], "--version"], text=True)
    said = {"day": date.today().isoformat(), "browser": version.partition(".")[0], "counts": counts}
    FILE.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
    print(FILE.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
