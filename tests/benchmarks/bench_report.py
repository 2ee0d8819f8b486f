"""What one report and one form cost the server: CPU time of application and database, Argon2id apart."""

from __future__ import annotations

import cProfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from bullying_desk.app import create_app
from bullying_desk.sealing.slow_hash import SlowHashGate
from tests.benchmarks.city import fill_city
from tests.benchmarks.figures import Figure
from tests.reports.pages import filled

FORMS, REPORTS = 400, 200
OWN = [("Sec-Fetch-Site", "same-origin")]
TEXT = "Seit drei Wochen nehmen sie mir in der Pause die Mappe weg und lachen, wenn ich sie suche. " * 4


def figures(folder: Path) -> Iterator[Figure]:
    """Open forms of all doors at 171 schools and send reports, straight through the program's WSGI door."""
    city = fill_city(folder)
    app, dice = create_app(city.settings, database=city.database, keys=city.keys), Random(1)
    asked = [(dice.choice(city.school_keys), dice.randrange(1, 6)) for _ in range(FORMS)]
    _get(app, f"/s/{asked[0][0]}/schreiben/1")  # templates are compiled once
    first = sorted(_get(app, f"/s/{key}/schreiben/{door}")[0] for key, door in dict.fromkeys(asked))
    again = sorted(_get(app, f"/s/{key}/schreiben/{door}")[0] for key, door in asked)
    yield Figure("form page, opened before", again[len(again) // 2], "ms CPU", most=4)
    yield Figure("form page, first opening after a change", first[len(first) // 2], "ms CPU")
    spent, _none = _reports(app, city.school_keys, dice, left_out=True)
    yield Figure("report accepted, Argon2id left out", spent[len(spent) // 2], "ms CPU", most=8)
    # Argon2id sweeps 19 MB through the processor's caches; the code after it starts cold.
    spent, hashed = _reports(app, city.school_keys, dice, left_out=False)
    yield Figure("report accepted after a real Argon2id, its time taken off", spent[len(spent) // 2], "ms CPU", most=8)
    yield Figure("report accepted, the slowest of twenty", spent[len(spent) * 19 // 20], "ms CPU")
    yield Figure("Argon2id of a report", hashed, "ms CPU")
    yield Figure("Python calls of a report accepted", _calls(app, city.school_keys[0]), "", most=5_800)


def _get(app: Flask, path: str) -> tuple[float, TestResponse]:
    return _ask(app, EnvironBuilder(path, base_url="https://localhost", headers=OWN))


def _ask(app: Flask, builder: EnvironBuilder) -> tuple[float, TestResponse]:
    """Return CPU milliseconds of this process for one request, and the answer."""
    environ = builder.get_environ()
    begin = time.process_time()
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    spent = (time.process_time() - begin) * 1000
    answer = TestResponse(body, status, headers, builder.get_request())
    return spent, answer


def _calls(app: Flask, key: str) -> int:
    """Count the Python functions that one report calls: a figure that no other work on the machine changes."""
    path = f"/s/{key}/schreiben/1"
    fields = filled(_get(app, path)[1], text=TEXT, lesen="team", rufname="Zofia", was=["worte", "sachen"])
    asked = EnvironBuilder(path, base_url="https://localhost", method="POST", data=fields, headers=OWN).get_environ()
    watch = cProfile.Profile(builtins=False)
    status = watch.runcall(run_wsgi_app, app, asked, buffered=True)[1]
    assert status.startswith("303"), status
    return sum(line.callcount - line.reccallcount for line in watch.getstats())


def _reports(app: Flask, keys: tuple[str, ...], dice: Random, *, left_out: bool) -> tuple[list[float], float]:
    """Return sorted CPU milliseconds of reports without their slow hash, and the slow hash's median.

    `left_out`: a quick hash replaces the slow one.
    """
    hashes: list[float] = []
    real = SlowHashGate.argon2id

    def measured(self: SlowHashGate, *all_: Any) -> bytes:
        begin = time.process_time()
        found = sha256(b"".join(all_[:2])).digest() if left_out else real(self, *all_)
        hashes.append((time.process_time() - begin) * 1000)
        return found

    spent = []
    SlowHashGate.argon2id = measured  # type: ignore[method-assign,assignment]
    try:
        for number in range(REPORTS):
            path = f"/s/{dice.choice(keys)}/schreiben/1"
            fields = filled(_get(app, path)[1], text=TEXT, lesen="team", rufname="Zofia", was=["worte", "sachen"])
            address = {"REMOTE_ADDR": f"10.{left_out:d}.{number % 16}.1"}
            builder = EnvironBuilder(path, base_url="https://localhost", method="POST", data=fields, headers=OWN,
                                     environ_base=address)  # fmt: skip
            hashes.clear()
            whole, answer = _ask(app, builder)
            assert answer.status_code == 303, answer.text[:300]
            spent.append((whole - sum(hashes), sum(hashes)))
    finally:
        SlowHashGate.argon2id = real  # type: ignore[method-assign]
    return sorted(one for one, _hash in spent), sorted(hash_ for _one, hash_ in spent)[REPORTS // 2]
