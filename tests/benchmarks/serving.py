"""A server of one's own for a measurement, started as an operator starts it and stopped at the end."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.browser.support.processes import free_port

COMMAND = Path(sys.executable).parent / "bullying-desk"
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Served:
    """A running server: its address, its process, and how long it took to answer, in seconds."""

    base_url: str
    pid: int
    seconds_to_ready: float

    def get(self, path: str, *, gzip: bool = True) -> bytes:
        """Return the body of a page as it comes over the wire."""
        headers = {"Accept-Encoding": "gzip"} if gzip else {}
        request = urllib.request.Request(self.base_url + path, headers=headers)
        with _opener.open(request, timeout=30) as answer:
            body: bytes = answer.read()
        return body


def prepare(instance: Path, *commands: str) -> None:
    """Run commands such as `migrate` on an instance. Raises CalledProcessError."""
    env = {**os.environ, "BULLYING_DESK_INSTANCE": str(instance)}
    for command in commands:
        subprocess.run([str(COMMAND), *command.split()], env=env, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def served(instance: Path) -> Iterator[Served]:
    """Serve an instance while the block runs. Raises TimeoutError where it does not answer within 60 seconds."""
    port = free_port()
    env = {**os.environ, "BULLYING_DESK_INSTANCE": str(instance)}
    begin = time.monotonic()
    with (instance / "bench.log").open("wb") as log:
        process = subprocess.Popen(
            [str(COMMAND), "run", "--port", str(port)], env=env, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        base_url = f"http://127.0.0.1:{port}"
        _wait(base_url, begin + 60)
        yield Served(base_url, process.pid, time.monotonic() - begin)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(base_url: str, end: float) -> None:
    while time.monotonic() < end:
        try:
            _opener.open(f"{base_url}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"{base_url} does not answer")
