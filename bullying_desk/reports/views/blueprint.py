"""The two sets of pages, and what goes with every way out of them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from bullying_desk.reports.filing.receipt_cookie import COOKIE

reports = Blueprint("reports", __name__)
mailbox = Blueprint("mailbox", __name__)


@reports.after_app_request
def forget_words_on_leaving(response: Response) -> Response:
    """Delete the receipt's cookie when a child leaves by "Schnell weg": the words must not come back."""
    if request.endpoint == "guidance.leave" and COOKIE in request.cookies:
        forget_words(response)
    return response


def forget_words(response: Response) -> None:
    """Delete the receipt's cookie."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")


def keep_words(response: Response, cookie: str) -> None:
    """Set the receipt's cookie; it has no date, so it ends with the browser."""
    response.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True, samesite="Strict")
