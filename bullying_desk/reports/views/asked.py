"""Two questions to a reporter who comes back: "Hat es aufgehört?" with five answers, and which offered time suits."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.reports import opening
from bullying_desk.reports.mailbox import appointments, asking, letters
from bullying_desk.reports.mailbox.asking_words import Voice, voice_of
from bullying_desk.reports.mailbox.forms import HowForm
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.mailbox.meetings import Decline
from bullying_desk.reports.views.blueprint import mailbox
from bullying_desk.reports.views.my_report import Mine, with_my_report
from bullying_desk.web.guard import reporter
from bullying_desk.web.language import _
from bullying_desk.web.limits import Budget
from bullying_desk.web.request import clock, db, limiter


@mailbox.get("/gespraech/frage")
@reporter()
@with_my_report
def question(my: Mine) -> ResponseReturnValue:
    """Ask; where nothing is asked, or it is answered, lead back."""
    if asking.open_question(db(), my.report, clock().today()) is None:
        return redirect(url_for("mailbox.conversation"), 303)
    voice = _voice(my)
    form = HowForm(voice)
    form.after.data = str(my.report.letters)
    return render_template("mailbox/question.html", my=my, form=form, voice=voice)


@mailbox.post("/gespraech/frage")
@reporter()
@with_my_report
def answer_question(my: Mine) -> ResponseReturnValue:
    """Take the answer; a second submit finds it taken."""
    voice = _voice(my)
    form = HowForm(voice)
    try:
        if form.validate():
            _take(my, form, voice)
    except letters.LetterTooLong:
        form.text.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
    except asking.NotAsked:
        return redirect(url_for("mailbox.conversation"), 303)
    if form.errors:
        return render_template("mailbox/question.html", my=my, form=form, voice=voice), 422
    return redirect(url_for("mailbox.conversation"), 303)


@mailbox.post("/gespraech/termin")
@reporter()
@with_my_report
def appointment(my: Mine) -> ResponseReturnValue:
    """Take an offered time, or say no as easily. A time that is gone is said on the conversation's page."""
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())
    how = next((each for each in Decline if each.value == request.form.get("nein")), None)
    if how is not None:
        appointments.decline(my.reporter, how, request.form.get("zu", 0, type=int))
        return redirect(url_for("mailbox.conversation"), 303)
    try:
        appointments.take(my.reporter, request.form.get("nimm", 0, type=int))
    except appointments.SlotGone:
        return redirect(url_for("mailbox.conversation", weg=1), 303)
    return redirect(url_for("mailbox.conversation"), 303)


def _take(my: Mine, form: HowForm, voice: Voice) -> None:
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())
    asking.answer(my.reporter, Step(form.step.data), form.text.data or "", own=voice.own, after=form.last_shown)


def _voice(my: Mine) -> Voice:
    return voice_of(opening.read_answers(db(), my.secrets, my.report))
