"""`bullying-desk run` serves the program on one machine, closes its memory to others, and does its night work.

`bullying-desk export-help` writes the pages that nginx shows while the program does not answer.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import os
import re
import resource
import signal
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask, render_template
from waitress.server import create_server
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from bullying_desk import log_lines
from bullying_desk.web.bodies import GIVEN_BACK
from bullying_desk.web.headers import HEADERS
from bullying_desk.web.request import services_of

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
MOST_FILES, FILES_OF_OUR_OWN = 4096, 300  # the second: pool of the database, log, sockets of the program itself
LONGEST_ANSWER, MOMENT = 30.0, 0.5  # seconds that a stop waits for answers, and for requests on their way
IN_MEMORY = 8 * 1024 * 1024  # answers stay in memory too: no temporary file ever holds a letter


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--tick", "ticks", is_flag=True, help="Do the night work by itself, every minute.")
@click.pass_obj
def run(desk: Desk, host: str, port: int, ticks: bool) -> None:
    """Serve on one machine with waitress."""
    from bullying_desk.app import create_app
    from bullying_desk.retention import returning

    harden_process()
    if returning.is_unfinished(desk.folder):
        raise click.ClickException("a copy was put back: run `bullying-desk migrate` first, it may hold erased reports")
    if desk.settings.demo and host not in LOOPBACK:
        raise click.ClickException("a demonstration is only served on this machine itself")
    server = _server(desk, create_app(desk.settings, database=desk.database, keys=desk.keys), host, port)
    stop = threading.Event()
    if ticks:
        threading.Thread(target=_tick_forever, args=(desk, stop), daemon=True, name="tick").start()
    if desk.settings.demo:
        _tell_address(desk.folder / "demo.json", f"http://{host}:{port}")
    signal.signal(signal.SIGTERM, _Stop(server))
    click.echo(f"Ready: http://{host}:{port}")
    with contextlib.suppress(SystemExit, KeyboardInterrupt):
        server.run()
    stop.set()
    server.close()
    log_lines.HELD.say()


class _LastFirst(threading.Condition):
    """Wakes the thread that rested last.

    Most threads are there for the line before the slow hash. On a quiet day a few do all the work, and a thread costs
    memory only for what it has touched. Served in turn, 96 of them would hold 12 MB more for nothing.
    """

    _waiters: deque[Any]

    def notify(self, n: int = 1) -> None:
        """Wake up to n threads."""
        self._waiters.rotate(1)
        super().notify(n)


def _threads(count: int) -> ThreadedTaskDispatcher:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.queue_cv = _LastFirst(dispatcher.lock)
    dispatcher.set_thread_count(count)
    return dispatcher


def _server(desk: Desk, app: Flask, host: str, port: int) -> Any:
    proxied = desk.settings.trusted_proxies > 0  # then the app's ProxyFix reads the headers
    try:
        server: Any = create_server(
            app,
            host=host,
            port=port,
            _dispatcher=_threads(desk.settings.threads),
            asyncore_use_poll=True,  # select() ends the process at file descriptor 1,024
            connection_limit=_room_for_files() - FILES_OF_OUR_OWN,
            channel_timeout=30,  # seconds without a byte; a half-sent request makes room for others
            cleanup_interval=5,
            ident="",
            inbuf_overflow=GIVEN_BACK,
            outbuf_overflow=IN_MEMORY,
            max_request_body_size=GIVEN_BACK,
            clear_untrusted_proxy_headers=not proxied,
        )
    except OSError as error:
        raise click.ClickException(f"port {port} is in use or not allowed ({error.strerror})") from error
    tasks = error_task({status: error_page(app, status) for status in (400, 413)})
    server.channel_class = type("Channel", (server.channel_class,), {"error_task_class": tasks})
    return server


class _Stop:
    """Takes no new connection, answers what has begun, then ends: a restart cuts nobody off who has sent a form.

    The end is a second SIGTERM to ourselves. SIGINT would not do: whoever starts us in the background of a script may
    have told us to ignore it.
    """

    def __init__(self, server: Any) -> None:
        self.lines: dict[int, Any] = getattr(server, "_map", None) or server.map
        self.has_begun = self.is_idle = False

    def __call__(self, *_signal: object) -> None:
        if self.is_idle:
            raise SystemExit
        if self.has_begun:
            return
        self.has_begun = True
        for listener in list(self.lines.values()):
            if getattr(listener, "accepting", False):
                listener.accepting = False
                listener.socket.close()  # from now on the front server is refused, and shows the page of the pause
        threading.Thread(target=self._wait, daemon=True, name="stop").start()

    def _wait(self) -> None:
        until = time.monotonic() + LONGEST_ANSWER
        time.sleep(MOMENT)  # a connection that was just taken has not sent its request yet
        while time.monotonic() < until and any(_is_at_work(each) for each in list(self.lines.values())):
            time.sleep(MOMENT / 10)
        self.is_idle = True
        os.kill(os.getpid(), signal.SIGTERM)


def _is_at_work(line: Any) -> bool:
    return bool(getattr(line, "requests", ()) or getattr(line, "total_outbufs_len", 0))


def _room_for_files() -> int:
    """Return how many files and connections this process may have open, after asking for as many as it needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return min(soft, MOST_FILES)


