"""The page of a case: the report, the conversation, the answer, and the work on the case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.sign_in import late_posts
from bullying_desk.cases import case_state, deadlines, notes
from bullying_desk.cases.case_access import FoundCase, find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending import case_words
from bullying_desk.cases.forms import TIMES_REFUSED, AnswerForm, DateForm, NameReasonForm, NoteForm, OwnerForm
from bullying_desk.cases.inbox import queue, recognising
from bullying_desk.cases.inbox.row_words import level_of
from bullying_desk.cases.models import DraftField
from bullying_desk.cases.page import answering, danger_help, drafts, offering, opened_case, text_blocks
from bullying_desk.cases.page.answering import NOTHING_ABOUT_THE_CHILD, Hint, filled, starts_for
from bullying_desk.cases.page.opened_case import CaseFile, choose_report, open_file
from bullying_desk.cases.papers import services
from bullying_desk.cases.readers import admission, read_along
from bullying_desk.cases.views.blueprint import ID, cases, hours, me, shown_name
from bullying_desk.database import undo
from bullying_desk.reports.mailbox import appointments, letters
from bullying_desk.reports.mailbox.letters import Letter
from bullying_desk.reports.models import Case, CaseStatus, Report
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _

CASE = f"/team/fall/<{ID}:case_id>"


def back_to(case_id: int, said: str, anchor: str | None = None) -> ResponseReturnValue:
    """Lead back to the case and say what was done."""
    report = request.form.get("meldung", type=int) or None
    return redirect(url_for("cases.show", case_id=case_id, meldung=report, ok=said, _anchor=anchor), 303)


@cases.post(f"{CASE}/uebernehmen")
@requires(Permission.READ_CASE)
def take(case_id: int) -> ResponseReturnValue:
    """Become responsible, from the inbox or from the case's page; the second person learns who was first."""
    who, form = me(), OwnerForm()
    found = find_case(who, case_id)
    try:
        case_state.take_over(who, found.case, seen_owner=form.seen.data or None)
    except case_state.TakenMeanwhile:
        return back_to(case_id, "schneller")
    return back_to(case_id, "uebernommen")


@cases.post(f"{CASE}/abgeben")
@requires(Permission.READ_CASE)
def give_back(case_id: int) -> ResponseReturnValue:
    """Be responsible no longer."""
    who = me()
    found = find_case(who, case_id)
    try:
        case_state.give_back(who, found.case)
    except case_state.NotYours:
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
        case_state.set_state(who, found.case, status)
    except case_state.SomebodyWaits:
        return back_to(case_id, "wartet")
    except case_state.StillAcute:
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
            case_state.look_again_on(who, found.case, form.day.data)
            return back_to(case_id, "datum")
        except case_state.DatePassed:
            form.day.errors = [_("Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren Tag.")]
    return case_page(case_id, request.form.get("meldung", type=int) or None, Typed(day=form, status=422))


@cases.get(f"{CASE}/notiz")
@requires(Permission.READ_CASE)
def notes_of(case_id: int) -> ResponseReturnValue:
    """Lead back to the notes: a person whose note came too late arrives here from the kept text."""
    return redirect(url_for("cases.show", case_id=case_id, gehalten=_held(), _anchor="notizen"), 303)


@cases.post(f"{CASE}/gesprochen")
@requires(Permission.READ_CASE)
def spoke(case_id: int) -> ResponseReturnValue:
    """Note that a person has met the child."""
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
        form.note.errors = [_("Das ist zu lang. Möglich sind 20.000 Zeichen.")]
    except notes.NoteEmpty:
        form.note.errors = [_("Schreiben Sie eine Notiz.")]
    except notes.NoCaseKey:
        form.reads.errors = [_("Hier können Sie nur Notizen für sich selbst schreiben. Wählen Sie „Nur ich“.")]
    if form.errors:
        return case_page(case_id, request.form.get("meldung", type=int) or None, Typed(note=form, status=422))
    late_posts.forget(who.session, _held(), who.person_id)
    drafts.forget(who, found.case, None, DraftField.NOTE)
    return back_to(case_id, "notiz", "notizen")


@cases.get(f"{CASE}/notiz/druck")
@requires(Permission.READ_CASE, writes=True)
def print_own_notes(case_id: int) -> ResponseReturnValue:
    """Show one's private notes for paper: nobody inherits them, so a leaver prints them first."""
    who = me()
    case = find_case(who, case_id).case
    return render_template("cases/print_own_notes.html", case=case, own_notes=notes.private_notes(who, case))


@cases.post(f"{CASE}/notiz/<{ID}:note_id>/weg")
@requires(Permission.READ_CASE)
def destroy_note(case_id: int, note_id: int) -> ResponseReturnValue:
    """Delete one of one's private notes."""
    who = me()
    notes.destroy_private_note(who, find_case(who, case_id).case, note_id)
    return back_to(case_id, "notiz-weg", "notizen")


# Drafts: a script saves what is typed into a form, and the form shows it again.


