"""Coming back with the six words, reading the answer, writing more, closing the door."""

from __future__ import annotations

import hmac
import re
import secrets
from functools import partial

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.lessons.format.model import Lesson
from bullying_desk.lessons.library.catalogue import fitting_lessons
from bullying_desk.lessons.library.library import library
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.doors.doors import TEACHER
from bullying_desk.reports.mailbox import appointments, asking, letters, meetings
from bullying_desk.reports.mailbox import mailbox as mailbox_work
from bullying_desk.reports.mailbox.asking_words import voice_of
from bullying_desk.reports.mailbox.forms import LetterForm, ReturnForm
from bullying_desk.reports.promised_dates import outlook
from bullying_desk.reports.readers import readership
from bullying_desk.reports.readers.explaining import names, reason_words
from bullying_desk.reports.views.blueprint import mailbox
from bullying_desk.reports.views.my_report import Mine, ask_for_words, closed, mine, with_my_report
from bullying_desk.reports.views.school import pepper_layer
from bullying_desk.schools.models import School
from bullying_desk.sealing.format.errors import ReceiptUnreadable, ReceiptWordCount, ReceiptWordUnknown
from bullying_desk.sealing.receipts import ReceiptWords, derive_receipt, parse_receipt
from bullying_desk.web import origin, sessions
from bullying_desk.web.errors import SentAgain, page, to_send_again
from bullying_desk.web.guard import public, reporter
from bullying_desk.web.language import _
from bullying_desk.web.limits import Budget, TooMany
from bullying_desk.web.request import clock, db, end_before_slow_work, keys, limiter, services, settings

NONCE = "__Host-r"
LETTER_ADDRESS = re.compile(r"/gespraech(?:/[a-z-]+)*(?:\?l=[A-Za-z-]{2,5})?")
PRIMARY = {"02", "13"}  # Grundschule, Primus


def what_is_wrong(wrong: ReceiptUnreadable) -> str:
    """Return the sentence for an unreadable receipt. The list of words is public, so a place gives nothing away."""
    if isinstance(wrong, ReceiptWordUnknown):
        places = names(str(place) for place in wrong.places)
        if len(wrong.places) == 1:
            return _("Wort %(places)s gibt es nicht. Prüf bitte, wie es geschrieben ist.") % {"places": places}
        return _("Diese Wörter gibt es nicht: Wort %(places)s. Prüf bitte, wie sie geschrieben sind.") % {
            "places": places
        }
    if isinstance(wrong, ReceiptWordCount):
        values = {"expected": wrong.expected, "found": wrong.found}
        if wrong.found == 0:
            return _("Schreib hier bitte deine %(expected)s Wörter.") % values
        return _("Es müssen %(expected)s Wörter sein. Du hast %(found)s geschrieben.") % values
    return _("Diese Wörter können wir nicht lesen. Schreib sie bitte noch einmal.")


@mailbox.get("/zurueck")
@public()
def come_back() -> ResponseReturnValue:
    """Ask for the six words; in another language with what was typed of them, and what waits to be sent."""
    form = ReturnForm(request.form)
    return ask_for_words(form, again=_waiting(form))


@mailbox.post("/zurueck")
@public()
def open_mailbox() -> ResponseReturnValue:
    """Open the conversation the words belong to. A wrong receipt slows only its own network."""
    form = ReturnForm(request.form)
    if not _is_ours(form):
        return _ask_again(form)
    try:
        words = parse_receipt(form.code.data or "", settings().receipt_words)
    except ReceiptUnreadable as wrong:
        return _refuse(form, what_is_wrong(wrong))
    try:
        _enter(words)
    except mailbox_work.SlipWaits:
        return _refuse(form, _("Dein Zettel ist noch nicht abgetippt. Warte, bis der Kasten geleert ist."))
    except mailbox_work.ReceiptUnknown:
        return _refuse(form, _("Das hat nicht geklappt. Ein Wort stimmt nicht, oder die Reihenfolge."))
    except TooMany as slowed:
        return _refuse(form, _("Zu viele Versuche."), 429, slowed.minutes)
    if (again := _waiting(form)) is not None:  # text that was typed before the session ended
        return page(200, "errors/kept.html", again=again, back=True, staff=mine().polite)
    return redirect(url_for("mailbox.conversation"), 303)


def _waiting(form: ReturnForm) -> SentAgain | None:
    """Return what waits to be sent after the six words; nothing where none does."""
    if not LETTER_ADDRESS.fullmatch(str(form.danach.data or "")):
        return None
    return to_send_again(str(form.danach.data), frozenset({"code", "nonce", "danach"}))


def _enter(words: ReceiptWords) -> None:
    network = limiter().network()
    limiter().check(Budget.WRONG_CODES, network)
    end_before_slow_work()
    receipt = derive_receipt(words, keys().receipt_salt, services().gate, network)
    try:
        report = mailbox_work.find_report(db(), pepper_layer(), receipt)
    except mailbox_work.SlipWaits:
        raise  # these are no guessed words
    except mailbox_work.ReceiptUnknown:
        limiter().spend(Budget.WRONG_CODES, network)
        raise
    mailbox_work.keep_receipt(report)  # a child who comes back has the words: nothing shows them again
    sessions.begin_reporter(db(), report.id, receipt.key)


