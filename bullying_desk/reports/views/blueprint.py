"""The two sets of pages, and what goes with every way out of them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from bullying_desk.reports.filing.receipt_cookie import COOKIE, NO_PAGE, read_slip, with_slip
from bullying_desk.web.request import on_tablet

reports = Blueprint("reports", __name__)
mailbox = Blueprint("mailbox", __name__)


@reports.after_app_request
def forget_words_on_leaving(response: Response) -> Response:
    """Delete the receipt's cookie when a child leaves by "Schnell weg": the words must not come back."""
    if request.endpoint == "guidance.leave" and COOKIE in request.cookies:
        forget_words(response)
    return response


def forget_words(response: Response, page: str | None = None) -> None:
    """Delete the receipt's cookie; with a page, only the words of that page."""
    slips = (request.cookies.get(COOKIE) or "").split("~") if page is not None else []
    left = [one for one in slips if (slip := read_slip(one)) is not None and slip.page != page]
    if left:
        _set(response, "~".join(left))
    else:
        response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")


def keep_words(response: Response, slip: str) -> None:
    """Put a slip into the receipt's cookie, beside those of other forms; on a school's tablet it stands alone."""
    new = read_slip(slip)
    others = None if on_tablet() else request.cookies.get(COOKIE)
    _set(response, with_slip(slip, others, new.page if new is not None else NO_PAGE))


def _set(response: Response, cookie: str) -> None:
    """Set the cookie; it has no date, so it ends with the browser."""
    response.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True, samesite="Strict")
