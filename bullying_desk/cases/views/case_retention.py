"""How long a case is kept: the page of one case, and the list of what is destroyed soon."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.sign_in.keychain import own_key_id
from bullying_desk.cases import colleagues, notes
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.ending import case_retention
from bullying_desk.cases.ending.case_words import OUTCOME
from bullying_desk.cases.ending.forms import ArchiveForm, HoldForm
from bullying_desk.cases.views.blueprint import cases, me
from bullying_desk.cases.views.case_page import CASE
from bullying_desk.cases.views.sheets import PART_ONLY
from bullying_desk.reports.models import CaseStatus
from bullying_desk.reports.opening import ConversationGone
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity

PAGE = f"{CASE}/aufbewahrung"


@cases.errorhandler(ConversationGone)
def conversation_gone(_error: ConversationGone) -> ResponseReturnValue:
    """A case whose conversation is destroyed has this one page left."""
    return redirect(url_for("cases.lifetime", case_id=(request.view_args or {})["case_id"]), 303)


@cases.get("/team/aufbewahrung")
@requires(Permission.READ_CASE)
def lifetimes() -> ResponseReturnValue:
    """List the closed cases this person reads that soon lose something, and those that nobody closes."""
    who, key, today = identity().person_id, own_key_id(), clock().today()
    found, quiet = case_retention.soon(db(), who, key, today), case_retention.quiet(db(), who, key, today)
    return render_template("cases/lifetimes.html", found=found, quiet=quiet)


@cases.get(PAGE)
@requires(Permission.READ_CASE, writes=True)
def lifetime(case_id: int) -> ResponseReturnValue:
    """Show when a case is destroyed and what keeps it."""
    return _page(find_case(me(), case_id))


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def hold(case_id: int) -> ResponseReturnValue:
    """Keep a case until a day, with a reason."""
    who, form = me(), HoldForm()
    found = find_case(who, case_id)
    try:
        if form.validate() and form.until.data is not None:
            case_retention.hold(who, found.case, form.until.data, form.reason.data or "")
    except case_retention.HoldPassed:
        form.until.errors = [_("Dieser Tag ist vorbei. Wählen Sie einen späteren Tag.")]
    except case_retention.HoldTooLong:
        form.until.errors = [_("Das ist zu lang. Eine Sperre gilt höchstens ein Jahr. Danach setzen Sie sie neu.")]
    except notes.NoteEmpty:
        form.reason.errors = [_("Schreiben Sie, warum der Fall bleiben muss.")]
    except notes.NoteTooLong:
        form.reason.errors = [_("Das ist zu lang. Möglich sind 20.000 Zeichen.")]
    except notes.NoCaseKey:
        form.form_errors.append(PART_ONLY)
    if form.errors or form.form_errors:
        return _page(found, form)
    return redirect(url_for("cases.lifetime", case_id=case_id, ok="sperre"), 303)


@cases.post(f"{PAGE}/sperre-weg")
@requires(Permission.READ_CASE)
def end_hold(case_id: int) -> ResponseReturnValue:
    """End a hold."""
    who = me()
    found = find_case(who, case_id)
    try:
        case_retention.end_hold(who, found.case)
    except notes.NoCaseKey:
        form = HoldForm(formdata=None)
        form.form_errors.append(PART_ONLY)
        return _page(found, form)
    return redirect(url_for("cases.lifetime", case_id=case_id, ok="frei"), 303)


@cases.post(f"{PAGE}/archiv")
@requires(Permission.READ_CASE)
def say_archive(case_id: int) -> ResponseReturnValue:
    """Enter whether the archive is to be asked, or its answer."""
    who, form = me(), ArchiveForm()
    found = find_case(who, case_id)
    if form.chosen is None:
        form.archive.errors = [_("Wählen Sie eine Antwort.")]
        return _page(found, archive=form)
    try:
        case_retention.say_archive(who, found.case, form.chosen)
    except notes.NoCaseKey:
        form.form_errors.append(PART_ONLY)
        return _page(found, archive=form)
    return redirect(url_for("cases.lifetime", case_id=case_id, ok="archiv"), 303)


def _page(found: FoundCase, hold: HoldForm | None = None, archive: ArchiveForm | None = None) -> ResponseReturnValue:
    who, case = me(), found.case
    seen = case_retention.lifetime(who.session, case, who.today)
    team = notes.team_notes(who, case, open_case_secrets(who, case)) if seen.talk_is_gone else []
    page = render_template(
        "cases/lifetime.html",
        case=case,
        seen=seen,
        hold=hold or HoldForm(formdata=None),
        archive=archive or ArchiveForm(formdata=None, archive=seen.archive.value or "nein"),
        team_notes=team,
        own_notes=notes.private_notes(who, case) if seen.talk_is_gone else [],
        names=colleagues.names_of(who.session, (note.author_id for note in team)),
        closed=case.status is CaseStatus.CLOSED,
        outcome=next((_(words) for each, (words, _more) in OUTCOME.items() if each.value == case.outcome), ""),
        said=request.args.get("ok", ""),
    )
    return page, 422 if hold is not None or archive is not None else 200
