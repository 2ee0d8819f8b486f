"""A measurement: a figure, its unit, and the bound it must keep."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; `most` and `least` are its bounds, or none where it is only reported."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the bounds are kept."""
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    @property
    def bound(self) -> str:
        """Say the bound: „≤ 8“, „≥ 20“, or nothing."""
        parts = [f"≤ {self.most:g}"] if self.most is not None else []
        return " ".join([*parts, *([f"≥ {self.least:g}"] if self.least is not None else [])])


def table(figures: Iterable[Figure]) -> str:
    """Lay out figures for people, one a line."""
    rows = [
        (each.name, f"{each.value:,.1f} {each.unit}", each.bound, "ok" if each.is_kept else "MISSED")
        for each in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    layout = f"{{:<{widths[0]}}}  {{:>{widths[1]}}}  {{:<{widths[2]}}}  {{}}"
    return "\n".join(layout.format(*row) for row in rows)


def cpu_milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the median CPU time of this process for one call, in milliseconds, after one call that does not count."""
    work()
    spent = []
    for _ in range(times):
        begin = time.process_time()
        work()
        spent.append((time.process_time() - begin) * 1000)
    return sorted(spent)[times // 2]


def memory_mebibytes(pid: int) -> float:
    """Return how much memory a process holds (resident), in MiB."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def cpu_seconds(pid: int) -> float:
    """Return how much CPU time a process has used since its start, in seconds."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