def harden_process() -> None:
    """Allow no core dumps, and no other process of this user to read the memory (docs/sealing.md, Traps)."""
    # waitress names addresses and paths in its errors; `web.errors` writes ours without either.
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    logging.getLogger("waitress.queue").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE 0
    return_memory()


def return_memory() -> None:
    """Give the 19 MB of each Argon2id run back to the system at once.

    glibc learns from the first big block it frees to keep such blocks, and keeps one for each group of threads. After
    some hundred reports the process would hold 300 MB more than it needs, with their old content. Other C libraries
    have no such call and need none.
    """
    with contextlib.suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        for option, value in ((-3, 1 << 17), (-1, 1 << 17), (-8, 1)):  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX
            allocator.mallopt(option, value)


def _tell_address(path: Path, address: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        known = json.loads(path.read_text("utf-8"))
        known["base_url"] = address
        path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _tick_forever(desk: Desk, stop: threading.Event) -> None:
    from bullying_desk.commands.settings_trail import enter_now
    from bullying_desk.ticking import tick_once

    while not stop.wait(60):
        try:
            enter_now(desk)
            tick_once(desk.database, desk.settings, desk.keys, desk.clock)
        except Exception as error:
            # The kind only: a message may quote a row. The next minute tries again.
            logging.getLogger("bullying_desk").error("tick failed: %s", type(error).__name__)


# Pages that answer where the program does not: for requests the server refuses, and for nginx while nothing runs.

HELP = "/hilfe"
WRITTEN = {"zu-gross.html": 413, "nicht-lesbar.html": 400, "pause.html": 503}
_FILES = re.compile(r'(?:href|src)="(/static/[^"?#]+)')


def error_page(app: Flask, status: int) -> bytes:
    """Return an error page as the program shows it, without a request."""
    with app.test_request_context("/"):
        app.preprocess_request()
        return render_template(f"errors/{status}.html", kept=[]).encode()


def error_task(pages: Mapping[int, bytes]) -> type[ErrorTask]:
    """Return how waitress answers a request it refuses itself: with a page of ours, which has the help numbers."""

    class PageTask(ErrorTask):
        def execute(self) -> None:
            task: Any = self
            error = task.request.error
            body = pages[413 if error.code == 413 else 400]
            self.status = f"{error.code} {error.reason}"
            headers = {**HEADERS, "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
            task.response_headers.extend(headers.items())
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    return PageTask


@click.command("export-help")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export_help(desk: Desk, folder: Path) -> None:
    """Write the help page and the error pages as files, for nginx to show while the program does not answer.

    Run it again after each update. The files hold nothing secret; everybody may read them.
    """
    from bullying_desk.app import create_app

    app = create_app(desk.settings, database=desk.database, keys=desk.keys)
    pages = {"hilfe.html": _fetched(app, HELP), **{name: error_page(app, code) for name, code in WRITTEN.items()}}
    for name, body in pages.items():
        _write(folder / name, body)
    for path in {path for page in pages.values() for path in _FILES.findall(page.decode())}:
        _write(folder / path.lstrip("/"), _fetched(app, path))
    click.echo(f"Written: {', '.join(sorted(pages))} and the files they show.")


def _fetched(app: Flask, path: str) -> bytes:
    answer = app.test_client().get(path, base_url=services_of(app).settings.base_url or "https://localhost")
    if answer.status_code != 200:
        raise click.ClickException(f"{path} answers {answer.status_code}")
    return answer.get_data()


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    path.write_bytes(body)
    path.chmod(0o644)
    path.parent.chmod(0o755)
