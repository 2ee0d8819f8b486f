"""The same proof on the server as an operator runs it: no temporary folder, callers who misbehave, and a look at it."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import pytest

from bullying_desk.clock import Clock
from bullying_desk.web.bodies import GIVEN_BACK, MOST
from tests.secrecy.searching import files_of, find, marker
from tests.serving import Caller, Served, open_instance, served
from tests.world import layer_of, make_world

WATCHING = Path(__file__).parent / "watching"
SOURCE = "127.0.0.77"  # an address of this machine that nothing else here writes down
pytestmark = pytest.mark.sqlite


@dataclass
class Watched:
    """A server without a temporary folder, everything it may have written, and the typed texts."""

    server: Served
    instance: Path
    notes: Path
    markers: list[str] = field(default_factory=list)

    def mark(self, word: str) -> str:
        self.markers.append(marker(word))
        return self.markers[-1]

    def caller(self) -> Caller:
        return Caller(self.server.base_url, source=SOURCE)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    instance, shut = folder / "instance", folder / "shut"
    shut.mkdir(mode=0o500)
    database, keys = open_instance(instance)
    with database.transaction() as session:
        make_world(session, layer_of(keys), Clock(), salt=keys.receipt_salt)
    database.engine.dispose()
    env = {
        "PYTHONPATH": os.pathsep.join([str(WATCHING), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "WATCH_NOTES": str(folder / "notes"),
        "TMPDIR": str(shut),
        "SQLITE_TMPDIR": str(shut),
    }
    with served(instance, **env) as server:
        yield Watched(server, instance, folder / "notes")


def _journey(watched: Watched) -> None:
    caller = watched.caller()
    caller.headers["User-Agent"] = watched.mark("Agent")
    address = "/s/K7M2/schreiben/1"
    form = caller.get(address).form(text=watched.mark("Text") + " lang" * 3000, rufname=watched.mark("Name"),
                                    klasse=watched.mark("Klasse"), wann=watched.mark("Ort"), name="schule",
                                    lesen="stadt", gefahr="ja")  # fmt: skip
    assert caller.post(address, form).status == 303
    assert caller.post("/danke", caller.get("/danke").form(da="heft")).status == 303
    page = caller.get("/gespraech")
    assert watched.markers[1] in page.text
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    sent = {"csrf_token": token, "after": "1", "text": watched.mark("Brief")}
    assert caller.post("/gespraech", sent).status == 303
    assert watched.markers[-1] in caller.get("/gespraech").text


def _multipart(watched: Watched, *, size: int) -> bytes:
    text, name = watched.mark("Teil"), watched.mark("Datei")
    head = f'--edge\r\nContent-Disposition: form-data; name="text"\r\n\r\n{text}\r\n'
    file = f'--edge\r\nContent-Disposition: form-data; name="bild"; filename="{name}.jpg"\r\n\r\n'
    content = (watched.mark("Inhalt") * (size // 10)).encode()[:size]
    return head.encode() + file.encode() + content + b"\r\n--edge--\r\n"


def _misbehave(watched: Watched) -> None:
    """Send what no browser of ours sends: too much, files, halves, nonsense; then break the connection."""
    address, kind = "/s/K7M2/schreiben/1", "multipart/form-data; boundary=edge"
    caller = watched.caller()
    assert caller.post_raw(address, _multipart(watched, size=30_000), kind).status in {303, 422}
    assert caller.post_raw(address, _multipart(watched, size=MOST + 2_000), kind).status == 422
    assert caller.post_raw(address, _multipart(watched, size=GIVEN_BACK + 2_000), kind).status == 413
    huge = (f"text={quote_plus(watched.mark('Riese'))}" * 40_000).encode()
    with contextlib.suppress(OSError):  # the server may close the connection before it has read all 1.5 MB
        assert watched.caller().post_raw(address, huge, "application/x-www-form-urlencoded").status == 413
    for broken in (
        b"\x16\x03\x01" + watched.mark("Tls").encode(),
        b"GET /s/" + watched.mark("Pfad").encode() + b" HTTP/9.9\r\n\r\n",
        f"POST {address} HTTP/1.1\r\nContent-Length: x{watched.mark('Laenge')}\r\n\r\n".encode(),
        f"POST {address} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{watched.mark('Stueck')}\r\n".encode(),
        f"GET / HTTP/1.1\r\nCookie: __Host-z={watched.mark('Keks')}\r\n bad: {'x' * 300_000}\r\n\r\n".encode(),
        f"POST {address} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\ntext={watched.mark('Halb')}".encode(),
        f"GET /hilfe?{watched.mark('Frage')} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 40,
    ):
        _shout(watched.server, broken)


def _shout(server: Served, bytes_: bytes) -> None:
    parts = urlsplit(server.base_url)
    with socket.create_connection((str(parts.hostname), parts.port or 80), 5, (SOURCE, 0)) as line:
        with contextlib.suppress(OSError):
            line.sendall(bytes_)
        time.sleep(0.05)
        # A reset instead of a goodbye: the server's next write fails.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _written(watched: Watched) -> list[str]:
    return watched.notes.read_text("utf-8").splitlines()


def test_a_served_journey_leaves_no_word_and_no_address_anywhere(watched: Watched) -> None:
    _journey(watched)
    _misbehave(watched)
    assert watched.caller().get("/healthz").status == 200
    places = {**files_of(watched.instance), "server's log": watched.server.log.read_bytes()}
    assert b"INSERT INTO report" in places["server's log"]  # it spoke at debug level
    assert find(places, [*watched.markers, SOURCE]) == []
    with_address = socket.inet_aton(SOURCE)
    assert not [place for place, content in places.items() if with_address in content]


def test_the_server_opens_no_file_outside_its_instance(watched: Watched) -> None:
    _misbehave(watched)
    own = {"open /dev/null", "open /dev/tty"}
    outside = [line for line in _written(watched) if str(watched.instance) not in line and line not in own]
    assert outside == []


def test_control_a_temporary_file_would_have_been_noticed(tmp_path: Path) -> None:
    """The same watch sees werkzeug's own way with files, were it not switched off."""
    code = (
        "import io; from werkzeug.formparser import default_stream_factory as make\n"
        "try: make(600_000, 'image/jpeg', 'x').write(b'x' * 600_000)\n"
        "except OSError as error: print(type(error).__name__)\n"
        "open('seen', 'w').close()\n"
    )
    env = {**os.environ, "PYTHONPATH": str(WATCHING), "WATCH_NOTES": str(tmp_path / "notes")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    notes = (tmp_path / "notes").read_text("utf-8")
    assert done.stdout.split() == ["FileNotFoundError"]
    assert "/proc/no-such-folder" in notes
    assert "open seen" in notes


def test_the_server_leaves_no_picture_of_its_memory(watched: Watched) -> None:
    limits = Path(f"/proc/{watched.server.pid}/limits").read_text("ascii")
    [core] = [line.split() for line in limits.splitlines() if line.startswith("Max core file size")]
    assert core[4:6] == ["0", "0"]


def test_nobody_of_the_same_user_reads_a_hardened_process() -> None:
    code = (
        "import ctypes; from bullying_desk.commands.serving import harden_process\n"
        "get = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)\n"
        "before = get(); harden_process(); print(before, get())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0"]
