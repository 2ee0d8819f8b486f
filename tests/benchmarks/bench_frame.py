"""How light the first pages are over the wire, how many requests they need, and how soon the server is ready."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.city import fill_city
from tests.benchmarks.figures import Figure
from tests.serving import Served, served

PARTS = re.compile(r'(?:src|href|data)="(/static/[^"]+|/favicon\.ico)"')
HEADERS = 700  # bytes of headers of an answer, as measured on this server; counted with every request


def figures(folder: Path) -> Iterator[Figure]:
    """Measure as a telephone that has never been here: by the school's printed key, then the forms, then help."""
    instance = folder / "instance"
    key = fill_city(instance, 3).school_keys[0]
    with served(instance) as server:
        yield Figure("ready after start", server.seconds_to_ready, "s", most=2)
        first = {name: _first_view(server, path) for name, path in (("start", "/"), ("school", f"/s/{key}"))}
        for name, (kilobytes, requests) in first.items():
            yield Figure(f"first view over the wire: {name}", kilobytes, "kB", most=40)
            yield Figure(f"requests of the first view: {name}", requests, "", most=6)
        for name, path in (
            ("help", "/hilfe"),
            ("doors", f"/s/{key}/schreiben"),
            *((f"form of door {door}", f"/s/{key}/schreiben/{door}") for door in range(1, 6)),
            *((f"form of door 1, {code}", f"/s/{key}/schreiben/1?l={code}") for code in ("ar", "ru", "uk")),
            ("privacy", "/datenschutz"),
            ("search", "/schule?q=linden"),
        ):
            yield Figure(f"next page over the wire: {name}", (len(server.get(path)) + HEADERS) / 1000, "kB", most=12)


def _first_view(server: Served, path: str) -> tuple[float, int]:
    page = server.get(path, gzip=False).decode("utf-8")
    parts = sorted(set(PARTS.findall(page)))
    return sum(len(server.get(part)) + HEADERS for part in [path, *parts]) / 1000, 1 + len(parts)
