"""The press: typst in a short-lived child process that touches no file.

What is printed goes to the child on its standard input and comes back on its standard output; typst reads the fixed
sheet and the words as one input value, never as markup. The child has no setting and no key of the instance, writes
nowhere, and leaves no core. `python -m bullying_desk.cases.printing.press` is the child.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import threading
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import bullying_desk
from bullying_desk.lessons.building.produce import font_folders

_SECONDS: Final = 60
_AT_ONCE: Final = threading.BoundedSemaphore(2)  # two cores; a third person waits
_PATIENCE: Final = 20.0
_ROOT: Final = Path(bullying_desk.__file__).parents[1]


class PressFailed(Exception):
    """typst refused, or took too long; the message holds no word of the case."""


class PressBusy(Exception):
    """Two others print at this moment; try again."""


def press(data: dict[str, Any], stamp: int, words: str = "") -> bytes:
    """Return a sheet as tagged PDF (PDF/UA-1); with `words` encrypted under them (AES-256, ISO 32000-2).

    Raises PressFailed, PressBusy.
    """
    order = json.dumps({"data": data, "stamp": stamp, "words": words}, ensure_ascii=False).encode()
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise PressBusy
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bullying_desk.cases.printing.press"],
            input=order,
            env=_environment(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PressFailed("it took too long") from None  # the error would carry what was printed
    finally:
        _AT_ONCE.release()
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise PressFailed(f"the child ended with {done.returncode}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Return the few variables the child needs; no folder for temporary files is among them."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8", "TMPDIR": "/nonexistent"}


def make(order: dict[str, Any]) -> bytes:
    """Make the PDF in this process; only for the child."""
    import typst  # only where it is used

    pdf: object = typst.compile(  # type: ignore[misc]  # its stubs know no source in memory
        files("bullying_desk.cases.printing").joinpath("sheet.typ").read_bytes(),
        font_paths=list(font_folders()),
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=order["stamp"],
        sys_inputs={"data": json.dumps(order["data"], ensure_ascii=False)},
        package_path="/nonexistent",
        package_cache_path="/nonexistent",
    )
    if not isinstance(pdf, bytes):
        raise PressFailed("typst made no file")
    return _encrypted(pdf, order["words"]) if order["words"] else pdf


def _encrypted(pdf: bytes, words: str) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, NumberObject

    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf))), io.BytesIO()
    writer.pdf_header = "%PDF-1.7"  # AES-256 came after the header that pypdf writes
    writer.encrypt(user_password=words, algorithm="AES-256")
    entry = writer._encrypt_entry  # a signed number by the standard; pypdf writes it unsigned, and poppler then refuses
    if entry is None:
        raise PressFailed("nothing was locked")
    entry[NameObject("/P")] = NumberObject(int(str(entry["/P"])) - 2**32)
    writer.write(out)
    return out.getvalue()


def main() -> int:
    """Be the child: read an order, write a PDF. Any error ends it silently: a traceback could hold a child's words."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # whatever it tries, no file of it can hold a single byte
    try:
        made = make(json.load(sys.stdin.buffer))
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    except Exception:  # said by the code alone
        return 1
    return 0


if __name__ == "__main__":
    os._exit(main())
