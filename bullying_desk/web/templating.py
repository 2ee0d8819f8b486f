"""What every template can use, and static files under addresses with their hash."""

from __future__ import annotations

import gzip
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask.templating import Environment as FlaskEnvironment
from jinja2 import FileSystemLoader

from bullying_desk.access.identity import Identity
from bullying_desk.access.permissions import Permission
from bullying_desk.paths import TEMPLATES
from bullying_desk.schooldays import LOUD_BEFORE, SHOUT_BEFORE, runs_out
from bullying_desk.web import request as this_request
from bullying_desk.web import sessions
from bullying_desk.web.door_words import door_word
from bullying_desk.web.guard import public

# (label, endpoint, permission): the desk's navigation. A person sees only the entries they may open.
NAVIGATION: tuple[tuple[str, str, Permission], ...] = (
    ("Eingang", "cases.inbox", Permission.READ_CASE),
    ("Aufschreiben", "box.choose", Permission.READ_CASE),
    ("Team", "team.choose", Permission.MANAGE_TEAM),
    ("Schulen", "city.schools", Permission.MANAGE_CITY),
    ("Fristen", "retention.periods_page", Permission.MANAGE_CITY),
    ("Datenschutz", "officer.register", Permission.KEEP_REQUESTS),
    ("Dienst", "duty.show", Permission.MANAGE_CITY),
    ("Protokoll", "city.trail", Permission.READ_TRAIL),
    ("Meine Schule", "head.show", Permission.READ_OWN_SCHOOL),
    ("Redaktion", "editor.show", Permission.EDIT_LESSONS),
    ("Unterricht", "lessons.index", Permission.USE_DESK),
)


class Environment(FlaskEnvironment):
    """Jinja with the shared values of a template as one flat dict.

    Jinja chains dicts, and goes through the chain in Python at each rendering and each import: 4 % of a page's time.
    What is shared is complete before the first page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the values that a template shares with all others, and its own."""
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Point Jinja at the templates and give it the values that the layout needs."""
    app.jinja_loader = FileSystemLoader(TEMPLATES)
    settings = this_request.services_of(app).settings
    app.jinja_env.globals.update(
        service_name=settings.service_name,
        city_name=settings.city_name,
        city_office=settings.city_office,
        settings=settings,
        demo=settings.demo,
        exit_url="/weg",
        account_url="/team/konto",
        door_word=door_word,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_of_request)
    _serve_static(app)


def _of_request() -> dict[str, Any]:
    who = this_request.identity_or_none()
    if who is None:
        return {"identity": None, "desk_nav": [], "calendar_ends": None, "session_seconds": sessions.seconds_left()}
    return {
        "identity": who,
        "desk_nav": _desk_nav(),
        "calendar_ends": _calendar_ends(who),
        "session_seconds": sessions.seconds_left(),
        "session_mark": sessions.person_mark(),
    }


def _calendar_ends(who: Identity) -> date | None:
    """Return the last known school day when it is near: early for the operator, at the end for everybody."""
    early = who.may(Permission.MANAGE_CITY)
    return runs_out(this_request.clock().today(), LOUD_BEFORE if early else SHOUT_BEFORE)


def _desk_nav() -> list[tuple[str, str, bool]]:
    who = cast(Identity, g.identity)
    known = current_app.view_functions
    return [
        (label, url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint, permission in NAVIGATION
        if who.may(permission) and endpoint in known
    ]


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
    """All files of `bullying_desk/static`, read at start, and those that are made then."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files: dict[str, StaticFile] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                self.add(name, path.read_bytes())

    def add(self, name: str, body: bytes) -> None:
        """Serve a file that the program makes at its start."""
        self._files[name] = StaticFile(name, body, guess_type(name)[0] or "application/octet-stream")

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


def _serve_static(app: Flask) -> None:
    """Serve the files and give templates `static_url`. Browsers may keep a file for a year; it is compressed ahead."""
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
