"""A talk in the yard or on the phone becomes a report of the child's own; its six words are handed over once."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases.readers import child_access
from bullying_desk.cases.views.blueprint import me, shown_name
from bullying_desk.reports.filing.intake import Filed, Terms
from bullying_desk.reports.offline import on_behalf
from bullying_desk.reports.offline.on_behalf import Author
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.reports.readers.options import ReaderOptions
from bullying_desk.reports.readers.routing import NobodyCanRead
from bullying_desk.schools.models import School
from bullying_desk.schoolyard.box import slip_box
from bullying_desk.schoolyard.box.forms import ToldForm
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.sealing.format.secret_types import SessionKey
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, end_before_slow_work, identity, keys, limiter, services, settings

blueprint = Blueprint("told", __name__, url_prefix="/team/gespraech")


@blueprint.errorhandler(slip_box.NotOurs)
def not_ours(_error: slip_box.NotOurs) -> Response:
    """A record of another school does not exist here."""
    return errors.page(404)


@blueprint.get("/<int:school_id>")
@requires(Permission.READ_CASE)
def ask(school_id: int) -> ResponseReturnValue:
    """Show the first question, and the form."""
    found = slip_box.own_school(db(), identity(), school_id)
    return render_template("told/ask.html", school=found, form=_form(school_id))


@blueprint.post("/<int:school_id>")
@requires(Permission.READ_CASE)
def write(school_id: int) -> ResponseReturnValue:
    """Write it down and show the six words. Without a yes nothing is stored, and the page says what helps."""
    found, form = slip_box.own_school(db(), identity(), school_id), _form(school_id)
    if form.refused:
        return render_template("told/not_written.html", school=found)
    if not form.validate():
        return render_template("told/ask.html", school=found, form=form), 422
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    key = SessionKey(keys().session_key)
    words = on_behalf.words_for(form.send_token, key, [("school", str(school_id)), *typed], settings().receipt_words)
    try:
        filed = _file(school_id, form, words)
    except (NobodyCanRead, SlowHashBusy):
        form.form_errors.append(_("Das ging gerade nicht. Drücken Sie in einer Minute noch einmal."))
        found = db().get_one(School, school_id)
        return render_template("told/ask.html", school=found, form=form), 503
    shown = words.words if on_behalf.may_show(filed, clock().now()) else ()
    return render_template("told/words.html", school_id=school_id, filed=filed, words=shown)


@blueprint.post("/<int:school_id>/fertig")
@requires(Permission.READ_CASE)
def handed_over(school_id: int) -> ResponseReturnValue:
    """Note that the child has the words: nothing shows them again."""
    slip_box.own_school(db(), identity(), school_id)
    child_access.hand_over(me(), request.form.get("meldung", 0, type=int))
    return redirect(url_for("box.choose"), 303)


def _form(school_id: int) -> ToldForm:
    return ToldForm(ReaderOptions(staff_of(db(), school_id), settings().city_office))


def _file(school_id: int, form: ToldForm, words: ReceiptWords) -> Filed:
    """Run the slow hash outside any transaction, then write it down in one."""
    told, author = form.told(school_id), Author(identity().person_id, shown_name(school_id))
    end_before_slow_work()
    receipt = derive_receipt(words, keys().receipt_salt, services().gate, limiter().network())
    terms = Terms(settings().answer_school_days, settings().notice_times)
    return on_behalf.write_down(db(), keys().pepper_layer, told, receipt, author, clock().now(), terms)
