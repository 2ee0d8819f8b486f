"""A school's contact point: the team, its hours, and the five doors."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bullying_desk.reports.doors.doors import DOORS
from bullying_desk.reports.readers.options import Openness
from bullying_desk.reports.views.blueprint import reports
from bullying_desk.reports.views.doorway import at_school, how_open, shut
from bullying_desk.schools import places, team
from bullying_desk.schools.models import School
from bullying_desk.schools.presence import who_is_there
from bullying_desk.web.guard import public
from bullying_desk.web.language import _, clock_time, german_date
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
        kind=scanned(found),
    )


@reports.get("/s/<key>/<int(max=99):number>")
@public()
@at_school
def place(found: School, number: int) -> ResponseReturnValue:
    """Lead from a sticker with its kind of place to the school's page; a kind that is off is left out."""
    kind = places.kind_of(db(), found.id, number)
    return redirect(url_for("reports.school", key=found.key, ort=kind.number if kind else None), 303)


def next_reading(session: Session, school_id: int, now: datetime) -> str:
    """Say when somebody of the team is there next: now, or the next hour that is known; nothing where none is."""
    board = who_is_there(session, school_id, now)
    if board.anybody_now:
        return _("heute")
    begins = min((one.begins for one in board.people if one.begins is not None), default=None)
    if begins is None:
        return ""
    return _("%(day)s, %(time)s Uhr") % {"day": german_date(begins), "time": clock_time(begins)}


def scanned(found: School) -> places.Kind | None:
    """Return the kind of place whose sticker was scanned, as the address carries it from page to page."""
    number = request.args.get("ort", type=int)
    return places.kind_of(db(), found.id, number) if number is not None else None


@reports.get("/s/<key>/schreiben")
@public()
@at_school
def doors(found: School) -> ResponseReturnValue:
    """Ask which of the five doors it is."""
    if how_open(found) is Openness.SHUT:
        return shut(found)
    safe = "n" if request.args.get("g") == "n" else None
    return render_template("reports/doors.html", school=found, doors=DOORS.values(), kind=scanned(found), g=safe)
