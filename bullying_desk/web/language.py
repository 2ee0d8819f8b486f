"""The language of a page: chosen by `?l=`, carried by every address, and how dates and lists are written in it.

A page speaks the chosen language only where that language has everything it says (`Texts.speaks`); else it is German as
a whole and says so. The pages of staff and the lessons are always German. The choice is in the address and nowhere
else: no cookie and no row. It is never in the address of "Schnell weg".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy

from bullying_desk.clock import BERLIN
from bullying_desk.texts import mark
from bullying_desk.texts.catalogues import EASY, GERMAN, TRANSLATED, Language, Part, Texts, texts_of
from bullying_desk.web import request as this_request
from bullying_desk.web.sessions import STAFF_PATHS

PARAMETER: Final = "l"
TURN: Final = "sprache"  # the name of a button that shows the form it belongs to in another language
KNOWN: Final = "languages"  # the app's extension: what can be chosen, by code
# Where people arrive from outside, without a choice: here the browser's own languages count.
FIRST_PAGES: Final = frozenset({"guidance.start", "reports.school"})
_AROUND: Final = frozenset(
    {
        "guidance.easy_language",
        "guidance.privacy",
        "barriers.statement",
        "barriers.send",
        "guidance.imprint",
        "guidance.for_parents",
        "schoolyard.today",
        "peers.show",
        "peers.card",
    }
)
LESSONS: Final = "/unterricht"
_NOT_CARRIED: Final = frozenset(
    {
        "guidance.leave",
        "guidance.robots",
        "guidance.security_txt",
        "static_file",
        "favicon",
        "healthz",
        "readyz",
        "metrics",
    }
)
_HOURS: Final = (5, 9, 12, 14, 18, 23, 24)  # where the parts of a day end; the last is night again
_TODAY: Final = (
    mark("heute Nacht"),
    mark("heute früh"),
    mark("heute Vormittag"),
    mark("heute Mittag"),
    mark("heute Nachmittag"),
    mark("heute Abend"),
)
_YESTERDAY: Final = (
    mark("gestern Nacht"),
    mark("gestern früh"),
    mark("gestern Vormittag"),
    mark("gestern Mittag"),
    mark("gestern Nachmittag"),
    mark("gestern Abend"),
)


@dataclass(frozen=True, slots=True)
class Speech:
    """What one request speaks. `chosen` is what the person wants, `texts` what the page says."""

    chosen: Language
    texts: Texts
    carried: bool  # the choice goes into every address of the page

    @property
    def spoken(self) -> Language:
        """The language of the page."""
        return self.texts.language


_GERMAN: Final = Speech(GERMAN, texts_of(GERMAN), carried=False)


_MOMENT: Final[ContextVar[Speech | None]] = ContextVar("moment", default=None)


def speech() -> Speech:
    """Return what this request speaks; German outside any request."""
    if (moment := _MOMENT.get()) is not None:
        return moment
    if not has_request_context():
        return _GERMAN
    found: Speech | None = g.get("speech")
    if found is None:
        found = g.speech = _decided()
    return found


def offered() -> Mapping[str, Texts]:
    """Return the languages that can be chosen, German first; only German where no catalogue is whole yet."""
    return cast("Mapping[str, Texts]", current_app.extensions[KNOWN])


def _decided() -> Speech:
    if request.path.startswith(STAFF_PATHS):
        return _GERMAN
    known, asked = offered(), request.args.get(PARAMETER, "")
    if asked not in known or len(known) == 1:
        asked = _preferred(list(known)) if request.endpoint in FIRST_PAGES else GERMAN.code
        if asked == GERMAN.code:
            return _GERMAN
    texts, part = known[asked], _part_of_page()
    spoken = texts if part is not None and texts.speaks(part) else texts_of(GERMAN)
    return Speech(texts.language, spoken, carried=True)


def _preferred(codes: list[str]) -> str:
    """Return what the browser asks for (RFC 9110, Accept-Language), German where it asks for none of these."""
    known = [code for code in codes if code != EASY.code]  # a choice of a person's own, never a browser's
    return request.accept_languages.best_match(known, default=GERMAN.code) or GERMAN.code


def _part_of_page() -> Part | None:
    """Return the part of the catalogue that this page needs; none for the lessons, which are German."""
    if request.path.startswith(LESSONS):
        return None
    return Part.AROUND if request.endpoint in _AROUND else Part.JOURNEY


@contextmanager
def speaking(texts: Texts) -> Iterator[None]:
    """Speak a language for a moment, also outside any request: a print is in the language of its readers."""
    before = _MOMENT.set(Speech(texts.language, texts, carried=False))
    try:
        yield
    finally:
        _MOMENT.reset(before)


def in_german() -> AbstractContextManager[None]:
    """Speak German for a moment: what is sealed or kept is read by staff."""
    return speaking(texts_of(GERMAN))


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the menu of languages: a language, and this page in it."""

    language: Language
    address: str
    is_spoken: bool


