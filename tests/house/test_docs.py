"""What the papers beside the program name is there: files, folders, tests; decisions are numbered without a gap."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.project import ROOT

PAPERS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "deploy/README.md", "docs/decisions.md")
PLACES = (".", "bullying_desk", "deploy", "tests")
# Made where the program runs, or no path at all.
ELSEWHERE = ("instance/", "INSTANCE/", "../shared", "school_hours_begin/_end")
NAMED = re.compile(r"`([\w.*/-]+)`|\]\(([^)#:]+)\)")
IS_PATH = re.compile(r"/|\.(?:py|md|toml|yml|html|css|js|txt|typ)$")


def _named(paper: Path) -> set[str]:
    """Return what a paper names that looks like a file or folder of ours; addresses begin with a slash."""
    found = {(tick or link).rstrip("/") for tick, link in NAMED.findall(paper.read_text("utf-8"))}
    return {name for name in found if IS_PATH.search(name) and not name.startswith(("/", *ELSEWHERE))}


def _is_there(name: str, paper: Path) -> bool:
    return any(any((ROOT / place).glob(name)) for place in (*PLACES, paper.parent.relative_to(ROOT)))


@pytest.mark.parametrize("name", PAPERS)
def test_what_is_named_is_there(name: str) -> None:
    paper = ROOT / name
    missing = sorted(each for each in _named(paper) if not _is_there(each, paper))
    assert not missing, f"{name} names what is not there: {missing}"


def test_the_papers_are_read_at_all() -> None:
    assert "deploy/README.md" in _named(ROOT / "README.md")
    assert not _is_there("tests/house/test_nothing.py", ROOT / "README.md")


def test_decisions_are_numbered_from_one_on() -> None:
    numbers = re.findall(r"(?m)^(\d+)\. ", (ROOT / "docs" / "decisions.md").read_text("utf-8"))
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
