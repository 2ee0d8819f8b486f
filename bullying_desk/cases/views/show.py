"""A case: what was reported, the conversation, the answer, and everything beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases import answering, covers_end, offer_words, presenting, words
from bullying_desk.cases.answer_starts import NOTHING_ABOUT_THE_CHILD, filled, starts_for
from bullying_desk.cases.casefile import CaseFile, choose_report, open_file
from bullying_desk.cases.finding import find_case
from bullying_desk.cases.forms import AnswerForm, DateForm, NoteForm, OwnerForm
from bullying_desk.cases.lines import level_of
from bullying_desk.cases.views.blueprint import ID, cases, hours, me, shown_name
from bullying_desk.reports import letters
from bullying_desk.reports.letters import Letter
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import settings


@dataclass
class Typed:
    """What somebody typed on the case page, given back with what is wrong; `newer` came in meanwhile."""

    answer: AnswerForm | None = None
    note: NoteForm | None = None
    day: DateForm | None = None
    newer: tuple[Letter, ...] = field(default_factory=tuple)
    status: int = 200


@cases.get(f"/team/fall/<{ID}:case_id>")
@requires(Permission.READ_CASE, writes=True)
def show(case_id: int) -> ResponseReturnValue:
    """Open a case; every opening is entered in the trail."""
    return case_page(case_id, request.args.get("meldung", type=int))


@cases.post(f"/team/fall/<{ID}:case_id>")
@requires(Permission.READ_CASE)
def answer(case_id: int) -> ResponseReturnValue:
    """Send an answer; what came in meanwhile is shown first, and the text is kept."""
    form, who = AnswerForm(), me()
    found = find_case(who, case_id)
    report = found.report(form.report.data or 0)
    if not form.validate():
        return case_page(case_id, report.id, Typed(answer=form, status=422))
    name, text = shown_name(report.school_id), form.text.data or ""
    try:
        answering.answer(who, found, report, text, after=form.last.data or 0, shown_name=name, hours=hours())
    except answering.SomethingNew as meanwhile:
        return case_page(case_id, report.id, Typed(answer=form, newer=meanwhile.newer))
    except letters.LetterTooLong:
        form.text.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
    except letters.LetterEmpty:
        form.text.errors = [_("Schreiben Sie eine Antwort.")]
    except letters.ConversationClosed:
        form.text.errors = [_("Die Person hat ihre Nachricht gelöscht. Sie kann nichts mehr lesen.")]
    if form.errors:
        return case_page(case_id, report.id, Typed(answer=form, status=422))
    return redirect(url_for("cases.show", case_id=case_id, meldung=report.id, ok="gesendet"), 303)


def case_page(case_id: int, report_id: int | None, typed: Typed | None = None) -> ResponseReturnValue:
    """Open one report of a case and show it, with what somebody typed and what is wrong with it."""
    who, typed = me(), typed or Typed()
    found = find_case(who, case_id)
    file = open_file(who, found, choose_report(found, report_id), settings().answer_school_days)
    name = shown_name(file.report.school_id)
    page = render_template(
        "cases/show.html",
        file=file,
        level=level_of(file.case.danger, file.case.urgency, file.case.status),
        shown_name=name,
        starts=starts_for(file.answers),
        about_nobody=file.answers.door in NOTHING_ABOUT_THE_CHILD,
        **presenting.about_people(file, who.person_id),
        covers=covers_end.still_reading(who, file.case, file.reports),
        offers=offer_words.lines(who, file.case, (each.id for each in file.reports)),
        forms=_forms(file, typed, name),
        newer={letter.number for letter in typed.newer},
        words=words,
        said=request.args.get("ok", ""),
    )
    return page, typed.status


@dataclass(frozen=True)
class Forms:
    """The forms of the page."""

    answer: AnswerForm
    note: NoteForm
    day: DateForm
    owner: OwnerForm


def _forms(file: CaseFile, typed: Typed, name: str) -> Forms:
    answer = typed.answer or AnswerForm(formdata=None)
    answer.report.data, answer.last.data = file.report.id, file.report.letters
    if typed.answer is None:
        answer.text.data = filled(starts_for(file.answers), request.args.get("anfang", ""), name)
    owner = OwnerForm(formdata=None)
    owner.seen.data = file.case.owner_id or 0
    day = typed.day or DateForm(formdata=None, day=file.case.due_on)
    return Forms(answer, typed.note or NoteForm(formdata=None), day, owner)
