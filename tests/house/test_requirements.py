"""The pinned libraries are complete, hashed, the same everywhere, and name no server."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.house.project import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


def _pins(name: str) -> dict[str, set[tuple[str, str]]]:
    """Return version and condition of each library of one file."""
    pins: dict[str, set[tuple[str, str]]] = {}
    for library, version, condition in PIN.findall((ROOT / "requirements" / name).read_text("utf-8")):
        pins.setdefault(library, set()).add((version, condition))
    return pins


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_is_pinned_and_hashed(path: Path) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", path.read_text("utf-8").strip())
    assert len(entries) > 2
    for entry in entries:
        assert PIN.match(entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_no_list_names_a_server() -> None:
    lists = [*FILES, ROOT / "tests/browser/support/package.json", ROOT / "tests/browser/support/package-lock.json"]
    for path in lists:
        assert "://" not in path.read_text("utf-8"), path.name


def test_all_declared_libraries_are_pinned_in_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run, dev, build = _pins("run.txt"), _pins("dev.txt"), _pins("build.txt")
    for wanted, pins in (
        (project["project"]["dependencies"], run),
        (project["dependency-groups"]["dev"], dev),
        (project["dependency-groups"]["build"], build),
    ):
        names = {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;~! ]", line)[0]).lower() for line in wanted}
        assert names <= set(pins)
    versions = {name: {version for version, _ in pins} for name, pins in dev.items()}
    for name, found in [*run.items(), *build.items()]:
        assert {version for version, _ in found} <= versions[name], name


def test_browser_checkers_are_pinned_by_hash() -> None:
    lock = json.loads((ROOT / "tests/browser/support/package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert set(packages) == {"node_modules/axe-core", "node_modules/vnu-jar"}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
