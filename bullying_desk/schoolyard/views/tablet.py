"""The page for the person who sets up a school's tablet, and the tablet's switch."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.team import team_settings
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.schools import tablets
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("tablet", __name__, url_prefix="/team/schule")


@blueprint.errorhandler(team_settings.NotOurs)
def not_ours(_error: team_settings.NotOurs) -> Response:
    """A tablet of another school does not exist for the coordinator."""
    return errors.page(404)


@blueprint.get("/<int:school_id>/tablet")
@requires(Permission.MANAGE_TEAM)
def show(school_id: int) -> ResponseReturnValue:
    """Show the start address and the technician's settings; it can be printed."""
    found = team_settings.own_school(db(), identity(), school_id)
    address = f"{settings().base_url.rstrip('/')}/k/{found.key}/"
    return render_template("tablet/show.html", school=found, out=tablets.has_one(db(), found), address=address)


@blueprint.post("/<int:school_id>/tablet")
@requires(Permission.MANAGE_TEAM)
def put_out(school_id: int) -> ResponseReturnValue:
    """Switch the tablet's pages on or off."""
    found = team_settings.own_school(db(), identity(), school_id)
    tablets.put_out(db(), found, clock().today(), out=request.form.get("tablet") == "1")
    record(db(), Event.TEAM_CHANGED, clock().now(), actor=identity().person_id, subject=found.id, what="tablet")
    return redirect(url_for("tablet.show", school_id=found.id), 303)
