"""The PDF worker: one order in a short-lived child process, never in the web process.

The order goes to the child on its standard input and the files come back on its standard output. The child sees no
setting and no key of the instance, can write into no file, and prints nothing else: a traceback could hold a child's
words. `python -m bullying_desk.pdf.worker` is the child.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import bullying_desk
from bullying_desk.pdf.archive import unpacked
from bullying_desk.pdf.errors import PdfWorkerBusy, PdfWorkerFailed
from bullying_desk.pdf.order import Order
from bullying_desk.pdf.produce import produce_zip
from bullying_desk.pdf.sandbox import confine

_SECONDS: Final = 60
_AT_ONCE: Final = threading.BoundedSemaphore(2)  # two cores; a third person waits
_PATIENCE: Final = 20.0  # seconds
_ROOT: Final = Path(bullying_desk.__file__).parents[1]


def run(order: Order) -> dict[str, bytes]:
    """Return the files of an order by name. Raises PdfWorkerFailed, PdfWorkerBusy; neither quotes the order."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise PdfWorkerBusy
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bullying_desk.pdf.worker"],
            input=order.to_json().encode(),
            env=_environment(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PdfWorkerFailed("it took too long") from None  # the error would carry the printed text
    finally:
        _AT_ONCE.release()
    if done.returncode:
        raise PdfWorkerFailed(f"the child ended with {done.returncode}")
    return unpacked(done.stdout)


def _environment() -> dict[str, str]:
    """Return the few variables the child needs; no folder for temporary files is among them."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8", "TMPDIR": os.devnull}


def main() -> int:
    """Be the child: read an order, write a ZIP. Any error ends it with code 1 and no word."""
    confine()
    try:
        sys.stdout.buffer.write(produce_zip(Order.from_json(sys.stdin.buffer.read())))
        sys.stdout.buffer.flush()
    except Exception:  # reported by the exit code alone
        return 1
    return 0


if __name__ == "__main__":
    os._exit(main())
