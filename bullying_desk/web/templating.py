"""What every template can use."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from flask import Flask, current_app, g, request, url_for
from jinja2 import FileSystemLoader

from bullying_desk.access.identity import Identity
from bullying_desk.access.permissions import Permission
from bullying_desk.paths import TEMPLATES
from bullying_desk.schooldays import LOUD_BEFORE, SHOUT_BEFORE, runs_out
from bullying_desk.web import request as this_request

# (label, endpoint, permission): the desk's navigation. A person sees only the entries they may open.
NAVIGATION: tuple[tuple[str, str, Permission], ...] = (
    ("Eingang", "cases.inbox", Permission.READ_CASE),
    ("Aufschreiben", "box.choose", Permission.READ_CASE),
    ("Team", "team.choose", Permission.MANAGE_TEAM),
    ("Schulen", "city.schools", Permission.MANAGE_CITY),
    ("Fristen", "retention.periods_page", Permission.MANAGE_CITY),
    ("Datenschutz", "officer.register", Permission.KEEP_REQUESTS),
    ("Dienst", "duty.show", Permission.MANAGE_CITY),
    ("Protokoll", "city.trail", Permission.READ_TRAIL),
    ("Unterricht", "lessons.index", Permission.USE_DESK),
)


def init_app(app: Flask) -> None:
    """Point Jinja at the templates and give it the values that the layout needs."""
    app.jinja_loader = FileSystemLoader(TEMPLATES)
    settings = this_request.services_of(app).settings
    app.jinja_env.globals.update(
        service_name=settings.service_name,
        city_name=settings.city_name,
        city_office=settings.city_office,
        settings=settings,
        demo=settings.demo,
        lang="de",
        text_dir="ltr",
        exit_url="/weg",
        help_url="/hilfe",
        account_url="/team/konto",
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_of_request)


def _of_request() -> dict[str, Any]:
    who = this_request.identity_or_none()
    if who is None:
        return {"identity": None, "desk_nav": [], "calendar_ends": None}
    return {"identity": who, "desk_nav": _desk_nav(), "calendar_ends": _calendar_ends(who)}


def _calendar_ends(who: Identity) -> date | None:
    """Return the last known school day when it is near: early for the operator, at the end for everybody."""
    early = who.may(Permission.MANAGE_CITY)
    return runs_out(this_request.clock().today(), LOUD_BEFORE if early else SHOUT_BEFORE)


def _desk_nav() -> list[tuple[str, str, bool]]:
    who = cast(Identity, g.identity)
    known = current_app.view_functions
    return [
        (label, url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint, permission in NAVIGATION
        if who.may(permission) and endpoint in known
    ]
