"""The city's page of periods: how long each kind is kept, within the longest time the law allows."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.erasing.default_periods import PERIODS
from bullying_desk.retention import changing_periods
from bullying_desk.retention.forms import PeriodForm
from bullying_desk.retention.overview import authorities, lines
from bullying_desk.retention.words import WRONG_WORDS
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _, short_date
from bullying_desk.web.request import clock, db, identity

blueprint = Blueprint("retention", __name__, url_prefix="/stadt")


@blueprint.get("/aufbewahrung")
@requires(Permission.MANAGE_CITY)
def periods_page() -> ResponseReturnValue:
    """Show every kind of data with its number of days."""
    return _page(PeriodForm(formdata=None))


@blueprint.post("/aufbewahrung")
@requires(Permission.MANAGE_CITY, fresh=True)
def set_period() -> ResponseReturnValue:
    """Set one number; a number above the limit is refused, with the reason."""
    form = PeriodForm()
    form.offer(authorities(db()))
    if not form.validate():
        return _page(form)
    try:
        days, who = form.days.data or 0, identity().person_id
        since = changing_periods.set_period(db(), form.authority.data or "", form.chosen, days, who, clock().now())
    except changing_periods.PeriodRefused as refused:
        bounds = PERIODS[form.chosen]
        form.days.errors = [_(WRONG_WORDS[refused.wrong]) % {"most": bounds.most, "least": bounds.least}]
        return _page(form)
    return redirect(url_for("retention.periods_page", ok=since.isoformat()), 303)


def _page(form: PeriodForm) -> ResponseReturnValue:
    form.offer(authorities(db()))
    today = clock().today()
    said = request.args.get("ok", "")
    since = next((short_date(day) for day in [changing_periods.day_of(said)] if day is not None), "")
    page = render_template("retention/periods_page.html", form=form, lines=lines(db(), today), since=since)
    return page, 422 if form.errors else 200
