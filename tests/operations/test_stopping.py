"""A stop answers what has begun, and an update behind gunicorn refuses nobody: seen with real servers under load."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.browser.support.processes import free_port
from tests.house.project import ROOT
from tests.operations.conftest import Kept
from tests.secrecy.searching import find, marker
from tests.serving import COMMAND

pytestmark = pytest.mark.sqlite
WORDS = b"code=Apfel+Birne+Nebel+Wolke+Fluss+Garten"
HEAD = ("POST /zurueck HTTP/1.1", "Host: localhost", "Sec-Fetch-Site: same-origin", "Connection: close",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(WORDS)}")  # fmt: skip
POST = "\r\n".join((*HEAD, "", "")).encode() + WORDS
GET = b"GET /hilfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def _gunicorn(port: int) -> list[str]:
    program = str(Path(sys.executable).parent / "gunicorn")
    conf = ["-c", str(ROOT / "deploy" / "gunicorn.conf.py"), "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    return [program, *conf, "bullying_desk.wsgi:app"]


@contextlib.contextmanager
def _serving(command: list[str], port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "BULLYING_DESK_INSTANCE": str(folder), "BULLYING_DESK_THREADS": "8", "PYTHONPATH": str(ROOT)}
    # As a script starts what runs in its background: such a program does not hear SIGINT.
    unheard = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    with _log(folder).open("wb") as log:
        process = subprocess.Popen(unheard, env=env, cwd=ROOT, stdout=log, stderr=log)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


def _log(folder: Path) -> Path:
    return folder.parent / "server.log"


def _answer(line: socket.socket) -> bytes:
    answer = b""
    while more := line.recv(65_536):
        answer += more
    return answer


def _ask(port: int, request: bytes) -> int:
    """Return the status; 0 where the connection was refused before anything was sent."""
    try:
        line = socket.create_connection(("127.0.0.1", port), timeout=60)
    except ConnectionRefusedError:
        return 0
    with line:
        line.sendall(request)
        return int(_answer(line).split(b" ", 2)[1])


def _wait_until_taken(port: int) -> None:
    """Wait until the server has taken all connections: what still waits before its door was sent to nobody."""

    def taken() -> bool:
        rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        return all(row[4].endswith(":00000000") for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}"))

    _until(taken)


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise TimeoutError


@dataclass
class Callers:
    """People who ask one after the other, each on a connection of their own, as nginx does for them."""

    port: int
    stop: threading.Event = field(default_factory=threading.Event)
    statuses: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def __enter__(self) -> Callers:
        self._threads = [threading.Thread(target=self._go) for _ in range(4)]
        for thread in self._threads:
            thread.start()
        return self

    def _go(self) -> None:
        while not self.stop.is_set():
            try:
                self.statuses.append(_ask(self.port, GET))
            except (OSError, IndexError) as error:
                self.lost.append(type(error).__name__)

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("server", ["waitress", "gunicorn"])
def test_a_stop_answers_every_request_that_was_sent(kept: Kept, server: str) -> None:
    kept.stop()
    port = free_port()
    command = [str(COMMAND), "run", "--port", str(port)] if server == "waitress" else _gunicorn(port)
    with _serving(command, port, kept.folder) as process, contextlib.ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60)) for _ in range(12)]
        for line in lines:
            line.sendall(POST)  # each waits for the slow hash
        _wait_until_taken(port)
        process.send_signal(signal.SIGTERM)
        assert [int(_answer(line).split(b" ", 2)[1]) for line in lines] == [422] * 12
        assert process.wait(timeout=40) == 0


def test_an_update_behind_gunicorn_loses_no_request_and_nothing_sent_is_in_its_log(kept: Kept) -> None:
    kept.stop()
    port = free_port()
    word = marker("Kopf")
    with _serving(_gunicorn(port), port, kept.folder) as process, Callers(port) as callers:
        for broken in (f"GET /{word} HTTP/9.9\r\n\r\n", f"POST / HTTP/1.1\r\nContent-Length: {word}\r\n\r\n",
                       f"GET / HTTP/1.1\r\n{word} {word}: x\r\n\r\n"):  # fmt: skip
            with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                line.sendall(broken.encode())
                _answer(line)
        before = _workers(process.pid)
        _until(lambda: len(callers.statuses) > 8)
        process.send_signal(signal.SIGHUP)  # as `systemctl reload`
        _until(lambda: before.isdisjoint(_workers(process.pid)))
        seen = len(callers.statuses)
        _until(lambda: len(callers.statuses) > seen + 8)
    assert callers.lost == []
    assert set(callers.statuses) == {200}
    assert find({"log": _log(kept.folder).read_bytes()}, [word, "127.0.0.1: ", "ip=127"]) == []


def _workers(master: int) -> set[str]:
    return set(Path(f"/proc/{master}/task/{master}/children").read_text().split())
