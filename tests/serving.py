"""The program served as an operator serves it, and callers who talk to it: for proofs and measurements."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlencode, urlsplit

from werkzeug.test import TestResponse

from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring, load_keys, make_keys
from bullying_desk.keyring.kept import settle
from bullying_desk.migrating import migrate
from bullying_desk.rights.checking import attach
from tests.browser.support import processes
from tests.browser.support.processes import free_port
from tests.reports.pages import filled

COMMAND = Path(sys.executable).parent / "bullying-desk"
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Served:
    """A running server: its address, its process, its output, and how long it took to answer, in seconds."""

    base_url: str
    pid: int
    log: Path
    seconds_to_ready: float

    def get(self, path: str, *, gzip: bool = True) -> bytes:
        """Return the body of a page as it comes over the wire."""
        headers = {"Accept-Encoding": "gzip"} if gzip else {}
        request = urllib.request.Request(self.base_url + path, headers=headers)
        with _opener.open(request, timeout=30) as answer:
            body: bytes = answer.read()
        return body


@dataclass
class Answer:
    """An answer: status, headers, body, and the seconds it took."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        """Return a header, "" where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def form(self, **values: object) -> dict[str, list[str]]:
        """Return the fields of the page's first form, with these values typed or ticked."""
        return cast("dict[str, list[str]]", filled(cast(TestResponse, self), **values))


@dataclass
class Caller:
    """A browser that keeps cookies also on 127.0.0.1, where Python's own would not give Secure ones back.

    `network`: the address a trusted proxy in front would report. `source`: the address of ours it calls from.
    """

    base_url: str
    network: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    source: str = "127.0.0.1"
    thanks: str = "/danke"  # where the last report's words show, which only the answer to it has said
    _line: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: Mapping[str, object]) -> Answer:
        """Send a form from our own page."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields, doseq=True).encode(), kind)

    def post_raw(self, path: str, body: bytes, content_type: str) -> Answer:
        """Send any bytes."""
        return self._ask("POST", path, body, {"Content-Type": content_type})

    def _ask(self, method: str, path: str, body: bytes, more: dict[str, str]) -> Answer:
        headers = {"Sec-Fetch-Site": "same-origin", **more, **self.headers}
        path = self.thanks if path == "/danke" else path
        if self.network:
            headers["X-Forwarded-For"] = self.network
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        begin = time.monotonic()
        answer = self._send(method, path, body, headers)
        content = answer.read()
        found = Answer(answer.status, answer.getheaders(), content, time.monotonic() - begin)
        self._keep(found)
        return found

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
        for attempt in (1, 2):
            if self._line is None:
                self._line = http.client.HTTPConnection(
                    urlsplit(self.base_url).netloc, timeout=60, source_address=(self.source, 0)
                )
            try:
                self._line.request(method, path, body or None, headers)
                return self._line.getresponse()
            except (http.client.HTTPException, OSError):
                self.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def _keep(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name.lower() == "location" and value.startswith("/danke/"):
                self.thanks = value
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition(";")
                key, _, content = cookie.partition("=")
                self.cookies.pop(key, None)
                if content and "Max-Age=0" not in rest:
                    self.cookies[key] = content

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None


def prepare(instance: Path, *commands: str) -> None:
    """Run commands such as `migrate` on an instance. Raises CalledProcessError."""
    env = {**os.environ, "BULLYING_DESK_INSTANCE": str(instance)}
    for command in commands:
        subprocess.run([str(COMMAND), *command.split()], env=env, check=True, stdout=subprocess.DEVNULL)


def open_instance(folder: Path) -> tuple[Database, Keyring]:
    """Make keys and tables of an instance as `bullying-desk migrate` does, for filling it from a test.

    In a run of the tests new tables are a copy of those that one process has made by all migrations.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    settings, file = Settings(instance=folder), folder / "desk.db"
    make_keys(settings.keys)
    is_new = not file.exists()
    if is_new and processes.FOLDER in os.environ:
        shutil.copy(processes.once("tables", _make_tables)["file"], file)
    database = Database(settings.url)
    if not is_new or processes.FOLDER not in os.environ:
        migrate(database.engine)
    with database.transaction() as session:
        settle(session, settings.keys)
    keys = load_keys(settings.keys)
    attach(database, keys.pepper_layer)
    return database, keys


def _make_tables() -> dict[str, str]:
    file = processes.new_folder("tables") / "desk.db"
    database = Database(f"sqlite:///{file}")
    migrate(database.engine)
    database.forget_deleted()
    database.engine.dispose()
    return {"file": str(file)}


@contextlib.contextmanager
def served(instance: Path, **env: str) -> Iterator[Served]:
    """Serve an instance while the block runs; `env` are further variables.

    Raises TimeoutError where it does not answer within 60 seconds.
    """
    port = free_port()
    known = {**os.environ, "BULLYING_DESK_INSTANCE": str(instance), **env}
    begin = time.monotonic()
    path = instance.parent / f"{instance.name}-server.log"  # next to the instance, which is searched
    with path.open("wb") as log:
        command = [str(COMMAND), "run", "--port", str(port)]
        process = subprocess.Popen(command, env=known, stdout=log, stderr=subprocess.STDOUT)
    try:
        base_url = f"http://127.0.0.1:{port}"
        _wait(process, base_url, begin + 60, path)
        yield Served(base_url, process.pid, path, time.monotonic() - begin)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], base_url: str, end: float, log: Path) -> None:
    while time.monotonic() < end and process.poll() is None:
        try:
            _opener.open(f"{base_url}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"{base_url} does not answer: {log.read_text('utf-8')[-3000:]}")
