"""Static files under addresses with their hash: browsers may keep them for a year. They are compressed ahead."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, request

from bullying_desk.web.guard import public

FOLDER = Path(__file__).parent.parent / "static"
COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".txt"}


@dataclass(frozen=True)
class StaticFile:
    """One file with its address and, where it is worth it, its compressed form; read once into memory."""

    name: str
    body: bytes
    mime: str

    @cached_property
    def digest(self) -> str:
        """Return the first 12 hex digits of the content's SHA-256."""
        return sha256(self.body).hexdigest()[:12]

    @cached_property
    def packed(self) -> bytes | None:
        """Return the gzip form of a text file. The time stamp is fixed, so the same file gives the same bytes."""
        if Path(self.name).suffix not in COMPRESSIBLE:
            return None
        return gzip.compress(self.body, 9, mtime=0)


class StaticFiles:
    """All files of `bullying_desk/static`, read at start."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files: dict[str, StaticFile] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                mime = guess_type(name)[0] or "application/octet-stream"
                self._files[name] = StaticFile(name, path.read_bytes(), mime)

    def url(self, name: str) -> str:
        """Return the hashed address of a file. Raises KeyError where there is no such file."""
        stem, dot, suffix = name.rpartition(".")
        return f"/static/{stem}.{self._files[name].digest}{dot}{suffix}"

    def find(self, address: str) -> StaticFile | None:
        """Return the file behind a hashed address, or None."""
        stem, _, suffix = address.rpartition(".")
        name, _, digest = stem.rpartition(".")
        file = self._files.get(f"{name}.{suffix}")
        return file if file is not None and file.digest == digest else None


def init_app(app: Flask) -> None:
    """Serve the files and give templates `static_url`."""
    files = StaticFiles()
    app.jinja_env.globals["static_url"] = files.url
    app.extensions["static_files"] = files

    @app.get("/static/<path:address>", endpoint="static_file")
    @public()
    def static_file(address: str) -> Response:
        file = files.find(address)
        if file is None:
            abort(404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        body = file.body
        if file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = file.packed, "gzip"
        return Response(body, mimetype=file.mime, headers=headers)

    @app.get("/favicon.ico", endpoint="favicon")
    @public()
    def favicon() -> Response:
        file = files._files.get("mark.svg")
        if file is None:
            abort(404)
        return Response(file.body, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
