"""Putting a report into another case, taking it out again, and letting a new member of the team in."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import linking, newcomers, notes
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.finding import CaseUnknown, FoundCase, find_case
from bullying_desk.cases.share_forms import LinkForm
from bullying_desk.cases.views.acts import CASE
from bullying_desk.cases.views.blueprint import ID, cases, me, shown_name
from bullying_desk.reports import turns
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity, settings


@cases.get(f"{CASE}/verbinden")
@requires(Permission.READ_CASE, writes=True)
def link(case_id: int) -> ResponseReturnValue:
    """Ask which case the report belongs to."""
    who, form = me(), LinkForm(formdata=None)
    form.report.data = request.args.get("meldung", 0, type=int)
    return _link_page(who, find_case(who, case_id), form)


@cases.post(f"{CASE}/verbinden")
@requires(Permission.READ_CASE)
def do_link(case_id: int) -> ResponseReturnValue:
    """Put the report into the other case."""
    who, form = me(), LinkForm()
    turns.take_turn(db(), case_id, form.other.data)
    found = find_case(who, case_id)
    report = found.report(form.report.data or found.reports[0].id)
    if not form.validate():
        return _link_page(who, found, form, 422)
    try:
        other = linking.link(who, found, report, form.other.data, settings().clocks)
        return redirect(url_for("cases.show", case_id=other.id, meldung=report.id, ok="verbunden"), 303)
    except linking.NotTogether:
        form.form_errors.append(
            _("Das geht nicht: Nicht alle, die den einen Fall lesen, dürfen auch den anderen lesen.")
        )
    except linking.Questioned:
        form.form_errors.append(_("Zu einem der Fälle ist gerade jemand gefragt. Warten Sie die Antwort ab."))
    except (CaseUnknown, linking.OtherSchool):
        form.other.errors = [_("Wählen Sie einen Fall aus der Liste.")]
    return _link_page(who, found, form, 422)


@cases.post(f"{CASE}/loesen")
@requires(Permission.READ_CASE)
def unlink(case_id: int) -> ResponseReturnValue:
    """Take a report out again."""
    who, wanted = me(), request.form.get("meldung", 0, type=int)
    turns.take_turn(db(), case_id, *turns.case_and_home(db(), wanted))
    found = find_case(who, case_id)
    report = found.report(wanted)
    try:
        back = linking.unlink(who, found, report)
    except linking.AtHome:
        return redirect(url_for("cases.show", case_id=case_id, meldung=report.id), 303)
    except linking.Questioned:
        return redirect(url_for("cases.show", case_id=case_id, meldung=report.id, ok="gefragt-erst"), 303)
    return redirect(url_for("cases.show", case_id=back.id, meldung=report.id, ok="geloest"), 303)


@cases.get(f"/team/neu/<{ID}:person_id>")
@requires(Permission.READ_CASE)
def newcomer(person_id: int) -> ResponseReturnValue:
    """Say what letting a new member in means, before the press."""
    new = _newcomer(me(), person_id)
    if new is None:
        return errors.page(404)
    return render_template("cases/newcomer.html", new=new)


@cases.post(f"/team/neu/<{ID}:person_id>")
@requires(Permission.READ_CASE)
def let_in(person_id: int) -> ResponseReturnValue:
    """Give the new member the open cases that allow it."""
    who = me()
    new = _newcomer(who, person_id)
    if new is None:
        return redirect(url_for("cases.inbox"), 303)
    name = next((shown_name(school) for school in identity().schools()), identity().display_name)
    given = newcomers.let_in(who, person_id, name)
    return render_template("cases/newcomer.html", new=new, given=given)


@cases.get("/team/notizen")
@requires(Permission.READ_CASE)
def own_notes() -> ResponseReturnValue:
    """Show one's own notes of all cases, to print: they go with whoever leaves, and nobody inherits them."""
    return render_template("cases/own_notes.html", notes=notes.all_private_notes(me()))


def _newcomer(who: Counsellor, person_id: int) -> newcomers.Newcomer | None:
    found = newcomers.newcomers(db(), who.person_id, who.key.key_id, clock().today())
    return next((one for one in found if one.person_id == person_id), None)


def _link_page(who: Counsellor, found: FoundCase, form: LinkForm, status: int = 200) -> ResponseReturnValue:
    form.offer(linking.others(who, found))
    report = found.report(form.report.data) if form.report.data else found.reports[0]
    form.report.data = report.id
    return render_template("cases/link.html", found=found, report=report, form=form), status
