"""Leaving the team: one hands over and goes; or the coordinator ends the seat of a person who cannot."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.cases import departures
from bullying_desk.cases.forms import EndSeatForm, LeaveForm
from bullying_desk.cases.readers import handover
from bullying_desk.cases.views.blueprint import ID, cases, me, pepper_layer
from bullying_desk.web import errors, sessions
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity


@cases.errorhandler(departures.SeatUnknown)
def no_such_seat(_error: departures.SeatUnknown) -> Response:
    """For a person without business with it, the seat does not exist."""
    return errors.page(404)


@cases.get("/team/uebergabe")
@requires(Permission.READ_CASE)
def hand_over() -> ResponseReturnValue:
    """Show, for each of one's seats, what there is to hand over."""
    return _page(None)


@cases.post(f"/team/uebergabe/<{ID}:seat_id>")
@requires(Permission.READ_CASE, fresh=True)
def do_hand_over(seat_id: int) -> ResponseReturnValue:
    """Hand over, leave the seat, and with the last one the program."""
    who, form = me(), LeaveForm(prefix=_prefix(seat_id))
    seat = departures.own_seat(db(), who.person_id, seat_id)
    form.offer(handover.survey(who, seat).colleagues)
    if not form.validate():
        return _page(form, seat_id)
    try:
        handover.hand_over(who, seat, form.colleague.data or None)
    except handover.TooFewLeft as left:
        db().rollback()
        form.form_errors.append(_too_few(left.reports))
        return _page(form, seat_id)
    if db().get_one(Person, who.person_id).state is PersonState.LEFT:
        sessions.end(db())
        return redirect(url_for("accounts.sign_in"), 303)
    return redirect(url_for("cases.hand_over", ok="gegangen"), 303)


@cases.get(f"/team/schule/person/<{ID}:seat_id>/ende")
@requires(Permission.MANAGE_TEAM)
def end_seat(seat_id: int) -> ResponseReturnValue:
    """Ask whether a colleague's seat is to end."""
    seat = departures.coordinated_seat(db(), identity(), seat_id)
    return render_template("cases/end_seat.html", seat=seat, form=EndSeatForm())


@cases.post(f"/team/schule/person/<{ID}:seat_id>/ende")
@requires(Permission.MANAGE_TEAM, fresh=True)
def do_end_seat(seat_id: int) -> ResponseReturnValue:
    """End the seat of a person who cannot hand over any more: sessions and grants end at once."""
    seat, form = departures.coordinated_seat(db(), identity(), seat_id), EndSeatForm()
    if form.validate():
        try:
            handover.end_seat(db(), pepper_layer(), seat, identity().person_id, clock().now())
            return redirect(url_for("team.school", school_id=seat.school_id, ok="gespeichert"), 303)
        except handover.TooFewLeft:
            db().rollback()
            form.form_errors.append(_("Das geht so noch nicht. Bitte rufen Sie die Stelle der Stadt an."))
    return render_template("cases/end_seat.html", seat=seat, form=form), 422


def _page(wrong: LeaveForm | None, seat_id: int = 0) -> ResponseReturnValue:
    who = me()
    parts = []
    for seat in departures.reading_seats(db(), who.person_id):
        found = handover.survey(who, seat)
        form = wrong if wrong is not None and seat.id == seat_id else LeaveForm(formdata=None, prefix=_prefix(seat.id))
        form.offer(found.colleagues)
        parts.append((found, form))
    said = request.args.get("ok", "")
    return render_template("cases/hand_over.html", parts=parts, wrong=wrong, said=said), 422 if wrong else 200


def _prefix(seat_id: int) -> str:
    return f"s{seat_id}-"  # one form for each seat on the page: their fields must not be called the same


def _too_few(reports: int) -> str:
    return _(
        "Bei %(n)s Meldungen könnten danach nicht mehr zwei Menschen lesen. Bitte rufen Sie die Stelle der Stadt an."
    ) % {"n": reports}
