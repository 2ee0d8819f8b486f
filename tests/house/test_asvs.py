"""The table for auditors names every requirement of level 2 once, and only tests and files that are there."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.house.project import ROOT

PAGE = ROOT / "docs" / "security" / "asvs.md"
# Requirements of levels 1 and 2 in each chapter of ASVS 5.0.0.
EACH = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13,
        16: 16, 17: 7}  # fmt: skip


def _rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_requirement_is_there_once() -> None:
    named = [each for row in _rows() for each in row[0].split(", ")]
    assert [each for each, count in Counter(named).items() if count > 1] == []
    assert Counter(int(re.fullmatch(r"V(\d+)\.\d+\.\d+", each)[1]) for each in named) == EACH  # type: ignore[index]


def test_each_row_says_how_and_names_files_that_are_there() -> None:
    assert all(len(row) == 4 and row[2] and row[3] for row in _rows())
    assert {row[1] for row in _rows()} <= {"met", "partly", "not met", "none"}
    named = {path for row in _rows() for path in re.findall(r"`([^`]+)`", row[3])}
    assert {path for path in named if not (ROOT / path).exists()} == set()
    assert all(re.search(r"`[^`]+`", row[3]) for row in _rows())


@pytest.mark.parametrize("row", [row for row in _rows() if row[1] == "met"], ids=lambda row: row[0][:20])
def test_what_is_met_is_held_by_something(row: list[str]) -> None:
    assert re.search(r"`(tests|deploy|docs|bullying_desk|templates)/", row[3]), row


def test_each_attack_names_a_test_that_is_there() -> None:
    rows = (PAGE.with_name("attacks.md").read_text("utf-8")).splitlines()
    found = [row for row in rows if "`test_" in row]
    assert len(found) >= 13
    for row in found:
        file = ROOT / re.findall(r"`(tests/[\w/]+\.py)`", row)[-1]
        defined = set(re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE))
        assert set(re.findall(r"`(test_\w+)`", row)) <= defined, row
