"""The six words: shown until the child says they are kept, then never again."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.filing import receipt_cookie
from bullying_desk.reports.filing.receipt_cookie import ReceiptNotShown, Slip
from bullying_desk.reports.mailbox import mailbox
from bullying_desk.reports.mailbox.forms import KeptForm
from bullying_desk.reports.models import Report
from bullying_desk.reports.promised_dates import outlook
from bullying_desk.reports.views.blueprint import forget_words, keep_words, reports
from bullying_desk.reports.views.school import pepper_layer, session_key
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt, send_words
from bullying_desk.web import sessions
from bullying_desk.web.guard import public
from bullying_desk.web.language import speech
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, on_tablet, services, settings


@reports.get("/danke")
@public()
def thanks_gone() -> ResponseReturnValue:
    """Help a child who comes by a bookmark: words show only at the address their own form led to."""
    return _gone()


@reports.get("/danke/<page>")
@public()
def thanks(page: str) -> ResponseReturnValue:
    """Show the words; a reload too late, another browser or a second look at a school's tablet finds them gone."""
    try:
        slip, report = read_slip(page)
        if slip.marks.seen:
            raise ReceiptNotShown
    except ReceiptNotShown:
        return _gone()
    answer = make_response(render_template("reports/thanks.html", **_page(slip, report, _form(slip))))
    if on_tablet():
        keep_words(answer, receipt_cookie.seen(session_key(), slip, report.locator))
    return answer


@reports.post("/danke/<page>")
@public()
def kept(page: str) -> ResponseReturnValue:
    """Take "Ich habe den Code" and open the conversation, or close kindly where no answer is wanted."""
    try:
        slip, report = read_slip(page)
    except ReceiptNotShown:
        return redirect(url_for("reports.thanks_gone"), 303)
    form = KeptForm(request.form, polite=slip.marks.polite)
    if not form.validate():
        return render_template("reports/thanks.html", **_page(slip, report, form)), 422
    return _open(slip) if form.has_code else _close(slip, report)


def _gone() -> str:
    return render_template("reports/thanks.html", slip=None, report=None, form=None, help_lines=help_lines())


def _form(slip: Slip) -> KeptForm:
    return KeptForm(polite=slip.marks.polite)


def read_slip(page: str = receipt_cookie.NO_PAGE, *, renewal: bool = False) -> tuple[Slip, Report]:
    """Return what the receipt's cookie says for a page, checked. Raises ReceiptNotShown."""
    for slip in receipt_cookie.read_slips(request.cookies.get(receipt_cookie.COOKIE)):
        if slip.page == page and slip.marks.renewal == renewal:
            return slip, _report_of(slip)
    raise ReceiptNotShown


def other_words(page: str) -> bool:
    """Whether words of another form wait in this browser to be written down."""
    for slip in receipt_cookie.read_slips(request.cookies.get(receipt_cookie.COOKIE)):
        with suppress(ReceiptNotShown):
            if slip.page != page and not slip.marks.renewal:
                _report_of(slip)
                return True
    return False


def _report_of(slip: Slip) -> Report:
    report = db().get(Report, slip.report_id)
    if report is None or (report.receipt_kept and not slip.marks.renewal):
        raise ReceiptNotShown
    receipt_cookie.check_slip(session_key(), slip, report.locator, clock().now())
    return report


def words_of(slip: Slip) -> ReceiptWords:
    """Return the words of a checked cookie."""
    return send_words(slip.secret, session_key(), settings().receipt_words)


def shown_words(slip: Slip) -> dict[str, object]:
    """Return the words for a page; with their digits where it speaks another language, whose letters may be others."""
    words = words_of(slip)
    return {"words": words.words, "digits": words.digits if not speech().spoken.is_german else None}


def _page(slip: Slip, report: Report, form: KeptForm) -> dict[str, object]:
    return {
        "slip": slip,
        "report": report,
        "outlook": outlook(db(), report, clock().today()),
        **shown_words(slip),
        "form": form,
        "help_lines": help_lines(),
    }


def _open(slip: Slip) -> Response:
    """Replace the cookie by an ordinary session: from now on nothing can show the words again."""
    end_before_slow_work()
    receipt = derive_receipt(words_of(slip), keys().receipt_salt, services().gate, limiter().network())
    report = mailbox.find_report(db(), pepper_layer(), receipt)
    mailbox.keep_receipt(report)
    sessions.begin_reporter(db(), report.id, receipt.key)
    answer = make_response(redirect(url_for("mailbox.conversation"), 303))
    forget_words(answer, slip.page)
    return answer


def _close(slip: Slip, report: Report) -> Response:
    mailbox.keep_receipt(report)
    answer = make_response(render_template("reports/closed.html", polite=slip.marks.polite, danger=report.danger))
    forget_words(answer, slip.page)
    return answer
