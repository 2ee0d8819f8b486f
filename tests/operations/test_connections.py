"""What an attacker with one machine tries: connections that never end, requests no page is meant for."""

from __future__ import annotations

import contextlib
import resource
import socket
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.operations.conftest import Kept, Operator
from tests.serving import Caller, Served, open_instance, served

pytestmark = pytest.mark.sqlite
HALF = 1_100  # more than select() knows


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process and the server have more than 1,024 files open, as containers and many shells do."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if before[1] != resource.RLIM_INFINITY and before[1] < 4096:
        pytest.skip("this machine allows no more files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_connections_beyond_1024_end_no_process_and_leave_room(kept: Kept, many_files: None) -> None:
    kept.stop()
    with served(kept.folder) as server, contextlib.ExitStack() as stack:
        where = urlsplit(server.base_url)
        for number in range(HALF):
            line = stack.enter_context(socket.create_connection((where.hostname or "", where.port or 0), timeout=10))
            line.sendall(b"POST /zurueck HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nhalf" if number % 2
                         else b"GET /hilfe HTTP/1.1\r\nHost: x\r\n")  # fmt: skip
        honest = Caller(server.base_url)
        assert honest.get("/hilfe").status == 200
        assert Path(f"/proc/{server.pid}").exists()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return one server for all requests that it refuses: none of them changes anything."""
    folder = tmp_path_factory.mktemp("refusing") / "instance"
    database, _keys = open_instance(folder)
    database.engine.dispose()
    with served(folder) as server:
        yield server


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"POST /zurueck HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 200_000, 413),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
    ],
    ids=["body", "head", "length"],
)
def test_what_the_server_refuses_itself_is_a_page_of_ours(server: Served, request_line: bytes, status: int) -> None:
    where, answer = urlsplit(server.base_url), b""
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as line:
        with contextlib.suppress(OSError):
            line.sendall(request_line)
        with contextlib.suppress(OSError):
            while more := line.recv(65_536):
                answer += more
    head, _, body = answer.decode("utf-8", "replace").partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ") or head.startswith(f"HTTP/1.0 {status} ")
    assert "waitress" not in answer.decode("utf-8", "replace").lower()
    assert "116 111" in body or "/hilfe" in body
    assert "default-src 'none'" in head


def test_what_the_program_writes_is_for_its_eyes_alone(operator: Operator, kept: Kept) -> None:
    kept.stop()
    (kept.folder / "desk.db").unlink()
    for leftover in kept.folder.glob("desk.db-*"):
        leftover.unlink()
    operator.done("migrate")
    with served(kept.folder) as server:
        urllib.request.urlopen(server.base_url + "/hilfe").close()
        for path in kept.folder.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_help_is_written_for_a_front_server_that_finds_nobody(operator: Operator, kept: Kept, tmp_path: Path) -> None:
    kept.stop()
    operator.done("export-help", str(tmp_path / "help"))
    written = tmp_path / "help"
    for name in ("hilfe.html", "pause.html", "zu-gross.html", "nicht-lesbar.html"):
        page = (written / name).read_text("utf-8")
        assert "116 111" in page or "/hilfe" in page, name
        assert (written / name).stat().st_mode & 0o004, name
    assert "116 111" in (written / "hilfe.html").read_text("utf-8")
    assert 'href="tel:110"' in (written / "pause.html").read_text("utf-8")
    assert list((written / "static").glob("*.css"))
