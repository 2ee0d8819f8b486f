"""nginx with the configuration of the guide, really run: its errors are pages of ours, and help never goes down."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bullying_desk.web.bodies import GIVEN_BACK
from tests.browser.support.processes import free_port
from tests.house.project import ROOT
from tests.operations.conftest import Kept, Operator
from tests.serving import served
from workshop.places import apt_install

pytestmark = pytest.mark.sqlite
CONF = (ROOT / "deploy" / "nginx" / "bullying-desk.conf").read_text("utf-8")
ONION_CONF = (ROOT / "deploy" / "nginx" / "onion.conf").read_text("utf-8")
NAME = "portal.example.org"
ONION = "portal" * 9 + "po.onion"


@pytest.fixture(scope="session")
def nginx() -> str:
    """Return the program, from Debian's packages where we may install them."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin")
    if found is None and apt_install("nginx-light"):
        found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin")
    if found is None:
        pytest.skip("nginx is not installed (on Debian: apt-get install nginx-light)")
    return found


def _certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
               "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def _configured(folder: Path, port: int, upstream: int, onion: int) -> Path:
    """Return the configuration of the guide, with the places of this machine in it and nothing else changed."""
    site = CONF.replace("listen 80;", f"listen 127.0.0.1:{free_port()};").replace("    listen [::]:80;\n", "")
    site = re.sub(r"    listen \[::\]:443[^\n]*\n", "", site).replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    site += ONION_CONF.replace("127.0.0.1:8081", f"127.0.0.1:{onion}")
    site = site.replace(f"/etc/letsencrypt/live/{NAME}", str(folder)).replace("/var/log/nginx", str(folder))
    site = site.replace("/etc/nginx/portal-curves.conf", str(ROOT / "deploy" / "nginx" / "curves-debian-12.conf"))
    site = site.replace("/var/lib/portal-help", str(folder / "help")).replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    (folder / "site.conf").write_text(site, "utf-8")
    temp = "\n".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{ worker_connections 4096; }}\n"
    user = "user root;\n" if sys.platform == "linux" and Path("/proc/self").owner() == "root" else ""
    conf = folder / "nginx.conf"
    inside = f"include /etc/nginx/mime.types; {temp} include {folder}/site.conf;"
    conf.write_text(f"{user}{main}http {{ {inside} }}\n", "utf-8")
    return conf


@contextlib.contextmanager
def _running(nginx: str, conf: Path, port: int) -> Iterator[None]:
    tested = subprocess.run([nginx, "-t", "-c", str(conf)], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen([nginx, "-c", str(conf)])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


class Front:
    """Somebody who asks the front server by its name."""

    def __init__(self, port: int, certificate: Path) -> None:
        self._port, self._context = port, ssl.create_default_context(cafile=str(certificate))

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, str]:
        with (
            socket.create_connection(("127.0.0.1", self._port), timeout=60) as raw,
            self._context.wrap_socket(raw, server_hostname=NAME) as line,
        ):
            method, size = ("POST", f"Content-Length: {len(body)}\r\n") if body is not None else ("GET", "")
            head = f"{method} {path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n"
            kind = "Content-Type: application/x-www-form-urlencoded\r\n"
            with contextlib.suppress(OSError):
                line.sendall(f"{head}{kind}{size}\r\n".encode() + (body or b""))
            answer = b""
            with contextlib.suppress(OSError):
                while more := line.recv(65_536):
                    answer += more
        return int(answer.split(b" ", 2)[1]), answer.decode("utf-8", "replace")


def _through_tor(port: int, path: str) -> bytes:
    """Ask as tor does for a visitor of the onion service."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        head = "PROXY TCP6 fc00:dead:beef:4dad::0:7 ::1 65535 80\r\n"
        line.sendall(f"{head}GET {path} HTTP/1.1\r\nHost: {ONION}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while more := line.recv(65_536):
            answer += more
    return answer


def test_the_front_server_of_the_guide_answers_for_the_program(
    operator: Operator, kept: Kept, tmp_path: Path, nginx: str
) -> None:
    kept.stop()
    (kept.folder / "settings.toml").write_text(
        f'base_url = "https://{NAME}"\ntrusted_proxies = 1\nonion_url = "http://{ONION}"\n', "utf-8"
    )
    _certificate(tmp_path)
    operator.done("export-help", str(tmp_path / "help"))
    port, onion, front = free_port(), free_port(), None
    with served(kept.folder) as server:
        upstream = int(server.base_url.rpartition(":")[2])
        conf = _configured(tmp_path, port, upstream, onion)
        with _running(nginx, conf, port):
            front = Front(port, tmp_path / "fullchain.pem")
            assert front.ask("/hilfe")[0] == 200
            assert front.ask("/zurueck", b"code=Nebel")[0] == 422
            status, page = front.ask("/zurueck", b"code=" + b"x" * 1_200_000)
            assert (status, "/hilfe" in page, "nginx" in page.partition("\r\n\r\n")[2]) == (413, True, False)
            assert _through_tor(onion, "/hilfe").startswith(b"HTTP/1.1 200 ")
            assert _through_tor(onion, "/team/anmelden").startswith(b"HTTP/1.1 404 ")
            stranger = ssl.create_default_context()
            stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
            with socket.create_connection(("127.0.0.1", port), timeout=10) as raw, pytest.raises(ssl.SSLError):
                stranger.wrap_socket(raw, server_hostname="evil.example")  # another name is answered by nobody
    with _running(nginx, conf, port):  # the program is gone
        assert front is not None
        status, page = front.ask("/hilfe")
        assert (status, "116 111" in page, "110" in page) == (200, True, True)
        status, page = front.ask("/s/K7M2/schreiben", b"text=Sie+lachen")
        assert (status, 'href="tel:110"' in page, "Bad Gateway" in page) == (503, True, False)
        assert front.ask("/weg")[0] == 303
        style = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert style is not None
        assert front.ask(style[1])[0] == 200
    assert not list(tmp_path.glob("0*"))  # no body was ever written to a file


def test_the_front_server_takes_as_much_as_the_program() -> None:
    sizes = re.findall(r"client_(?:max_body|body_buffer)_size\s+(\d+)m;", CONF)
    assert len(sizes) == 2
    assert len(set(sizes)) == 1  # else a body would go to a temporary file
    assert int(sizes[0]) * 1024 * 1024 >= GIVEN_BACK


def test_gunicorn_has_as_many_threads_as_the_line_before_the_slow_hash(operator: Operator, kept: Kept) -> None:
    kept.stop()
    (kept.folder / "settings.toml").write_text("threads = 40\n", "utf-8")
    gunicorn = Path(sys.executable).parent / "gunicorn"
    conf = str(ROOT / "deploy" / "gunicorn.conf.py")
    env = {"BULLYING_DESK_INSTANCE": str(kept.folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([gunicorn, "-c", conf, "--print-config", "bullying_desk.wsgi:app"], env=env, check=False,
                          capture_output=True, text=True, cwd=ROOT)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"^threads\s+= 40$", done.stdout, re.MULTILINE)
    assert re.search(r"^control_socket_disable\s+= True$", done.stdout, re.MULTILINE)
