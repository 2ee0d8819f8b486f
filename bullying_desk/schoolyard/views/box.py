"""The pages of the box: sheets are printed and declared void, slips are typed in one after the other."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases.views.blueprint import shown_name
from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerError
from bullying_desk.reports.filing.intake import Terms
from bullying_desk.reports.offline import slips
from bullying_desk.reports.offline.on_behalf import Author
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.reports.readers.routing import NobodyCanRead
from bullying_desk.schools.models import School
from bullying_desk.schoolyard.box import slip_box
from bullying_desk.schoolyard.box.forms import SheetsForm, SlipForm
from bullying_desk.schoolyard.prints import facts, kit
from bullying_desk.schoolyard.prints.addresses import AddressMissing
from bullying_desk.schoolyard.views.prints import language_choices
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.sealing.receipts import new_slip
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _, speaking
from bullying_desk.web.request import (
    clock,
    db,
    end_before_slow_work,
    identity,
    keys,
    limiter,
    services,
    settings,
)

blueprint = Blueprint("box", __name__, url_prefix="/team/kasten")
REFUSED: dict[type[slips.SlipRefused], str] = {
    slips.SlipUnknown: _("Zettel %(number)s wurde für diese Schule nie gedruckt. Prüfen Sie die Nummer."),
    slips.SlipUsed: _("Zettel %(number)s ist schon eingetippt. Jeder Zettel gilt einmal. Prüfen Sie die Nummer."),
    slips.SlipVoid: _(
        "Zettel %(number)s gehört zu einem Blatt, das für ungültig erklärt ist. Das Kind kann mit seinen Wörtern "
        "nichts lesen. Nehmen Sie „Gespräch aufschreiben“, wenn Sie das Kind kennen."
    ),
}


@blueprint.errorhandler(slip_box.NotOurs)
def not_ours(_error: slip_box.NotOurs) -> Response:
    """The box of another school does not exist here."""
    return errors.page(404)


@blueprint.get("/")
@requires(Permission.READ_CASE)
def choose() -> ResponseReturnValue:
    """Show what can be written down for a child: a slip from the box, or a talk."""
    return render_template("box/choose.html", schools=slip_box.own_schools(db(), identity()))


@blueprint.get("/<int:school_id>")
@requires(Permission.READ_CASE)
def show(school_id: int) -> ResponseReturnValue:
    """Show the sheets that are out, and print more."""
    return _page(school_id, _sheets(fresh=True))


@blueprint.post("/<int:school_id>/drucken")
@requires(Permission.READ_CASE)
def print_sheets(school_id: int) -> ResponseReturnValue:
    """Make words, set them, put locator and public half on file, hand the print out; the words are kept nowhere."""
    page, form = slip_box.own_box(db(), identity(), school_id), _sheets()
    if not form.validate():
        return _page(school_id, form, 422)
    try:
        pdf = _print(page.school, int(form.sheets.data), form.language.data)
    except AddressMissing:
        form.sheets.errors = [_("Der Betreiber muss zuerst die Adresse des Dienstes eintragen.")]
    except (PdfWorkerError, SlowHashBusy, slips.NumbersTaken):
        form.sheets.errors = [_("Gerade lässt sich nichts drucken. Bitte versuchen Sie es gleich noch einmal.")]
    else:
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'attachment; filename="{slip_box.FILE}"'
        return answer
    return _page(school_id, form, 503)


def _sheets(*, fresh: bool = False) -> SheetsForm:
    form = SheetsForm(formdata=None) if fresh else SheetsForm()
    form.offer(language_choices())
    return form


def _print(school: School, sheets: int, language: str) -> bytes:
    """Hash and print outside any transaction, then store. A print that could not be stored is not sent."""
    first, texts = slips.next_sheet(db(), school.id), kit.languages()[language]
    with speaking(texts):
        said = facts.gather(db(), school, settings().service_name, settings().base_url, clock().today())
    school_id = school.id
    end_before_slow_work()
    network, salt, words = limiter().network(), keys().receipt_salt, settings().receipt_words
    made = [new_slip(salt, services().gate, network, words) for _each in range(sheets * slips.A_SHEET)]
    with speaking(texts):
        order = slip_box.order_for_slips(said, first, made)
    pdf = worker.run(order)[slip_box.FILE]
    slips.keep_sheets(db(), keys().pepper_layer, school_id, first, made, identity().person_id, clock().now())
    return pdf


@blueprint.post("/<int:school_id>/blatt/<int(max=1000000):sheet_number>/weg")
@requires(Permission.READ_CASE)
def void(school_id: int, sheet_number: int) -> ResponseReturnValue:
    """Declare the open slips of a sheet void."""
    slip_box.own_box(db(), identity(), school_id)
    slips.void_sheet(db(), school_id, sheet_number, identity().person_id, clock().now())
    return redirect(url_for("box.show", school_id=school_id), 303)


@blueprint.get("/<int:school_id>/eintippen")
@requires(Permission.READ_CASE)
def type_in(school_id: int) -> ResponseReturnValue:
    """Begin, or go on with the next number. Used numbers are never shown: they would show that there is a report."""
    page = slip_box.own_box(db(), identity(), school_id)
    form = _form(school_id, fresh=True)
    done = request.args.get("ok", 0, type=int)
    form.nummer.data = done + 1 if done else None
    return render_template("box/type_in.html", page=page, form=form, done=done)


@blueprint.post("/<int:school_id>/eintippen")
@requires(Permission.READ_CASE)
def do_type_in(school_id: int) -> ResponseReturnValue:
    """Seal one slip and offer the next; a number that cannot be used is refused with the reason."""
    page, form = slip_box.own_box(db(), identity(), school_id), _form(school_id)
    status = 422
    if form.validate():
        who = Author(identity().person_id, shown_name(school_id))
        terms, told = Terms(settings().answer_school_days, settings().notice_times), form.told(school_id)
        try:
            slips.type_in(db(), keys().pepper_layer, told, int(form.nummer.data or 0), who, clock().now(), terms)
            return redirect(url_for("box.type_in", school_id=school_id, ok=form.nummer.data), 303)
        except slips.SlipRefused as refused:
            form.nummer.errors = [_(REFUSED[type(refused)]) % {"number": form.nummer.data}]
        except NobodyCanRead:
            form.ohne.errors = [_("So könnte es niemand lesen. Rufen Sie die Stelle der Stadt an.")]
            status = 503
    return render_template("box/type_in.html", page=page, form=form, done=0), status


def _form(school_id: int, *, fresh: bool = False) -> SlipForm:
    options = ReaderOptions(staff_of(db(), school_id), settings().city_office)
    return SlipForm(options, formdata=None) if fresh else SlipForm(options)


def _page(school_id: int, form: SheetsForm, status: int = 200) -> ResponseReturnValue:
    page = slip_box.own_box(db(), identity(), school_id)
    return render_template("box/show.html", page=page, form=form), status
