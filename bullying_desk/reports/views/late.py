"""The city coordinator's page of late answers: counts in steps of five, so that none tells of one report."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from bullying_desk.access.permissions import Permission
from bullying_desk.reports import waiting
from bullying_desk.schools.models import School
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db

blueprint = Blueprint("late", __name__, url_prefix="/stadt")


@blueprint.get("/antworten")
@requires(Permission.MANAGE_CITY)
def show() -> ResponseReturnValue:
    """Show how many people wait longer than promised, and the schools where these are five or more."""
    late = waiting.late_answers(db(), clock().now())
    rows = db().scalars(select(School).where(School.id.in_(late.schools)))
    schools = sorted(((each.shown_name, late.schools[each.id]) for each in rows), key=lambda one: (-one[1], one[0]))
    return render_template("late/show.html", late=late, schools=schools, fewest=waiting.FEWEST_SHOWN)
