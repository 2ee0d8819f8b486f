"""The contact point on the schoolyard: „Wer ist heute da?“ for a telephone and for the screen in the foyer."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.options import Openness
from bullying_desk.reports.views.doorway import at_school, how_open, shut
from bullying_desk.schools.models import School
from bullying_desk.schools.presence import Board, who_is_there
from bullying_desk.schoolyard import wall
from bullying_desk.web.guard import public
from bullying_desk.web.request import clock, db, settings

blueprint = Blueprint("schoolyard", __name__)
CHILD_LINE = "nummer-gegen-kummer"


@blueprint.get("/s/<key>/heute")
@public()
@at_school
def today(found: School) -> ResponseReturnValue:
    """Show who is there now and who comes next; with `?wand=1` for the screen in the foyer."""
    if how_open(found) is not Openness.FULL:
        return shut(found)
    board = who_is_there(db(), found.id, clock().now())
    if request.args.get("wand") == "1":
        return _wall(found, board)
    return render_template("schoolyard/today.html", school=found, board=board)


def _wall(found: School, board: Board) -> ResponseReturnValue:
    sheet = wall.sheet(board, request.args.get("seite", ""))
    following = url_for("schoolyard.today", key=found.key, wand=1, seite=sheet.following)
    page = render_template(
        "schoolyard/wall.html",
        school=found,
        sheet=sheet,
        following=following,
        short=wall.address(settings().base_url, found.key),
        child_line=help_lines().by_id(CHILD_LINE),
    )
    answer = make_response(page)
    if request.args.get("skript") != "1":  # the script asks by itself, and keeps the last news if nobody answers
        answer.headers["Refresh"] = f"{sheet.seconds}; url={following}"
    return answer
