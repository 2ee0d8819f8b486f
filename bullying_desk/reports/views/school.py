"""A school's contact point: the team, its hours, the five doors, and what all pages of one school share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bullying_desk.accounts.city.overview import city_reads_for
from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.guidance.other_languages import LANGUAGES
from bullying_desk.reports.doors.doors import DOORS, Door
from bullying_desk.reports.readers.options import Openness, ReaderOptions, openness, reader_options, school_hears
from bullying_desk.reports.views.blueprint import reports
from bullying_desk.schools import places, team
from bullying_desk.schools.keys import KEY_LENGTH, tidy
from bullying_desk.schools.models import School
from bullying_desk.schools.presence import who_is_there
from bullying_desk.schools.register.membership import SchoolUnknown, find_school
from bullying_desk.sealing.format.secret_types import SessionKey
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.door_words import door_of_word
from bullying_desk.web.guard import public
from bullying_desk.web.language import _, clock_time, long_date
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
    return openness(school, clock().today(), reach_city=lambda: city_reads_for(db(), settings(), school))


def options_of(school: School) -> ReaderOptions:
    """Return the people a reporter of this school can choose from."""
    return reader_options(db(), school, how_open(school), settings().city_office)


def door_of(found: School, number: int, word: str) -> Door | None:
    """Return the door of a printed number or of a word of the day; None for a word whose day is over.

    A form that was open that long brings its door along. Another number gets the page that says there is none.
    """
    if word:
        sent = request.form.get("tuer", type=int) if request.method == "POST" else None
        number = door_of_word(word, found.key) or sent or 0
        return DOORS.get(number)
    return DOORS[number] if number in DOORS else abort(404)


def shut(school: School, *, polite: bool = False) -> str:
    """Say kindly that this school has no team here, and whom one can turn to: the city's office, where it reads."""
    reach = how_open(school) is Openness.CITY
    hears = school_hears(polite=polite)
    return render_template(
        "reports/shut.html", school=school, polite=polite, help_lines=help_lines(), reach=reach, hears=hears
    )


def session_key() -> SessionKey:
    """Return the service's key that sessions and receipts are made with."""
    return SessionKey(keys().session_key)


def pepper_layer() -> PepperLayer:
    """Return the pepper layer."""
    return keys().pepper_layer


@reports.get("/s/<key>")
@public()
@at_school
def school(found: School) -> ResponseReturnValue:
    """Show who listens at this school and when, and the way to write."""
    how = how_open(found)
    if how is not Openness.FULL:
        return shut(found, polite=request.args.get("sie") == "1")
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
        poster_languages=LANGUAGES,
    )


@reports.get("/s/<key>/<int(max=99):number>")
@public()
@at_school
def place(found: School, number: int) -> ResponseReturnValue:
    """Lead from a sticker with its kind of place to the school's page; a kind that is off is left out."""
    kind = places.kind_of(db(), found.id, number)
    return redirect(url_for("reports.school", key=found.key, ort=kind.number if kind else None), 303)


def next_reading(session: Session, school_id: int, now: datetime) -> str:
    """Say when a member of the team is there next: now, or at the next known hour; nothing where none is known."""
    board = who_is_there(session, school_id, now)
    if board.anybody_now:
        return _("heute")
    begins = min((one.begins for one in board.people if one.begins is not None), default=None)
    if begins is None:
        return ""
    return _("%(day)s, %(time)s Uhr") % {"day": long_date(begins), "time": clock_time(begins)}


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
