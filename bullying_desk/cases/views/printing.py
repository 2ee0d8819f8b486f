"""The course of a case, and what leaves it on paper: looked at first, then printed, never kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from secrets import token_hex

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.papers.disclosures import NotToBeTold
from bullying_desk.cases.papers.timeline import open_course
from bullying_desk.cases.printing import authority_handover, print_order
from bullying_desk.cases.printing.authority_handover import spoken_words
from bullying_desk.cases.printing.forms import PrintForm
from bullying_desk.cases.printing.shapes import SHAPE_WORDS, PrintShape
from bullying_desk.cases.printing.sheet import FILE, order_for_sheet
from bullying_desk.cases.views.blueprint import ID, cases, me
from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerError
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, end_before_slow_work, keys

PAGE = f"/team/fall/<{ID}:case_id>/druck"
CHUNK = 64 * 1024
NOT_OPEN = (NotToBeTold, authority_handover.WrongGround, authority_handover.NoReason)


@cases.get(f"/team/fall/<{ID}:case_id>/verlauf")
@requires(Permission.READ_CASE, writes=True)
def course(case_id: int) -> ResponseReturnValue:
    """Show everything that happened, in order of time; every report's opening is entered in the trail."""
    who = me()
    found = find_case(who, case_id)
    return render_template("cases/course.html", case=found.case, course=open_course(who, found))


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True)
def printing(case_id: int) -> ResponseReturnValue:
    """Ask what is to be printed and why; nothing is opened yet."""
    form = PrintForm(formdata=None, shape=request.args.get("art", PrintShape.CASE.value))
    return _page(find_case(me(), case_id), form)


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def look(case_id: int) -> ResponseReturnValue:
    """Show what the print will hold, with words and parts to tick."""
    who, form = me(), PrintForm()
    found = find_case(who, case_id)
    prepared = _prepared(who, found, form) if form.checked(looked=False) else None
    return _page(found, form, prepared, 200 if prepared is not None else 422)


@cases.post(f"{PAGE}/pdf")
@requires(Permission.READ_CASE)
def make_pdf(case_id: int) -> ResponseReturnValue:
    """Print what was looked at; nothing goes out before its reason is in the case file."""
    who, form = me(), PrintForm()
    found = find_case(who, case_id)
    good = form.checked(looked=True)
    prepared = _prepared(who, found, form) if form.complete else None
    if not good or prepared is None:
        return _page(found, form, prepared, 422)
    end_before_slow_work()
    order = order_for_sheet(prepared.sheet, prepared.school, prepared.foot, _stamp(), _lock(form, case_id))
    try:
        pdf = worker.run(order)[FILE]
    except PdfWorkerError:
        form.form_errors.append(_("Gerade geht es nicht. Ihre Angaben sind noch da. Bitte gleich noch einmal."))
        return _page(find_case(me(), case_id), form, prepared, 503)
    return _file(pdf) if _entered(who, form, case_id) else _page(find_case(me(), case_id), form, None, 422)


def _entered(who: Counsellor, form: PrintForm, case_id: int) -> bool:
    """Enter the print. What one may read may have changed while the PDF was made, and so may an agreement."""
    again = replace(who, session=db())
    try:
        print_order.enter(again, find_case(again, case_id), _wish(form))
    except NOT_OPEN as why:
        form.refuse(why)
        return False
    return True


def _wish(form: PrintForm) -> print_order.PrintWish:
    return form.wish(request.form.getlist("teil"), request.form.getlist("weg"))


def _prepared(who: Counsellor, found: FoundCase, form: PrintForm) -> print_order.Prepared | None:
    try:
        return print_order.prepare(who, found, _wish(form))
    except print_order.WhichChild:
        form.report.errors = [_("Hier haben mehrere Kinder geschrieben. Wählen Sie die Meldung des Kindes, das fragt.")]
        return None
    except print_order.PrintWithoutKey:
        form.form_errors.append(_("Sie lesen nur einen Teil dieses Falls. Bitten Sie eine Person, die alles liest."))
    except NOT_OPEN as why:
        form.refuse(why)
    return None


def _page(
    found: FoundCase, form: PrintForm, prepared: print_order.Prepared | None = None, status: int = 200
) -> ResponseReturnValue:
    form.offer(found.reports)
    form.seed.data = form.seed.data or token_hex(16)
    form.looked.data = form.mark if prepared is not None else ""
    page = render_template(
        "cases/printing.html",
        case=found.case,
        form=form,
        shape=form.wanted,
        Shape=PrintShape,
        shape_words=SHAPE_WORDS,
        prepared=prepared,
        several=len(found.reports) > 1,
        words=spoken_words(keys().session_key, form.seed.data, found.case.id),
    )
    return page, status


def _stamp() -> int:
    return int(clock().hour().timestamp())  # the file's own date shows the hour, as everywhere


def _lock(form: PrintForm, case_id: int) -> str:
    """Return the words a file is locked under, or nothing."""
    locked = form.wanted is PrintShape.HANDOVER and form.locked.data
    return " ".join(spoken_words(keys().session_key, form.seed.data or "", case_id)) if locked else ""


def _file(pdf: bytes) -> Response:
    def parts() -> Iterator[bytes]:
        for start in range(0, len(pdf), CHUNK):
            yield pdf[start : start + CHUNK]

    headers = {"Content-Disposition": 'attachment; filename="auszug.pdf"', "Cache-Control": "no-store"}
    return Response(parts(), mimetype="application/pdf", headers=headers)
