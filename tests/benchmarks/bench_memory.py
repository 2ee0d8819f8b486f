"""How much memory one process holds after ten thousand requests of every kind, and whether it grows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from bullying_desk.sealing.words import WORDS
from tests.benchmarks.city import fill_city
from tests.benchmarks.figures import Figure, memory_mebibytes
from tests.serving import Caller, Served, served

REQUESTS = 10_000
SEARCHES = ("goethe gym", "linden", "44137 ber", "weiher 12", "Gesamtsch Stein", "hafen", "K7M2", "qqqq")
PUBLIC = ("/", "/hilfe", "/datenschutz", "/impressum", "/leichte-sprache", "/fuer-eltern", "/zurueck", "/unterricht",
          "/team/anmelden", "/nirgends")  # fmt: skip


def figures(folder: Path) -> Iterator[Figure]:
    """Serve the city and ask: pages, searches, forms, reports, returns, wrong codes, errors."""
    instance = folder / "instance"
    keys = fill_city(instance).school_keys
    with served(instance, BULLYING_DESK_TRUSTED_PROXIES="1") as server:
        yield Figure("memory after start", memory_mebibytes(server.pid), "MiB")
        mixed = Mixed(server, keys)
        mixed.ask(REQUESTS // 2)
        half = memory_mebibytes(server.pid)
        mixed.ask(REQUESTS // 2)
        whole = memory_mebibytes(server.pid)
    yield Figure(f"memory after {REQUESTS:,} mixed requests", whole, "MiB", most=130)
    yield Figure(f"growth over the last {REQUESTS // 2:,}", whole - half, "MiB", most=5)
    yield Figure("reports among them", mixed.reports, "", least=100)


class Mixed:
    """A client that does what a school does in a year, in random order."""

    def __init__(self, server: Served, keys: tuple[str, ...]) -> None:
        self.server, self.keys, self.dice, self.reports = server, keys, Random(11), 0
        self.caller = Caller(server.base_url, network="10.3.0.1")

    def ask(self, times: int) -> None:
        """Send so many requests."""
        asked = 0
        while asked < times:
            self.caller.network = f"10.3.{self.dice.randrange(250)}.1"
            key, number = self.dice.choice(self.keys), self.dice.random()
            if number < 0.4:
                asked += self._get(self.dice.choice(PUBLIC))
            elif number < 0.55:
                asked += self._get(f"/schule?q={self.dice.choice(SEARCHES).replace(' ', '+')}")
            elif number < 0.75:
                asked += self._get(f"/s/{key}")
            elif number < 0.93:
                asked += self._get(f"/s/{key}/schreiben/{self.dice.randrange(1, 6)}")
            elif number < 0.97:
                asked += self._report(key)
            else:
                asked += self._post("/zurueck", {"code": " ".join(self.dice.choices(WORDS, k=6))}, {422, 429})

    def _get(self, path: str) -> int:
        status = self.caller.get(path).status
        assert status in {200, 303, 404}, (path, status)
        return 1

    def _post(self, path: str, fields: dict[str, object], expected: set[int]) -> int:
        status = self.caller.post(path, fields).status
        assert status in expected, (path, status)
        return 1

    def _report(self, key: str) -> int:
        path = f"/s/{key}/schreiben/1"
        self.caller.cookies.clear()
        form = self.caller.get(path).form(text="Sie lachen mich aus. " * self.dice.randrange(1, 200), lesen="team")
        assert self.caller.post(path, form).status == 303
        assert self.caller.get("/danke").status == 200
        self.reports += 1
        return 3
