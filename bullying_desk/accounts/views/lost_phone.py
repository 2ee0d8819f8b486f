"""Doors for a person who is not signed in: a lost phone, the link „Das war ich nicht“, and checking one's print-out."""

from __future__ import annotations

from secrets import token_hex

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.accounts.invitations import changing_factors, credentials
from bullying_desk.accounts.sign_in import locking, second_factor
from bullying_desk.accounts.sign_in.forms import NEW_CODE_WRONG, LostPhoneForm
from bullying_desk.accounts.sign_in.printout import Printout
from bullying_desk.web.guard import public
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, keys, settings

blueprint = Blueprint("lost_phone", __name__)


@blueprint.route("/team/telefon", methods=["GET", "POST"])
@public()
def replace() -> ResponseReturnValue:
    """Connect a new app with password and printed code; the keys stay, and a new code is shown once."""
    form = LostPhoneForm(request.form)
    form.seed.data = form.seed.data or token_hex(16)
    if request.method == "GET" or not form.validate():
        return _page(form, 200 if request.method == "GET" else 422)
    proof = {"old": "", "recovery": form.recovery.data or ""}
    try:
        code = changing_factors.connect(
            form.email.data or "", form.password.data or "", _secret(form), form.code.data or "", **proof
        )
    except credentials.NewCodeWrong:
        form.code.errors = [NEW_CODE_WRONG]
    except credentials.RecoveryRefused:
        form.form_errors.append(
            _("Adresse, Passwort und Wiederherstellungs-Code gehören nicht zusammen, oder der Code gilt erst morgen.")
        )
    else:
        return render_template("lost_phone/connected.html", printout=Printout(code.printed()) if code else None)
    return _page(form, 422)


def _page(form: LostPhoneForm, status: int) -> ResponseReturnValue:
    name = settings().service_name
    setup = second_factor.setup(_secret(form), name, name)
    return render_template("lost_phone/replace.html", form=form, setup=setup), status


def _secret(form: LostPhoneForm) -> str:
    # Derived from a value that only this page carries, so that nothing half-made is stored and no two pages agree.
    return second_factor.derived_secret(keys().session_key, f"lost-{form.seed.data}".encode())


@blueprint.get("/team/war-ich-nicht/<token>")
@public()
def ask_lock(token: str) -> ResponseReturnValue:
    """Ask before an account is locked; opening the link locks nothing (mail programs open links too)."""
    return _lock_page(locking.owner_of(db(), token, clock().now()) is not None, token)


@blueprint.post("/team/war-ich-nicht/<token>")
@public()
def lock(token: str) -> ResponseReturnValue:
    """Lock the account until a coordinator has looked; nobody needs to be signed in."""
    person = locking.owner_of(db(), token, clock().now())
    if person is None:
        return _lock_page(False, token)
    locking.lock(db(), settings(), person, clock().now())
    return _lock_page(True, token, done=True)


def _lock_page(valid: bool, token: str, *, done: bool = False) -> ResponseReturnValue:
    contact = settings().operator_email or settings().operator_name or settings().service_name
    page = render_template("lost_phone/ask_lock.html", valid=valid, token=token, done=done, contact=contact)
    return page, 200 if valid else 404


@blueprint.post("/team/ausdruck")
@public()
def check_print() -> ResponseReturnValue:
    """Compare two groups that a person typed from their print-out; nothing of it is kept, the page itself holds it."""
    printout = Printout(request.form.get("ausdruck", ""))
    if not printout.agrees({number: request.form.get(f"gruppe{number}", "") for number in printout.asked}):
        return render_template("lost_phone/check_print.html", printout=printout), 422
    return redirect(url_for("accounts.sign_in", ok="ausdruck"), 303)
