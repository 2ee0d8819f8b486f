"""How light the first pages are, how fast the server is there, and how much memory it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure, memory_mebibytes
from tests.serving import Served, prepare, served

PARTS = re.compile(r'(?:src|href)="(/static/[^"]+|/favicon\.ico)"')
REQUESTS = 2_000


def figures(folder: Path) -> Iterator[Figure]:
    """Measure an empty instance: the frame is the same for every school."""
    prepare(folder, "migrate")
    with served(folder) as server:
        yield Figure("ready after start", server.seconds_to_ready, "s", most=2)
        kilobytes, requests = _first_view(server)
        yield Figure("first view over the wire", kilobytes, "kB", most=40)
        yield Figure("requests of the first view", requests, "", most=6)
        yield Figure("next page over the wire", len(server.get("/hilfe")) / 1000, "kB", most=12)
        yield from _memory(server)


def _first_view(server: Served) -> tuple[float, int]:
    page = server.get("/", gzip=False).decode("utf-8")
    parts = sorted(set(PARTS.findall(page)))
    return sum(len(server.get(path)) for path in ["/", *parts]) / 1000, 1 + len(parts)


def _memory(server: Served) -> Iterator[Figure]:
    pages = ("/", "/hilfe", "/datenschutz", "/impressum")
    for number in range(REQUESTS):
        server.get(pages[number % len(pages)])
    before = memory_mebibytes(server.pid)
    for number in range(REQUESTS):
        server.get(pages[number % len(pages)])
    after = memory_mebibytes(server.pid)
    yield Figure(f"memory after {2 * REQUESTS} pages", after, "MiB", most=130)
    yield Figure(f"growth over the last {REQUESTS} pages", after - before, "MiB", most=5)
