"""What the data protection officer asks of whoever has a case: who wants to know, until when, and that it is done."""

from __future__ import annotations

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.cases.finding import find_case
from bullying_desk.cases.printing.shapes import SHAPE_WORDS, Shape
from bullying_desk.cases.views.blueprint import ID, cases, me
from bullying_desk.retention import asking
from bullying_desk.retention.opening import asked_text
from bullying_desk.retention.requests import RequestUnknown
from bullying_desk.retention.words import ART_WORDS
from bullying_desk.web import errors
from bullying_desk.web.guard import requires

PAGE = f"/team/antrag/<{ID}:ask_id>"


@cases.errorhandler(RequestUnknown)
def no_such_request(_error: RequestUnknown) -> Response:
    """A question to somebody else, or one that is answered."""
    return errors.page(404)


@cases.get(PAGE)
@requires(Permission.READ_CASE)
def asked_answer(ask_id: int) -> ResponseReturnValue:
    """Show who asks for what, with the way to the print that answers."""
    who = me()
    asked = asking.find(who.session, ask_id, who.person_id, who.key.key_id)
    answers = [(shape, SHAPE_WORDS[shape][0]) for shape in Shape if shape.answers_a_request]
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
