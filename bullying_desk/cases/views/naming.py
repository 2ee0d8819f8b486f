"""The reporter's name: behind a press of its own, and behind a reason for everybody it was not given to."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import naming, notes
from bullying_desk.cases.finding import find_case
from bullying_desk.cases.forms import NameReasonForm
from bullying_desk.cases.views.acts import CASE
from bullying_desk.cases.views.blueprint import cases, me
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _


@cases.post(f"{CASE}/name")
@requires(Permission.READ_CASE)
def show_name(case_id: int) -> ResponseReturnValue:
    """Show the reporter's name; ask for the reason first where one is needed."""
    who, form = me(), NameReasonForm()
    found = find_case(who, case_id)
    report = found.report(request.form.get("meldung", 0, type=int))
    asked = "reason" in request.form
    try:
        name = naming.open_name(who, found, report, form.reason.data or "")
        return render_template("cases/show_name.html", case=found.case, report=report, name=name)
    except naming.ReasonMissing:
        form.reason.errors = [_("Schreiben Sie kurz, wozu Sie den Namen brauchen.")] if asked else []
    except notes.NoteTooLong:
        form.reason.errors = [_("Das ist zu lang. Ein, zwei Sätze genügen.")]
    return render_template("cases/ask_name.html", case=found.case, report=report, form=form), 422 if asked else 200
