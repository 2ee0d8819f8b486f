"""The report of a session, opened with the receipt's key; and text that was typed after the session's end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.reports import locks, opening
from bullying_desk.reports.mailbox.forms import ReturnForm, SureForm
from bullying_desk.reports.mailbox.reporter import Reporter
from bullying_desk.reports.models import Report, ReporterState
from bullying_desk.reports.views.blueprint import mailbox
from bullying_desk.reports.views.school import pepper_layer, session_key
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.web import sessions
from bullying_desk.web.errors import SentAgain, kept_texts, page, to_send_again, typed_fields
from bullying_desk.web.request import clock, db, settings

View = Callable[..., ResponseReturnValue]
TYPED = ("text", "rufname", "klasse", "wann", "lesen", "step")


@dataclass(frozen=True, slots=True)
class Mine:
    """The reporter's own report with its opened secrets. `polite`: an adult came through the door."""

    report: Report
    secrets: dict[int, ReportSecret]
    polite: bool

    @property
    def reporter(self) -> Reporter:
        """The reporter at this moment, for what they do."""
        return Reporter(db(), pepper_layer(), self.report, self.secrets, clock().now(), settings())


def mine() -> Mine:
    """Open the report of this session. Raises UnsealRefused, ReaderExcluded."""
    desk = sessions.current()
    row = desk.row
    if row is None or desk.secret is None or row.sealed_key is None or row.report_id is None:
        raise opening.ReaderExcluded("no session")
    key = opening.reporter_key(row.sealed_key, desk.secret, session_key(), row.key_id)
    # A change waits for another one of the same report (a double submit); SQLite has one writer anyway.
    writes = request.method == "POST"
    report = locks.take_turn_for_report(db(), row.report_id) if writes else db().get_one(Report, row.report_id)
    secrets = opening.open_as_reporter(db(), pepper_layer(), key, report)
    return Mine(report, secrets, opening.read_answers(db(), secrets, report).polite)


def with_my_report(view: View) -> View:
    """Give the opened report to a view; one that is being erased has only the page that says so."""

    @wraps(view)
    def lead(**more: Any) -> ResponseReturnValue:
        try:
            found = mine()
        except (UnsealRefused, opening.ReaderExcluded):
            sessions.end(db())
            return redirect(url_for("mailbox.come_back"), 303)
        if found.report.reporter_state is ReporterState.ERASING and view.__name__ not in {"erased", "undo", "done"}:
            return _erased(found)
        return view(found, **more)

    return lead


def _erased(my: Mine) -> ResponseReturnValue:
    """Lead to the page that says so; what was typed in a window that was still open stands on it."""
    if kept := kept_texts():
        return make_response(render_template("mailbox/erased.html", my=my, form=SureForm(), kept=kept), 409)
    return redirect(url_for("mailbox.erased"), 303)


@mailbox.after_request
def give_back_what_was_typed(response: Response) -> Response:
    """Show text that was typed after the session's end, instead of an empty page."""
    late = request.method == "POST" and "report" not in session and response.status_code == 303
    if not late:
        return response
    fields = typed_fields()
    if fields is None:
        return page(413)
    if any(value.strip() for name, value in fields if name in TYPED):
        return ask_for_words(ReturnForm(), 400, again=to_send_again())
    return response


def ask_for_words(
    form: ReturnForm, status: int = 200, *, minutes: int = 0, again: SentAgain | None = None, twice: bool = False
) -> Response:
    """Ask for the six words. `again`: what was typed waits on the page meanwhile. `twice`: press once more."""
    values = {"minutes": minutes, "again": again, "twice": twice}
    kept = kept_texts() if again is None else []
    answer = make_response(render_template("mailbox/come_back.html", form=form, kept=kept, **values), status)
    if minutes:
        answer.headers["Retry-After"] = str(minutes * 60)
    return answer


def closed(*, polite: bool, danger: bool) -> Response:
    """Say goodbye: everything is shut, and how the history is cleared."""
    answer = make_response(render_template("reports/closed.html", polite=polite, danger=danger))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
