"""The accessibility statement with its form for everybody, and the page where the city reads what came in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, TextAreaField

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.city import barriers
from bullying_desk.accounts.sign_in.keychain import own_key
from bullying_desk.database import random_id
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.erasing.periods_in_force import load
from bullying_desk.web.forms import PublicForm
from bullying_desk.web.guard import public, requires
from bullying_desk.web.language import _
from bullying_desk.web.limits import Budget
from bullying_desk.web.request import clock, db, identity, keys, limiter

blueprint = Blueprint("barriers", __name__)


class BarrierForm(PublicForm):
    """One text. `page` makes sending twice the same as sending once."""

    page = HiddenField()
    text = TextAreaField()

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self.text.label.text = _("Was geht nicht? Auf welcher Seite?")
        self.page.data = (self.page.data or "")[:40] or f"{random_id():x}"

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a text that is there and not too long."""
        super().validate(extra_validators)
        given = (self.text.data or "").strip()
        if not given:
            self.text.errors = [_("Bitte schreiben Sie, was nicht geht.")]
        elif len(given) > barriers.LONGEST:
            self.text.errors = [_("Das ist zu lang. 4.000 Zeichen gehen.")]
        return not self.errors


@blueprint.get("/barrierefreiheit")
@public()
def statement() -> ResponseReturnValue:
    """Show the accessibility statement (BGG NRW § 10b, BITVNRW § 4) with the form for barriers."""
    return _page(BarrierForm(request.form), sent=request.args.get("ok") == "1")


@blueprint.post("/barrierefreiheit")
@public()
def send() -> ResponseReturnValue:
    """Take a message about a barrier."""
    form = BarrierForm(request.form)
    if not form.validate():
        return _page(form), 422
    limiter().spend(Budget.BARRIERS_OF_NETWORK, limiter().network())
    limiter().spend(Budget.BARRIERS, limiter().key(b"all"))
    text = (form.text.data or "").replace("\r\n", "\n").strip()
    try:
        barriers.send(db(), keys().pepper_layer, text, form.page.data or "", clock().now())
    except barriers.NobodyReads:
        form.text.errors = [_("Das ist nicht angekommen. Gerade kann es niemand lesen.")]
        return _page(form), 503
    return redirect(url_for("barriers.statement", ok=1), 303)


def _page(form: BarrierForm, *, sent: bool = False) -> str:
    return render_template(
        "barriers/statement.html",
        form=form,
        sent=sent,
        readers=len(barriers.coordinators(db())),
        days=load(db(), clock().today()).days(Kind.BARRIER),
        measured=barriers.measured(),
    )


@blueprint.get("/stadt/huerden")
@requires(Permission.MANAGE_CITY)
def waiting() -> ResponseReturnValue:
    """Show the coordinator what people wrote about barriers."""
    found = barriers.waiting(db(), identity().person_id, own_key())
    return render_template("barriers/waiting.html", found=found, said=request.args.get("ok", ""))


@blueprint.post("/stadt/huerden/<int:message_id>/erledigt")
@requires(Permission.MANAGE_CITY)
def settle(message_id: int) -> ResponseReturnValue:
    """Delete a message that is done."""
    barriers.settle(db(), message_id, identity().person_id, clock().now())
    return redirect(url_for("barriers.waiting", ok=1), 303)
