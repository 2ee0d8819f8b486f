"""Server-side sessions (docs/sealing.md): the cookie is not readable, and none is set before there is a need.

The cookie holds 32 random bytes and the minute of its last use, under a MAC. The row holds the person's or the
reporter's key, sealed under the cookie and a key from settings. So a stolen database opens no session, a stolen cookie
is worth nothing once its row is deleted, and a reporter's idle time is written nowhere on the server.
Flask-Login and Flask-WTF work on it unchanged: their values are derived again at each request.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session as DatabaseSession

from bullying_desk.clock import full_hour
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.format.secret_types import SessionKey, SessionSecret
from bullying_desk.sealing.keys import PersonKey, ReceiptKey
from bullying_desk.sealing.sessions import seal_session, session_id
from bullying_desk.web.models import WebSession
from bullying_desk.web.request import Services

STAFF_COOKIE = "__Host-s"
REPORTER_COOKIE = "__Host-z"
PASSKEY_COOKIE = "__Host-p"  # a browser that asks a passkey before anybody is signed in
STAFF_PATHS = ("/team", "/stadt")
USED_STEP = timedelta(minutes=5)
KEPT_AFTER_END = timedelta(hours=24)


class DeskSession(dict[str, Any], SessionMixin):
    """What Flask calls the session: derived values, the cookie's secret, and the row it belongs to."""

    def __init__(self) -> None:
        super().__init__()
        self.secret: SessionSecret | None = None
        self.row: WebSession | None = None
        self.used: datetime | None = None  # the minute of the last use, from the cookie
        self.late_person: int | None = None  # its session has ended: for a POST that came too late
        self.forget = False
        self.unread: SQLAlchemyError | None = None  # the database did not answer
        self.passive = False  # this request comes from a script: it is no sign that the person is there
        self.modified = False


class SealedSessions(SessionInterface):
    """Opens and saves sessions for Flask."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._mac_key = hmac.digest(services.keys.session_key, b"cookie-minute", "sha256")

    def open_session(self, app: Flask, request: Request) -> DeskSession:
        """Read the cookie of this side. A wrong cookie means: no session.

        Where the database does not answer, pages for everybody go on without one; the guard refuses all others.
        """
        found = DeskSession()
        if request.path.startswith("/static/"):
            return found
        cookie = request.cookies.get(cookie_name(request.path))
        parsed = self._read(cookie) if cookie else None
        if parsed is None:
            return found
        secret, used = parsed
        try:
            with self._services.database.transaction(write=False) as db:
                row = db.get(WebSession, session_id(secret))
        except SQLAlchemyError as error:
            found.unread = error
            return found
        if row is None:
            return found
        if row.ended or self._too_old(row, used):
            found.late_person = row.person_id
            return found
        found.secret, found.row, found.used = secret, row, used
        self._derive(found)
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Renew the minute in the cookie, or delete the cookie. Nothing else is ever stored."""
        desk = cast(DeskSession, session)
        if desk.forget:
            names = {STAFF_COOKIE, REPORTER_COOKIE} if desk.secret is None else {self._name_of(desk)}
            # Only the cookies that the browser sent: a browser without one learns no cookie's name from us.
            for name in sorted(names & request.cookies.keys()):
                response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="Strict")
            return
        if desk.secret is None or desk.row is None or desk.passive:
            return
        response.set_cookie(
            self._name_of(desk), self._write(desk.secret), path="/", secure=True, httponly=True, samesite="Strict"
        )
        self._note_use(desk.row)

    def _name_of(self, desk: DeskSession) -> str:
        return STAFF_COOKIE if desk.row is None or desk.row.person_id is not None else REPORTER_COOKIE

    def _derive(self, desk: DeskSession) -> None:
        if desk.secret is None or desk.row is None:
            return
        desk["csrf_token"] = hmac.new(desk.secret.reveal(), b"csrf", sha256).hexdigest()
        if desk.row.person_id is not None:
            desk.update(_user_id=str(desk.row.person_id), _fresh=True)
        else:
            desk["report"] = desk.row.report_id

    def _too_old(self, row: WebSession, used: datetime) -> bool:
        return self._services.clock.now() > self._ends_at(row, used)

    def _ends_at(self, row: WebSession, used: datetime) -> datetime:
        settings = self._services.settings
        idle = settings.idle_minutes if row.person_id is not None else settings.reporter_idle_minutes
        return min(used + timedelta(minutes=idle), row.started_at + timedelta(hours=settings.session_hours))

    def _note_use(self, row: WebSession) -> None:
        now = self._services.clock.now()
        if row.person_id is None or now - row.used_at < USED_STEP:
            return
        with self._services.database.transaction() as db:
            db.execute(update(WebSession).where(WebSession.id == row.id).values(used_at=now))

    def _write(self, secret: SessionSecret) -> str:
        text = f"{secret.to_cookie()}.{int(self._services.clock.now().timestamp()) // 60}"
        return f"{text}.{self._mac(text)}"

    def _read(self, cookie: str) -> tuple[SessionSecret, datetime] | None:
        text, _, mac = cookie.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(text).encode()):
            return None
        secret, _, minute = text.partition(".")
        try:
            used = datetime.fromtimestamp(int(minute) * 60, tz=self._services.clock.now().tzinfo)
            return SessionSecret.from_cookie(secret), used
        except (SealingError, ValueError, OverflowError):
            return None

    def _mac(self, text: str) -> str:
        return hmac.new(self._mac_key, text.encode(), sha256).hexdigest()[:32]