def ways(*, carries: bool = False) -> list[Way]:
    """Return this page in each language that can be chosen; an empty menu where there is only German.

    The answer to a form has no menu: a link would lead away from what was typed. Where the menu carries what is typed
    (`carries`, see `turned_page`), it has one, if the form's address has a page that can be turned.
    """
    if len(offered()) == 1 or request.path.startswith(STAFF_PATHS) or (request.method == "POST" and not carries):
        return []
    has_page = _shown_by() is not None
    if carries and not has_page:
        return []
    path = request.script_root + request.path if has_page else "/"
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    return [
        Way(each.language, f"{quote(path)}?{urlencode([*rest, (PARAMETER, code)])}", each.language == speech().spoken)
        for code, each in offered().items()
    ]


def turned_page() -> ResponseReturnValue | None:
    """Answer a press on a language inside a form: its page in it, with all that was typed; nothing is taken.

    The view that shows the page is called, and finds the fields in `request.form`. Comes after the guard.
    """
    if request.method != "POST" or request.path.startswith(STAFF_PATHS) or TURN not in request.form:
        return None
    found = _shown_by()
    if found is None:
        return None  # no page stands there: the form is taken as it is
    endpoint, values = found
    view = current_app.view_functions.get(endpoint)
    return cast("ResponseReturnValue", view(**values)) if view is not None else None


def _shown_by() -> tuple[str, Mapping[str, Any]] | None:
    """Return endpoint and values of the page at this request's address; None where a GET finds none there."""
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter.match(method="GET") if adapter is not None else None
    except HTTPException:
        return None


def turned_at() -> int:
    """Return the step at which a press on a language left the form; 0 where there was none."""
    return request.form.get(TURN, 0, type=int) if request.method == "POST" else 0


def invitations() -> list[Language]:
    """Return every language in which somebody may write, for the first page."""
    return [GERMAN, *TRANSLATED]


def _carry(endpoint: str, values: dict[str, Any]) -> None:
    """Put the choice into an address. Every address of the program is built by `url_for`, so none is forgotten."""
    if has_request_context() and endpoint not in _NOT_CARRIED and speech().carried and not _is_staff(endpoint):
        values.setdefault(PARAMETER, speech().chosen.code)


def _is_staff(endpoint: str) -> bool:
    return any(rule.rule.startswith(STAFF_PATHS) for rule in current_app.url_map.iter_rules(endpoint))


def language_query() -> str:
    """Return the choice as a query, for an address that `url_for` cannot build."""
    return f"?{urlencode({PARAMETER: speech().chosen.code})}" if speech().carried else ""


def language_field() -> str:
    """Return the hidden field that carries the choice through a form with GET, whose address loses its query."""
    if not speech().carried:
        return ""
    # A code is letters and a hyphen: it comes from our own list, never from the address.
    return Markup(f'<input type="hidden" name="{PARAMETER}" value="{speech().chosen.code}">')  # noqa: S704


_YEAR: Final = re.compile(r"[,،]?\s*y(?:\s*'[^']*'\.?)?")  # in a pattern of Babel, with what belongs to it


def long_date(day: date | datetime, *, year: bool = False) -> str:
    """Write a date with its weekday in the language of the page: „Donnerstag, 26. November“."""
    pattern = Locale.parse(speech().spoken.locale).date_formats["full"].pattern
    return format_date(_day(day), pattern if year else _YEAR.sub("", pattern), locale=speech().spoken.locale)


def weekday_name(number: int) -> str:
    """Write the name of a weekday, 0 for Monday, in the language of the page: „Montag“."""
    return str(get_day_names("wide", "stand-alone", speech().spoken.locale)[number])


def weekday(day: date | datetime) -> str:
    """Write the name of a weekday in the language of the page."""
    return format_date(_day(day), "EEEE", locale=speech().spoken.locale)


