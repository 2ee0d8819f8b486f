"""Doors for staff: signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from bullying_desk.access.identity import Identity
from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.models import Person
from bullying_desk.accounts.sign_in import late_posts, signing_in, slowing
from bullying_desk.accounts.sign_in.forms import SignInForm
from bullying_desk.accounts.sign_in.identity import identity_of
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.web import origin, sessions
from bullying_desk.web.bodies import MemoryRequest
from bullying_desk.web.guard import public, requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, end_before_slow_work, house, keys, limiter

blueprint = Blueprint("accounts", __name__)
login_manager = LoginManager()
login_manager.session_protection = None  # it would hash address and user agent into the session (docs/sealing.md)


class StaffUser(UserMixin):  # type: ignore[misc]
    """Flask-Login's user: an identity."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.id = str(identity.person_id)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_user(user_id: str) -> StaffUser | None:
    """Find the person of a session; one who has left is nobody at once."""
    found = identity_of(db(), int(user_id))
    return StaffUser(found) if found is not None else None


def load_identity() -> Identity | None:
    """Return who is signed in, for the guard."""
    return current_user.identity if current_user.is_authenticated else None


def hold_late_post() -> ResponseReturnValue | None:
    """Keep the form that came after the session's end, sealed to the person, and lead to the sign-in page."""
    late = sessions.current().late_person
    if late is None or not origin.is_own():
        return None
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 409  # a script cannot see where a redirect leads: the browser sends the form again by itself
    fields = [(name, value) for name, value in request.form.items(multi=True)]
    held = late_posts.hold(db(), keys().layer, late, request.path, fields, clock().now())
    return redirect(url_for("accounts.sign_in", text="1" if held is not None else None), 303)


@blueprint.get("/team/anmelden")
@public()
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    held = request.args.get("text") == "1"
    return render_template("accounts/sign_in.html", form=SignInForm(), refused=False, held=held)


@blueprint.post("/team/anmelden")
@public()
def do_sign_in() -> ResponseReturnValue:
    """Check address, password and code together, and open the person's vault into a session."""
    form = SignInForm(request.form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, refused=False, held=False), 422
    opened = _open_vault(form)
    if opened is None:
        form.form_errors.append(_("Adresse, Passwort oder Einmal-Code stimmen nicht."))
        return render_template("accounts/sign_in.html", form=form, refused=True, held=False), 422
    person, pair = opened
    device = request.device_words if isinstance(request, MemoryRequest) else ""
    sessions.begin_staff(db(), person.id, pair, device)
    identity = identity_of(db(), person.id)
    if identity is not None:
        login_user(StaffUser(identity))
    record(db(), Event.SIGNED_IN, clock().now(), actor=person.id, subject=person.id)
    return redirect(url_for("accounts.home"), 303)


def _open_vault(form: SignInForm) -> tuple[Person, PersonKey] | None:
    slowing.check(form.email.data or "")
    candidate = signing_in.find_candidate(db(), form.email.data or "")
    end_before_slow_work()
    stretched = signing_in.stretch(candidate, form.password.data or "", house().gate, limiter().network())
    layer = keys().layer
    opened = signing_in.open_vault(db(), layer, candidate, stretched, form.code.data or "", clock().now())
    if opened is None:
        _enter_refusal(candidate.person_id if candidate is not None else None)
        slowing.spend(form.email.data or "")
    return opened


def _enter_refusal(person_id: int | None) -> None:
    """A refused try is in the trail although the request itself is undone; of an unknown address only that."""
    now = clock().now()
    end_before_slow_work()
    with house().database.transaction() as session:
        record(session, Event.SIGN_IN_REFUSED, now, subject=person_id)


@blueprint.post("/team/abmelden")
@requires(Permission.USE_DESK)
def sign_out() -> ResponseReturnValue:
    """End this session on the server."""
    who = current_user.identity
    record(db(), Event.SIGNED_OUT, clock().now(), actor=who.person_id, subject=who.person_id, everywhere=False)
    logout_user()
    sessions.end(db())
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.get("/team/start")
@requires(Permission.USE_DESK)
def home() -> ResponseReturnValue:
    """Lead each person to where their work is."""
    who: Identity = current_user.identity
    for permission, endpoint in (
        (Permission.READ_CASE, "cases.inbox"),
        (Permission.MANAGE_CITY, "city.schools"),
        (Permission.MANAGE_TEAM, "team.choose"),
        (Permission.KEEP_REQUESTS, "officer.register"),
    ):
        if who.may(permission):
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("account.show"), 303)
