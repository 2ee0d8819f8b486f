"""The week's roster on paper: one for the notice board, one for inside."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.team import team_settings
from bullying_desk.pdf import worker
from bullying_desk.pdf.errors import PdfWorkerError
from bullying_desk.pdf.order import Order
from bullying_desk.schools.models import DutyKind, School
from bullying_desk.schoolyard.prints import editions, facts, week_prints
from bullying_desk.schoolyard.prints.addresses import AddressMissing
from bullying_desk.schoolyard.prints.facts import Facts
from bullying_desk.schoolyard.roster import roster_week
from bullying_desk.schoolyard.roster.calendar_file import KIND_WORDS
from bullying_desk.schoolyard.roster.roster_week import RosterWeek
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, end_before_slow_work, identity, settings

blueprint = Blueprint("roster_print", __name__, url_prefix="/team/schule")
_LONGEST_NAMES = 60


@blueprint.errorhandler(team_settings.NotOurs)
def not_ours(_error: team_settings.NotOurs) -> Response:
    """A roster of another school does not exist for the coordinator."""
    return errors.page(404)


@blueprint.errorhandler(AddressMissing)
@blueprint.errorhandler(PdfWorkerError)
def not_now(_error: Exception) -> Response:
    """Say that nothing can be printed at this moment."""
    return errors.page(503)


@blueprint.get("/<int:school_id>/dienste/aushang.pdf")
@requires(Permission.MANAGE_TEAM, writes=True)
def notice(school_id: int) -> ResponseReturnValue:
    """Hand out the week for the notice board: no pupil's name."""
    found = team_settings.own_school(db(), identity(), school_id)
    week = roster_week.roster_week(db(), found, _monday())
    said, stem = _facts(found), f"aushang-{found.key}"
    return _pdf(week_prints.notice(db(), said, week), said, week, editions.NOTICE, stem)


@blueprint.route("/<int:school_id>/dienste/drinnen", methods=["GET", "POST"])
@requires(Permission.MANAGE_TEAM)
def inside(school_id: int) -> ResponseReturnValue:
    """Ask for the names of the pairs, and hand out the sheet for inside: the names are in this one answer only."""
    found = team_settings.own_school(db(), identity(), school_id)
    week = roster_week.roster_week(db(), found, _monday())
    pairs = week_prints.pairs_of(week)
    if request.method == "GET" or not pairs:
        return render_template("roster_print/inside.html", page=week, pairs=pairs, kinds=KIND_WORDS)
    names, said = {pair: _typed(*pair) for pair in pairs}, _facts(found)
    order, stem = week_prints.inside(said, week, names), f"drinnen-{found.key}"
    return _pdf(order, said, week, editions.INSIDE, stem)


def _typed(kind: DutyKind, number: int) -> str:
    return request.form.get(f"{kind.value}-{number}", "").strip()[:_LONGEST_NAMES]


def _monday() -> date:
    return roster_week.read_monday(request.values.get("ab", ""), clock().today())


def _facts(found: School) -> Facts:
    return facts.gather(db(), found, settings().service_name, settings().base_url, clock().today())


def _pdf(order: Order, said: Facts, week: RosterWeek, kind: str, stem: str) -> Response:
    """Print, put down that this week was printed, and hand it out."""
    school_id, marks = week.school.id, editions.marks_of_week(db(), said, week, kind)
    end_before_slow_work()
    answer = Response(worker.run(order)[week_prints.FILE], mimetype="application/pdf")
    editions.clear_weeks(db(), school_id, kind, said.edition)
    editions.note(db(), school_id, said.edition, marks)
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.pdf"'
    return answer
