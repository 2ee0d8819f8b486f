"""A missed bound is seen."""

from __future__ import annotations

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.figures import Figure, cpu_milliseconds, table


def test_bounds() -> None:
    assert Figure("a", 8, "ms", most=8).is_kept
    assert not Figure("a", 8.1, "ms", most=8).is_kept
    assert not Figure("a", 19, "/s", least=20).is_kept
    assert Figure("a", 1, "s").is_kept


def test_the_table_says_what_was_missed() -> None:
    lines = table([Figure("slow", 9, "ms", most=8), Figure("quick", 1, "ms", most=8)]).splitlines()
    assert lines[0].endswith("MISSED")
    assert lines[1].endswith("ok")


def test_work_is_measured_in_cpu_time() -> None:
    assert cpu_milliseconds(lambda: sum(range(200_000)), 3) > 0.5


def test_an_unknown_bench_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "There are: " in capsys.readouterr().err
