"""The demonstration city, served for real, for the browser tests."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Page

from bullying_desk.web.sessions import STAFF_COOKIE
from tests.browser.support import markup, processes

COMMAND = Path(sys.executable).parent / "bullying-desk"
STEP = 30  # seconds an authenticator's code holds
LESSON = "b2-stopp-heisst-stopp"


@dataclass(frozen=True)
class City:
    """A running server with invented schools, people and reports (`demo.json`)."""

    base_url: str
    instance: Path
    schools: list[dict[str, Any]]
    people: list[dict[str, Any]]
    receipts: list[dict[str, Any]]

    def url(self, path: str) -> str:
        """Return the full address of a path such as `/hilfe`."""
        return self.base_url + path

    def school(self, state: str = "joined") -> dict[str, Any]:
        """Return the first school in a state. Raises StopIteration where there is none."""
        return next(each for each in self.schools if each["state"] == state)

    def person(self, role: str, school: str | None = None) -> dict[str, Any]:
        """Return the first person with a seat in a role, at a school if given. Raises StopIteration."""
        return next(
            person
            for person in self.people
            if any(seat["role"] == role and school in (None, seat["school"]) for seat in person["seats"])
        )

    def rested(self, role: str, *schools: str) -> dict[str, Any]:
        """Return who of those with a role at some schools has signed in longest ago: nobody waits for their code."""
        known = processes.folder() / "codes.json"
        last = json.loads(known.read_text("utf-8")) if known.exists() else {}
        able = [
            person
            for person in self.people
            if any(seat["role"] == role and seat["school"] in schools for seat in person["seats"])
        ]
        return min(able, key=lambda person: last.get(person["email"], 0))

    def code_for(self, person: dict[str, Any]) -> str:
        """Return six digits that were not used yet; waits where the server would take them for a replay."""
        with processes.lock("codes"):
            used = processes.folder() / "codes.json"
            last = json.loads(used.read_text("utf-8")) if used.exists() else {}
            step = max(int(time.time()) // STEP, last.get(person["email"], 0) + 1)
            used.write_text(json.dumps({**last, person["email"]: step}), "utf-8")
        # The server accepts one step ahead, because phones' clocks are wrong.
        time.sleep(max(0.0, (step - 1) * STEP - time.time()))
        code: str = pyotp.TOTP(person["totp_secret"]).generate_otp(step)
        return code


def live_city() -> City:
    """Return the city all test processes share; the first one fills and starts it."""
    made = processes.once("city", _make)
    instance = Path(made["instance"])
    known = json.loads((instance / "demo.json").read_text("utf-8"))
    return City(made["base_url"], instance, known["schools"], known["people"], known["receipts"])


def serve(
    name: str, commands: Sequence[str], prepare: Callable[[Path], None] = lambda instance: None
) -> tuple[str, Path]:
    """Make an instance of its own, serve it until the run's end, and return its address and folder."""
    instance, port = processes.new_folder(name), processes.free_port()
    env = {"BULLYING_DESK_INSTANCE": str(instance), "BULLYING_DESK_BASE_URL": f"http://127.0.0.1:{port}"}
    for command in commands:
        _run(command.split(), env)
    prepare(instance)
    processes.start(name, [str(COMMAND), "run", "--port", str(port)], env)
    base_url = f"http://127.0.0.1:{port}"
    processes.wait_for(name, f"{base_url}/healthz")
    return base_url, instance


def sign_in(page: Page, city: City, person: dict[str, Any], *, fresh: bool = False) -> None:
    """Bring a person to the desk: with their open session, or with address, password and the six digits.

    Six digits open once and change every half minute: if each test signed in, one person would wait most of the run.
    A test that ends its session asks for a `fresh` one, which nobody else gets. Until the test ends no other signs in
    as this person: two that write to one case would refuse each other's drafts, as the program should.
    """
    processes.hold(f"person-{person['email']}")
    kept = processes.folder() / f"session-{urlsplit(city.base_url).port}-{person['email']}.json"
    if fresh:
        _sign_in_anew(page, city, person)
        return
    with processes.lock(kept.stem):
        if kept.exists():
            page.context.add_cookies(json.loads(kept.read_text("utf-8")))
            page.goto("/team/konto")
            if page.get_by_role("button", name="Abmelden", exact=True).count():
                return
        _sign_in_anew(page, city, person)
        cookies = [cookie for cookie in page.context.cookies() if cookie["name"] == STAFF_COOKIE]
        kept.write_text(json.dumps(cookies), "utf-8")


def _sign_in_anew(page: Page, city: City, person: dict[str, Any]) -> None:
    page.goto("/team/anmelden")
    page.get_by_label("Ihre E-Mail-Adresse").fill(person["email"])
    page.get_by_label("Ihr Passwort").fill(person["password"])
    page.get_by_label("Einmal-Code").fill(city.code_for(person))
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("button", name="Abmelden", exact=True).wait_for()


def _make() -> dict[str, Any]:
    with contextlib.suppress(FileNotFoundError):  # without Java only the tests that ask the checker fail
        markup.start()
    # The files of one lesson are used for all here; other tests check that each lesson can be built.
    base_url, instance = serve("city-server", ("migrate", "demo"), _build_one_lesson)
    return {"base_url": base_url, "instance": str(instance)}


def _build_one_lesson(instance: Path) -> None:
    command = [str(COMMAND), "--instance", str(instance), "lessons", "build", LESSON]
    said = subprocess.run(command, check=False, capture_output=True, text=True).stderr
    index = instance / "lessons-built" / "index.json"
    assert LESSON in json.loads(index.read_text("utf-8"))["lessons"], said[-2000:]


def _run(words: list[str], env: dict[str, str]) -> None:
    command = [str(COMMAND), *words]
    done = subprocess.run(command, env={**os.environ, **env}, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


def reports_of(city: City, key: str) -> int:
    """Return how many reports of one school the city's database holds."""
    query = "SELECT count(*) FROM report JOIN school ON school.id = report.school_id WHERE school.key = ?"
    with contextlib.closing(sqlite3.connect(f"file:{city.instance / 'desk.db'}?mode=ro", uri=True)) as rows:
        count: int = rows.execute(query, (key,)).fetchone()[0]
    return count
