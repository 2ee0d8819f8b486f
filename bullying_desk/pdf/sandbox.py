"""The limits of every process that makes prints."""

from __future__ import annotations

import resource
import sys
from typing import Final

#: Bytes of private memory for a process (and each of its own children). A city's largest lesson needs a tenth of it.
MEMORY: Final = 768 * 1024 * 1024
#: Files, pipes and libraries open at once.
OPEN_FILES: Final = 64


def confine() -> None:
    """Limit this process for good: no core dump, not one byte in any file, little memory, few open files.

    A sheet holds a child's text or a slip's six words. With RLIMIT_FSIZE 0 the kernel refuses them a place in a file,
    whatever typst, pandoc or qpdf try (getrlimit(2)). Pipes are not files.
    """
    sys.dont_write_bytecode = True
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (most, most))
