"""Doors for people who are not signed in: accepting an invitation, and a lost password."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bullying_desk.accounts.invitations import credentials, key_words
from bullying_desk.accounts.invitations.credentials import RecoveryRefused
from bullying_desk.accounts.invitations.invitations import InvitationUnknown, find_invitation
from bullying_desk.accounts.models import Invitation, Person
from bullying_desk.accounts.sign_in import owner_mails, second_factor, signing_in, slowing
from bullying_desk.accounts.sign_in.forms import (
    NEW_CODE_WRONG,
    REFUSED_PASSWORD,
    AcceptForm,
    LetterCodeForm,
    RecoverForm,
)
from bullying_desk.accounts.sign_in.key_making import stretch_new_password
from bullying_desk.accounts.sign_in.passwords import PasswordRefused, check_password
from bullying_desk.accounts.sign_in.printout import Printout
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.sealing.paper_codes import RecoveryCode
from bullying_desk.web.guard import public
from bullying_desk.web.language import _
from bullying_desk.web.limits import Budget
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, services, settings

blueprint = Blueprint("joining", __name__)
_LETTER_UNKNOWN = _(
    "Diesen Code kennen wir nicht. Prüfen Sie die Zeichen. Stimmen sie, dann ist die Einladung schon benutzt oder "
    "älter als 21 Tage: Bitten Sie um eine neue."
)


@blueprint.get("/team/einladung")
@public()
def letter() -> ResponseReturnValue:
    """Ask for the code of a printed letter."""
    return render_template("joining/letter.html", form=LetterCodeForm())


@blueprint.get("/team/einladung/<secret>")
@public()
def link(secret: str) -> ResponseReturnValue:
    """Show the target of an invitation link; opening it uses nothing up (mail programs open links too)."""
    return _show(AcceptForm(data={"secret": secret}))


@blueprint.post("/team/einladung/brief")
@public()
def letter_code() -> ResponseReturnValue:
    """Take the code of a printed letter."""
    form = LetterCodeForm(request.form)
    if not form.validate():
        return render_template("joining/letter.html", form=form), 422
    if _find(AcceptForm(data={"secret": form.secret.data})) is None:
        form.secret.errors = [_LETTER_UNKNOWN]
        return render_template("joining/letter.html", form=form), 422
    return _show(AcceptForm(data={"secret": form.secret.data}))


@blueprint.post("/team/einladung")
@public()
def accept() -> ResponseReturnValue:
    """Make keys, password and second factor of the invited person, and show the recovery code once."""
    form = AcceptForm(request.form)
    if not form.validate():
        return _show(form, 422)
    invitation = _find(form)
    if invitation is None:
        return render_template("joining/unknown.html"), 404
    person = db().get_one(Person, invitation.person_id)
    try:
        joined = _join(form, invitation, person)
    except (PasswordRefused, credentials.CodeWrong) as error:
        _explain(form, error)
        return _show(form, 422)
    except InvitationUnknown:
        return render_template("joining/unknown.html"), 404
    return render_template("joining/accepted.html", joined=joined, printout=Printout(joined.recovery_code))


def _join(form: AcceptForm, invitation: Invitation, person: Person) -> credentials.Joined:
    password, secret, now = form.password.data or "", _totp_secret(invitation), clock().now()
    credentials.check_choice(person, password, secret, form.code.data or "", now)
    person_id = person.id
    end_before_slow_work()
    header, stretched = stretch_new_password(person_id, password, services().gate, limiter().network())
    invitation = find_invitation(db(), form.secret.data or "", now)  # again: it may have been used meanwhile
    joined = credentials.join(db(), keys().pepper_layer, invitation, secret, header, stretched, now)
    key_words.tell_colleagues(db(), settings(), db().get_one(Person, person_id), now)
    return joined


@blueprint.route("/team/passwort", methods=["GET", "POST"])
@public()
def recover() -> ResponseReturnValue:
    """Set a new password with the printed recovery code; a new code is shown once."""
    form = RecoverForm(request.form)
    if request.method == "GET" or not form.validate():
        return _recover_page(form, 200 if request.method == "GET" else 422)
    slowing.take(form.email.data or "")
    try:
        code = _recover(form, limiter().network())
    except (RecoveryRefused, PasswordRefused, SlowHashBusy) as error:
        if not isinstance(error, RecoveryRefused):
            slowing.give_back(form.email.data or "")  # nothing was tried
        if isinstance(error, SlowHashBusy):
            raise
        _explain(form, error)
        return _recover_page(form, 422)
    return render_template("joining/recovered.html", printout=Printout(code.printed()))


def _recover_page(form: RecoverForm, status: int) -> ResponseReturnValue:
    contact = settings().operator_email or settings().operator_name or settings().service_name
    return render_template("joining/recover.html", form=form, contact=contact), status


def _recover(form: RecoverForm, network: bytes) -> RecoveryCode:
    email, password = form.email.data or "", form.password.data or ""
    check_password(password, own_words=(email,))
    person_id = credentials.find_person(db(), email)
    end_before_slow_work()
    # An unknown address costs the same work (1 means nobody: a row has this id with a chance of 2 to the minus 63).
    header, stretched = stretch_new_password(person_id or 1, password, services().gate, network)
    pepper_layer, now = keys().pepper_layer, clock().now()
    recovery, code = form.recovery.data or "", form.proof
    person, fresh = credentials.recover(
        db(), pepper_layer, person_id, recovery, code, header, stretched, now, signing_in.use_code
    )
    slowing.give_back(email)
    owner_mails.tell(db(), settings(), person, owner_mails.RECOVERED, now)
    return fresh


def _find(form: AcceptForm) -> Invitation | None:
    network = limiter().network()
    limiter().check(Budget.WRONG_SIGN_INS, network)
    try:
        return find_invitation(db(), form.secret.data or "", clock().now())
    except InvitationUnknown:
        limiter().spend(Budget.WRONG_SIGN_INS, network)
        return None


def _show(form: AcceptForm, status: int = 200) -> ResponseReturnValue:
    invitation = _find(form)
    if invitation is None:
        return render_template("joining/unknown.html"), 404
    person = db().get_one(Person, invitation.person_id)
    secret = _totp_secret(invitation)
    setup = second_factor.setup(secret, person.email, settings().service_name)
    return render_template("joining/accept.html", form=form, person=person, setup=setup), status


def _totp_secret(invitation: Invitation) -> str:
    # Derived, so that the page may be shown again without keeping a half-made secret anywhere.
    return second_factor.derived_secret(keys().session_key, invitation.secret_hash)


def _explain(form: AcceptForm | RecoverForm, error: Exception) -> None:
    if isinstance(error, PasswordRefused):
        form.password.errors = [REFUSED_PASSWORD[error.reason]]
    elif isinstance(error, credentials.CodeWrong):
        form.code.errors = [NEW_CODE_WRONG]
    else:
        form.form_errors.append(_("Adresse, Wiederherstellungs-Code und Einmal-Code gehören nicht zusammen."))
