"""A missed bound is seen."""

from __future__ import annotations

import pytest

from tests.benchmarks import calibration
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


def test_the_unit_of_work_is_the_same_on_every_machine() -> None:
    """Who changes the work gives it a new version, and measures REFERENCE anew."""
    assert (calibration.VERSION, calibration.work()[:16]) == (1, "9974fe27e6c204bf")
    assert calibration.unit() > 0.5


@pytest.mark.parametrize(("slower", "spent", "kept"), [(1, 30, True), (1, 31, False), (3, 89, True), (0.5, 16, False)])
def test_a_bound_of_cpu_time_goes_with_the_machine(slower: float, spent: float, kept: bool) -> None:
    milliseconds = calibration.REFERENCE * slower
    for unit in ("ms CPU", "s CPU"):
        assert calibration.measured(Figure("page", spent, unit, most=30), milliseconds).is_kept is kept
    wall = Figure("page", spent, "ms", most=30)
    assert calibration.measured(wall, milliseconds) == wall
    assert (
        f"{spent / milliseconds:.2f} units"
        in calibration.measured(Figure("page", spent, "ms CPU", most=30), milliseconds).name
    )


def test_an_unknown_bench_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "There are: " in capsys.readouterr().err
