"""Shows the program on this machine: prepares an instance folder once, serves it, and stops cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from types import FrameType
from typing import Any

from workshop import environment
from workshop.places import BIN, ROOT, WorkshopRefused, fingerprint, instance_folder, run, say

STAMP = ".workshop.json"


def serve(*, port: int, instance: str | None, demo: bool) -> int:
    """Serve the program on 127.0.0.1 until Ctrl-C or SIGTERM; return the server's exit code.

    Raises WorkshopRefused where the port is taken or the instance cannot be prepared.
    """
    refuse_taken_port(port)
    environment.ensure("run")
    folder = instance_folder(instance)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = {"BULLYING_DESK_INSTANCE": str(folder)}
    _prepare(folder, settings, demo=demo)
    address = f"http://127.0.0.1:{port}"
    if (folder / "demo.json").exists():
        settings["BULLYING_DESK_BASE_URL"] = address
        _announce(address, folder / "demo.json")
    say(f"Data: {folder}\nStop: Ctrl-C")
    command = [str(BIN / "bullying-desk"), "run", "--port", str(port), "--tick"]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings})
    return _watch(server)


def refuse_taken_port(port: int) -> None:
    """Raise WorkshopRefused, with another port to try, where a program already listens on this one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise WorkshopRefused(f"Port {port} needs more rights than you have. Try: --port 8000") from None
        except (OSError, OverflowError):
            raise WorkshopRefused(
                f"Port {port} cannot be had: another program uses it, or it does not exist. Try: --port {_free_port()}"
            ) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _prepare(folder: Path, settings: dict[str, str], *, demo: bool) -> None:
    """Do what has changed since the last start: tables, lessons, and once the demonstration city."""
    stamp = _read_stamp(folder)
    if not stamp:
        # A database or settings made by hand are a person's own: they get no invented city.
        own = (folder / "desk.db").exists() or (folder / "settings.toml").exists()
        stamp["demo"] = "wanted" if demo and not own else "no"
        _write_stamp(folder, stamp)
    if stamp.get("tables") != _state_of_tables(folder):
        _command("migrate", settings)
    lessons = _listing(ROOT / "bullying_desk" / "lessons")
    if stamp.get("lessons") != lessons and _knows("lessons build", settings):
        _command("lessons build", settings)
        stamp["lessons"] = lessons
    if stamp["demo"] == "wanted":
        say("Filling a demonstration city …")
        (folder / "settings.toml").unlink(missing_ok=True)  # left by a first start that was interrupted
        _command("demo", settings)
        stamp["demo"] = "done"
    _write_stamp(folder, {**stamp, "tables": _state_of_tables(folder)})


def _state_of_tables(folder: Path) -> str:
    return fingerprint(
        [*sorted((ROOT / "migrations").rglob("*.py")), folder / "settings.toml"],
        os.environ.get("BULLYING_DESK_DATABASE_URL", ""),
        str((folder / "desk.db").exists()),
    )


def _command(words: str, settings: dict[str, str]) -> None:
    if run([BIN / "bullying-desk", *words.split()], env=settings) != 0:
        raise WorkshopRefused(f"`bullying-desk {words}` failed; the lines above tell why.")


def _knows(command: str, settings: dict[str, str]) -> bool:
    asked = [str(BIN / "bullying-desk"), *command.split(), "--help"]
    return subprocess.run(asked, env={**os.environ, **settings}, check=False, capture_output=True).returncode == 0


def _listing(folder: Path) -> str:
    """Return a hash over names, sizes and times of all files: reading 46 lessons at every start would be slow."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    stats = [(path, path.stat()) for path in files]
    return fingerprint([], *(f"{path}:{stat.st_size}:{stat.st_mtime_ns}" for path, stat in stats))


def _read_stamp(folder: Path) -> dict[str, Any]:
    try:
        stamp: dict[str, Any] = json.loads((folder / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def _write_stamp(folder: Path, stamp: dict[str, Any]) -> None:
    (folder / STAMP).write_text(json.dumps(stamp), "utf-8")


def _watch(server: subprocess.Popen[bytes]) -> int:
    """Wait for the server's end; Ctrl-C and SIGTERM end it too. The server itself says "Ready: …" once it serves."""
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        code = server.wait()
    finally:
        if server.poll() is None:
            server.kill()
    return 0 if stopped else code


def _announce(address: str, demo: Path) -> None:
    """Say how to look around in the demonstration city, and keep its list of sign-ins right for this port."""
    known = json.loads(demo.read_text("utf-8"))
    if known["base_url"] != address:
        demo.write_text(json.dumps({**known, "base_url": address}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    say(f"\nDemonstration city. Every sign-in and code: {demo}")
    for school in [each for each in known["schools"] if each["state"] == "joined"][:2]:
        say(f"  {school['name']}: {address}/s/{school['key']}")
    for role in ("contact_person", "school_coordinator", "city_coordinator"):
        person = next((one for one in known["people"] if any(seat["role"] == role for seat in one["seats"])), None)
        if person is not None:
            say(f"  {address}/team/anmelden  {person['email']}  {person['password']}  ({role})")
    say("  The six digits for a sign-in: python3 dev.py code E-MAIL")
