"""The people of one school, or of the city's own seats: how far each is, a new way in, starting again."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.city import coordination
from bullying_desk.accounts.models import InvitationKind, PersonState
from bullying_desk.accounts.sign_in import locking
from bullying_desk.schools.models import School
from bullying_desk.web.guard import requires
from bullying_desk.web.request import clock, db, identity, settings

blueprint = Blueprint("people", __name__, url_prefix="/stadt/personen")


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
    people = coordination.people_of(db(), school_id)
    said = request.args.get("ok", "")
    return render_template("people/school.html", people=people, locked=[], school=found, said=said)


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
