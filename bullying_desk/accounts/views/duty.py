"""The city coordinator's page of who is on duty in the city's team, above all over the holidays."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.team import duty
from bullying_desk.accounts.team.absence_forms import DutyForm
from bullying_desk.accounts.team.absences import OwnAppointment
from bullying_desk.web import errors, guard
from bullying_desk.web.forms import select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity

blueprint = Blueprint("duty", __name__, url_prefix="/stadt/dienst")


@blueprint.errorhandler(duty.DutyUnknown)
def no_such_duty(_error: duty.DutyUnknown) -> Response:
    """Say that there is no such seat or period."""
    return errors.page(404)


@blueprint.get("")
@requires(Permission.MANAGE_CITY)
def show() -> ResponseReturnValue:
    """Show who is on duty when, and which holidays nobody answers in."""
    return _page(None)


@blueprint.post("")
@requires(Permission.MANAGE_CITY)
def give() -> ResponseReturnValue:
    """Put a person on duty for some days: they read then what waits for the city, so password and code are asked."""
    form = _form(DutyForm())
    if (asked := guard.ask_again(url_for("duty.show"))) is not None:
        return asked
    if not form.validate() or form.first_day.data is None:
        return _page(form)
    try:
        first, last, by = form.first_day.data, form.last_day.data, identity().person_id
        duty.give(db(), int(form.seat.data), first, last, by, clock().now())
    except OwnAppointment:
        form.seat.errors = [_("Niemand kann sich selbst eintragen. Bitten Sie eine andere Person der Koordination.")]
        return _page(form)
    except duty.DutyDaysWrong:
        form.first_day.errors = [_("Die Zeit ist schon vorbei. Wählen Sie spätere Tage.")]
        return _page(form)
    return redirect(url_for("duty.show", ok="gespeichert"), 303)


@blueprint.post("/<int:period_id>/weg")
@requires(Permission.MANAGE_CITY)
def take(period_id: int) -> ResponseReturnValue:
    """Take a period away; the page offers to take that back."""
    if (asked := guard.ask_again(url_for("duty.show"))) is not None:
        return asked
    return _page(None, undo=duty.take(db(), period_id, identity().person_id, clock().now()))


def _form(form: DutyForm) -> DutyForm:
    team = duty.members(db(), clock().today())
    form.seat.choices = select_choices([(str(one.seat.id), one.name) for one in team])
    return form


def _page(wrong: DutyForm | None, undo: dict[str, str] | None = None) -> ResponseReturnValue:
    today = clock().today()
    team = duty.members(db(), today)
    form = wrong or _form(DutyForm(formdata=None, first_day=today))
    breaks, said = duty.long_breaks(team, today), request.args.get("ok", "")
    page = render_template("duty/show.html", team=team, breaks=breaks, form=form, said=said, undone=undo)
    return page, 422 if wrong else 200
