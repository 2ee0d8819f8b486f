"""The writing form of a door, and "Senden"."""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bullying_desk.guidance.help_lines import help_lines
from bullying_desk.reports.filing import receipt_cookie
from bullying_desk.reports.filing.forms import NO, YES, WriteForm, form_class
from bullying_desk.reports.filing.intake import Filed, Submission, Terms, file_report
from bullying_desk.reports.filing.receipt_cookie import page_of
from bullying_desk.reports.readers.options import Openness
from bullying_desk.reports.readers.routing import NobodyCanRead
from bullying_desk.reports.views.blueprint import forget_words, keep_words, reports
from bullying_desk.reports.views.school import (
    at_school,
    door_of,
    how_open,
    next_reading,
    options_of,
    pepper_layer,
    scanned,
    session_key,
    shut,
)
from bullying_desk.reports.views.thanks import other_words
from bullying_desk.schools.models import School
from bullying_desk.schools.places import Kind
from bullying_desk.sealing.format.errors import SlowHashBusy
from bullying_desk.sealing.format.secret_types import SendToken, SessionSecret
from bullying_desk.sealing.receipts import derive_receipt, send_cookie, send_words
from bullying_desk.web.door_words import LENGTH
from bullying_desk.web.errors import page
from bullying_desk.web.guard import public
from bullying_desk.web.language import PARAMETER, speech, turned_at
from bullying_desk.web.limits import TooMany
from bullying_desk.web.request import (
    Kept,
    clock,
    db,
    end_before_slow_work,
    keys,
    limiter,
    on_tablet,
    services,
    settings,
)

CHILDREN = frozenset({1, 2})  # the doors whose question of danger the school's page asks in the same words
MOST_BLANK_PAGES = 400  # about 5 kB each
_TOKEN = re.compile(r'(<input[^>]* name="token"[^>]* value=")[A-Za-z0-9_-]{43}(")')
_SENT = re.compile(r'( data-sent="[^"]*/danke/)[0-9a-f]{16}([?"])')


class BlankPages:
    """The empty forms used last, by everything that shows on them: rendered once and kept packed.

    They hold no person's data, and a whole school opens them at once. Only the send token differs from one child's page
    to the next; each request gets a new one.
    """

    def __init__(self, most: int = MOST_BLANK_PAGES) -> None:
        self._most = most
        self._lock = Lock()
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()

    def page(self, asked: Hashable, render: Callable[[], str]) -> str:
        """Return a page with a token of its own; `render` makes it where it is not kept."""
        with self._lock:
            packed = self._pages.get(asked)
            if packed is not None:
                self._pages.move_to_end(asked)
        if packed is None:
            packed = zlib.compress(render().encode(), 6)
            with self._lock:
                self._pages[asked] = packed
                while len(self._pages) > self._most:
                    self._pages.popitem(last=False)
        return with_token(zlib.decompress(packed).decode(), SendToken.generate())


def with_token(page: str, token: SendToken) -> str:
    """Put a token, and the address of its six words, into a page in the place of those it was rendered with.

    Raises ValueError where the page does not carry exactly one of each.
    """
    text, tokens = _TOKEN.subn(lambda found: f"{found[1]}{token.to_field()}{found[2]}", page)
    text, addresses = _SENT.subn(lambda found: f"{found[1]}{page_of(token)}{found[2]}", text)
    if (tokens, addresses) != (1, 1):
        raise ValueError("the page must carry exactly one send token and one address of its words")
    return text


BLANK_PAGES = Kept(BlankPages)


@reports.get("/s/<key>/schreiben/<int:number>")
@reports.get(f"/s/<key>/schreiben/<string(length={LENGTH}):word>")
@public()
@at_school
def write(found: School, number: int = 0, word: str = "") -> ResponseReturnValue:
    """Show the form of one door; an address of an earlier day leads to the choice of doors."""
    door, options = door_of(found, number, word), options_of(found)
    if door is None:
        return redirect(url_for("reports.doors", key=found.key), 303)
    if how_open(found) is Openness.SHUT or not options.anybody:
        return shut(found, polite=door.polite)
    kind = scanned(found)
    if request.method == "POST":  # a press on another language, with what was typed
        form = form_class(door.number)(options, request.form)
        return render_template("reports/write.html", **{**_page(found, form), "at": turned_at()})
    pages = services().kept(BLANK_PAGES)
    safe = request.args.get("g") == "n" and door.number in CHILDREN
    hour = clock().hour()  # the page names when the team reads next; a tablet has a page of its own
    tongue = (speech().spoken.code, request.args.get(PARAMETER, ""))
    asked = (door.number, found.key, found.shown_name, options.shown, kind, safe, hour, request.script_root, tongue)
    return pages.page(asked, lambda: _blank(found, form_class(door.number)(options), kind, safe=safe))