def day_and_month(day: date | datetime) -> str:
    """Write a day without its weekday in the language of the page: „26. November“."""
    pattern = Locale.parse(speech().spoken.locale).date_formats["long"].pattern
    return format_date(_day(day), _YEAR.sub("", pattern), locale=speech().spoken.locale)


def german_date(day: date | datetime) -> str:
    """Write a date for staff: „Donnerstag, 26. November“."""
    return format_date(_day(day), "EEEE, d. MMMM", locale=GERMAN.locale)


def short_date(day: date | datetime) -> str:
    """Write a short date for staff: „Do, 26.11.2026“."""
    return format_date(_day(day), "EEE, dd.MM.yyyy", locale=GERMAN.locale).replace(".,", ",")


def _day(day: date | datetime) -> date:
    return day.astimezone(BERLIN).date() if isinstance(day, datetime) else day


def clock_time(moment: datetime) -> str:
    """Write a moment's time in Dortmund: „14:05“; only for moments of staff."""
    return format_time(moment.astimezone(BERLIN), "HH:mm", locale=GERMAN.locale)


def hour_words(moment: datetime, today: date | None = None) -> str:
    """Say when something was written without the minute: „heute Vormittag“, „gestern Nachmittag“."""
    local = moment.astimezone(BERLIN)
    today = today or this_request.clock().today()
    part = next(number for number, end in enumerate(_HOURS) if local.hour < end) % len(_TODAY)
    if local.date() == today:
        return gettext(_TODAY[part])
    if local.date() == today - timedelta(days=1):
        return gettext(_YESTERDAY[part])
    return long_date(local.date())


def listed(things: Iterable[str]) -> str:
    """Join names as people say them: „Frau Aydin, Herr Brandt und Frau Okafor“."""
    return format_list(list(things), locale=speech().spoken.locale)


def language_name(code: str) -> str:
    """Write the name of a language in the language of the page: „Türkisch“, “Turkish”."""
    if code == EASY.code:
        return EASY.name
    return str(Locale.parse(speech().spoken.locale).languages.get(code, code))


def counted(number: int) -> str:
    """Write a large number: „20.000“."""
    return format_decimal(number, locale=speech().spoken.locale)


FILTERS: Final = {
    each.__name__: each
    for each in (
        german_date,
        long_date,
        weekday,
        weekday_name,
        day_and_month,
        short_date,
        clock_time,
        hour_words,
        listed,
        language_name,
    )
}


def _read_calendar_words() -> None:
    """Read Babel's names of days and months at the start, while nobody waits.

    Babel reads half a megabyte of tables at the first date it writes. That made the first inbox after a start five
    times as slow as any later one (107 ms of CPU). Most of it was the garbage collector, which such a load
    sends through everything the program holds.
    """
    day = datetime(2026, 11, 26, 8, tzinfo=BERLIN)
    german_date(day)
    short_date(day)
    clock_time(day)


def init_app(app: Flask) -> None:
    """Give templates `_()`, `ngettext()`, the date filters and the language of the page; carry the choice."""
    _read_calendar_words()
    whole = [found for each in TRANSLATED if (found := texts_of(each)).offered]
    app.extensions[KNOWN] = {found.language.code: found for found in (texts_of(GERMAN), texts_of(EASY), *whole)}
    app.url_defaults(_carry)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        lang=LocalProxy(lambda: speech().spoken.code),
        text_dir=LocalProxy(lambda: speech().spoken.direction),
        help_url=LocalProxy(lambda: url_for("guidance.help_now")),
        speech=speech,
        ways=ways,
        first_pages=FIRST_PAGES,
        invitations=invitations,
        language_field=language_field,
        chosen_gettext=chosen_gettext,
    )

    @app.after_request
    def vary(response: Response) -> Response:
        if request.endpoint in FIRST_PAGES:
            response.vary.add("Accept-Language")
        return response


def gettext(text: str) -> str:
    """Translate one text into the language of the page."""
    return speech().texts.spoken.gettext(text) if text else text


def ngettext(one: str, several: str, number: int) -> str:
    """Translate a text with a number into the language of the page."""
    return speech().texts.spoken.ngettext(one, several, number)


def chosen_gettext(text: str) -> str:
    """Translate into the language that the person has chosen, on a page that is German."""
    return offered()[speech().chosen.code].spoken.gettext(text)


_ = gettext
