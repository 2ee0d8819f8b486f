"""A school's contact point: who listens, when somebody is there, and the five doors."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from bullying_desk.reports.doors import DOORS
from bullying_desk.reports.options import Openness
from bullying_desk.reports.views.blueprints import reports
from bullying_desk.reports.views.doorway import at_school, how_open, shut
from bullying_desk.schools import team
from bullying_desk.schools.models import School
from bullying_desk.schools.presence import who_is_there
from bullying_desk.web.guard import public
from bullying_desk.web.request import clock, db


@reports.get("/s/<key>")
@public()
@at_school
def school(found: School) -> ResponseReturnValue:
    """Show who listens at this school and when, and the way to write."""
    how = how_open(found)
    if how is not Openness.FULL:
        return shut(found)
    faces = team.public_team(db(), found.id, clock().today())
    return render_template(
        "reports/school.html",
        school=found,
        faces=faces,
        labels={face.seat_id: face.label for face in faces},
        week=team.office_hours(db(), found.id),
        places=team.places_for_everybody(db(), found.id),
        board=who_is_there(db(), found.id, clock().now()),
    )


@reports.get("/s/<key>/schreiben")
@public()
@at_school
def doors(found: School) -> ResponseReturnValue:
    """Ask which of the five doors it is."""
    if how_open(found) is Openness.SHUT:
        return shut(found)
    return render_template("reports/doors.html", school=found, doors=DOORS.values())
