"""Has it stopped? What is known, asking, entering an answer; and closing a case on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import case_state, colleagues, notes, sheets
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.ending import closing as work
from bullying_desk.cases.ending import outcomes
from bullying_desk.cases.ending.case_words import SOURCE, STEP
from bullying_desk.cases.ending.forms import CloseForm, OutcomeForm
from bullying_desk.cases.ending.outcomes import Outcomes, Source
from bullying_desk.cases.forms import AnswerForm
from bullying_desk.cases.models import DraftField
from bullying_desk.cases.page import answering, drafts
from bullying_desk.cases.papers import talks
from bullying_desk.cases.readers.child_access import doors_of
from bullying_desk.cases.views.blueprint import cases, hours, me, shown_name
from bullying_desk.cases.views.case_page import CASE, back_to, kept_draft
from bullying_desk.reports.mailbox import asking, letters
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import Report, ReporterState, ReportQuestion, Round
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import settings

OUTCOME_PAGE = f"{CASE}/ausgang"
_PART_ONLY = _("Sie lesen nur einen Teil dieses Falls. Bitten Sie eine Person, die alles liest.")
NOT_A_TRYOUT = _(
    "So geht es hier nicht: Der Fall ist als Gefahr oder akut eingestuft, oder er hat mehrere Meldungen. Schließen Sie "
    "ihn über „Fall schließen“."
)


@cases.get(OUTCOME_PAGE)
@requires(Permission.READ_CASE, writes=True)
def outcome(case_id: int) -> ResponseReturnValue:
    """Show what is known, when each reporter is asked, and a form for a word said face to face."""
    return _outcome_page(find_case(me(), case_id))


@cases.post(OUTCOME_PAGE)
@requires(Permission.READ_CASE)
def enter_outcome(case_id: int) -> ResponseReturnValue:
    """Enter a person's word."""
    who = me()
    found = find_case(who, case_id)
    form = OutcomeForm(_door(found))
    if form.validate():
        _enter(found, form)
    if form.errors or form.form_errors:
        return _outcome_page(found, form)
    return redirect(url_for("cases.outcome", case_id=case_id, ok="eingetragen"), 303)


def _enter(found: FoundCase, form: OutcomeForm | CloseForm) -> None:
    who = me()
    if form.chosen is None:
        form.source.errors = [_("Kreuzen Sie an, woher Sie es wissen.")]
        return
    day = (form.day.data if "day" in form else None) or who.today
    try:
        _write(found, form.chosen, form.said, day, form.text.data or "")
    except outcomes.DayAhead:
        form.day.errors = [_("Dieser Tag kommt erst noch. Tragen Sie ein, wann Sie gefragt haben.")]
    except outcomes.StepMissing:
        form.step.errors = [_("Kreuzen Sie an, was die Person gesagt hat.")]
    except outcomes.OutcomeReasonMissing:
        form.text.errors = [_("Schreiben Sie, warum niemand zu erreichen ist und was Sie versucht haben.")]
    except notes.NoteTooLong:
        form.text.errors = [_("Das ist zu lang. Möglich sind 20.000 Zeichen.")]
    except notes.NoCaseKey:
        form.form_errors.append(_PART_ONLY)


def _write(found: FoundCase, source: Source, step: Step, day: date, words: str) -> None:
    who, values = me(), settings().clocks
    secrets = open_case_secrets(who, found.case)
    if source is Source.FACE and step is not Step.NONE:
        before = sheets.pile(who, found.case, secrets)
        talks.held(who, found, secrets, before, talks.Talk(day, step, words), values)
    else:
        outcomes.enter(who, found, secrets, source, step, day, words, values)


@cases.post(f"{OUTCOME_PAGE}/fragen")
@requires(Permission.READ_CASE)
def ask_outcome(case_id: int) -> ResponseReturnValue:
    """Let the question show to one reporter from today on."""
    who = me()
    report = find_case(who, case_id).report(request.form.get("meldung", 0, type=int))
    if _can_be_asked(report):
        asking.ask(who.session, report, Round.TEAM, who.today)
        trail.record(who.session, Event.QUESTION_ASKED, who.now, actor=who.person_id, subject=case_id, report=report.id)
    return redirect(url_for("cases.outcome", case_id=case_id, ok="gefragt"), 303)


@cases.get(f"{CASE}/schliessen")
@requires(Permission.READ_CASE, writes=True)
def close(case_id: int) -> ResponseReturnValue:
    """Ask why the case is over, where it is known how it has ended."""
    return _close_page(find_case(me(), case_id))


@cases.post(f"{CASE}/schliessen")
@requires(Permission.READ_CASE)
def do_close(case_id: int) -> ResponseReturnValue:
    """Enter how it has ended where nobody has yet, and close the case; not while a reporter waits for an answer."""
    who = me()
    found = find_case(who, case_id)
    form = _close_form(found, _known(found))
    if case_state.somebody_waits(who, found.case):
        return back_to(case_id, "wartet")
    if form.validate():
        if form.asks:
            _enter(found, form)
        if not form.errors and not form.form_errors:
            closed = _close(found, form)
    if form.errors or form.form_errors:
        return _close_page(found, form)
    drafts.forget(who, found.case, None, DraftField.CLOSING)
    if not closed:
        return redirect(url_for("cases.assessment", case_id=case_id, ok="zu-wartet"), 303)
    return back_to(case_id, "zu")