def cookie_name(path: str) -> str:
    """Return the cookie of the side a path belongs to: staff and reporters never share one."""
    return STAFF_COOKIE if path.startswith(STAFF_PATHS) else REPORTER_COOKIE


def begin_staff(db: DatabaseSession, person: int, pair: PersonKey, device: str) -> None:
    """Open a session for a person whose vault the sign-in has just opened."""
    services = cast(Services, current_app.extensions["services"])
    now = services.clock.now()
    _begin(db, services, WebSession(person_id=person, started_at=now, used_at=now, device=device), pair)


def begin_reporter(db: DatabaseSession, report: int, pair: ReceiptKey) -> None:
    """Open a session for the reporter who typed the six words. Its row holds full hours only."""
    services = cast(Services, current_app.extensions["services"])
    hour = full_hour(services.clock.now())
    _begin(db, services, WebSession(report_id=report, started_at=hour, used_at=hour), pair)


def _begin(db: DatabaseSession, services: Services, row: WebSession, pair: PersonKey | ReceiptKey) -> None:
    desk = current()
    secret = SessionSecret.generate()
    holder = REPORTER if row.person_id is None else row.person_id
    row.id, row.key_id = session_id(secret), pair.key_id
    row.sealed_key = seal_session(pair, secret, SessionKey(services.keys.session_key), holder)
    if desk.row is not None:  # never two sessions of one side in one browser
        db.execute(delete(WebSession).where(WebSession.id == desk.row.id))
    db.add(row)
    db.flush()
    desk.clear()
    desk.secret, desk.row, desk.forget = secret, row, False
    cast(SealedSessions, current_app.session_interface)._derive(desk)


def end(db: DatabaseSession) -> None:
    """End this browser's session, on the server too."""
    desk = current()
    if desk.row is not None:
        db.execute(delete(WebSession).where(WebSession.id == desk.row.id))
    desk.clear()
    desk.forget = True


def leave(db: DatabaseSession) -> None:
    """End the sessions of both sides that this browser holds, on the server too, because a person enters the room."""
    store, desk = cast(SealedSessions, current_app.session_interface), current()
    desk.clear()
    desk.secret, desk.row, desk.forget = None, None, True
    for name in (STAFF_COOKIE, REPORTER_COOKIE):
        found = store._read(request.cookies.get(name, ""))
        if found is not None:
            db.execute(delete(WebSession).where(WebSession.id == session_id(found[0])))


def end_all_of_person(db: DatabaseSession, person: int) -> None:
    """End every session of a person: password changed, signed out everywhere, left the team."""
    db.execute(delete(WebSession).where(WebSession.person_id == person))


