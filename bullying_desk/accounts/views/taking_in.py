"""The city coordinator's pages of the register: read the official file, take in many schools from a list."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.city import taking_in
from bullying_desk.schools.register.register_file import RegisterFileRefused
from bullying_desk.web.forms import StaffForm, UploadField
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("taking_in", __name__, url_prefix="/stadt/verzeichnis")
Wrong = list[tuple[int, str]]


class RegisterForm(StaffForm):
    """The official file of schools."""

    file = UploadField(
        _("Schulverzeichnis des Landes als CSV"),
        description=_(
            "„Schulgrunddaten“ des Schulministeriums NRW. Höchstens 900 kB; eine größere Datei packen Sie als ZIP."
        ),
    )


class SignaturesForm(StaffForm):
    """Many schools at once."""

    table = UploadField(
        _("Liste als CSV oder XLSX"),
        description=_("Spalten: Schulnummer, Datum, Unterschrift. Datum ist der Tag der Unterschrift."),
    )


@blueprint.get("")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def show() -> ResponseReturnValue:
    """Show the two forms."""
    return _page()


@blueprint.post("/ansehen")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def look() -> ResponseReturnValue:
    """Read the file and show what would change; nothing is written."""
    given = RegisterForm().file.data
    return _preview(given.read() if given else b"")


@blueprint.post("/einlesen")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def read_in() -> ResponseReturnValue:
    """Carry out what the preview showed; where the register has changed meanwhile, show it anew."""
    data, sure = request.form.get("rows", "").encode(), request.form.get("sure") == "y"
    try:
        plan = taking_in.plan_register(db(), settings(), data)
        who, now = identity().person_id, clock().now()
        taking_in.import_register(db(), plan, request.form.get("seen", ""), sure=sure, by=who, now=now)
    except RegisterFileRefused as refused:
        return _page(wrong=list(refused.wrong))
    except taking_in.SeenAnother:
        return _preview(data, _("Das Verzeichnis hat sich inzwischen geändert. Bitte sehen Sie noch einmal hin."))
    except taking_in.ManyClosed:
        return _preview(data, _("Kreuzen Sie an, dass diese Schulen wirklich schließen."))
    return redirect(url_for("taking_in.show", ok="eingelesen"), 303)


@blueprint.post("/beitritte/ansehen")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def look_at_list() -> ResponseReturnValue:
    """Read a list of signatures and show what it would do; nothing is written."""
    given = SignaturesForm().table.data
    return _signatures(given.read() if given else b"")


@blueprint.post("/beitritte")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def join_all() -> ResponseReturnValue:
    """Take in every school of the list that was seen, or none."""
    data = request.form.get("rows", "").encode()
    plan = taking_in.plan_signatures(db(), data, clock().today())
    if plan.errors:
        return _signatures(data)
    count = taking_in.join_all(db(), plan.new, identity().person_id, clock().now())
    return redirect(url_for("taking_in.show", ok=f"dabei-{count}"), 303)


def _preview(data: bytes, warning: str = "") -> ResponseReturnValue:
    try:
        plan = taking_in.plan_register(db(), settings(), data)
    except RegisterFileRefused as refused:
        return _page(wrong=list(refused.wrong))
    rows = taking_in.register_text(plan)
    return render_template("taking_in/register.html", plan=plan, rows=rows, warning=warning), 422 if warning else 200


def _signatures(data: bytes) -> ResponseReturnValue:
    plan = taking_in.plan_signatures(db(), data, clock().today())
    if plan.errors:
        return _page(wrong_list=plan.errors)
    return render_template("taking_in/signatures.html", plan=plan)


def _page(wrong: Wrong | None = None, wrong_list: Wrong | None = None) -> ResponseReturnValue:
    page = render_template(
        "taking_in/show.html",
        register=RegisterForm(formdata=None),
        signatures=SignaturesForm(formdata=None),
        wrong=wrong,
        wrong_list=wrong_list,
        said=request.args.get("ok", ""),
    )
    return page, 422 if wrong or wrong_list else 200