_NAMES: Final = {
    "antwort": DraftField.ANSWER,
    "notiz": DraftField.NOTE,
    "einschaetzung": DraftField.ASSESSMENT,
    "schluss": DraftField.CLOSING,
}
_SEEN: Final = "fassung"
_NOT_TYPED: Final = frozenset({_SEEN, "csrf_token"})


@cases.post(f"{CASE}/entwurf/<any({', '.join(_NAMES)}):part>")
@requires(Permission.READ_CASE, background=True)
def keep_draft(case_id: int, part: str) -> ResponseReturnValue:
    """Seal what stands in a form, and answer with its revision; 409 where another page has a newer text."""
    who, field = me(), _NAMES[part]
    found = find_case(who, case_id)
    report = found.report(request.args.get("meldung", 0, type=int)) if field is DraftField.ANSWER else None
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_TYPED]
    try:
        revision = drafts.save(who, found.case, report, field, typed, request.form.get(_SEEN, 0, type=int))
    except drafts.DraftNewer:
        return "", 409
    except drafts.DraftTooLong:
        return "", 413
    return str(revision), 200, {"Content-Type": "text/plain"}


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as its page uses it: where the script saves it, its revision, and what was typed, by field."""

    address: str
    revision: int
    typed: MultiDict[str, str]

    @property
    def first(self) -> dict[str, str]:
        """One value for each field."""
        return self.typed.to_dict()


def kept_draft(who: Counsellor, case: Case, field: DraftField, report: Report | None = None) -> KeptDraft:
    """Return one's draft for a form of a case; it is empty where nothing was saved."""
    which = next(name for name, one in _NAMES.items() if one is field)
    address = url_for("cases.keep_draft", case_id=case.id, part=which, meldung=report.id if report else None)
    revision, typed = drafts.typed(who, case, report, field)
    return KeptDraft(address, revision, MultiDict(typed))


# The reporter's name: behind a button of its own, and behind a reason for everybody it was not given to.


@cases.post(f"{CASE}/name")
@requires(Permission.READ_CASE)
def show_name(case_id: int) -> ResponseReturnValue:
    """Show the reporter's name; ask for the reason first where one is needed."""
    who, form = me(), NameReasonForm()
    found = find_case(who, case_id)
    report = found.report(request.form.get("meldung", 0, type=int))
    asked = "reason" in request.form
    try:
        name = opened_case.open_name(who, found, report, form.reason.data or "")
        return render_template("cases/show_name.html", case=found.case, report=report, name=name)
    except opened_case.NameReasonMissing:
        form.reason.errors = [_("Schreiben Sie kurz, wozu Sie den Namen brauchen.")] if asked else []
    except notes.NoteTooLong:
        form.reason.errors = [_("Das ist zu lang. Ein, zwei Sätze genügen.")]
    return render_template("cases/ask_name.html", case=found.case, report=report, form=form), 422 if asked else 200


# A case: the report, the conversation, the answer, and everything beside it.


@dataclass
class Typed:
    """The typed text of the case page, shown again with its error; `newer` came in meanwhile."""

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


_LETTER_REFUSED: Final[dict[type[Exception], str]] = {
    letters.LetterTooLong: _("Das ist zu lang. Möglich sind 20.000 Zeichen."),
    letters.LetterEmpty: _("Schreiben Sie eine Antwort."),
    letters.ConversationClosed: _("Die Person hat ihre Nachricht gelöscht. Sie kann nichts mehr lesen."),
}


@cases.post(f"/team/fall/<{ID}:case_id>")
@requires(Permission.READ_CASE)
def answer(case_id: int) -> ResponseReturnValue:
    """Send an answer; newer letters are shown first, and the text is kept."""
    form, who = AnswerForm(), me()
    found = find_case(who, case_id)
    report = found.report(form.report.data or 0)
    if not form.validate():
        return case_page(case_id, report.id, Typed(answer=form, status=422))
    name, text, after = shown_name(report.school_id), form.text.data or "", form.last.data or 0
    try:
        answering.answer(who, found, report, text, after=after, shown_name=name, hours=hours(), chosen=form.chosen)
    except answering.SomethingNew as meanwhile:
        return case_page(case_id, report.id, Typed(answer=form, newer=meanwhile.newer))
    except appointments.SlotsRefused as refused:
        form.slots.errors = [_(TIMES_REFUSED[refused.why])]
    except (letters.LetterTooLong, letters.LetterEmpty, letters.ConversationClosed) as wrong:
        form.text.errors = [_(_LETTER_REFUSED[type(wrong)])]
    if form.errors:
        undo(who.session)  # of a refused answer nothing may stand on the page
        return case_page(case_id, form.report.data, Typed(answer=form, status=422))
    return _sent(who, found.case, report)


def _sent(who: Counsellor, case: Case, report: Report) -> ResponseReturnValue:
    late_posts.forget(who.session, _held(), who.person_id)
    drafts.forget(who, case, report, DraftField.ANSWER)
    # The form leads to its own place; without this a browser would keep to it, past the word that it was sent.
    return redirect(url_for("cases.show", case_id=case.id, meldung=report.id, ok="gesendet", _anchor="inhalt"), 303)


