"""Runs a program and writes down the CPU seconds of it and of everything that it started.

`python -m workshop.measuring FILE PROGRAM …` ends with the program's exit code. A browser and a server outlive the
process that started them; as long as this one runs, Linux hands such orphans to it, so their time counts too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER in <linux/prctl.h>
LONGEST_END = 10.0  # seconds in which orphans may end


def main(file: str, *command: str) -> int:
    """Run the command and write its CPU seconds into the file."""
    with contextlib.suppress(OSError, AttributeError):  # another system than Linux: only direct children count
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    process = subprocess.Popen(command)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda given, _frame: _pass_on(process, given))
    code = process.wait()
    _wait_for_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    Path(file).write_text(f"{used.ru_utime + used.ru_stime:.2f}", "utf-8")
    return code if code >= 0 else 128 - code


def _pass_on(process: subprocess.Popen[bytes], given: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(given)


def _wait_for_orphans() -> None:
    end = time.monotonic() + LONGEST_END
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < end:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
