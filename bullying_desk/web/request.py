"""What one request uses: settings, clock, keys, one database session, and the person who asks.

One request is one transaction. It opens at the first `db()`, commits after an answer below 400, and else rolls back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from flask import Flask, Response, current_app, g, has_app_context, request
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import Database, undo
from bullying_desk.keyring import Keyring
from bullying_desk.rights.checking import broken
from bullying_desk.sealing.slow_hash import SlowHashGate
from bullying_desk.web.limits import Limiter

T = TypeVar("T")


class Kept(Generic[T]):
    """Names something that one room keeps as long as the program runs, with its type; `make` makes it at first use."""

    def __init__(self, make: Callable[[], T]) -> None:
        self.make = make


@dataclass(slots=True)
class Services:
    """Everything that lives as long as the program: one object, built by `create_app`."""

    settings: Settings
    database: Database
    keys: Keyring
    clock: Clock
    gate: SlowHashGate
    limiter: Limiter
    _kept: dict[Kept[Any], Any] = field(default_factory=dict)

    def kept(self, key: Kept[T]) -> T:
        """Return what is kept under a key. Rooms above this one keep their own types here."""
        found: T = self._kept[key] if key in self._kept else self._kept.setdefault(key, key.make())
        return found

    def keep(self, key: Kept[T], value: T) -> None:
        """Keep something else under a key from now on."""
        self._kept[key] = value


def services() -> Services:
    """Return the program's long-lived parts."""
    found: Services = current_app.extensions["services"]
    return found


def settings() -> Settings:
    """Return the city's settings."""
    return services().settings


def clock() -> Clock:
    """Return the clock of this program (tests move it)."""
    return services().clock


def keys() -> Keyring:
    """Return pepper, session key and receipt salt."""
    return services().keys


def db() -> Session:
    """Return this request's database session.

    A POST, or a GET whose route says `writes=True`, takes SQLite's write lock at its first statement.
    """
    session = cast("Session | None", g.get("db"))
    if session is None:
        writes = request.method not in {"GET", "HEAD"} or bool(g.get("writes", False))
        session = services().database.session(write=writes)
        g.db = session
    return session


def identity() -> Identity:
    """Return the signed-in member of staff; only for routes whose guard asked for one."""
    found = cast("Identity | None", g.get("identity"))
    if found is None:
        raise RuntimeError("this route has no signed-in person")
    return found


def identity_or_none() -> Identity | None:
    """Return the signed-in member of staff, if there is one."""
    return cast("Identity | None", g.get("identity"))


def end_before_slow_work() -> None:
    """Close the request's transaction before slow work, so that no lock is held during it. What was read stays."""
    session = cast("Session | None", g.pop("db", None))
    if session is not None:
        undo(session)
        session.close()


def has_met_broken_rights() -> bool:
    """Whether this request has read a right that carries no valid tag."""
    session = cast("Session | None", g.get("db"))
    return session is not None and bool(broken(session))


def finish(response: Response) -> Response:
    """Commit the request's work if it answers below 400, else undo it; what it has read stays on record."""
    session = cast("Session | None", g.get("db"))
    if session is not None:
        if response.status_code < 400:
            session.commit()
        else:
            undo(session)
    return response


TABLET = "bullying_desk.tablet"  # the request's key of a school's tablet, put there by `schoolyard.views.kiosk`


def on_tablet() -> bool:
    """Whether this page is shown on a school's tablet, where one child follows the other."""
    return TABLET in request.environ


def close(_error: BaseException | None = None) -> None:
    """Close the database session, whatever happened; nothing of it stays."""
    session = cast("Session | None", g.pop("db", None))
    if session is not None:
        session.close()


def init_app(app: Flask) -> None:
    """Hook the transaction into the app; must be registered first, so that its `finish` runs last."""
    app.after_request(finish)
    app.teardown_appcontext(close)


def refuse_open_transaction() -> None:
    """Raise where a slow hash would run inside a transaction: it would hold SQLite's only write lock for 30 ms."""
    if has_app_context() and (session := cast("Session | None", g.get("db"))) is not None and session.in_transaction():
        raise RuntimeError("Argon2id must not run inside a transaction; call end_before_slow_work() first")


def services_of(app: Flask) -> Services:
    """Return the long-lived parts of an app that is being built."""
    found: Services = app.extensions["services"]
    return found


def limiter() -> Limiter:
    """Return the limiter of this program."""
    return services().limiter
