"""The guard of every page. Each route says at its top who may enter; a route that says nothing stays shut.

A POST is taken only from our own pages. Staff and reporters with a session carry a CSRF token (Flask-WTF). Public
forms have no cookie to bind one to; Sec-Fetch-Site and Origin are checked instead (see `origin`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from bullying_desk.access.identity import Identity
from bullying_desk.access.permissions import Permission
from bullying_desk.web import origin, sessions
from bullying_desk.web.request import services_of

View = TypeVar("View", bound=Callable[..., Any])
IdentityLoader = Callable[[], Identity | None]
LateHolder = Callable[[], ResponseReturnValue | None]
CheckFresh = Callable[[str | None], ResponseReturnValue | None]

csrf = CSRFProtect()
_CHECK_FRESH = "check_fresh"


class Entry(Enum):
    """Who may enter."""

    PUBLIC = "anyone"
    REPORTER = "whoever opened a report with its six words"
    STAFF = "a signed-in person with the permission"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route declares."""

    entry: Entry
    permission: Permission | None = None
    writes: bool = False
    own_origin: bool = True
    fresh: bool = False  # only right after password and one-time code
    background: bool = False  # a script sends it by itself: no sign that anybody is there


def public(*, writes: bool = False, own_origin: bool = True) -> Callable[[View], View]:
    """Let anyone in. `writes`: a GET that stores something. `own_origin=False`: a POST that other sites may send."""
    return _mark(Rule(Entry.PUBLIC, writes=writes, own_origin=own_origin))


def reporter(*, writes: bool = False) -> Callable[[View], View]:
    """Let in a reporter whose six words have opened a session."""
    return _mark(Rule(Entry.REPORTER, writes=writes))


def requires(
    permission: Permission, *, writes: bool = False, fresh: bool = False, background: bool = False
) -> Callable[[View], View]:
    """Let in a signed-in person with a seat that gives this permission. `fresh`: right after password and code only.

    `background`: a script sends it by itself. It keeps no session alive; after the session's end it is not kept.
    """
    return _mark(Rule(Entry.STAFF, permission, writes=writes, fresh=fresh, background=background))


def _mark(rule: Rule) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.guard_rule = rule  # type: ignore[attr-defined]
        return view

    return decorate


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """Return what a route declares. None means: it stays shut."""
    return getattr(app.view_functions.get(endpoint), "guard_rule", None)


def check_addresses(app: Flask) -> None:
    """Refuse a route at an address where its session is never read: it would stay shut for everybody, and silently.

    The address decides which cookie counts, the staff's or the reporter's (`sessions.cookie_name`). Raises ValueError.
    """
    sides = {Entry.STAFF: sessions.STAFF_COOKIE, Entry.REPORTER: sessions.REPORTER_COOKIE}
    for address in app.url_map.iter_rules():
        rule = rule_of(app, address.endpoint)
        if rule is not None and sessions.cookie_name(address.rule) != sides.get(
            rule.entry, sessions.cookie_name(address.rule)
        ):
            raise ValueError(f"{address.rule} is for {rule.entry.value}, and its session is never read there")


class RowNumber(IntegerConverter):
    """A number in an address. One that no row can have gives "not found", not a database error."""

    def __init__(
        self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = None, signed: bool = False
    ) -> None:
        super().__init__(map, fixed_digits, min, 2**63 - 1 if max is None else max, signed)


def init_app(app: Flask, load_identity: IdentityLoader, hold_late_post: LateHolder, check_fresh: CheckFresh) -> None:
    """Put the guard before every route.

    `hold_late_post` keeps a form whose session has ended; `check_fresh` answers in place of an act that needs a fresh
    proof, or lets it pass.
    """
    app.extensions[_CHECK_FRESH] = check_fresh
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)
    app.url_map.converters["int"] = RowNumber

    base_url, onion = services_of(app).settings.base_url, services_of(app).settings.onion_host

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        if origin.is_onion(onion):
            if request.path.startswith(sessions.STAFF_PATHS):
                abort(404)  # staff use the one name that their passkeys and links know
        elif not origin.is_our_host(base_url):
            abort(400)
        if "\0" in request.path:
            abort(404)  # PostgreSQL holds no such sign, so no row has it in its address
        if request.endpoint is None or request.endpoint == "static":
            return None  # unknown address: Flask answers 404; files hold no secret
        rule = rule_of(app, request.endpoint)
        if rule is None:
            abort(404)
        g.writes = rule.writes
        sessions.current().passive = rule.background
        g.identity = load_identity() if rule.entry is Entry.STAFF else None  # a public page asks the database nothing
        if rule.entry is Entry.PUBLIC:
            _check_public_post(rule)
            return None
        if (away := sessions.current().unread) is not None:
            raise away
        if rule.entry is Entry.REPORTER:
            return _check_reporter()
        answer = _check_staff(rule, hold_late_post)
        return check_fresh(None) if answer is None and rule.fresh else answer


def ask_again(back: str) -> ResponseReturnValue | None:
    """Return the answer in place of an act that needs a fresh proof by what was typed; None where there is one.

    `back`: the page the person comes back to, to press once more. Nothing of the form is kept.
    """
    check: CheckFresh = current_app.extensions[_CHECK_FRESH]
    return check(back)


def _check_public_post(rule: Rule) -> None:
    if request.method == "POST" and rule.own_origin and not origin.is_own():
        abort(403)


def _check_reporter() -> ResponseReturnValue | None:
    if "report" not in session:
        return redirect(url_for("mailbox.come_back"), 303)
    _check_token()
    return None


def _check_staff(rule: Rule, hold_late_post: LateHolder) -> ResponseReturnValue | None:
    who: Identity | None = g.identity
    if who is None:
        if request.method == "POST" and not rule.background:
            return hold_late_post() or redirect(url_for("accounts.sign_in"), 303)
        return redirect(url_for("accounts.sign_in"), 303)
    _check_token()
    if rule.permission is None or not who.may(rule.permission):
        abort(404)  # not 403: a person who may not know of a page learns nothing of it
    return None


def _check_token() -> None:
    if request.method in {"GET", "HEAD"}:
        return
    if not origin.is_own():
        abort(403)
    try:
        csrf.protect()
    except CSRFError:
        abort(400, "token")