def _close(found: FoundCase, form: CloseForm) -> bool:
    try:
        reason = form.reason if form.outcome.data else work.implied(_known(found))
        return work.close(me(), found, reason, settings().notice_times)
    except case_state.OutcomeMissing:
        form.outcome.errors = [_("Wählen Sie einen Grund.")]
    except work.ContradictsOutcome:
        form.outcome.errors = [
            _("Dieser Grund passt nicht zu dem, was zuletzt gesagt wurde. Wählen Sie einen anderen.")
        ]
    except work.NobodyAsked:
        form.form_errors.append(_("Tragen Sie zuerst ein, wie es ausgegangen ist."))
    except notes.NoCaseKey:
        form.form_errors.append(_PART_ONLY)
    return False


# A test or a joke: one letter, and the case is closed. Written on, it stands in the inbox again.


@cases.get(f"{CASE}/versuch")
@requires(Permission.READ_CASE, writes=True)
def tryout(case_id: int) -> ResponseReturnValue:
    """Show the letter that goes out with the closing."""
    return _tryout_page(find_case(me(), case_id), AnswerForm(formdata=None))


@cases.post(f"{CASE}/versuch")
@requires(Permission.READ_CASE)
def close_tryout(case_id: int) -> ResponseReturnValue:
    """Send the letter and close the case; never with danger, an acute judgement or more than one report."""
    found, form = find_case(me(), case_id), AnswerForm()
    if form.validate():
        try:
            _send_and_close(found, form)
        except answering.SomethingNew:
            form.form_errors.append(_("Inzwischen ist etwas Neues gekommen. Lesen Sie es zuerst im Fall."))
        except (case_state.StillAcute, case_state.SomebodyWaits, letters.ConversationClosed):
            form.form_errors.append(_(NOT_A_TRYOUT))
        except letters.LetterTooLong:
            form.text.errors = [_("Das ist zu lang. Möglich sind 20.000 Zeichen.")]
        except notes.NoCaseKey:
            form.form_errors.append(_PART_ONLY)
    return _tryout_page(found, form, 422) if form.errors or form.form_errors else back_to(case_id, "zu")


def _send_and_close(found: FoundCase, form: AnswerForm) -> None:
    who, report = me(), found.reports[0]
    if not _may_be_tryout(found):
        raise case_state.StillAcute
    name, text, after = shown_name(report.school_id), form.text.data or "", form.last.data or 0
    answering.answer(who, found, report, text, after=after, shown_name=name, hours=hours())
    work.close_tryout(who, found)


def _may_be_tryout(found: FoundCase) -> bool:
    in_case = [one.id for one in found.case.reports]
    return not found.case.is_acute and in_case == [one.id for one in found.reports] and len(in_case) == 1


def _tryout_page(found: FoundCase, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    who, report = me(), found.reports[0]
    may = _may_be_tryout(found)
    form.report.data, form.last.data = report.id, report.letters
    if may and status == 200:
        form.text.data = answering.tryout_letter(who.open_report(report).answers, shown_name(report.school_id))
    return render_template("cases/tryout.html", case=found.case, form=form, may=may, why_not=_(NOT_A_TRYOUT)), status


def _can_be_asked(report: Report) -> bool:
    """Not where the child has erased it, nor where the conversation is destroyed."""
    return report.reporter_state is not ReporterState.ERASING and report.emptied_on is None


@dataclass(frozen=True)
class ClosingPage:
    """One reporter of the case, and when they are asked what."""

    report: Report
    questions: list[ReportQuestion]


def _outcome_page(found: FoundCase, form: OutcomeForm | None = None) -> ResponseReturnValue:
    who, known, doors = me(), _known(found), doors_of(me(), found)
    page = render_template(
        "cases/outcome.html",
        case=found.case,
        known=known,
        form=form or OutcomeForm(doors[0], formdata=None, day=who.today),
        asked=[
            ClosingPage(report, asking.questions_of(who.session, report))
            for report in found.reports
            if _can_be_asked(report)
        ],
        names=colleagues.names_of(who.session, (one.author_id for one in known.known)),
        step_words=STEP,
        source_words={source: words[1 if doors[0] == 5 else 0] for source, words in SOURCE.items()},
        said=request.args.get("ok", ""),
    )
    return page, 422 if form is not None else 200


def _close_page(found: FoundCase, form: CloseForm | None = None) -> ResponseReturnValue:
    known, kept = _known(found), kept_draft(me(), found.case, DraftField.CLOSING)
    page = render_template(
        "cases/close.html",
        case=found.case,
        form=form or _close_form(found, known, formdata=kept.typed or None),
        waits=case_state.somebody_waits(me(), found.case),
        kept=kept,
        implied=work.implied(known) is not None or known.deciding is None,
        known=known,
        step_words=STEP,
        source_words={source: words[1 if _door(found) == 5 else 0] for source, words in SOURCE.items()},
    )
    return page, 422 if form is not None else 200


def _close_form(found: FoundCase, known: Outcomes, **more: object) -> CloseForm:
    return CloseForm(work.allowed(known), _door(found), **more)


def _known(found: FoundCase) -> Outcomes:
    who = me()
    return outcomes.outcomes(who, found, open_case_secrets(who, found.case))


def _door(found: FoundCase) -> int:
    """The door of the first report: it says whether the case is about a child or about an adult at work."""
    return doors_of(me(), found)[0]