@reports.post("/s/<key>/schreiben/<int:number>")
@reports.post(f"/s/<key>/schreiben/<string(length={LENGTH}):word>")
@public()
@at_school
def send(found: School, number: int = 0, word: str = "") -> ResponseReturnValue:
    """Take a report: checked, sealed, stored, and the receipt's words derived. A second send changes nothing."""
    door, options = door_of(found, number, word) or abort(404), options_of(found)
    form = form_class(door.number)(options, request.form)
    if how_open(found) is Openness.SHUT or not options.anybody:
        return page(503, "reports/shut.html", school=found, polite=door.polite, help_lines=help_lines())
    if not form.validate():
        return _again(found, form, 422)
    if not form.zweite.data and not on_tablet() and other_words(form.words_page):
        form.zweite.data = YES
        return _again(found, form, 409)
    try:
        limiter().spend_report(found.key)
        filed, secret = _file(found, form)
    except TooMany as slowed:
        return _again(found, form, 429, minutes=slowed.minutes)
    except SlowHashBusy:
        return _again(found, form, 503, minutes=1)
    except NobodyCanRead:
        return page(503, "reports/shut.html", school=found, polite=door.polite, help_lines=help_lines())
    return _to_words(filed, secret, form)


def _blank(found: School, form: WriteForm, kind: Kind | None, *, safe: bool) -> str:
    """Return the empty form; where a sticker was scanned, with its kind of place ticked and explained.

    `safe`: the reporter said on the way here that nobody is in danger. It is ticked on the last page and is not asked
    again.
    """
    if safe:
        form["gefahr"].data = NO
    if kind is not None and "wo" in form:
        form["wo"].data = [kind.code]
        return render_template("reports/write.html", **{**_page(found, form), "kind": kind})
    return render_template("reports/write.html", **_page(found, form))


def _page(found: School, form: WriteForm, minutes: int = 0) -> dict[str, object]:
    city = form.options.city_office if form.options.city else ""
    return {
        "school": found,
        "form": form,
        "door": form.door,
        "kind": None,
        "at": 0,
        "asked": form.gefahr.data == NO and request.args.get("g") == "n",
        "words": form.words,
        "city": city,
        "minutes": minutes,
        "help_lines": help_lines(),
        "next_reading": next_reading(db(), found.id, clock().now()),
    }


def _again(found: School, form: WriteForm, status: int, minutes: int = 0) -> Response:
    """Show the form again with everything that was typed; who is slowed sees a help line and a time."""
    answer = make_response(render_template("reports/write.html", **_page(found, form, minutes)), status)
    if minutes:
        answer.headers["Retry-After"] = str(minutes * 60)
    return answer


def _file(found: School, form: WriteForm) -> tuple[Filed, SessionSecret]:
    """Derive words and receipt outside any transaction, then seal and store in one."""
    sent = Submission(found.id, form.answers(), form.name_given(), form.choice(), form.left_out())
    body = receipt_cookie.canonical([("", request.path), *request.form.items(multi=True)])
    secret = send_cookie(form.send_token, session_key(), body)
    words = send_words(secret, session_key(), settings().receipt_words)
    end_before_slow_work()
    receipt = derive_receipt(words, keys().receipt_salt, services().gate, limiter().network())
    terms = Terms(settings().answer_school_days, settings().notice_times)
    return file_report(db(), pepper_layer(), sent, receipt, clock().now(), terms), secret


def _to_words(filed: Filed, secret: SessionSecret, form: WriteForm) -> Response:
    """Lead to the words, unless they are kept already or this press comes too late to show them."""
    answer = make_response(redirect(url_for("reports.thanks", page=form.words_page), 303))
    try:
        if filed.receipt_kept:
            raise receipt_cookie.ReceiptNotShown
        since = receipt_cookie.shown_since(filed.arrived_hour, clock().now())
    except receipt_cookie.ReceiptNotShown:
        forget_words(answer, form.words_page)
        return answer
    marks = receipt_cookie.Marks(polite=form.door.polite, comfort=form.comforts)
    keep_words(
        answer,
        receipt_cookie.write_slip(session_key(), secret, filed.report_id, filed.locator, since, marks, form.words_page),
    )
    return answer
