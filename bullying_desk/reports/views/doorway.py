"""The common parts of one school's pages: finding it by its key, and whether it takes reports."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.doors.doors import DOORS, Door
from bullying_desk.reports.readers.options import Openness, ReaderOptions, openness, reader_options
from bullying_desk.schools.keys import KEY_LENGTH, tidy
from bullying_desk.schools.models import School
from bullying_desk.schools.register.membership import SchoolUnknown, find_school
from bullying_desk.sealing.format.secret_types import SessionKey
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.request import clock, db, keys, settings

View = Callable[..., ResponseReturnValue]


def at_school(view: View) -> View:
    """Hand the school to a view; a mistyped key never opens another school, it leads to the nearest by name."""

    @wraps(view)
    def lead(key: str, **more: Any) -> ResponseReturnValue:
        tidied = tidy(key)
        try:
            found = find_school(db(), tidied) if len(tidied) == KEY_LENGTH else None
        except SchoolUnknown:
            found = None
        if found is None:
            return redirect(url_for("schools.by_key", typed=tidied), 303) if 3 <= len(tidied) <= 5 else abort(404)
        if found.key != key and request.method == "GET":
            return redirect(url_for(str(request.endpoint), key=found.key, **more), 303)
        db().expunge(found)  # it outlives this request's first transaction, which ends before a slow hash
        return view(found, **more)

    return lead


def how_open(school: School) -> Openness:
    """Say whether the school takes reports today."""
    return openness(school, clock().today(), reach_city=settings().known_schools_reach_city)


def options_of(school: School) -> ReaderOptions:
    """Return the people a reporter of this school can choose from."""
    return reader_options(db(), school, how_open(school), settings().city_office)


def door_of(number: int) -> Door:
    """Return one of the five doors, or the page that says there is none."""
    return DOORS[number] if number in DOORS else abort(404)


def shut(school: School, *, polite: bool = False) -> str:
    """Say kindly that this school takes no reports, and whom one can turn to."""
    return render_template("reports/shut.html", school=school, polite=polite, help_lines=help_lines())


def session_key() -> SessionKey:
    """Return the service's key that sessions and receipts are made with."""
    return SessionKey(keys().session_key)


def pepper_layer() -> PepperLayer:
    """Return the pepper layer."""
    return keys().pepper_layer
