"""A thousand reports by sixteen clients at once, through the real server: none lost, none doubled, no error page."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from bullying_desk.reports.models import Record, Report
from tests.benchmarks.city import City, fill_city
from tests.benchmarks.figures import Figure, cpu_seconds
from tests.reports.pages import words_on
from tests.serving import Answer, Caller, served

REPORTS, CLIENTS = 1_000, 16
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Crowd:
    """Sixteen clients in sixteen networks; together they send each report once."""

    def __init__(self, base_url: str, keys: tuple[str, ...]) -> None:
        self.base_url, self.keys = base_url, keys
        self.lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.words: list[str] = []
        self.seconds: list[float] = []

    def client(self, number: int) -> None:
        """File this client's share, one child after the other; every fiftieth looks at its words."""
        dice = Random(number)
        for report in range(number, REPORTS, CLIENTS):
            caller = Caller(self.base_url, network=f"10.1.{number}.7")
            answer = self._file(caller, dice, report)
            if report % 50 == 0 and answer.status == 303:
                with self.lock:
                    self.words.append(" ".join(_words(caller)))
            caller.close()

    def _file(self, caller: Caller, dice: Random, report: int) -> Answer:
        path = f"/s/{self.keys[report % len(self.keys)]}/schreiben/{dice.randrange(1, 3)}"
        form = caller.get(path).form(
            text=f"Bericht {report}. " + "Sie lachen mich aus. " * dice.randrange(1, 60), lesen="team"
        )
        answer = caller.post(path, form)
        with self.lock:
            self.statuses[answer.status] += 1
            self.seconds.append(answer.seconds)
        return answer


def _words(caller: Caller) -> list[str]:
    return words_on(caller.get("/danke"))  # type: ignore[arg-type]


def figures(folder: Path) -> Iterator[Figure]:
    """Serve the city on SQLite behind one trusted proxy, limits on."""
    instance = folder / "instance"
    city = fill_city(instance)
    with served(instance, BULLYING_DESK_TRUSTED_PROXIES="1") as server:
        crowd = Crowd(server.base_url, city.school_keys)
        before = cpu_seconds(server.pid)
        seconds = _together(crowd)
        worked = cpu_seconds(server.pid) - before
        back = sum(_comes_back(server.base_url, words) for words in crowd.words)
        noise = [line for line in server.log.read_text("utf-8").splitlines() if not line.startswith("Ready")]
    yield Figure("reports a second, 16 clients", REPORTS / seconds, "/s", least=20)
    yield Figure("server's CPU for a form and a report, Argon2id too", worked / REPORTS * 1000, "ms CPU")
    yield Figure("reports a second two free cores would take", 2 * REPORTS / worked, "/s")
    yield Figure("answers that were no receipt", REPORTS - crowd.statuses[303], "", most=0)
    yield Figure("reports lost or doubled", abs(_count(city) - REPORTS), "", most=0)
    yield Figure("of 20 receipts, those that open", back, "", least=20)
    yield Figure("lines in the server's log", len(noise), "", most=0)
    waits = sorted(crowd.seconds)
    yield Figure("seconds for a report, middle", waits[len(waits) // 2], "s")
    yield Figure("seconds for a report, the slowest of a hundred", waits[len(waits) * 99 // 100], "s")


def _together(crowd: Crowd) -> float:
    threads = [threading.Thread(target=crowd.client, args=(number,)) for number in range(CLIENTS)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begin


def _comes_back(base_url: str, words: str) -> bool:
    caller = Caller(base_url, network="10.2.0.1")
    return caller.post("/zurueck", {"code": words}).status == 303 and caller.get("/gespraech").status == 200


def _count(city: City) -> int:
    with city.database.transaction(write=False) as session:
        reports = session.scalar(select(func.count()).select_from(Report)) or 0
        texts = session.scalar(select(func.count(Record.owner_id.distinct())).where(Record.kind == "report")) or 0
    assert texts == reports, (texts, reports)
    return reports
