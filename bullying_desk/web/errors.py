"""Errors become pages in one place: same frame, same help link, and the typed text comes back."""

from __future__ import annotations

import logging
import re
from typing import Any, cast

from flask import Flask, Response, make_response, render_template, request
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from bullying_desk.rights.errors import RightBroken
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.web import origin
from bullying_desk.web import request as this_request
from bullying_desk.web.bodies import MemoryRequest
from bullying_desk.web.limits import TooMany

log = logging.getLogger("bullying_desk")
PAGES = {400, 403, 404, 405, 413, 429, 500, 503}
HIDDEN = re.compile(r"token|secret|recovery|password|kennwort|code$|woerter|einmal", re.IGNORECASE)


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
    if status == 400 and error.description == "token":
        return page(400, "errors/kept.html", again_url=request.path)
    return page(status if status in PAGES else 400)


def _too_many(error: TooMany) -> Response:
    answer = page(429, wait_minutes=error.minutes)
    answer.headers["Retry-After"] = str(error.minutes * 60)
    return answer


def _busy(_error: SlowHashBusy) -> Response:
    answer = page(503, wait_minutes=1)
    answer.headers["Retry-After"] = "60"
    return answer


def _unexpected(error: Exception) -> Response:
    _note(error)
    tampered = this_request.has_met_broken_rights()
    this_request.end_before_slow_work()
    try:
        if tampered and isinstance(error, NoResultFound | RightBroken):
            return page(404)  # the row is there, and nobody believes it: `doctor` and the night work name it
        # The database has stopped one of two that waited for each other, or is away for a moment: try again, not gone.
        return page(503, wait_minutes=1) if isinstance(error, OperationalError) else page(500)
    except Exception as second:
        # Nothing may reach the server below: it would log the error with its message.
        _note(second)
        return Response(
            "Das hat nicht geklappt. Tag und Nacht: 0800 111 0 111. Notruf: 110\n", 500, mimetype="text/plain"
        )


def _note(error: BaseException | None) -> None:
    """Log the kind of error and where it happened, never its message: it may quote what a child typed."""
    where = error.__traceback__ if error is not None else None
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_filename.rpartition('/')[2]}:{where.tb_lineno}" if where else "?"
    log.error("unexpected %s at %s in %s", type(error).__name__, place, request.endpoint)


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
    return [(name, value) for name, value in fields if len(value) > 20 and not HIDDEN.search(name)]


def typed_fields() -> list[tuple[str, str]] | None:
    """Return the fields of the form, None where the body is too large or broken and cannot be read.

    Whoever reads the form outside a view uses this: there an error would not become a page.
    """
    try:
        return list(_form().items(multi=True))
    except HTTPException:
        return None


def _form() -> MultiDict[str, str]:
    """Return the form; of a body that is too long, too, as far as it can be held in memory."""
    try:
        return request.form
    except RequestEntityTooLarge:
        cast(MemoryRequest, request).read_to_give_back()
        return request.form
