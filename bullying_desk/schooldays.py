"""School time: on which days a school is open, and how answer promises count them (principle P5).

Public and school holidays of North Rhine-Westphalia come from the library `holidays`. It ends silently: after its last
school holidays it answers „no holiday“ for ever, and a child would be promised an answer in the middle of the summer.
So its last day is found once, at import, and a question beyond it raises `CalendarRunOut`.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from gettext import NullTranslations

from bullying_desk.clock import BERLIN

_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 2015, 2100  # the years searched for the end; the first is before any report


class CalendarRunOut(Exception):
    """The day is outside the years whose school holidays are known. Update the library `holidays`."""

    def __init__(self, day: date) -> None:
        super().__init__(
            f"no school holidays of North Rhine-Westphalia are known for {day}, only {KNOWN_FROM}–{HORIZON}"
        )
        self.day = day


def _days_off() -> tuple[frozenset[date], frozenset[date], date]:
    """Return the public holidays, the school holidays, and the last one before the library's first gap."""
    import holidays  # only here: it is unloaded below

    def days(category: str, year: int) -> set[date]:
        found = holidays.country_holidays("DE", subdiv="NW", categories=(category,), years=year, expand=False)
        return {day for day in found if day.year == year}

    school, public, last = set[date](), set[date](), _FIRST_YEAR
    while last <= _LAST_YEAR and (of_year := days("school", last)):
        school |= of_year
        public |= days("public", last)
        last += 1
    return frozenset(public), frozenset(school), max(school)


def _let_go_of_library() -> None:
    """Unload the library after use: it holds all countries' calendars, 18 MB in each process."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "holidays"]:
        del sys.modules[name]
    gc.collect()


KNOWN_FROM = date(_FIRST_YEAR, 1, 1)
_PUBLIC, _SCHOOL, HORIZON = _days_off()
_WITHOUT_SCHOOL = _PUBLIC | _SCHOOL
_let_go_of_library()


LOUD_BEFORE = timedelta(days=200)
"""How long before its end whoever keeps the service is told: school holidays are decided years ahead."""
SHOUT_BEFORE = timedelta(days=60)
"""How long before its end everybody at the desk is told: then dates are promised that may lie beyond it."""


def is_office_day(day: date) -> bool:
    """Say whether the city's offices work that day, as they do in school holidays. Raises CalendarRunOut."""
    if not KNOWN_FROM <= day <= HORIZON:
        raise CalendarRunOut(day)
    return day.weekday() < 5 and day not in _PUBLIC


def runs_out(today: date, within: timedelta = LOUD_BEFORE) -> date | None:
    """Return the last day the calendar knows when it is near or over; else nothing."""
    return HORIZON if HORIZON - today < within else None


@dataclass(frozen=True, slots=True)
class SchoolHours:
    """When staff of the school can read and answer; times of the day in Dortmund."""

    opens: time = time(8)
    closes: time = time(15)
    half_day_closes: time = time(12)

    def __post_init__(self) -> None:
        if not self.opens < self.half_day_closes <= self.closes:
            raise ValueError("school hours must begin before they end")


@dataclass(frozen=True, slots=True)
class Break:
    """Days in a row on which the school is closed."""

    first: date
    last: date
    next_school_day: date

    @property
    def days(self) -> int:
        """The number of days, weekends included."""
        return (self.last - self.first).days + 1


