"""Read by Python at the start of a server under test: every file it opens for writing is written down.

Python's own temporary files have nowhere to go, and all loggers speak at debug level.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile

tempfile.tempdir = "/proc/no-such-folder"
_NOTES = os.open(os.environ["WATCH_NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_MAKES = {"os.mkdir", "os.rename", "os.link", "os.symlink", "tempfile.mkstemp", "tempfile.mkdtemp", "sqlite3.connect"}


def _note(event: str, args: tuple[object, ...]) -> None:
    if event == "open":
        path, mode, flags = args
        by_mode = isinstance(mode, str) and not {"w", "a", "x", "+"}.isdisjoint(mode)
        by_flags = mode is None and isinstance(flags, int) and bool(flags & _WRITES)
        if by_mode or by_flags:
            os.write(_NOTES, f"open {path}\n".encode())
    elif event in _MAKES:
        os.write(_NOTES, f"{event} {args[0]!s}\n".encode())
    elif event in {"subprocess.Popen", "os.fork", "os.posix_spawn"}:
        os.write(_NOTES, f"{event}\n".encode())


sys.addaudithook(_note)
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
logging.getLogger("sqlalchemy.engine").setLevel(logging.DEBUG)
