"""What this machine can do: a fixed piece of Python, SQLite and template work, in CPU milliseconds.

The same commit took 35 ms for the inbox on one machine and 109 ms on another. So each bound of CPU time is a multiple
of this unit, measured in the same run. A change of the work needs a new VERSION and a new REFERENCE: all bounds hang
on them.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256

from jinja2 import Environment

from tests.benchmarks.figures import Figure, cpu_milliseconds

VERSION = 1
REFERENCE = 7.5  # CPU milliseconds of one unit on the machine of the figures in README.md, 2026-11-30
CPU = {"ms CPU": 1.0, "s CPU": 1000.0}  # what is CPU time, in milliseconds
ROWS = 400
TEMPLATE = "{% for row in rows %}<li class={{ row[0] % 7 }}>{{ row[1]|e }} {{ '%05d' % row[0] }}</li>{% endfor %}"


def work() -> str:
    """Do one unit of work; returns a digest of its outcome, the same on every machine."""
    found = sorted((number * 7_919 % 10_007, f"Zeile {number} <&>") for number in range(ROWS * 4))
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, words TEXT, of INTEGER)")
        database.execute("CREATE INDEX of_line ON line (of)")
        database.executemany("INSERT OR REPLACE INTO line VALUES (?, ?, ?)", [(*each, each[0] % 13) for each in found])
        rows = database.execute("SELECT id, words FROM line WHERE of < 4 ORDER BY words LIMIT ?", (ROWS,)).fetchall()
    page = Environment(autoescape=True).from_string(TEMPLATE).render(rows=rows)
    return sha256(page.encode()).hexdigest()


def unit() -> float:
    """Return the CPU milliseconds of one unit on this machine, now."""
    return cpu_milliseconds(work, 15)


def measured(figure: Figure, milliseconds: float) -> Figure:
    """Return a figure of CPU time with its bound as it is on this machine: the same multiple of its unit."""
    if figure.unit not in CPU or (figure.most is None and figure.least is None):
        return figure
    scale = milliseconds / REFERENCE
    most = figure.most * scale if figure.most is not None else None
    least = figure.least * scale if figure.least is not None else None
    name = f"{figure.name}: {figure.value * CPU[figure.unit] / milliseconds:.2f} units"
    return replace(figure, name=name, most=most, least=least)
