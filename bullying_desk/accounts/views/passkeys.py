"""One's own passkeys: seeing them, adding one, removing one or the app."""

from __future__ import annotations

import json

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.invitations import changing_factors
from bullying_desk.accounts.models import Person
from bullying_desk.accounts.sign_in import passkeys, signing_in
from bullying_desk.accounts.sign_in.forms import PasskeyForm
from bullying_desk.sealing.format.errors import PrfOutputBroken
from bullying_desk.sealing.format.secret_types import PrfOutput
from bullying_desk.web import sessions
from bullying_desk.web.bodies import MemoryRequest
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("passkeys", __name__, url_prefix="/team/konto/passkeys")
_NO_ANSWER = _("Ihr Gerät hat keinen Passkey angelegt. Versuchen Sie es noch einmal; dafür muss JavaScript an sein.")
_REFUSED = _(
    "Dieser Passkey wurde nicht angenommen. Vielleicht ist er schon eingetragen. Versuchen Sie es noch einmal."
)
_TOO_MANY = _("Sie haben schon {count} Passkeys. Entfernen Sie zuerst einen.").format(count=passkeys.MOST_OF_PERSON)


@blueprint.get("/")
@requires(Permission.USE_DESK)
def show() -> ResponseReturnValue:
    """List the second factors of the account."""
    return _page()


def _page(*, last: bool = False) -> ResponseReturnValue:
    person = db().get_one(Person, identity().person_id)
    own, now = passkeys.of_person(db(), person.id), clock().now()
    opens = {one.id: passkeys.opens_from(one) for one in own if one.vault}
    page = render_template(
        "passkeys/show.html",
        own=own,
        opens=opens,
        now=now,
        has_app=person.totp_secret is not None,
        last=last,
        possible=passkeys.service_of(settings()) is not None,
        full=len(own) >= passkeys.MOST_OF_PERSON,
        said=request.args.get("ok", ""),
    )
    return page, 409 if last else 200


@blueprint.route("/neu", methods=["GET", "POST"])
@requires(Permission.USE_DESK, fresh=True)
def new() -> ResponseReturnValue:
    """Add a passkey that the device has just made."""
    form = PasskeyForm()
    if request.method == "GET":
        form.name.data = request.device_words if isinstance(request, MemoryRequest) else ""
        return _new_page(form, 200)
    if not form.validate() or not _add(form):
        return _new_page(form, 422)
    alone = form.alone.data and not form.prf.data
    return redirect(url_for("passkeys.show", ok="nicht-allein" if alone else "neu"), 303)


def _add(form: PasskeyForm) -> bool:
    """Keep the passkey, or say in the form what to do."""
    try:
        output = PrfOutput.from_field(form.prf.data) if form.alone.data and form.prf.data else None
        wish = passkeys.Wish((form.name.data or "").strip(), form.passkey.data or "", output)
        changing_factors.add_passkey(wish, sessions.passkey_binding())
    except (passkeys.PasskeyRefused, PrfOutputBroken):
        form.form_errors.append(_REFUSED if form.passkey.data else _NO_ANSWER)
        return False
    except passkeys.TooManyPasskeys:
        form.form_errors.append(_TOO_MANY)
        return False
    return True


def _new_page(form: PasskeyForm, status: int) -> ResponseReturnValue:
    try:
        asker = signing_in.passkey_asker(sessions.passkey_binding())
    except passkeys.PasskeyRefused:
        return redirect(url_for("passkeys.show"), 303)
    person = db().get_one(Person, identity().person_id)
    asked = passkeys.new_question(asker, person, passkeys.of_person(db(), person.id))
    return render_template("passkeys/new.html", form=form, asked=json.dumps(asked), email=person.email), status


@blueprint.post("/<int:passkey_id>/weg")
@requires(Permission.USE_DESK, fresh=True)
def remove(passkey_id: int) -> ResponseReturnValue:
    """Remove a passkey, or with the number 0 the app for one-time codes, but never the last of them."""
    try:
        changing_factors.remove_factor(passkey_id)
    except passkeys.LastFactor:
        return _page(last=True)
    return redirect(url_for("passkeys.show", ok="weg"), 303)
