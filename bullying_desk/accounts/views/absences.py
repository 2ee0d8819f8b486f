"""„Ich bin weg bis …“: a contact person enters their own absence and a stand-in, on the phone from bed."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.team import absences
from bullying_desk.accounts.team.absence_forms import AwayForm
from bullying_desk.accounts.team.absences import AbsenceRefused
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("absence", __name__, url_prefix="/team/weg")


@blueprint.errorhandler(absences.NotMine)
def not_mine(_error: absences.NotMine) -> Response:
    """Another person's seat or absence does not exist here."""
    return errors.page(404)


@blueprint.get("")
@requires(Permission.READ_CASE)
def own() -> ResponseReturnValue:
    """Show one's absences for each seat, and the people one stands in for."""
    return _page(None)


@blueprint.post("/<int:seat_id>")
@requires(Permission.READ_CASE)
def enter(seat_id: int) -> ResponseReturnValue:
    """Enter one's absence at one school."""
    seat, me = absences.own_seat(db(), identity(), seat_id), identity().person_id
    form = AwayForm(prefix=_prefix(seat_id))
    form.offer(absences.stand_ins_for(db(), seat, me))
    if not form.validate():
        return _page(form, seat_id)
    try:
        absences.enter(db(), seat, form.days, form.stand_in_id, me, clock().now(), settings().notice_times)
    except AbsenceRefused as refused:
        form.refuse(refused)
        return _page(form, seat_id)
    return redirect(url_for("absence.own", ok="eingetragen"), 303)


@blueprint.post("/<int:absence_id>/zurueck")
@requires(Permission.READ_CASE)
def back(absence_id: int) -> ResponseReturnValue:
    """Say that one is there again."""
    absences.end(db(), absences.own_absence(db(), identity(), absence_id), identity().person_id, clock().now())
    return redirect(url_for("absence.own", ok="zurueck"), 303)


def _page(wrong: AwayForm | None, seat_id: int = 0) -> ResponseReturnValue:
    page = absences.page(db(), identity(), clock().today())
    forms = []
    for part in page.parts:
        form = wrong if wrong is not None and part.seat.id == seat_id else AwayForm(None, prefix=_prefix(part.seat.id))
        form.offer(list(part.stand_ins))
        if form is not wrong:
            form.first_day.data = clock().today()
        forms.append((part, form))
    said = request.args.get("ok", "")
    return render_template("absence/own.html", page=page, forms=forms, wrong=wrong, said=said), 422 if wrong else 200


def _prefix(seat_id: int) -> str:
    return f"s{seat_id}-"  # one form for each seat on the page: their fields must not be called the same
