"""German through gettext, and how dates and hours are written for people."""

from __future__ import annotations

import gettext as stdlib_gettext
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

from babel.dates import format_date, format_time
from babel.lists import format_list
from flask import Flask

from bullying_desk.clock import BERLIN
from bullying_desk.texts import mark
from bullying_desk.texts.catalogues import GERMAN, TRANSLATED, texts_of
from bullying_desk.web import request as this_request

SOURCE_LANGUAGE = "de"

_HOURS = (5, 9, 12, 14, 18, 23, 24)  # where the parts of a day end; the last is night again
_TODAY = (
    mark("heute Nacht"),
    mark("heute früh"),
    mark("heute Vormittag"),
    mark("heute Mittag"),
    mark("heute Nachmittag"),
    mark("heute Abend"),
)
_YESTERDAY = (
    mark("gestern Nacht"),
    mark("gestern früh"),
    mark("gestern Vormittag"),
    mark("gestern Mittag"),
    mark("gestern Nachmittag"),
    mark("gestern Abend"),
)


@cache
def catalogue(language: str) -> stdlib_gettext.NullTranslations:
    """Return the texts of one language; the source strings are German, so German needs no file."""
    return next((texts_of(each).spoken for each in TRANSLATED if each.code == language), texts_of(GERMAN).spoken)


def german_date(day: date | datetime) -> str:
    """Write a date as children know it: „Donnerstag, 26. November“."""
    if isinstance(day, datetime):
        day = day.astimezone(BERLIN).date()
    return format_date(day, "EEEE, d. MMMM", locale="de")


def short_date(day: date | datetime) -> str:
    """Write a short date for staff: „Do, 26.11.2026“."""
    if isinstance(day, datetime):
        day = day.astimezone(BERLIN).date()
    return format_date(day, "EEE, dd.MM.yyyy", locale="de").replace(".,", ",")


def clock_time(moment: datetime) -> str:
    """Write a moment's time in Dortmund: „14:05“; only for moments of staff."""
    return format_time(moment.astimezone(BERLIN), "HH:mm", locale="de")


def hour_words(moment: datetime, today: date | None = None) -> str:
    """Say when something was written without the minute: „heute Vormittag“, „gestern Nachmittag“."""
    local = moment.astimezone(BERLIN)
    today = today or this_request.clock().today()
    part = next(number for number, end in enumerate(_HOURS) if local.hour < end) % len(_TODAY)
    if local.date() == today:
        return gettext(_TODAY[part])
    if local.date() == today - timedelta(days=1):
        return gettext(_YESTERDAY[part])
    return german_date(local.date())


def listed(things: Iterable[str]) -> str:
    """Join names as people say them: „Frau Aydin, Herr Brandt und Frau Okafor“."""
    return format_list(list(things), locale=SOURCE_LANGUAGE)


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
    """Give templates `_()`, `ngettext()` and the date filters."""
    _read_calendar_words()
    texts = catalogue(SOURCE_LANGUAGE)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        german_date=german_date, short_date=short_date, clock_time=clock_time, hour_words=hour_words
    )


def gettext(text: str) -> str:
    """Translate one text outside templates (forms, errors)."""
    return catalogue(SOURCE_LANGUAGE).gettext(text)


_ = gettext
