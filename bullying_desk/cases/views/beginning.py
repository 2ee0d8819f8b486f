"""For the first ten minutes of a new contact person, and one's own dates for one's own calendar."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.keychain import own_key_id
from bullying_desk.cases import own_dates
from bullying_desk.cases.views.blueprint import cases
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings


@cases.get("/team/erste-schritte")
@requires(Permission.READ_CASE)
def first_steps() -> ResponseReturnValue:
    """Show what a new contact person needs to know before the first case."""
    return render_template("cases/first_steps.html", prints=identity().may(Permission.MANAGE_TEAM))


@cases.get("/team/termine.ics")
@requires(Permission.READ_CASE)
def dates() -> ResponseReturnValue:
    """Hand out one's own dates, without a word of what they are."""
    who, today = identity().person_id, clock().today()
    days = own_dates.own_days(db(), who, own_key_id(), today, settings().answer_school_days)
    answer = Response(own_dates.calendar(days, who, clock().now()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="termine.ics"'
    return answer
