"""Errors become pages in one place: same frame, same help link, and the typed text comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, make_response, render_template, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import NoResultFound, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from bullying_desk.rights.errors import RightBroken
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.web import health, origin
from bullying_desk.web import request as this_request
from bullying_desk.web.limits import TooMany

PAGES = {400, 403, 404, 405, 413, 429, 500, 503}
SECRET = re.compile(r"secret|recovery|password|kennwort|code$|woerter|einmal", re.IGNORECASE)
HIDDEN = re.compile(f"token|{SECRET.pattern}", re.IGNORECASE)
SHOWN = 20  # characters: a longer answer comes back to be read, a shorter single word only goes along


def init_app(app: Flask) -> None:
    """Turn every error into a page of the program."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(SlowHashBusy, _busy)
    app.register_error_handler(Exception, _unexpected)
    # An error after the view (a failed commit) never reaches the handlers above; Flask would log it with its message.
    app.log_exception = lambda exc_info: _note(exc_info[1])  # type: ignore[method-assign]


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status in {301, 302, 303, 304, 307, 308}:
        return make_response(error.get_response())
    if isinstance(cause := getattr(error, "original_exception", None), StaleDataError):
        return _unexpected(cause)  # from the commit, after the view
    if status == 400 and error.description == "token":
        return page(400, "errors/kept.html", again=to_send_again(), again_url=request.path)
    return page(status if status in PAGES else 400, **_sent_again(status))


def _sent_again(status: int) -> dict[str, Any]:
    """Return the form in its fields where sending it again may help; at the desk a look comes first."""
    return {"again": to_send_again()} if status == 500 and not this_request.identity_or_none() else {}


def _too_many(error: TooMany) -> Response:
    answer = page(429, wait_minutes=error.minutes, again=to_send_again())
    answer.headers["Retry-After"] = str(error.minutes * 60)
    return answer


def _busy(_error: SlowHashBusy) -> Response:
    answer = page(503, wait_minutes=1, again=to_send_again())
    answer.headers["Retry-After"] = "60"
    return answer


def _unexpected(error: Exception) -> Response:
    _note(error)
    tampered = this_request.has_met_broken_rights()
    this_request.close()
    try:
        if tampered and isinstance(error, NoResultFound | RightBroken):
            return page(404)  # the row is there, and nobody believes it: `doctor` and the night work name it
        # The database has stopped one of two that waited for each other, or is away for a moment: try again, not gone.
        away = isinstance(error, OperationalError | StaleDataError)
        if isinstance(error, StaleDataError) and this_request.identity_or_none() and request.method == "POST":
            return page(409, "errors/changed_meanwhile.html", again=to_send_again())
        return page(503, wait_minutes=1, again=to_send_again()) if away else page(500, **_sent_again(500))
    except Exception as second:
        # Nothing may reach the server below: it would log the error with its message.
        _note(second)
        return Response(
            "Das hat nicht geklappt. Tag und Nacht: 0800 111 0 111. Notruf: 110\n", 500, mimetype="text/plain"
        )


def _note(error: BaseException | None) -> None:
    """Log the kind of error and where it happened, never its message: it may quote what a child typed.

    A journal stamps each line, so what happens to a reporter is written when the full hour is over (`log_lines`).
    """
    where = error.__traceback__ if error is not None else None
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_filename.rpartition('/')[2]}:{where.tb_lineno}" if where else "?"
    away = isinstance(error, OperationalError | StaleDataError)
    health.note(503 if away else 500, type(error).__name__, place)


def page(status: int, template: str | None = None, **values: Any) -> Response:
    """Render an error page that keeps the typed text, except secrets."""
    values.setdefault("kept", kept_texts())
    return make_response(render_template(template or f"errors/{status}.html", **values), status)


def kept_texts() -> list[tuple[str, str]]:
    """Return the texts typed into the form that failed, as (field name, text); nothing secret, nothing short.

    Only from our own pages: a foreign form must not put words into our page.
    """
    if request.method != "POST" or not origin.is_own():
        return []
    fields = typed_fields() or ()
    return [(name, value) for name, value in fields if _is_text(name, value)]


def _is_text(name: str, value: str) -> bool:
    """Whether somebody typed this as a text: "Sie treten mich." is one, the code of a tick or a secret is none."""
    return (len(value) > SHOWN or " " in value.strip()) and not HIDDEN.search(name)


@dataclass(frozen=True, slots=True)
class SentAgain:
    """A form that was not taken, to be sent again by one press. `token` is empty where there is no session."""

    address: str
    fields: tuple[tuple[str, str], ...]
    token: str = ""

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What is shown, to be read and changed."""
        return [(name, value) for name, value in self.fields if _is_text(name, value)]

    @property
    def rest(self) -> list[tuple[str, str]]:
        """What goes along: ticks and short answers."""
        return [(name, value) for name, value in self.fields if not _is_text(name, value)]


def to_send_again(address: str = "", besides: frozenset[str] = frozenset()) -> SentAgain | None:
    """Return the form of this request with a fresh token; files do not come back.

    None where a password or code was in it, which is typed again, and where the browser does not say that our own page
    sent it: one press must not send what a foreign page has put together. `besides`: fields that are left out.
    """
    if request.method != "POST" or not origin.is_surely_own():
        return None
    besides |= {"csrf_token"}
    fields = tuple((name, value) for name, value in typed_fields() or () if name not in besides)
    if any(value and SECRET.search(name) for name, value in fields):
        return None
    return SentAgain(address or request.full_path.rstrip("?"), fields, generate_csrf() if session else "")


def typed_fields() -> list[tuple[str, str]] | None:
    """Return the fields of the form, None where the body is too large or broken and cannot be read.

    Code outside a view reads the form with this: there an error would not become a page.
    """
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        return None
