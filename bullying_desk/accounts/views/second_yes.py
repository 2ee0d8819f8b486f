"""The page on which a colleague or the city says yes to a seat that a school's coordinator wants to give."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.invitations import second_yes
from bullying_desk.accounts.invitations.invitations import RolesExclude
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("second_yes", __name__, url_prefix="/team/zweites-ja")


@blueprint.errorhandler(second_yes.ProposalUnknown)
def not_there(_error: second_yes.ProposalUnknown) -> Response:
    """A proposal that is not for this person does not exist."""
    return errors.page(404)


@blueprint.get("/")
@requires(Permission.USE_DESK, fresh=True)
def show() -> ResponseReturnValue:
    """List the seats that wait for a second yes, for people who may give one or have asked for it."""
    waiting = second_yes.waiting_for(db(), identity())
    return render_template("second_yes/show.html", waiting=waiting, said=request.args.get("ok", ""))


@blueprint.post("/<int(max=9223372036854775807):proposal_id>")
@requires(Permission.USE_DESK, fresh=True)
def answer(proposal_id: int) -> ResponseReturnValue:
    """Give the second yes, say no, or take one's own proposal back. Anything but a clear yes is no yes."""
    agreed, head_may = request.form.get("antwort") == "ja", settings().head_may_coordinate
    try:
        there = second_yes.answer(db(), identity(), proposal_id, agreed=agreed, now=clock().now(), head_may=head_may)
    except RolesExclude:
        return redirect(url_for("second_yes.show", ok="geht-nicht"), 303)
    return redirect(url_for("second_yes.show", ok="ja" if there else "nein"), 303)
