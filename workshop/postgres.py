"""A temporary PostgreSQL for the tests: no port, no password, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from workshop.places import StrPath, WorkshopRefused, apt_install, run, say

GIVEN = "BULLYING_DESK_TEST_POSTGRES"
# No data here must survive a power cut, so nothing waits for the disk.
FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"
_running: dict[str, str] = {}


def cluster(stack: ExitStack) -> str:
    """Return the address of a database cluster that lives until `stack` closes. A cluster given from outside is used.

    Raises WorkshopRefused where PostgreSQL is missing and cannot be installed.
    """
    if os.environ.get(GIVEN):
        return os.environ[GIVEN]
    if "url" not in _running:
        _running["url"] = _start(stack)
    return _running["url"]


def _start(stack: ExitStack) -> str:
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", "--locale=C.UTF-8"]
    if _as_postgres([programs / "initdb", "-D", data, *options]) != 0:
        raise WorkshopRefused("PostgreSQL could not set up a cluster; the lines above tell why.")
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} {FAST}"
    start: list[StrPath] = [programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", settings, "start"]
    if _as_postgres(start) != 0:
        raise WorkshopRefused(f"PostgreSQL did not start: {(folder / 'log').read_text('utf-8')[-500:]}")
    stack.callback(_as_postgres, [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    _running["pid"] = (data / "postmaster.pid").read_text("utf-8").split()[0]
    say(f"PostgreSQL from {programs} listens in {folder}")
    return f"postgresql+psycopg://postgres@/postgres?host={folder}"


def cpu_seconds() -> float:
    """Return the CPU seconds of the server so far; 0 where it is not ours, or the system does not say."""
    root = _running.get("pid")
    if root is None:
        return 0.0
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # proc(5), counted after the name: 1 is the parent, 11 to 14 are its own and its ended children's time.
            pid, fields = file.parent.name, file.read_text("utf-8").rpartition(")")[2].split()
            if root in (pid, fields[1]):
                ticks += sum(int(fields[place]) for place in range(11, 15))
    return ticks / os.sysconf("SC_CLK_TCK")


def _programs() -> Path:
    found = _installed_programs()
    if found is None and apt_install("postgresql"):
        found = _installed_programs()
    if found is None:
        raise WorkshopRefused("PostgreSQL is not installed (on Debian: apt-get install postgresql).")
    return found


def _installed_programs() -> Path | None:
    # Debian keeps the server's programs out of PATH, one folder for each version.
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


def _as_postgres(command: Sequence[StrPath]) -> int:
    """Run a program of PostgreSQL, which refuses to run as root."""
    prefix: list[StrPath] = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return run([*prefix, *command], quiet=True)
