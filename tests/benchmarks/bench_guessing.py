"""Forty clients guess codes: how soon help answers, and how soon a child comes back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.city import City, fill_city
from tests.benchmarks.figures import Figure
from tests.reports.pages import words_on
from tests.serving import Caller, Served, served

ROOT = Path(__file__).parent.parent.parent
CALLERS, SECONDS = 40, 12.0


def figures(folder: Path) -> Iterator[Figure]:
    """Let the crowd guess from ever new networks, so that only the line of the slow hash slows it."""
    instance = folder / "instance"
    city = fill_city(instance, 3)
    with served(instance, BULLYING_DESK_TRUSTED_PROXIES="1") as server:
        words = _file(server, city)
        command = [sys.executable, "-m", "tests.limits.flooding", server.base_url, str(SECONDS), str(CALLERS)]
        crowd = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        time.sleep(2)
        helped: list[float] = []
        back: list[float] = []
        end = time.monotonic() + SECONDS - 3
        while time.monotonic() < end:
            helped += [Caller(server.base_url, network="10.9.0.1").get("/hilfe").seconds for _ in range(5)]
            back.append(_comes_back(server, words, len(back)))
        heard, _ = crowd.communicate(timeout=60)
    assert "422:" in heard, heard
    yield Figure("/hilfe while forty guess, middle", sorted(helped)[len(helped) // 2] * 1000, "ms", most=100)
    yield Figure("/hilfe while forty guess, the slowest of twenty", sorted(helped)[len(helped) * 19 // 20] * 1000, "ms")
    yield Figure("a return while forty guess, middle", sorted(back)[len(back) // 2], "s", most=1)
    yield Figure("a return while forty guess, the slowest", max(back), "s")


def _file(server: Served, city: City) -> str:
    caller = Caller(server.base_url, network="10.9.0.2")
    path = f"/s/{city.school_keys[0]}/schreiben/1"
    assert caller.post(path, caller.get(path).form(text="Sie lachen mich aus.", lesen="team")).status == 303
    return " ".join(words_on(caller.get("/danke")))  # type: ignore[arg-type]


def _comes_back(server: Served, words: str, number: int) -> float:
    caller, begin = Caller(server.base_url, network=f"10.8.{number % 200}.1"), time.monotonic()
    while caller.post("/zurueck", {"code": words}).status == 503:
        continue
    return time.monotonic() - begin
