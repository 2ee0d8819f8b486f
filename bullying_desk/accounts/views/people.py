"""The people of one school, or of the city's own seats: how far each is, a new way in, starting again."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.city import coordination, taking_in
from bullying_desk.accounts.city.overview import city_reads_for, school_lines
from bullying_desk.accounts.models import InvitationKind, PersonState
from bullying_desk.accounts.sign_in import locking
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.schools.register.membership import MembershipRefused
from bullying_desk.web.forms import StaffForm
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("people", __name__, url_prefix="/stadt/personen")


class JoinForm(StaffForm):
    """From when a school takes part, and who signed for it."""

    joined_on = DateField(_("Tag der Unterschrift"), [InputRequired(_("Wählen Sie den Tag der Unterschrift."))])
    signatory = StringField(
        _("Wer hat für die Schule unterschrieben?"),
        [InputRequired(_("Schreiben Sie, wer unterschrieben hat.")), Length(max=100)],
    )


class PauseForm(StaffForm):
    """Why a school's contact point rests."""

    reason = StringField(
        _("Grund der Pause"),
        [InputRequired(_("Schreiben Sie den Grund.")), Length(max=200)],
        description=_("Das lesen nur Sie und die Koordination der Stadt. Schreiben Sie nichts über Personen."),
    )


@blueprint.get("/")
@requires(Permission.MANAGE_CITY)
def city() -> ResponseReturnValue:
    """Show the people with seats of the city."""
    people, locked = coordination.people_of(db(), None), coordination.locked(db(), identity().person_id)
    said = request.args.get("ok", "")
    return render_template("people/city.html", people=people, locked=locked, school=None, said=said)


@blueprint.get("/schule/<int:school_id>")
@requires(Permission.MANAGE_CITY)
def school(school_id: int) -> ResponseReturnValue:
    """Show the people of one school."""
    found = db().get(School, school_id)
    if found is None:
        abort(404)
    return _school(found)


def _school(found: School, form: JoinForm | PauseForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "people/school.html",
        people=coordination.people_of(db(), found.id),
        locked=[],
        school=found,
        reach=city_reads_for(db(), settings(), found),
        said=request.args.get("ok", ""),
        join=form if isinstance(form, JoinForm) else JoinForm(formdata=None),
        pause=form if isinstance(form, PauseForm) else PauseForm(formdata=None),
        lacks=[each for line in school_lines(db(), found.municipality, words=found.number) for each in line.lacks],
    )
    return page, 422 if form else 200


@blueprint.post("/schule/<int:school_id>/aufnehmen")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def join(school_id: int) -> ResponseReturnValue:
    """Take a known school in: its contact point opens."""
    found, form = db().get(School, school_id), JoinForm()
    if found is None:
        abort(404)
    if not form.validate():
        return _school(found, form)
    try:
        signatory, by = form.signatory.data or "", identity().person_id
        taking_in.join(db(), found, form.joined_on.data, signatory, by, clock().now())
    except MembershipRefused as refused:
        form.joined_on.errors = [str(refused)]
        return _school(found, form)
    return redirect(url_for("people.school", school_id=school_id, ok="dabei"), 303)


@blueprint.post("/schule/<int:school_id>/pause")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def pause(school_id: int) -> ResponseReturnValue:
    """Let a school's contact point rest."""
    found, form = db().get(School, school_id), PauseForm()
    if found is None:
        abort(404)
    if not form.validate():
        return _school(found, form)
    try:
        taking_in.pause(db(), found, form.reason.data or "", identity().person_id, clock().now())
    except MembershipRefused as refused:
        form.reason.errors = [str(refused)]
        return _school(found, form)
    return redirect(url_for("people.school", school_id=school_id, ok="pause"), 303)


@blueprint.post("/schule/<int:school_id>/weiter")
@requires(Permission.MANAGE_SCHOOLS, fresh=True)
def resume(school_id: int) -> ResponseReturnValue:
    """End a school's pause; a second press changes nothing."""
    found = db().get(School, school_id)
    if found is None:
        abort(404)
    if found.state is SchoolState.PAUSED:
        taking_in.resume(db(), found, identity().person_id, clock().now())
    return redirect(url_for("people.school", school_id=school_id, ok="weiter"), 303)


@blueprint.post("/<int:person_id>/einladen")
@requires(Permission.MANAGE_CITY, fresh=True)
def invite_again(person_id: int) -> ResponseReturnValue:
    """Send a new way in to a person whose invitation has run out, or start again with one who has lost everything.

    Starting again ends the old keys for good, so it needs the tick.
    """
    person = coordination.find(db(), person_id, identity().person_id)
    if person is None:
        abort(404)
    if person.state is not PersonState.INVITED and request.form.get("sicher") != "y":
        return redirect(url_for("people.sure", person_id=person_id), 303)
    kind = InvitationKind.LETTER if request.form.get("weg") == "brief" else InvitationKind.MAIL
    invited = coordination.invite_again(db(), settings(), person, kind, identity().person_id, clock().now())
    if kind is InvitationKind.LETTER:
        address = f"{settings().base_url}/team/einladung"
        return render_template("people/letters.html", invited=[invited], address=address)
    return redirect(url_for("people.city", ok="eingeladen"), 303)


@blueprint.post("/<int:person_id>/entsperren")
@requires(Permission.MANAGE_CITY, fresh=True)
def unlock(person_id: int) -> ResponseReturnValue:
    """Open an account again that its owner has locked."""
    person = coordination.find(db(), person_id, identity().person_id)
    if person is None:
        abort(404)
    if person.state is PersonState.LOCKED:  # a second press changes nothing
        locking.unlock(db(), person, identity().person_id, clock().now())
    return redirect(url_for("people.city", ok="offen"), 303)


@blueprint.get("/<int:person_id>/neu")
@requires(Permission.MANAGE_CITY)
def sure(person_id: int) -> ResponseReturnValue:
    """Say what starting again costs, before it is done."""
    person = coordination.find(db(), person_id, identity().person_id)
    if person is None:
        abort(404)
    return render_template("people/sure.html", person=person)
