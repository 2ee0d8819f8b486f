"""The six words: shown until the child says they are kept, then never again."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.filing import receipt_cookie
from bullying_desk.reports.filing.receipt_cookie import ReceiptNotShown, Slip
from bullying_desk.reports.mailbox import mailbox
from bullying_desk.reports.mailbox.forms import KeptForm
from bullying_desk.reports.models import Report
from bullying_desk.reports.promised_dates import outlook
from bullying_desk.reports.views.blueprint import forget_words, reports
from bullying_desk.reports.views.doorway import layer, session_key
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt, send_words
from bullying_desk.web import sessions
from bullying_desk.web.guard import public
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, services, settings


@reports.get("/danke")
@public()
def thanks() -> ResponseReturnValue:
    """Show the words; a bookmark, a reload too late or another browser gets a helpful page instead."""
    try:
        slip, report = read_slip(renewal=False)
    except ReceiptNotShown:
        return render_template("reports/thanks.html", slip=None, report=None, form=None, help_lines=help_lines())
    return render_template("reports/thanks.html", **_page(slip, report, KeptForm(polite=slip.marks.polite)))


@reports.post("/danke")
@public()
def kept() -> ResponseReturnValue:
    """Take "Ich habe den Code" and open the conversation, or close kindly for a child that wants no answer."""
    try:
        slip, report = read_slip(renewal=False)
    except ReceiptNotShown:
        return redirect(url_for("reports.thanks"), 303)
    form = KeptForm(request.form, polite=slip.marks.polite)
    if not form.validate():
        return render_template("reports/thanks.html", **_page(slip, report, form)), 422
    return _open(slip) if form.has_code else _close(slip, report)


def read_slip(*, renewal: bool) -> tuple[Slip, Report]:
    """Return the checked content of the receipt's cookie. Raises ReceiptNotShown."""
    slip = receipt_cookie.read_slip(request.cookies.get(receipt_cookie.COOKIE))
    report = db().get(Report, slip.report_id) if slip is not None else None
    if slip is None or report is None or slip.marks.renewal != renewal or (report.receipt_kept and not renewal):
        raise ReceiptNotShown
    receipt_cookie.check_slip(session_key(), slip, report.locator, clock().now())
    return slip, report


def words_of(slip: Slip) -> ReceiptWords:
    """Return the words of a checked cookie."""
    return send_words(slip.secret, session_key(), settings().receipt_words)


def _page(slip: Slip, report: Report, form: KeptForm) -> dict[str, object]:
    return {
        "slip": slip,
        "report": report,
        "outlook": outlook(db(), report, clock().today()),
        "words": words_of(slip).words,
        "form": form,
        "help_lines": help_lines(),
    }


def _open(slip: Slip) -> Response:
    """Replace the cookie by an ordinary session: from now on nothing can show the words again."""
    end_before_slow_work()
    receipt = derive_receipt(words_of(slip), keys().receipt_salt, services().gate, limiter().network())
    report = mailbox.find_report(db(), layer(), receipt)
    mailbox.keep_receipt(report)
    sessions.begin_reporter(db(), report.id, receipt.key)
    answer = make_response(redirect(url_for("mailbox.conversation"), 303))
    forget_words(answer)
    return answer


def _close(slip: Slip, report: Report) -> Response:
    mailbox.keep_receipt(report)
    answer = make_response(render_template("reports/closed.html", polite=slip.marks.polite))
    forget_words(answer)
    return answer