class SchoolCalendar:
    """The calendar of one school: the state's holidays and the school's own movable free days."""

    def __init__(
        self,
        free_days: Iterable[date] = (),
        half_days: Iterable[date] = (),
        hours: SchoolHours | None = None,
    ) -> None:
        """`free_days`: the school is closed; `half_days`: it ends at noon and still counts as a school day."""
        self._free = frozenset(free_days)
        self._half = frozenset(half_days)
        self.hours = hours or SchoolHours()

    def is_school_day(self, day: date) -> bool:
        """Whether pupils and teachers are at school that day. Raises CalendarRunOut."""
        if not KNOWN_FROM <= day <= HORIZON:
            raise CalendarRunOut(day)
        return day.weekday() < 5 and day not in _WITHOUT_SCHOOL and day not in self._free

    def is_half_day(self, day: date) -> bool:
        """Whether the school ends at noon that day."""
        return day in self._half

    def next_school_day(self, day: date) -> date:
        """Return the first school day after `day`. Raises CalendarRunOut."""
        day += _DAY
        while not self.is_school_day(day):
            day += _DAY
        return day

    def add_school_days(self, day: date, count: int) -> date:
        """Return the school day that is `count` school days after `day`; 0 is the day itself.

        The day itself never counts: a report of Friday is one school day old on Monday evening.
        Raises CalendarRunOut, ValueError for a negative count.
        """
        if count < 0:
            raise ValueError("school days are counted forward only")
        for _ in range(count):
            day = self.next_school_day(day)
        return day

    def school_days_between(self, start: date, end: date) -> int:
        """Return how many school days are after `start` up to and including `end`; 0 where `end` is not later."""
        return sum(self.is_school_day(start + n * _DAY) for n in range(1, (end - start).days + 1))

    def opening(self, day: date) -> tuple[datetime, datetime]:
        """Return when a school day begins and ends, as moments (right also where the clocks change)."""
        closes = self.hours.half_day_closes if day in self._half else self.hours.closes
        return (
            datetime.combine(day, self.hours.opens, BERLIN).astimezone(UTC),
            datetime.combine(day, closes, BERLIN).astimezone(UTC),
        )

    def is_open(self, moment: datetime) -> bool:
        """Whether the moment is within school hours of a school day. Raises CalendarRunOut."""
        day = moment.astimezone(BERLIN).date()
        if not self.is_school_day(day):
            return False
        opens, closes = self.opening(day)
        return opens <= moment < closes

    def add_school_hours(self, moment: datetime, hours: float) -> datetime:
        """Return the moment (UTC) at which `hours` school hours of 60 minutes have passed since `moment`.

        At night, on weekends and in holidays no school time passes: nobody is promised an answer then.
        Raises CalendarRunOut, ValueError for a moment without time zone or a negative number.
        """
        if moment.tzinfo is None or hours < 0:
            raise ValueError("school hours need a moment with a time zone and count forward only")
        left = timedelta(hours=hours)
        day = moment.astimezone(BERLIN).date()
        while True:
            if self.is_school_day(day):
                opens, closes = self.opening(day)
                begins = max(moment.astimezone(UTC), opens)
                if begins < closes and left <= closes - begins:
                    return begins + left
                left -= max(closes - begins, timedelta(0))
            day += _DAY

    def break_after(self, day: date, longer_than: int = 3) -> Break | None:
        """Return the break that holds `day` or begins the day after, if it is longer than `longer_than` days.

        A usual weekend is no break. In a break the city's team answers. Raises CalendarRunOut.
        """
        first = day if not self.is_school_day(day) else day + _DAY
        while first > KNOWN_FROM and not self.is_school_day(first - _DAY):
            first -= _DAY
        following = self.next_school_day(first - _DAY)
        found = Break(first, following - _DAY, following)
        return found if found.days > longer_than else None

    def waiting_words(self, since: date, today: date, texts: NullTranslations | None = None) -> str:
        """Say in school days how long a report has been waiting: „seit heute“, „seit 2 Schultagen“.

        A report of Saturday has, on Sunday, waited „noch keinen Schultag“.
        """
        translations = texts or NullTranslations()
        ngettext = translations.ngettext
        count = self.school_days_between(since, today)
        if count == 0:
            return (
                translations.gettext("seit heute") if since == today else translations.gettext("noch keinen Schultag")
            )
        return ngettext("seit %(num)d Schultag", "seit %(num)d Schultagen", count) % {"num": count}
