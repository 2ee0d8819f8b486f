"""The data protection officer's desk: requests with days, what is destroyed when, drafts of letters. No case."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.access.permissions import Permission
from bullying_desk.accounts.sign_in.keychain import own_key
from bullying_desk.database import random_id
from bullying_desk.resources import case_name
from bullying_desk.retention import asking, knowing, requests
from bullying_desk.retention.forms import (
    EXTENSION_WORDS,
    KNOWS_WORDS,
    STATE_WORDS,
    AskForm,
    EndForm,
    ExtendForm,
    RequestForm,
    WhoKnowsForm,
)
from bullying_desk.retention.models import PrivacyRequest, RequestState
from bullying_desk.retention.opening import answer_of, text_of
from bullying_desk.retention.overview import lines, preview
from bullying_desk.retention.words import ART_WORDS, LETTER_BY_CODE, LETTERS
from bullying_desk.web import errors
from bullying_desk.web.guard import requires
from bullying_desk.web.language import _, short_date
from bullying_desk.web.request import clock, db, identity, keys, settings

blueprint = Blueprint("officer", __name__, url_prefix="/stadt/datenschutz")
WORDS = {"arts": ART_WORDS, "states": STATE_WORDS, "extensions": EXTENSION_WORDS, "knows": KNOWS_WORDS}
ONE = "/antrag/<int:request_id>"


@blueprint.errorhandler(requests.RequestUnknown)
def not_there(_error: requests.RequestUnknown) -> Response:
    """A request that does not exist."""
    return errors.page(404)


@blueprint.get("")
@requires(Permission.KEEP_REQUESTS)
def register() -> ResponseReturnValue:
    """Show the register, and the form for a new request."""
    return _register(RequestForm(formdata=None, received_on=clock().today(), number=f"{random_id():x}"))


@blueprint.post("")
@requires(Permission.KEEP_REQUESTS)
def enter() -> ResponseReturnValue:
    """Enter a request."""
    form, who = RequestForm(), identity().person_id
    if not form.validate():
        return _register(form)
    try:
        pepper_layer, text = keys().pepper_layer, form.text.data or ""
        row = requests.enter(db(), pepper_layer, form.entry, text, who, clock().now())
    except requests.NotReceivedYet:
        form.received_on.errors = [_("Dieser Tag kommt erst noch. Tragen Sie ein, wann der Antrag ankam.")]
        return _register(form)
    except requests.TextTooLong:
        form.text.errors = [_("Das ist zu lang. Schreiben Sie nur, wer fragt und wie Sie antworten können.")]
        return _register(form)
    return redirect(url_for("officer.show", request_id=row.id, ok="neu"), 303)


@blueprint.get(ONE)
@requires(Permission.KEEP_REQUESTS)
def show(request_id: int) -> ResponseReturnValue:
    """Show one request and the letters for it."""
    return _show(request_id, ExtendForm(formdata=None), EndForm(formdata=None))


@blueprint.post(f"{ONE}/laenger")
@requires(Permission.KEEP_REQUESTS)
def extend(request_id: int) -> ResponseReturnValue:
    """Take two further months, with the reason."""
    row, form = requests.find(db(), request_id), ExtendForm()
    if not form.validate() or form.chosen is None:
        form.why.errors = form.why.errors or [_("Wählen Sie einen Grund. Das Gesetz kennt nur diese zwei.")]
        return _show(request_id, form, EndForm(formdata=None))
    try:
        requests.extend(db(), row, form.chosen, identity().person_id, clock().now())
    except requests.NoLongerOpen:
        return redirect(url_for("officer.show", request_id=request_id, ok="schon"), 303)
    return redirect(url_for("officer.show", request_id=request_id, ok="laenger"), 303)


@blueprint.post(f"{ONE}/ende")
@requires(Permission.KEEP_REQUESTS)
def close(request_id: int) -> ResponseReturnValue:
    """Enter how it ended."""
    row, form = requests.find(db(), request_id), EndForm()
    if not form.validate() or form.chosen in {None, RequestState.OPEN}:
        form.end.errors = form.end.errors or [_("Wählen Sie, wie der Antrag ausgegangen ist.")]
        return _show(request_id, ExtendForm(formdata=None), form)
    try:
        requests.close(db(), row, RequestState(form.end.data), identity().person_id, clock().now())
    except requests.NoLongerOpen:
        return redirect(url_for("officer.show", request_id=request_id, ok="schon"), 303)
    return redirect(url_for("officer.show", request_id=request_id, ok="ende"), 303)


@blueprint.post(f"{ONE}/fragen")
@requires(Permission.KEEP_REQUESTS)
def ask(request_id: int) -> ResponseReturnValue:
    """Ask the person responsible for a case to prepare the answer."""
    row, form = requests.find(db(), request_id), AskForm()
    try:
        if form.validate():
            text, who = form.text.data or "", identity().person_id
            case = form.case_id(lambda words: knowing.case_called(db(), words))
            asking.ask(db(), keys().pepper_layer, row, case, text, who, clock().now())
            return redirect(url_for("officer.show", request_id=request_id, ok="gefragt"), 303)
    except asking.TextMissing:
        form.text.errors = [_("Schreiben Sie, wer fragt und was die Person möchte.")]
    except requests.TextTooLong:
        form.text.errors = [_("Das ist zu lang. Möglich sind 2.000 Zeichen.")]
    except asking.NobodyToAsk:
        form.case.errors = [
            _("So finden wir niemanden, den wir fragen können. Prüfen Sie die Angabe, oder fragen Sie die Schule.")
        ]
    except requests.NoLongerOpen:
        return redirect(url_for("officer.show", request_id=request_id, ok="schon"), 303)
    return _show(request_id, ExtendForm(formdata=None), EndForm(formdata=None), form)


@blueprint.route(f"{ONE}/wer-kennt", methods=["GET", "POST"])
@requires(Permission.KEEP_REQUESTS)
def who_knows(request_id: int) -> ResponseReturnValue:
    """Ask picked persons of a school and of the city whether they know of a case, without a number of one."""
    row, form = requests.find(db(), request_id), WhoKnowsForm()
    school = request.values.get("schule", 0, type=int)
    form.offer(knowing.candidates(db(), school) if school else ())
    if request.method == "POST" and (answer := _ask_around(row, form, school)) is not None:
        return answer
    page = render_template(
        "officer/who_knows.html", row=row, form=form, schools=knowing.schools(db()), chosen=school, **WORDS
    )
    return page, 422 if request.method == "POST" else 200


def _ask_around(row: PrivacyRequest, form: WhoKnowsForm, school: int) -> ResponseReturnValue | None:
    """Ask; None where something is missing, with a sentence at its field."""
    me = knowing.Officer(db(), keys().pepper_layer, identity().person_id, clock().now(), settings().notice_times)
    try:
        form.validate()
        count = knowing.ask(me, row, school, form.people.data or (), form.text.data or "")
    except knowing.NobodyPicked:
        form.people.errors = [_("Kreuzen Sie an, wen Sie fragen.")]
    except asking.TextMissing:
        form.text.errors = [_("Schreiben Sie, um wen es geht.")]
    except requests.TextTooLong:
        form.text.errors = [_("Das ist zu lang. Möglich sind 2.000 Zeichen.")]
    except requests.NoLongerOpen:
        return redirect(url_for("officer.show", request_id=row.id, ok="schon"), 303)
    else:
        return redirect(url_for("officer.show", request_id=row.id, ok="herum" if count else "niemand"), 303)
    return None


@blueprint.get(f"{ONE}/brief/<draft>")
@requires(Permission.KEEP_REQUESTS)
def letter(request_id: int, draft: str) -> ResponseReturnValue:
    """Show a draft of a letter, to print and fill in."""
    row, found = db().get(PrivacyRequest, request_id), LETTER_BY_CODE.get(draft)
    if row is None or found is None:
        return errors.page(404)
    days = {"received": short_date(row.received_on), "due": short_date(row.due_on)}
    paragraphs = [_(words) % days if "%(" in words else _(words) for words in found.paragraphs]
    return render_template("officer/letter.html", draft=found, paragraphs=paragraphs)


@blueprint.get("/loeschen")
@requires(Permission.KEEP_REQUESTS)
def coming() -> ResponseReturnValue:
    """Show what is destroyed when: counts and dates."""
    today = clock().today()
    return render_template("officer/coming.html", seen=preview(db(), today), lines=lines(db(), today))


def _register(form: RequestForm) -> ResponseReturnValue:
    found = requests.register(db(), clock().today())
    case = request.args.get("fall", "")[:16]
    page = render_template("officer/register.html", found=found, form=form, case=case, **WORDS)
    return page, 422 if form.errors else 200


def _show(request_id: int, extend: ExtendForm, end: EndForm, asks: AskForm | None = None) -> ResponseReturnValue:
    row = db().get(PrivacyRequest, request_id)
    if row is None:
        raise requests.RequestUnknown
    who, key, case = identity().person_id, own_key(), request.args.get("fall", "")[:16]
    page = render_template(
        "officer/show.html",
        row=row,
        days_left=(row.due_on - clock().today()).days,
        text=text_of(db(), row.id, who, key),
        forms=(extend, end, asks or AskForm(formdata=None, case=case)),
        case_name=case_name,
        questions=[(one, name, answer_of(one, who, key)) for one, name in knowing.questions_of(db(), row.id)],
        asks=asking.asks_of(db(), row.id),
        letters=LETTERS,
        said=request.args.get("ok", ""),
        **WORDS,
    )
    return page, 422 if extend.errors or end.errors or (asks is not None and asks.errors) else 200
