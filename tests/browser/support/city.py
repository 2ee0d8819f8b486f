"""The demonstration city, served for real: what a browser test walks through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp

from tests.browser.support import processes

COMMAND = Path(sys.executable).parent / "bullying-desk"
STEP = 30  # seconds an authenticator's code holds


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

    def code_for(self, person: dict[str, Any]) -> str:
        """Return six digits that were not used yet; waits where the server would take them for a replay."""
        with processes.lock("codes"):
            used = processes.folder() / "codes.json"
            last = json.loads(used.read_text("utf-8")) if used.exists() else {}
            step = max(int(time.time()) // STEP, last.get(person["email"], 0) + 1)
            used.write_text(json.dumps({**last, person["email"]: step}), "utf-8")
        # The server takes one step ahead, as telephones' clocks go wrong.
        time.sleep(max(0.0, (step - 1) * STEP - time.time()))
        code: str = pyotp.TOTP(person["totp_secret"]).generate_otp(step)
        return code


def live_city() -> City:
    """Return the city all test processes share; the first one fills and starts it."""
    made = processes.once("city", _make)
    instance = Path(made["instance"])
    known = json.loads((instance / "demo.json").read_text("utf-8"))
    return City(made["base_url"], instance, known["schools"], known["people"], known["receipts"])


def start_city(name: str, *, demo: bool) -> tuple[str, Path]:
    """Fill an instance of its own, serve it until the run's end, and return its address and folder."""
    instance = processes.folder() / name
    instance.mkdir(mode=0o700)
    env = {"BULLYING_DESK_INSTANCE": str(instance)}
    for command in ("migrate", "lessons build", *(["demo"] if demo else [])):
        _run(command.split(), env)
    port = processes.free_port()
    processes.start(name, [str(COMMAND), "run", "--port", str(port)], env)
    base_url = f"http://127.0.0.1:{port}"
    processes.wait_for(name, f"{base_url}/healthz")
    return base_url, instance


def _make() -> dict[str, Any]:
    base_url, instance = start_city("city-server", demo=True)
    return {"base_url": base_url, "instance": str(instance)}


def _run(words: list[str], env: dict[str, str]) -> None:
    command = [str(COMMAND), *words]
    done = subprocess.run(command, env={**os.environ, **env}, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
