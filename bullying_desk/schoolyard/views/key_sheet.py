"""The sheet for a meeting that compares the key words of a whole school."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.invitations import key_words
from bullying_desk.accounts.team import team_settings
from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerError
from bullying_desk.schoolyard.prints import facts, kit
from bullying_desk.schoolyard.prints.addresses import AddressMissing
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, end_before_slow_work, identity, keys, settings

blueprint = Blueprint("key_sheet", __name__, url_prefix="/team/schule")


@blueprint.errorhandler(team_settings.NotOurs)
def not_ours(_error: team_settings.NotOurs) -> Response:
    """The people of another school do not exist for the coordinator."""
    return errors.page(404)


@blueprint.errorhandler(AddressMissing)
@blueprint.errorhandler(PdfWorkerError)
def not_now(_error: Exception) -> Response:
    """Say that nothing can be printed at this moment."""
    return errors.page(503)


@blueprint.get("/<int:school_id>/woerter.pdf")
@requires(Permission.MANAGE_TEAM)
def sheet(school_id: int) -> ResponseReturnValue:
    """Hand out the sheet with everybody of the school."""
    found = team_settings.own_school(db(), identity(), school_id)
    said = facts.gather(db(), found, settings().service_name, settings().base_url, clock().today())
    order, stem = kit.order_for_keys(said, key_words.list_of_school(db(), keys().pepper_layer, found.id)), found.key
    end_before_slow_work()
    answer = Response(worker.run(order)[kit.KEYS], mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="woerter-{stem}.pdf"'
    return answer
