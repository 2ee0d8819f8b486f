"""The program assembled: the only module that knows every domain."""

from __future__ import annotations

import hmac
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from functools import cache

from flask import Blueprint, Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import bullying_desk
from bullying_desk.accounts.trail.trail_words import ROLE_WORDS
from bullying_desk.accounts.views.sign_in import check_fresh, hold_late_post, load_identity, login_manager
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database
from bullying_desk.keyring import Keyring, load_keys
from bullying_desk.rights.checking import attach
from bullying_desk.schools import tablets
from bullying_desk.schoolyard.views import kiosk
from bullying_desk.sealing.slow_hash import SlowHashGate
from bullying_desk.web import bodies, errors, guard, headers, health, language, templating
from bullying_desk.web import request as this_request
from bullying_desk.web.limits import Limiter
from bullying_desk.web.request import Services
from bullying_desk.web.sessions import SealedSessions


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
    clock = clock or Clock()
    keys = keys or load_keys(settings.keys)
    services = Services(
        settings=settings,
        database=database or Database(settings.url),
        keys=keys,
        clock=clock,
        gate=SlowHashGate.for_server(settings.threads, before_run=this_request.refuse_open_transaction),
        limiter=Limiter(settings.limits_storage, clock, keys.session_key),
    )
    attach(services.database, services.keys.pepper_layer, settings.instance)
    app.extensions["services"] = services
    _configure(app, services)
    _furnish(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    guard.check_addresses(app)
    return app


@cache
def _blueprints() -> tuple[Blueprint, ...]:
    """Return the blueprints of every domain: pages stand in `views` of a domain and nowhere else."""
    modules = [importlib.import_module(name) for name in _view_modules()]
    named = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Blueprint)}
    return tuple(named[name] for name in sorted(named))


def _view_modules() -> Iterator[str]:
    for domain in pkgutil.iter_modules(bullying_desk.__path__, "bullying_desk."):
        views = f"{domain.name}.views"
        if domain.ispkg and importlib.util.find_spec(views) is not None:
            yield views
            folder = getattr(importlib.import_module(views), "__path__", [])
            yield from (module.name for module in pkgutil.iter_modules(folder, f"{views}."))


def _furnish(app: Flask) -> None:
    """Register the plumbing; the transaction comes first, so that its end runs last."""
    this_request.init_app(app)
    settings = this_request.services_of(app).settings
    headers.init_app(app, tls=settings.tls, onion_url=settings.onion_url)
    language.init_app(app)
    templating.init_app(app)
    app.jinja_env.globals["role_words"] = ROLE_WORDS
    errors.init_app(app)
    health.init_app(app)
    login_manager.init_app(app, add_context_processor=False)  # templates get `identity`, looked up by the guard alone
    kiosk.init_app(app, tablets.is_out)
    guard.init_app(app, load_identity, hold_late_post, check_fresh)
    app.before_request(language.turned_page)  # after the guard


def _configure(app: Flask, services: Services) -> None:
    settings = services.settings
    app.request_class = bodies.MemoryRequest
    app.jinja_environment = templating.Environment
    app.session_interface = SealedSessions(services)
    app.config.update(
        SECRET_KEY=hmac.digest(services.keys.session_key, b"flask", "sha256"),
        MAX_CONTENT_LENGTH=bodies.GIVEN_BACK,
        PREFERRED_URL_SCHEME="https" if settings.tls else "http",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.url_map.strict_slashes = False
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
