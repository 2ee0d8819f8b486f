"""The coordinator's page at the start of a school year: five presses, and which prints are out of date."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.team import team_settings
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools import roster, year
from bullying_desk.schools.models import YearPart
from bullying_desk.schoolyard.prints import editions
from bullying_desk.schoolyard.roster import roster_week
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("year", __name__, url_prefix="/team/schule")


@blueprint.errorhandler(team_settings.NotOurs)
def not_ours(_error: team_settings.NotOurs) -> Response:
    """A page of another school does not exist for the coordinator."""
    return errors.page(404)


@blueprint.get("/<int:school_id>/jahr")
@requires(Permission.MANAGE_TEAM)
def show(school_id: int) -> ResponseReturnValue:
    """Show what is confirmed for this school year and which prints may be on the walls."""
    found = team_settings.own_school(db(), identity(), school_id)
    today = clock().today()
    return render_template(
        "year/show.html",
        page=team_settings.team_page(db(), found, today),
        rooms=roster_week.rooms_of(db(), found),
        parts=[(part.value, year.confirmed(db(), found.id, today).get(part)) for part in year.PARTS],
        years=year.school_year(today),
        hung=editions.hung_now(db(), found, settings().service_name, settings().base_url, today),
        said=request.args.get("ok", ""),
    )


@blueprint.post("/<int:school_id>/jahr")
@requires(Permission.MANAGE_TEAM)
def confirm(school_id: int) -> ResponseReturnValue:
    """Confirm one of the five; for the roster, last year's can be carried over first."""
    found, part = team_settings.own_school(db(), identity(), school_id), request.form.get("teil", "")
    if part not in {each.value for each in year.PARTS}:
        return redirect(url_for("year.show", school_id=found.id), 303)
    if part == YearPart.ROSTER and request.form.get("plan") == "alt":
        try:
            roster.carry_into_year(db(), found, roster_week.calendar_of(db(), found), clock().today())
        except roster.NothingToCopy:
            return redirect(url_for("year.show", school_id=found.id, ok="kein-plan"), 303)
    year.confirm(db(), found.id, YearPart(part), clock().today())
    record(db(), Event.TEAM_CHANGED, clock().now(), actor=identity().person_id, subject=found.id, what="year")
    return redirect(url_for("year.show", school_id=found.id, ok="bestaetigt"), 303)


@blueprint.post("/<int:school_id>/druck/<int:edition_id>/weg")
@requires(Permission.MANAGE_TEAM)
def take_down(school_id: int, edition_id: int) -> ResponseReturnValue:
    """Note that a print is no longer on a wall."""
    found = team_settings.own_school(db(), identity(), school_id)
    editions.take_down(db(), found.id, edition_id)
    return redirect(url_for("year.show", school_id=found.id), 303)