@cases.post(f"{CASE}/antwort-zurueck")
@requires(Permission.READ_CASE)
def take_answer_back(case_id: int) -> ResponseReturnValue:
    """Take back one's answer within the minute in which nobody else has seen it; its text is a draft again."""
    who = me()
    found = find_case(who, case_id)
    report = found.report(request.form.get("meldung", 0, type=int))
    try:
        answering.take_back(who, found, report, request.form.get("nummer", 0, type=int), "text")
    except letters.ShownAlready:
        return back_to(case_id, "gezeigt")
    except drafts.DraftTooLong:
        undo(who.session)  # the answer stays where it was
        return back_to(case_id, "entwurf-voll")
    return back_to(case_id, "antwort-zurueck")


def _held() -> int | None:
    """The number of a text that was sent after the session's end, and that the page shows in its field again."""
    return request.args.get("gehalten", type=int)


def case_page(case_id: int, report_id: int | None, typed: Typed | None = None) -> ResponseReturnValue:
    """Open one report of a case and show it, with the typed text and its error."""
    who, typed = me(), typed or Typed()
    found = find_case(who, case_id)
    file = open_file(who, found, choose_report(who, found, report_id))
    name = shown_name(file.report.school_id)
    page = render_template(
        "cases/show.html",
        file=file,
        level=level_of(file.case.danger, file.case.urgency, file.case.status),
        shown_name=name,
        starts=[(each, filled((each,), each.code, name)) for each in starts_for(file.answers)],
        about_nobody=file.answers.door in NOTHING_ABOUT_THE_CHILD,
        **opened_case.about_people(file, who.person_id),
        forms=_forms(file, typed, name, who, found),
        newer={letter.number for letter in typed.newer},
        writing=_writing(who, file),
        **_first(who, found, file),
        words=case_words,
        said=request.args.get("ok", ""),
    )
    return page, typed.status


def _first(who: Counsellor, found: FoundCase, file: CaseFile) -> dict[str, object]:
    """Return what stands at the head of the page, and who else reads or was asked."""
    return {
        "danger": danger_help.danger_help(who, file, hours()),
        "following": _following(who, file.case.id),
        "mark": recognising.keep(who, file.case, open_case_secrets(who, file.case), file.answers),
        "covers": admission.still_reading(who, file.case, file.reports),
        "offers": read_along.lines(who, file.case, (each.id for each in file.reports)),
    }


def _writing(who: Counsellor, file: CaseFile) -> list[str]:
    """Return which readers of the report have an answer in hand at this hour."""
    readers = {line.person_id for line in file.reading}
    return sorted(file.names.get(one, "?") for one in drafts.writing_now(who, file.report) & readers)


def _following(who: Counsellor, case_id: int) -> queue.NextCase | None:
    """Return which case comes next, right after an answer."""
    if request.args.get("ok") != "gesendet":
        return None
    return queue.next_case(who.session, who.person_id, who.key.key_id, who.now, case_id)


@dataclass(frozen=True)
class Forms:
    """The forms of the page."""

    answer: AnswerForm
    note: NoteForm
    day: DateForm
    owner: OwnerForm
    held: int | None  # the number of a text that came after the session's end
    answer_draft: KeptDraft
    note_draft: KeptDraft
    blocks: tuple[text_blocks.Offered, ...]
    foreign: Hint | None


def _forms(file: CaseFile, typed: Typed, name: str, who: Counsellor, found: FoundCase) -> Forms:
    late = late_posts.open_typed(who.session, _held(), who.person_id, who.key, who.now)
    answers = kept_draft(who, file.case, DraftField.ANSWER, file.report)
    noted = kept_draft(who, file.case, DraftField.NOTE)
    answer = typed.answer or AnswerForm(answers.typed if answers.revision else None)
    answer.propose(*offering.proposals(who, file.report.school_id))
    answer.report.data, answer.last.data = file.report.id, file.report.letters
    foreign = answering.language_hint(who, found, file.answers, file.conversation)
    blocks = text_blocks.offered(who.session, who.person_id, file.report.school_id, name)
    if typed.answer is None:
        code = request.args.get("anfang", "")
        start = filled(starts_for(file.answers), code, name) or text_blocks.text_of(blocks, code)
        start = start or services.start(code, polite=file.answers.polite) or answering.start_in(foreign, code)
        answer.text.data = late.get(answer.text.name) or _begun(answers.first.get(answer.text.name, ""), start)
    note = typed.note or NoteForm(formdata=None, data={"reads": "team", **noted.first, **late})
    owner = OwnerForm(formdata=None)
    owner.seen.data = file.case.owner_id or 0
    day = typed.day or DateForm(formdata=None, day=file.case.due_on)
    return Forms(answer, note, day, owner, _held(), answers, noted, blocks, foreign)


def _begun(draft: str, start: str) -> str:
    """Return the draft with a chosen start behind it: without scripts the start comes by a link."""
    return draft if start in draft else f"{draft}\n\n{start}".strip()
