"""What a reporter can change: who reads, one's name, how one is, the code, and whether the text stays."""

from __future__ import annotations

from contextlib import suppress

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.reports import erasure, opening
from bullying_desk.reports.doors.form_fields import name_given
from bullying_desk.reports.filing import receipt_cookie
from bullying_desk.reports.filing.receipt_cookie import ReceiptNotShown
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox import mailbox as mailbox_work
from bullying_desk.reports.mailbox.forms import BetterForm, KeptForm, ReadersForm, SessionForm, SureForm, name_form
from bullying_desk.reports.models import GrantState
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.explaining import reason_words
from bullying_desk.reports.readers.granting import CLOSED
from bullying_desk.reports.readers.readership import Change, NobodyWouldRead, NobodyWouldStandBy
from bullying_desk.reports.views.blueprint import forget_words, keep_words, mailbox
from bullying_desk.reports.views.my_report import Mine, mine, with_my_report
from bullying_desk.reports.views.school import pepper_layer, session_key
from bullying_desk.reports.views.thanks import read_slip, shown_words, words_of
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.format.secret_types import SendToken
from bullying_desk.sealing.receipts import derive_receipt, send_cookie
from bullying_desk.web import sessions
from bullying_desk.web.guard import reporter
from bullying_desk.web.language import _
from bullying_desk.web.limits import Budget
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, services, settings


@mailbox.get("/gespraech/leser")
@reporter()
@with_my_report
def readers(my: Mine) -> ResponseReturnValue:
    """Show who reads since when and why, and let the reporter change it."""
    form = _readers_form(my)
    form.lesen.data, form.warten.data = ([str(one) for one in _reading(my, *of)] for of in ((GrantState.OPEN,), CLOSED))
    return render_template("mailbox/readers.html", my=my, form=form, lines=_lines(my))


@mailbox.post("/gespraech/leser")
@reporter()
@with_my_report
def change_readers(my: Mine) -> ResponseReturnValue:
    """Explain a change first; carry it out at the second submit."""
    form = _readers_form(my)
    change = _checked(my, form)
    if change is None:
        return render_template("mailbox/readers.html", my=my, form=form, lines=_lines(my)), 422
    if not change.gone and not change.joining:
        return redirect(url_for("mailbox.readers"), 303)
    if form.sure.data != change.mark:  # the page has not said it yet, or the team has changed since
        called = readership.names_for(db(), my.report)
        return render_template("mailbox/readers_sure.html", my=my, form=form, change=change, called=called)
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())  # each change writes a row for every reader
    readership.change_readers(db(), pepper_layer(), my.report, my.secrets, change, clock().hour())
    return redirect(url_for("mailbox.readers"), 303)


def _checked(my: Mine, form: ReadersForm) -> Change | None:
    """Return what the ticks come to; where it must not be, say so in the form and return nothing."""
    try:
        return _planned(my, form)
    except NobodyWouldRead:
        polite, plain = _("Bitte wählen Sie mindestens eine Person."), _("Wähle mindestens eine Person.")
        form.lesen.errors = [polite if my.polite else plain]
    except NobodyWouldStandBy:
        polite = _("Bei Gefahr muss jemand einspringen dürfen. Bitte lassen Sie hier ein Kreuz.")
        plain = _("Bei Gefahr muss jemand einspringen dürfen. Lass hier ein Kreuz.")
        form.warten.errors = [polite if my.polite else plain]
    return None


def _lines(my: Mine) -> list[tuple[readership.ReaderLine, str]]:
    lines = readership.readers_of(db(), my.report)
    return [(each, reason_words(each.reason, polite=my.polite, instead_of=each.instead_of)) for each in lines]


def _reading(my: Mine, *states: GrantState) -> frozenset[int]:
    return frozenset(line.person_id for line, _words in _lines(my) if line.state in states)