def _is_ours(form: ReturnForm) -> bool:
    """Whether our own page sent this; else a stranger could sign a child into the stranger's conversation."""
    given, sent = request.cookies.get(NONCE, ""), str(form.nonce.data or "")
    return origin.is_surely_own() or (bool(given) and hmac.compare_digest(given.encode(), sent.encode()))


def _ask_again(form: ReturnForm) -> Response:
    """Ask for a second submit: it must bring a cookie that no other site's form can send (SameSite=Strict)."""
    form.nonce.data = secrets.token_urlsafe(24)
    answer = ask_for_words(form, again=_waiting(form), twice=True)
    answer.set_cookie(NONCE, form.nonce.data, path="/", secure=True, httponly=True, samesite="Strict")
    return answer


def _refuse(form: ReturnForm, words: str, status: int = 422, minutes: int = 0) -> Response:
    form.code.errors = [words]
    return ask_for_words(form, status, minutes=minutes, again=_waiting(form))


@mailbox.get("/gespraech")
@reporter(writes=True)
@with_my_report
def conversation(my: Mine) -> ResponseReturnValue:
    """Show the newest first, and who reads."""
    return _conversation(my, LetterForm(polite=my.polite))


@mailbox.post("/gespraech")
@reporter()
@with_my_report
def write_letter(my: Mine) -> ResponseReturnValue:
    """Take a letter; a second submit after a lost answer writes none."""
    form = LetterForm(polite=my.polite)
    try:
        form.validate()
        _write(my, form)
    except letters.LetterEmpty:
        form.text.errors = [_("Bitte schreiben Sie etwas.") if my.polite else _("Schreib bitte etwas.")]
    except letters.LetterTooLong:
        form.text.errors = [_("Das ist zu lang. 20.000 Zeichen gehen.")]
    except TooMany as slowed:
        return _refused(my, form, 429, slowed.minutes)
    return _refused(my, form, 422) if form.errors else redirect(url_for("mailbox.conversation"), 303)


def _write(my: Mine, form: LetterForm) -> None:
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())
    letters.write_as_reporter(my.reporter, form.text.data or "", after=form.last_shown)


def _refused(my: Mine, form: LetterForm, status: int, minutes: int = 0) -> Response:
    page = _conversation(my, form, status, minutes)
    db().commit()  # no letter was written; but what this page has shown, it has shown
    return page


def _conversation(my: Mine, form: LetterForm, status: int = 200, minutes: int = 0) -> Response:
    written = letters.show_conversation(db(), my.secrets, my.report, clock().now())
    lines = readership.readers_of(db(), my.report)
    mailbox_work.mark_read(my.report)
    form.after.data = str(my.report.letters)
    html = render_template(
        "mailbox/conversation.html",
        my=my,
        letters=written[::-1],
        voice=voice_of(written[0].answers) if written[0].answers else None,
        asked=asking.open_question(db(), my.report, clock().today()) is not None,
        standing=mailbox_work.standing(db(), my.report, clock().now()),
        outlook=outlook(db(), my.report, clock().today()),
        kept_until=mailbox_work.kept_until(db(), my.report, clock().today()),
        lessons=_lessons_for(my, written[0].answers),
        readers=[(line, reason_words(line.reason, polite=my.polite, instead_of=line.instead_of)) for line in lines],
        **_help_for(my, written),
        form=form,
        minutes=minutes,
    )
    return make_response(html, status)


def _help_for(my: Mine, written: list[letters.Letter]) -> dict[str, object]:
    """Return what the page needs to say who helps now, also where danger was declared, and who can be met when."""
    acute = my.report.danger or my.report.case.is_acute
    shut = readership.shut(db(), my.report)
    return {"acute": acute, "shut": shut, **_meetings_of(my, written)}


def _meetings_of(my: Mine, written: list[letters.Letter]) -> dict[str, object]:
    """Return the offered and agreed times, one that counts no more, and how letters that name them are written."""
    now = clock().now()
    found = appointments.living(db(), my.secrets, my.report, now)
    appointments.note_told(db(), found)
    return {
        "meetings": found,
        "lapsed": meetings.lapsed(written, found, now),
        "gone": "weg" in request.args,
        "said": partial(meetings.as_the_reporter_reads, meetings=found),
        "counts": partial(meetings.counts, meetings=found),
    }


def _lessons_for(my: Mine, answers: Answers | None) -> list[Lesson]:
    """Three lessons for a teacher who has reported something; for everybody else none."""
    if answers is None or answers.door != TEACHER.number:
        return []
    school = db().get_one(School, my.report.school_id)
    kinds = answers.said.get("was", ())
    return fitting_lessons(library().catalogue, kinds, younger=school.form in PRIMARY)


@mailbox.post("/gespraech/wieder-lesen")
@reporter()
@with_my_report
def read_again(my: Mine) -> ResponseReturnValue:
    """Let those read again who have lost their key; nobody else comes in by it."""
    limiter().spend(Budget.LETTERS_OF_NETWORK, limiter().network())
    readership.give_back(db(), pepper_layer(), my.report, my.secrets, clock().hour())
    return redirect(url_for("mailbox.conversation"), 303)


@mailbox.post("/gespraech/fertig")
@reporter()
@with_my_report
def done(my: Mine) -> ResponseReturnValue:
    """End the session on the server and explain how the history is cleared."""
    sessions.end(db())
    return closed(polite=my.polite, danger=my.report.danger)
