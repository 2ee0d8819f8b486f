"""One server for all test processes: the first that needs it starts it, the run's end stops it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

FOLDER = "BULLYING_DESK_TEST_SHARED"  # handed on to the processes that pytest-xdist starts

_own = ""


def open_folder() -> None:
    """In the process that leads the run: make the folder all of them share; a run inside a run uses the outer one."""
    global _own
    if FOLDER not in os.environ:
        _own = os.environ[FOLDER] = tempfile.mkdtemp(prefix="desk-browser-")


def folder() -> Path:
    """Return the folder all test processes share."""
    return Path(os.environ[FOLDER])


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Let one test process at a time do something."""
    with (folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_held: dict[str, IO[str]] = {}


def hold(name: str, seconds: float = 120) -> None:
    """Wait until no other test process holds a thing, and hold it until `release`.

    Goes on without it after `seconds`: two tests that wait for each other must not stop the run.
    """
    if name in _held:
        return
    file = (folder() / f"{name}.held").open("w")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        time.sleep(0.1)
    _held[name] = file


def release() -> None:
    """Let go of all that this process holds."""
    while _held:
        _held.popitem()[1].close()


def once(name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what `make` returned in whichever test process came first."""
    made = folder() / f"{name}.json"
    with lock(name):
        if not made.exists():
            write_whole(made, json.dumps(make()))
        result: dict[str, Any] = json.loads(made.read_text("utf-8"))
    return result


def new_folder(name: str) -> Path:
    """Return an empty folder that only this attempt uses: nothing of a failed attempt is in its way."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder()))


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file that other test processes read: they find all of it or none."""
    path.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    Path(file.name).replace(path)


def unseen(things: Iterable[str]) -> list[str]:
    """Return those of some things that no test process has noted as seen in this run."""
    return [each for each in things if not _seen(each).exists()]


def note_seen(things: Iterable[str]) -> None:
    """Note for all test processes that these were looked at."""
    for each in things:
        _seen(each).parent.mkdir(exist_ok=True)
        _seen(each).touch()


def _seen(thing: str) -> Path:
    return folder() / "seen" / hashlib.sha256(thing.encode()).hexdigest()


def start(name: str, command: list[str], env: dict[str, str] | None = None) -> None:
    """Start a server that lives until the run's end; what it prints is in the shared folder.

    A server of the same name from an attempt that failed is stopped first.
    """
    _stop(folder() / f"{name}.pid")
    with (folder() / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    (folder() / f"{name}.pid").write_text(str(process.pid), "utf-8")


def wait_for(name: str, address: str, seconds: float = 60) -> None:
    """Wait until a server answers. Raises AssertionError with the end of its log where it does not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            opener.open(address, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{name} does not answer: {(folder() / f'{name}.log').read_text('utf-8')[-3000:]}")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def close_folder() -> None:
    """In the process that leads the run: stop what was started and delete everything."""
    if not _own:
        return
    for file in Path(_own).glob("*.pid"):
        _stop(file)
    os.environ.pop(FOLDER, None)
    shutil.rmtree(_own, ignore_errors=True)


def _stop(pid: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
        os.killpg(int(pid.read_text("utf-8")), signal.SIGTERM)
