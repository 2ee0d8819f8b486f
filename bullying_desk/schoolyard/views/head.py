"""The head's page: team, hours, prints and dates of their schools. No report, no case, no count of either."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from bullying_desk.access.permissions import Permission
from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import team_settings
from bullying_desk.schools import year
from bullying_desk.schools.models import School
from bullying_desk.schoolyard.prints import editions
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("head", __name__, url_prefix="/team/leitung")


@blueprint.get("")
@requires(Permission.READ_OWN_SCHOOL)
def show() -> ResponseReturnValue:
    """Show who answers at the head's schools, when and where, which prints hang, and since when it takes part."""
    ids, today = identity().schools(Role.SCHOOL_HEAD), clock().today()
    schools = sorted(db().scalars(select(School).where(School.id.in_(ids))), key=lambda each: each.shown_name)
    service, address = settings().service_name, settings().base_url
    pages = [
        (
            team_settings.team_page(db(), each, today),
            editions.hung_now(db(), each, service, address, today),
            year.confirmed(db(), each.id, today),
        )
        for each in schools
    ]
    return render_template("head/show.html", pages=pages, parts=year.PARTS, years=year.school_year(today))
