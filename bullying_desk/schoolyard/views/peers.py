"""The page of the pupils who help with quarrels: what they do, what they hand over at once, and their card."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bullying_desk.reports.readers.options import Openness
from bullying_desk.reports.views.school import at_school, how_open, shut
from bullying_desk.schools.models import School
from bullying_desk.schools.presence import who_is_there
from bullying_desk.web.guard import public
from bullying_desk.web.request import clock, db

blueprint = Blueprint("peers", __name__)


@blueprint.get("/s/<key>/pause")
@public()
@at_school
def show(found: School) -> ResponseReturnValue:
    """Say what peer mediators do (quarrels), and what they never do alone (everything else)."""
    if how_open(found) is not Openness.FULL:
        return shut(found)
    return render_template("peers/show.html", school=found, board=who_is_there(db(), found.id, clock().now()))


@blueprint.get("/s/<key>/pause/karte")
@public()
@at_school
def card(found: School) -> ResponseReturnValue:
    """Show the card that a mediator gives into an adult's hand, for printing."""
    return shut(found) if how_open(found) is not Openness.FULL else render_template("peers/card.html", school=found)
