"""The lesson editor's page: how lessons were received, and who has read them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.lessons.library.feedback import PACE, WORKED, rated
from bullying_desk.lessons.library.library import library
from bullying_desk.web.guard import requires
from bullying_desk.web.request import db

blueprint = Blueprint("editor", __name__, url_prefix="/team/unterricht")
ENOUGH: Final = 2  # a lesson is a draft until two named people have read it (principle P14)


@blueprint.get("")
@requires(Permission.EDIT_LESSONS)
def show() -> ResponseReturnValue:
    """Show of each lesson who has read it, and how often each answer was pressed."""
    rows = [(each, rated(db(), each.id)) for each in library().catalogue.lessons]
    lacking = sum(len(each.readers) < ENOUGH for each, _rating in rows)
    return render_template("editor/show.html", rows=rows, lacking=lacking, worked=WORKED, pace=PACE, enough=ENOUGH)
