"""A tablet that a school puts out for its pupils: pages under `/k/<key>/` that go back to the start by themselves.

Only the address carries the mode. The technician sets the start address, and every page below it links below it. No
cookie, storage or parameter remembers it. So a child's own phone never gets into it, and a wiped tablet needs no new
setting. Staff's pages, other schools, other sites and phone numbers are no links there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bullying_desk.web.language import language_query
from bullying_desk.web.request import TABLET, services

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

SHORT, LONG, WARN = 60, 300, 30  # seconds: nothing typed; something typed, or the six words; warning
_KEPT_LONGER = frozenset({"reports.thanks", "mailbox.show_words"})  # pages with six words to copy
_MARK = TABLET
_PATH = re.compile(r"/k/([A-Za-z0-9]{4})(/.*)?", re.DOTALL)
_SCHOOL = re.compile(r"/s/([^/]+)", re.IGNORECASE)
_STAFF = ("/team", "/stadt")
_OUTSIDE = re.compile(r'<a\b([^>]*?) href="(?:[a-z]+:|//)[^"]*"([^>]*)>', re.IGNORECASE)
_CLASS = re.compile(r' class="[^"]*"')
_INSIDE = re.compile(r'( (?:href|action|data-sent)=")(/(?!/|static/|k/)[^"]*")')
_TYPED = re.compile(r"<textarea|<select|<input(?![^>]*type=\"hidden\")", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tablet:
    """The mode of one request, for templates."""

    root: str  # „/k/K7M2“
    start: str
    leave: str
    seconds: int  # where nothing is typed
    long: int
    warn: int
    at_start: bool


class TabletPaths:
    """Takes `/k/<key>` off an address before the program sees it, and puts it before every address of the answer."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand the request on, together with the key if there is one."""
        environ.pop(_MARK, None)
        found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        if found:
            key = found[1].upper()
            environ[_MARK] = key
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/k/{key}"
            environ["PATH_INFO"] = found[2] or "/"
        return self._app(environ, start_response)


def init_app(app: Flask, is_out: Callable[[Session, str], bool]) -> None:
    """Set the mode up. `is_out` says whether a school has a tablet. Must come before the guard."""
    app.wsgi_app = TabletPaths(app.wsgi_app)  # type: ignore[method-assign]
    app.context_processor(lambda: {"tablet": _tablet()})
    app.jinja_env.globals["tablet"] = None

    @app.before_request
    def stay_inside() -> ResponseReturnValue | None:
        key = request.environ.get(_MARK)
        if key is None:
            return None
        with services().database.transaction(write=False) as session:
            if not is_out(session, key):
                abort(404)
        school = _SCHOOL.match(request.path)
        elsewhere = school is not None and school[1].upper() != key
        if request.path in {"/", "/schule"} or request.path.startswith(_STAFF) or elsewhere:
            return redirect(_start(key) + language_query(), 303)
        return None

    @app.after_request
    def lead_inside(response: Response) -> Response:
        key = request.environ.get(_MARK)
        return response if key is None else _led(response, key)


def _led(response: Response, key: str) -> Response:
    root = f"/k/{key}"
    location = response.headers.get("Location", "")
    if request.endpoint == "guidance.leave":
        response.headers["Location"] = _start(key)  # a locked tablet would end at an empty page
    elif location.startswith("/") and not location.startswith((f"{root}/", "/static/", "//")):
        response.headers["Location"] = root + location
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html" and not response.direct_passthrough:
        page = _OUTSIDE.sub(_words_only, response.get_data(as_text=True))
        page = _INSIDE.sub(lambda found: f"{found[1]}{root}{found[2]}", page)
        response.set_data(_without_script(page))
    return response


def _words_only(link: re.Match[str]) -> str:
    """Keep a link's words and look, but remove its target and what belongs to it (HTML: no `rel` without `href`)."""
    look = _CLASS.search(link[1] + link[2])
    return f"<a{look[0] if look else ''}>"


def _without_script(page: str) -> str:
    """Let a page go back by itself where no script runs, except a page on which a child may be typing.

    Not by a header: with scripts, that would take the page away while a child reads and touches it.
    """
    here = _tablet()
    if here is None or _TYPED.search(page):
        return page
    seconds = LONG if request.endpoint in _KEPT_LONGER else SHORT
    target = here.start if here.at_start else here.leave
    back = f'<noscript><meta http-equiv="refresh" content="{seconds}; url={target}"></noscript>\n</head>'
    return page.replace("</head>", back, 1)


def _start(key: str) -> str:
    return f"/k/{key}/s/{key}"


def _tablet() -> Tablet | None:
    key: Any = request.environ.get(_MARK)
    if key is None:
        return None
    seconds = LONG if request.endpoint in _KEPT_LONGER else SHORT
    root = f"/k/{key}"
    return Tablet(root, _start(key), f"{root}/weg", seconds, LONG, WARN, request.path == f"/s/{key}")