def _readers_form(my: Mine) -> ReadersForm:
    form = ReadersForm()
    lines, others = readership.readers_of(db(), my.report), readership.can_be_added(db(), my.report)
    form.functions = {str(o.person_id): o.function for o in lines} | {str(o.person_id): o.function for o in others}
    called = readership.names_for(db(), my.report)
    shown = [(line.person_id, line.name) for line in lines if line.state is GrantState.OPEN]
    shown += [(one.person_id, called[one.person_id]) for one in others]
    waiting = [(line.person_id, line.name) for line in lines if line.state in CLOSED]
    form.offer(shown, waiting)
    return form


def _planned(my: Mine, form: ReadersForm) -> Change:
    wanted, waiting = form.people(("lesen",)), form.people(("warten",))
    reading, standing_by = _reading(my, GrantState.OPEN), _reading(my, *CLOSED)
    leave = (reading - wanted) | (standing_by - waiting - wanted)
    return readership.plan_change(db(), pepper_layer(), my.report, my.secrets, leave=leave, join=wanted - reading)


@mailbox.get("/gespraech/name")
@reporter()
@with_my_report
def name(my: Mine) -> ResponseReturnValue:
    """Ask for the name, later than at first."""
    form = name_form(polite=my.polite)()
    form.after.data = str(my.report.letters)
    given = opening.read_name(db(), my.secrets, my.report)
    return render_template("mailbox/name.html", my=my, form=form, given=given)


@mailbox.post("/gespraech/name")
@reporter()
@with_my_report
def give_name(my: Mine) -> ResponseReturnValue:
    """Seal the name beside the text and mail the readers."""
    form = name_form(polite=my.polite)()
    given = name_given(form._fields, place_stays=True)
    if not form.validate():
        return render_template("mailbox/name.html", my=my, form=form, given=given), 422
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())
    mailbox_work.say_name(my.reporter, given, after=form.last_shown)
    return redirect(url_for("mailbox.conversation"), 303)


@mailbox.get("/gespraech/besser")
@reporter()
@with_my_report
def better(my: Mine) -> ResponseReturnValue:
    """Offer to say that things are better."""
    form = BetterForm(polite=my.polite)
    form.after.data = str(my.report.letters)
    return render_template("mailbox/better.html", my=my, form=form)


@mailbox.post("/gespraech/besser")
@reporter()
@with_my_report
def say_better(my: Mine) -> ResponseReturnValue:
    """Tell the readers that things are better."""
    form = BetterForm(polite=my.polite)
    form.validate()
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())
    try:
        text, fact = form.text.data or "", letters.Fact.BETTER
        letters.write_as_reporter(my.reporter, text, after=form.last_shown, fact=fact)
    except letters.LetterTooLong:
        form.text.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
        return render_template("mailbox/better.html", my=my, form=form), 422
    return redirect(url_for("mailbox.conversation"), 303)


@mailbox.get("/gespraech/neu")
@reporter()
@with_my_report
def new_words(my: Mine) -> ResponseReturnValue:
    """Explain what a new code does."""
    return render_template("mailbox/new_words.html", my=my, form=SureForm())


@mailbox.post("/gespraech/neu")
@reporter()
@with_my_report
def make_words(my: Mine) -> ResponseReturnValue:
    """Make new words; the old ones hold until the new ones are kept, so a lost answer locks nobody out."""
    secret = send_cookie(SendToken.generate(), session_key(), b"renewal")
    marks = receipt_cookie.Marks(polite=my.polite, renewal=True)
    answer = make_response(redirect(url_for("mailbox.show_words"), 303))
    slip = receipt_cookie.write_slip(session_key(), secret, my.report.id, my.report.locator, clock().now(), marks)
    keep_words(answer, slip)
    return answer


