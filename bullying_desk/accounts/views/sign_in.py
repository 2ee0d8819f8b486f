"""Doors for staff: signing in and out."""

from __future__ import annotations

import json
import re

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from bullying_desk.access.identity import Identity
from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.invitations.credentials import waits_until
from bullying_desk.accounts.models import Person
from bullying_desk.accounts.sign_in import late_posts, passkeys, signing_in
from bullying_desk.accounts.sign_in.forms import NOT_TOGETHER, PASSKEY_REFUSED, PHONE_CLOCK, ConfirmForm, SignInForm
from bullying_desk.accounts.sign_in.signing_in import identity_of
from bullying_desk.audit.events import Event
from bullying_desk.audit.trail import record
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.web import origin, sessions
from bullying_desk.web.bodies import MemoryRequest
from bullying_desk.web.guard import public, requires
from bullying_desk.web.language import _, clock_time, short_date
from bullying_desk.web.request import clock, db, keys

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
    held = late_posts.hold(db(), keys().pepper_layer, late, request.path, fields, clock().now())
    return redirect(url_for("accounts.sign_in", text="1" if held is not None else None), 303)


@blueprint.get("/team/anmelden")
@public()
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    held = request.args.get("text") == "1"
    return render_template("accounts/sign_in.html", form=SignInForm(), held=held, said=request.args.get("ok"))


@blueprint.post("/team/anmelden")
@public()
def do_sign_in() -> ResponseReturnValue:
    """Check address, password and code together, and open the person's vault into a session."""
    form = SignInForm(request.form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form, held=False, said=""), 422
    opened = _prove(form)
    if opened is None:
        return render_template("accounts/sign_in.html", form=form, held=False, said=""), 422
    person, pair = opened
    device = request.device_words if isinstance(request, MemoryRequest) else ""
    sessions.begin_staff(db(), person.id, pair, device)
    identity = identity_of(db(), person.id)
    if identity is not None:
        login_user(StaffUser(identity))
    record(db(), Event.SIGNED_IN, clock().now(), actor=person.id, subject=person.id)
    return redirect(url_for("accounts.home"), 303)


def _prove(form: SignInForm) -> tuple[Person, PersonKey] | None:
    """Return who signs in, by a passkey alone or by password and second proof; else say in the form what to do."""
    wrong = PASSKEY_REFUSED
    try:
        if form.prf.data and not form.password.data:
            opened = signing_in.prove_by_passkey(form.passkey.data or "", form.prf.data)
        else:
            opened = signing_in.prove(form.email.data or "", form.password.data or "", form.proof)
            if not form.passkey.data:
                said = _("Adresse, Passwort oder Einmal-Code stimmen nicht. Jeder Code gilt nur einmal.")
                wrong = f"{said} {PHONE_CLOCK}"
    except signing_in.PasskeyNotAlone as error:
        opened, wrong = None, _not_alone(error)
    if opened is None:
        form.form_errors.append(wrong)
    return opened


def _not_alone(error: signing_in.PasskeyNotAlone) -> str:
    if error.since is None:
        return _("Dieser Passkey gilt nur zusammen mit dem Passwort. Schreiben Sie Adresse und Passwort dazu.")
    return _(
        "Ohne Passwort öffnet dieser Passkey das Konto erst ab {day}, {time} Uhr. "
        "Schreiben Sie bis dahin Adresse und Passwort dazu."
    ).format(day=short_date(error.since), time=clock_time(error.since))


@blueprint.post("/team/anmelden/passkey")
@public()
def passkey_question() -> ResponseReturnValue:
    """Give the script of a page the question for this browser's passkey; 404 where browsers take none."""
    answer = Response(mimetype="application/json")
    try:
        asked = passkeys.question(signing_in.passkey_asker(sessions.bind_passkeys(answer)))
    except passkeys.PasskeyRefused:
        abort(404)
    answer.set_data(json.dumps(asked))
    return answer


@blueprint.route("/team/bestaetigen", methods=["GET", "POST"])
@requires(Permission.USE_DESK)
def confirm() -> ResponseReturnValue:
    """Ask for password and one-time code again, before an act that changes who has an account or sees the trail."""
    form, person = ConfirmForm(), db().get_one(Person, current_user.identity.person_id)
    onward = _own_path(request.args.get("weiter", ""))
    if request.method == "GET" or not form.validate():
        return _confirm_page(form, 200 if request.method == "GET" else 422)
    if signing_in.prove(person.email, form.password.data or "", form.proof) is None:
        form.password.errors = [NOT_TOGETHER]
        return _confirm_page(form, 422)
    sessions.confirm(db(), clock().now())
    return redirect(onward or url_for("account.show"), 303)


def _confirm_page(form: ConfirmForm, status: int) -> ResponseReturnValue:
    held = request.args.get("text") == "1"
    return render_template("accounts/confirm.html", form=form, held=held), status


def _own_path(asked: str) -> str | None:
    """Return a path of the desk, or None for any other address: nobody is led away from here."""
    return (
        asked if re.fullmatch(r"/(?:team|stadt)(?:/[\w.-]*)*(?:\?(?:meldung|schule)=\w+)?", asked, re.ASCII) else None
    )


def check_fresh(back: str | None = None) -> ResponseReturnValue | None:
    """Before an act that changes rights or takes data out: refuse it for a day after a lost phone, else ask again.

    `back`: where the person comes back to; then nothing of the form is kept.
    """
    person, now = db().get_one(Person, current_user.identity.person_id), clock().now()
    if (until := waits_until(person, now)) is not None:
        return render_template("accounts/waits.html", until=until), 403
    if sessions.is_confirmed(now):
        return None
    return ask_again() if back is None else redirect(url_for("accounts.confirm", weiter=back), 303)


def ask_again() -> ResponseReturnValue:
    """Lead to the page that asks for password and code; what a form held is kept for its writer."""
    held, asked = None, request.full_path.rstrip("?")
    if request.method == "POST":
        who = current_user.identity.person_id
        fields = [(name, value) for name, value in request.form.items(multi=True)]
        held = late_posts.hold(db(), keys().pepper_layer, who, request.path, fields, clock().now())
    path = (_own_path(asked) or request.path) if request.method == "GET" else None
    return redirect(url_for("accounts.confirm", weiter=path, text="1" if held is not None else None), 303)


@blueprint.get("/team/sitzung")
@requires(Permission.USE_DESK, background=True)
def session_left() -> ResponseReturnValue:
    """Tell an open page how many seconds its session lives on, whose it is, and the token of its forms."""
    text = f"{sessions.seconds_left()} {sessions.person_mark()} {generate_csrf()}"
    return Response(text, mimetype="text/plain")


@blueprint.post("/team/abmelden")
@requires(Permission.USE_DESK)
def sign_out() -> ResponseReturnValue:
    """End this session on the server, and let the browser forget the pages it keeps for "Back"."""
    who = current_user.identity
    record(db(), Event.SIGNED_OUT, clock().now(), actor=who.person_id, subject=who.person_id, everywhere=False)
    logout_user()
    sessions.end(db())
    answer = redirect(url_for("accounts.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@blueprint.get("/stadt")
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
        (Permission.READ_OWN_SCHOOL, "head.show"),
        (Permission.EDIT_LESSONS, "editor.show"),
    ):
        if who.may(permission):
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("account.show"), 303)
