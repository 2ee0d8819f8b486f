"""What is done with a case besides answering: taking it, resting, a date, notes."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import covers_end, deadlines, notes, working
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.finding import find_case
from bullying_desk.cases.forms import DateForm, NoteForm, OwnerForm
from bullying_desk.cases.views.blueprint import ID, cases, me
from bullying_desk.cases.views.show import Typed, case_page
from bullying_desk.reports.models import CaseStatus
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _

CASE = f"/team/fall/<{ID}:case_id>"


def back_to(case_id: int, said: str, anchor: str | None = None) -> ResponseReturnValue:
    report = request.form.get("meldung", type=int) or None
    """Lead back to the case and say what was done."""
    return redirect(url_for("cases.show", case_id=case_id, meldung=report, ok=said, _anchor=anchor), 303)


@cases.post(f"{CASE}/uebernehmen")
@requires(Permission.READ_CASE)
def take(case_id: int) -> ResponseReturnValue:
    """Become responsible, from the inbox or from the case's page; whoever comes second is told who was first."""
    who, form = me(), OwnerForm()
    found = find_case(who, case_id)
    try:
        working.take_over(who, found.case, seen_owner=form.seen.data or None)
    except working.TakenMeanwhile:
        return back_to(case_id, "schneller")
    return back_to(case_id, "uebernommen")


@cases.post(f"{CASE}/abgeben")
@requires(Permission.READ_CASE)
def give_back(case_id: int) -> ResponseReturnValue:
    """Be responsible no longer."""
    who = me()
    found = find_case(who, case_id)
    try:
        working.give_back(who, found.case)
    except working.NotYours:
        return back_to(case_id, "schneller")
    return back_to(case_id, "abgegeben")


@cases.post(f"{CASE}/stand")
@requires(Permission.READ_CASE)
def set_state(case_id: int) -> ResponseReturnValue:
    """Let a case rest or go on; closing has a page of its own."""
    who, wanted = me(), request.form.get("stand", "")
    found = find_case(who, case_id)
    status = {"ruht": CaseStatus.DORMANT, "laeuft": CaseStatus.RUNNING}.get(wanted, found.case.status)
    try:
        working.set_state(who, found.case, status)
    except working.SomebodyWaits:
        return back_to(case_id, "wartet")
    except working.StillAcute:
        return back_to(case_id, "akut")
    return back_to(case_id, "stand")


@cases.post(f"{CASE}/wiedervorlage")
@requires(Permission.READ_CASE)
def look_again(case_id: int) -> ResponseReturnValue:
    """Set the day on which the case comes up again."""
    who, form = me(), DateForm()
    found = find_case(who, case_id)
    if form.validate():
        try:
            working.look_again_on(who, found.case, form.day.data)
            return back_to(case_id, "datum")
        except working.DayPassed:
            form.day.errors = [_("Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren Tag.")]
    return case_page(case_id, request.form.get("meldung", type=int) or None, Typed(day=form, status=422))


@cases.post(f"{CASE}/vertretung-beenden")
@requires(Permission.READ_CASE)
def end_cover(case_id: int) -> ResponseReturnValue:
    """Whoever is back ends that their stand-in reads on; a second press finds it done."""
    who = me()
    with suppress(covers_end.NobodyToEnd):
        covers_end.end(who, find_case(who, case_id), request.form.get("person", type=int) or 0)
    return back_to(case_id, "vertretung")


@cases.get(f"{CASE}/notiz")
@requires(Permission.READ_CASE)
def notes_of(case_id: int) -> ResponseReturnValue:
    """Lead back to the notes: whoever typed one too late comes here from their kept text."""
    return redirect(url_for("cases.show", case_id=case_id, _anchor="notizen"), 303)


@cases.post(f"{CASE}/gesprochen")
@requires(Permission.READ_CASE)
def spoke(case_id: int) -> ResponseReturnValue:
    """Note that somebody has seen the child in person."""
    who = me()
    deadlines.seen_in_person(who, find_case(who, case_id).case)
    return back_to(case_id, "gesprochen")


@cases.post(f"{CASE}/notiz")
@requires(Permission.READ_CASE)
def write_note(case_id: int) -> ResponseReturnValue:
    """Write a note for everybody on the case, or for oneself alone."""
    who, form = me(), NoteForm()
    found = find_case(who, case_id)
    try:
        if form.validate() and form.reads.data == "me":
            notes.write_private_note(who, found, form.note.data or "")
        elif not form.errors:
            notes.write_team_note(who, found.case, open_case_secrets(who, found.case), form.note.data or "")
    except notes.NoteTooLong:
        form.note.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
    except notes.NoteEmpty:
        form.note.errors = [_("Schreiben Sie eine Notiz.")]
    except notes.NoCaseKey:
        form.reads.errors = [_("In diesem Fall können Sie nur Notizen für sich selbst schreiben.")]
    if form.errors:
        return case_page(case_id, request.form.get("meldung", type=int) or None, Typed(note=form, status=422))
    return back_to(case_id, "notiz", "notizen")


@cases.get(f"{CASE}/notiz/druck")
@requires(Permission.READ_CASE, writes=True)
def print_own_notes(case_id: int) -> ResponseReturnValue:
    """Show one's own notes for paper: nobody inherits them, so whoever needs them prints them before leaving."""
    who = me()
    case = find_case(who, case_id).case
    return render_template("cases/print_own_notes.html", case=case, own_notes=notes.private_notes(who, case))


@cases.post(f"{CASE}/notiz/<{ID}:note_id>/weg")
@requires(Permission.READ_CASE)
def destroy_note(case_id: int, note_id: int) -> ResponseReturnValue:
    """Delete one of one's own notes."""
    who = me()
    notes.destroy_private_note(who, find_case(who, case_id).case, note_id)
    return back_to(case_id, "notiz-weg", "notizen")