def end_others_of_person(db: DatabaseSession, person: int, here: bytes) -> None:
    """End every session of a person but this one."""
    db.execute(delete(WebSession).where(WebSession.person_id == person, WebSession.id != here))


def current_id() -> bytes:
    """Return the name of this request's session; empty where there is none."""
    row = current().row
    return row.id if row is not None else b""


def passkey_binding() -> bytes:
    """Return what a question to a passkey is bound to: this session, or the cookie made for it; empty without both."""
    cookie = request.cookies.get(PASSKEY_COOKIE, "")
    return current_id() or (sha256(b"passkey " + cookie.encode()).digest() if cookie else b"")


def bind_passkeys(answer: Response) -> bytes:
    """Give a browser without a session the cookie for its question to a passkey; return what the question is bound to.

    The cookie is random, ends with the browser, and is no key of anything.
    """
    if (found := passkey_binding()) != b"":
        return found
    cookie = SessionSecret.generate().to_cookie()
    answer.set_cookie(PASSKEY_COOKIE, cookie, path="/", secure=True, httponly=True, samesite="Strict")
    return sha256(b"passkey " + cookie.encode()).digest()


def seconds_left() -> int:
    """Return for how many seconds this session lives on if nobody does anything; 0 without one."""
    desk, store = current(), cast(SealedSessions, current_app.session_interface)
    now = store._services.clock.now()
    if desk.row is None:
        return 0
    used = desk.used if desk.passive and desk.used is not None else now.replace(second=0, microsecond=0)
    return max(0, int((store._ends_at(desk.row, used) - now).total_seconds()))


def person_mark() -> str:
    """Return a word by which a page knows that its own person is still the one who is signed in; empty for nobody."""
    desk, store = current(), cast(SealedSessions, current_app.session_interface)
    if desk.row is None or desk.row.person_id is None:
        return ""
    return store._mac(f"person {desk.row.person_id}")[:16]


CONFIRMED_FOR = timedelta(minutes=10)


def is_confirmed(now: datetime) -> bool:
    """Whether this session's person has just signed in, or has just given password and one-time code again."""
    row = current().row
    if row is None or row.person_id is None:
        return False
    return now - max(row.started_at, row.confirmed_at or row.started_at) <= CONFIRMED_FOR


def confirm(db: DatabaseSession, now: datetime) -> None:
    """Note that password and one-time code were right just now."""
    row = current().row
    kept = db.get(WebSession, row.id) if row is not None else None
    if kept is not None:
        kept.confirmed_at = now
        db.flush()


def current() -> DeskSession:
    """Return this request's session object."""
    return cast(DeskSession, cast(Any, session)._get_current_object())


def clean(db: DatabaseSession, now: datetime, idle_minutes: int, session_hours: int) -> int:
    """Delete the keys of ended sessions, and their rows a day later. Returns how many were touched."""
    idle_since = now - timedelta(minutes=idle_minutes) - USED_STEP
    ended = db.execute(
        update(WebSession)
        .where(WebSession.person_id.is_not(None), WebSession.sealed_key.is_not(None))
        .where((WebSession.used_at < idle_since) | (WebSession.started_at < now - timedelta(hours=session_hours)))
        .values(sealed_key=None)
    )
    gone = db.execute(
        delete(WebSession).where(
            (WebSession.sealed_key.is_(None) & (WebSession.used_at < now - KEPT_AFTER_END))
            | (WebSession.report_id.is_not(None) & (WebSession.started_at < now - timedelta(hours=session_hours)))
        )
    )
    return int(cast(Any, ended).rowcount) + int(cast(Any, gone).rowcount)


def sessions_of_person(db: DatabaseSession, person: int) -> list[WebSession]:
    """List a person's open sessions, the last used first, for their account page."""
    query = select(WebSession).where(WebSession.person_id == person, WebSession.sealed_key.is_not(None))
    return list(db.scalars(query.order_by(WebSession.used_at.desc())))
