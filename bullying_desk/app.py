"""The program assembled: the only module that knows every domain."""

from __future__ import annotations

import hmac
import importlib

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from bullying_desk.accounts.views import hold_late_post, load_identity, login_manager
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring, load_keys
from bullying_desk.schools import tablets
from bullying_desk.sealing.slow_hash import SlowHashGate
from bullying_desk.web import bodies, compressing, errors, guard, headers, health, language, statics, tablet, templating
from bullying_desk.web import request as this_request
from bullying_desk.web.limits import Limiter
from bullying_desk.web.request import House
from bullying_desk.web.sessions import SealedSessions

BLUEPRINTS = (
    "bullying_desk.guidance.views",
    "bullying_desk.schools.views",
    "bullying_desk.lessons.views",
    "bullying_desk.accounts.views",
    "bullying_desk.accounts.joining_views",
    "bullying_desk.accounts.account_views",
    "bullying_desk.accounts.team_views",
    "bullying_desk.accounts.absence_views",
    "bullying_desk.accounts.second_yes_views",
    "bullying_desk.accounts.city_views",
    "bullying_desk.accounts.duty_views",
    "bullying_desk.accounts.people_views",
    "bullying_desk.reports.views",
    "bullying_desk.reports.mailbox_views",
    "bullying_desk.retention.city_views",
    "bullying_desk.retention.officer_views",
    "bullying_desk.cases.views",
    "bullying_desk.schoolyard.views",
    "bullying_desk.schoolyard.roster_views",
    "bullying_desk.schoolyard.roster_print_views",
    "bullying_desk.schoolyard.tablet_views",
    "bullying_desk.schoolyard.box_views",
    "bullying_desk.schoolyard.told_views",
    "bullying_desk.schoolyard.peer_views",
    "bullying_desk.schoolyard.year_views",
)


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    database: Database | None = None,
    keys: Keyring | None = None,
) -> Flask:
    """Build the program for one instance.

    Tests pass a clock that moves and a database of their own. Raises KeysMissing where the instance has no keys.
    """
    app = Flask("bullying_desk", static_folder=None, template_folder=None)
    house = House(
        settings=settings,
        database=database or Database(settings.url),
        keys=keys or load_keys(settings.keys),
        clock=clock or Clock(),
        gate=SlowHashGate.for_server(settings.threads, before_run=this_request.refuse_open_transaction),
    )
    house.caches["limiter"] = Limiter(settings.limits_storage, house.clock)
    app.extensions["house"] = house
    _configure(app, house)
    _furnish(app)
    for name in BLUEPRINTS:
        app.register_blueprint(importlib.import_module(name).blueprint)
    return app


def _furnish(app: Flask) -> None:
    """Register the plumbing; the transaction comes first, so that its end runs last."""
    this_request.init_app(app)
    compressing.init_app(app)
    headers.init_app(app, tls=this_request.house_of(app).settings.tls)
    language.init_app(app)
    templating.init_app(app)
    statics.init_app(app)
    errors.init_app(app)
    health.init_app(app)
    login_manager.init_app(app)
    tablet.init_app(app, tablets.is_out)
    guard.init_app(app, load_identity, hold_late_post)


def _configure(app: Flask, house: House) -> None:
    settings = house.settings
    app.request_class = bodies.MemoryRequest
    app.session_interface = SealedSessions(house)
    app.config.update(
        SECRET_KEY=hmac.digest(house.keys.session_key, b"flask", "sha256"),
        MAX_CONTENT_LENGTH=bodies.MOST,
        PREFERRED_URL_SCHEME="https" if settings.tls else "http",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.url_map.strict_slashes = False
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
