"""The inbox: danger first, then the longest wait."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.sign_in.keychain import own_key_id
from bullying_desk.cases import notes
from bullying_desk.cases.case_access import find_case
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.forms import DayField
from bullying_desk.cases.inbox import case_search, first_steps, overview, recognising
from bullying_desk.cases.inbox.case_search import Wanted, Where
from bullying_desk.cases.inbox.queue import Owed, Tab
from bullying_desk.cases.page import offering
from bullying_desk.cases.printing.shapes import SHAPE_WORDS, PrintShape
from bullying_desk.cases.readers import regrants
from bullying_desk.cases.views.blueprint import ID, cases, me
from bullying_desk.cases.views.case_page import CASE, back_to
from bullying_desk.reports.doors.doors import ANSWERS, Choice
from bullying_desk.retention import asking, knowing
from bullying_desk.retention.forms import KnowsForm
from bullying_desk.retention.opening import asked_text, question_text
from bullying_desk.retention.requests import RequestUnknown, TextTooLong
from bullying_desk.retention.words import ART_WORDS
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.web import errors
from bullying_desk.web.forms import StaffForm, select_choices
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _
from bullying_desk.web.request import clock, db, identity

MOST_PAGES = 10_000
LONGEST = 200


def _kind(choice: Choice) -> str:
    return _("%(kind)s (ältere Meldungen)") % {"kind": _(choice.label)} if choice.retired else _(choice.label)


class SearchForm(StaffForm):
    """Words, kind of incident, status, and arrival; sent in the form's body, never in an address."""

    query = StringField(_("Wörter"))
    what = SelectField(
        _("Was ist passiert?"),
        choices=select_choices([("", _("Alles")), *((choice.code, _kind(choice)) for choice in ANSWERS["for_adults"])]),
        default="",
        validate_choice=False,
    )
    where = SelectField(
        _("In welchen Fällen?"),
        choices=select_choices(
            [
                (Where.LIVING.value, _("Offen oder ruhend")),
                (Where.CLOSED.value, _("Geschlossen")),
                (Where.ALL.value, _("Alle")),
            ]
        ),
        default=Where.LIVING.value,
        validate_choice=False,
    )
    since = DayField(_("Ab"), [Optional()])
    until = DayField(_("Bis"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for something to look for."""
        super().validate(extra_validators)
        if not self.errors and not (self.query.data or "").strip() and not self.what.data:
            self.query.errors = [_("Schreiben Sie ein Wort, oder wählen Sie, was passiert ist.")]
        if len(self.query.data or "") > LONGEST:
            self.query.errors = [_("Das ist zu lang. Wenige Wörter genügen.")]
        return not self.errors

    @property
    def wanted(self) -> Wanted:
        """The search."""
        where = next((each for each in Where if each.value == self.where.data), Where.LIVING)
        return Wanted(self.query.data or "", self.what.data or "", where, self.since.data, self.until.data)


@cases.get("/team")
@requires(Permission.READ_CASE)
def inbox() -> ResponseReturnValue:
    """Show what this person may read, in the order of need."""
    asked = overview.WaitingQuestions(
        tab=next((tab for tab in Tab if tab.value == request.args.get("liste")), Tab.OPEN),
        page=min(request.args.get("seite", 1, type=int), MOST_PAGES),
        seat=request.args.get("schule", ""),
        owed=next((owed for owed in Owed if owed.value == request.args.get("nur")), None),
    )
    now, today = clock().now(), clock().today()
    page = overview.page(db(), identity(), own_key_id(), now, today, asked)
    known = recognising.lines_of(me(), [line.case_id for line in page.lines])
    meetings = offering.own_times(me()) if page.beside.agreed else []
    steps = first_steps.first_steps(db(), identity(), today) if page.beside.is_new else None
    more = {"known": known, "meetings": meetings, "steps": steps}
    return render_template("cases/inbox.html", page=page, asked=asked, Tab=Tab, Owed=Owed, **more)


@cases.post(f"/team/zugang/<{ID}:person_id>")
@requires(Permission.READ_CASE, fresh=True)
def restore(person_id: int) -> ResponseReturnValue:
    """Give a colleague with a new key the access back, to everything both of you read."""
    count = regrants.restore(me(), person_id)
    return redirect(url_for("cases.inbox", ok=f"zugang-{count}"), 303)


# For the first ten minutes of a new contact person, and one's own dates for one's own calendar.


@cases.get("/team/erste-schritte", endpoint="first_steps")
@requires(Permission.READ_CASE)
def first_ten_minutes() -> ResponseReturnValue:
    """Show what a new contact person needs to know before the first case."""
    return render_template("cases/first_steps.html", prints=identity().may(Permission.MANAGE_TEAM))


@cases.get("/team/termine.ics")
@requires(Permission.READ_CASE)
def dates() -> ResponseReturnValue:
    """Send one's own dates, without a word of what they are."""
    who, now = identity().person_id, clock().now()
    days = overview.own_days(db(), who, own_key_id(), now)
    slots = [one.slot for one in offering.own_times(me()) if one.off is None]
    answer = Response(overview.calendar(days, slots, who, now), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="termine.ics"'
    return answer


# The search in one's own cases: in a form's body alone, so that no word is in an address or a history.


@cases.get("/team/suche")
@requires(Permission.READ_CASE)
def search() -> ResponseReturnValue:
    """Show the search form."""
    return render_template("cases/search.html", form=SearchForm(formdata=None), result=None)


@cases.post("/team/suche")
@requires(Permission.READ_CASE)
def do_search() -> ResponseReturnValue:
    """Search the cases this person may read."""
    form = SearchForm()
    if not form.validate():
        return render_template("cases/search.html", form=form, result=None), 422
    result = case_search.search(me(), form.wanted)
    known = recognising.lines_of(me(), [line.case_id for line, _where in result.lines])
    return render_template("cases/search.html", form=form, result=result, Place=case_search.Place, known=known)


# The data protection officer's questions to the person responsible: who asks, until when, and that it is done.
PAGE = f"/team/antrag/<{ID}:ask_id>"


@cases.errorhandler(RequestUnknown)
def no_such_request(_error: RequestUnknown) -> Response:
    """A question to another person, or an answered one."""
    return errors.page(404)


@cases.get(PAGE)
@requires(Permission.READ_CASE)
def asked_answer(ask_id: int) -> ResponseReturnValue:
    """Show who asks for what, with the way to the print that answers."""
    who = me()
    asked = asking.find(who.session, ask_id, who.person_id, who.key.key_id)
    answers = [(shape, SHAPE_WORDS[shape][0]) for shape in PrintShape if shape.answers_a_request]
    return render_template(
        "cases/asked_answer.html",
        asked=asked,
        art=ART_WORDS[asked.request.art],
        text=asked_text(asked.ask, who.key),
        answers=answers,
        days_left=(asked.request.due_on - who.today).days,
    )


@cases.post(PAGE)
@requires(Permission.READ_CASE)
def answer_done(ask_id: int) -> ResponseReturnValue:
    """Say that the answer is with the officer; they see the day."""
    who = me()
    asked = asking.find(who.session, ask_id, who.person_id, who.key.key_id)
    find_case(who, asked.ask.case_id)
    asking.done(who.session, asked, who.person_id, who.now)
    return redirect(url_for("cases.inbox", ok="antrag"), 303)


@cases.get("/team/auskunft/<int:question_id>")
@requires(Permission.READ_CASE)
def question(question_id: int) -> ResponseReturnValue:
    """Show what the data protection officer asks: whether this person knows of a case."""
    return _question(me(), question_id, KnowsForm(formdata=None))


@cases.post("/team/auskunft/<int:question_id>")
@requires(Permission.READ_CASE)
def answer_question(question_id: int) -> ResponseReturnValue:
    """Seal the answer to the officer who asked."""
    who, form = me(), KnowsForm()
    asked = knowing.find(who.session, question_id, who.person_id, who.key.key_id)
    form.offer(knowing.own_cases(who.session, who.person_id, who.key.key_id))
    if not form.validate() or form.chosen is None:
        form.knows.errors = form.knows.errors or [_("Wählen Sie eine Antwort.")]
        return _question(who, question_id, form)
    try:
        said = knowing.Answer(form.chosen, int(form.case.data), form.text.data or "")
        knowing.answer(who.session, who.pepper_layer, asked, said, who.now)
    except TextTooLong:
        form.text.errors = [_("Das ist zu lang. Möglich sind 2.000 Zeichen.")]
    except SealingError:
        form.form_errors.append(_("Verschlossen antworten geht gerade nicht. Rufen Sie die Datenschutzbeauftragte an."))
    else:
        return redirect(url_for("cases.inbox", ok="frage"), 303)
    return _question(who, question_id, form)


def _question(who: Counsellor, question_id: int, form: KnowsForm) -> ResponseReturnValue:
    asked = knowing.find(who.session, question_id, who.person_id, who.key.key_id)
    form.offer(knowing.own_cases(who.session, who.person_id, who.key.key_id))
    text = question_text(asked.row, who.key)
    page = render_template("cases/question.html", asked=asked, art=ART_WORDS[asked.request.art], text=text, form=form)
    return page, 422 if form.errors else 200


# The label by which the readers of a case recognise it in the list.


@cases.post(f"{CASE}/kennzeichen")
@requires(Permission.READ_CASE)
def set_label(case_id: int) -> ResponseReturnValue:
    """Set the team's own label by which its readers recognise the case."""
    who = me()
    case = find_case(who, case_id).case
    try:
        recognising.set_label(who, case, open_case_secrets(who, case), request.form.get("kennzeichen", ""))
    except recognising.LabelTooLong:
        return back_to(case_id, "kennzeichen-lang")
    except notes.NoCaseKey:
        return back_to(case_id, "")
    return back_to(case_id, "kennzeichen")