@mailbox.get("/gespraech/neu/zeigen")
@reporter()
@with_my_report
def show_words(my: Mine) -> ResponseReturnValue:
    """Show the new words until they are kept."""
    try:
        slip, _report = read_slip(renewal=True)
    except ReceiptNotShown:
        return redirect(url_for("mailbox.new_words"), 303)
    form = KeptForm(polite=my.polite, renewal=True)
    return render_template("mailbox/show_words.html", my=my, form=form, **shown_words(slip))


@mailbox.post("/gespraech/neu/zeigen")
@reporter()
@with_my_report
def take_words(my: Mine) -> ResponseReturnValue:
    """Put the new code in force; a holder of the old one is out at once."""
    form = KeptForm(request.form, polite=my.polite, renewal=True)
    try:
        slip, report = read_slip(renewal=True)
    except ReceiptNotShown:
        return redirect(url_for("mailbox.new_words"), 303)
    if not form.validate():
        return render_template("mailbox/show_words.html", my=my, form=form, **shown_words(slip)), 422
    if form.has_code and report.id == my.report.id:
        try:
            _renew(slip)
        except (UnsealRefused, opening.ReaderExcluded):  # a second submit: the first has put it in force already
            return redirect(url_for("mailbox.come_back"), 303)
    answer = make_response(redirect(url_for("mailbox.conversation"), 303))
    forget_words(answer, receipt_cookie.NO_PAGE)
    return answer


def _renew(slip: receipt_cookie.Slip) -> None:
    words, values = words_of(slip), settings().clocks
    end_before_slow_work()
    receipt = derive_receipt(words, keys().receipt_salt, services().gate, limiter().network())
    my = mine()
    secrets = mailbox_work.renew_receipt(db(), pepper_layer(), my.report, my.secrets, receipt)
    letters.write_letter(db(), secrets, my.report, "", now=clock().now(), fact=letters.Fact.NEW_CODE, values=values)
    sessions.begin_reporter(db(), my.report.id, receipt.key)


@mailbox.get("/gespraech/gefahr")
@reporter()
@with_my_report
def danger(my: Mine) -> ResponseReturnValue:
    """Show who answers at once, and say what warning the team does."""
    form = SessionForm()
    form.after.data = str(my.report.letters)
    coming = mailbox_work.stand_ins(my.reporter)
    return render_template("mailbox/danger.html", my=my, form=form, coming=coming)


@mailbox.post("/gespraech/gefahr")
@reporter()
@with_my_report
def declare_danger(my: Mine) -> ResponseReturnValue:
    """Raise the alarm as a report with declared danger does."""
    form = SessionForm()
    form.validate()
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())
    mailbox_work.declare_danger(my.reporter, after=form.last_shown)
    return redirect(url_for("mailbox.conversation"), 303)


@mailbox.get("/gespraech/weg")
@reporter()
@with_my_report
def erase(my: Mine) -> ResponseReturnValue:
    """Say, before the press, what erasing means: destroyed in seven days, or kept by the team, and until when."""
    outlook = erasure.outlook(my.report, clock().today())
    return render_template("mailbox/erase.html", my=my, form=SureForm(), outlook=outlook)


@mailbox.post("/gespraech/weg")
@reporter()
@with_my_report
def do_erase(my: Mine) -> ResponseReturnValue:
    """Close the report at once."""
    erasure.erase(db(), my.report, clock().today())
    return redirect(url_for("mailbox.erased"), 303)


@mailbox.get("/gespraech/geloescht")
@reporter()
@with_my_report
def erased(my: Mine) -> ResponseReturnValue:
    """Show until when the erasure can be taken back."""
    if my.report.erase_on is None:
        return redirect(url_for("mailbox.conversation"), 303)
    return render_template("mailbox/erased.html", my=my, form=SureForm())


@mailbox.post("/gespraech/geloescht")
@reporter()
@with_my_report
def undo(my: Mine) -> ResponseReturnValue:
    """Take the erasure back."""
    with suppress(erasure.NotErased):  # a second submit
        erasure.undo(db(), my.report)
    return redirect(url_for("mailbox.conversation"), 303)
