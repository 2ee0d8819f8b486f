"""ZIP files with fixed times: the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP, in order of name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(files):
            target.writestr(_entry(name, zipfile.ZIP_DEFLATED), files[name])
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP that `packed` made."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def repacked(data: bytes, patches: Mapping[str, Callable[[str], str]]) -> bytes:
    """Return an office file (a ZIP) written again in its own order, with some of its members changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            patch = patches.get(entry.filename)
            if patch is not None:
                content = patch(content.decode("utf-8")).encode("utf-8")
            # ODF wants `mimetype` first and not compressed (OpenDocument 1.3, part 2, 3.3).
            stored = entry.filename == "mimetype"
            target.writestr(_entry(entry.filename, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED), content)
    return out.getvalue()


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_TIME)
    entry.compress_type = method
    entry.external_attr = 0o644 << 16
    return entry
