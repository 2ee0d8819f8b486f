"""School time: promises count only days and hours on which staff are at school."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from gettext import NullTranslations
from pathlib import Path

import holidays
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bullying_desk import schooldays
from bullying_desk.clock import BERLIN
from bullying_desk.schooldays import HORIZON, KNOWN_FROM, Break, CalendarRunOut, SchoolCalendar, SchoolHours

CALENDAR = SchoolCalendar()
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2028, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "count", "wanted"),
    [
        ("2026-07-17", 1, "2026-09-02"),  # the last day before the summer
        ("2026-07-17", 3, "2026-09-04"),
        ("2026-12-22", 1, "2027-01-07"),
        ("2026-05-13", 1, "2026-05-15"),  # Ascension
        ("2026-05-22", 1, "2026-05-27"),  # Whitsun, with its extra day in North Rhine-Westphalia
        ("2026-10-16", 2, "2026-11-03"),
        ("2026-11-20", 1, "2026-11-23"),  # over a weekend
        ("2026-11-21", 1, "2026-11-23"),  # from a Saturday
        ("2026-11-24", 0, "2026-11-24"),
    ],
)
def test_add_school_days(start: str, count: int, wanted: str) -> None:
    assert CALENDAR.add_school_days(date.fromisoformat(start), count) == date.fromisoformat(wanted)


def test_a_schools_own_free_day_counts() -> None:
    calendar = SchoolCalendar(free_days=[date(2026, 5, 15)])
    assert calendar.add_school_days(date(2026, 5, 13), 1) == date(2026, 5, 18)
    assert not calendar.is_school_day(date(2026, 5, 15))


@given(DAYS, st.integers(0, 30))
def test_between_undoes_add(day: date, count: int) -> None:
    assert CALENDAR.school_days_between(day, CALENDAR.add_school_days(day, count)) == count


@given(DAYS)
def test_the_next_school_day_is_one_and_none_lies_between(day: date) -> None:
    following = CALENDAR.next_school_day(day)
    assert following > day
    assert CALENDAR.is_school_day(following)
    assert not [n for n in range(1, (following - day).days) if CALENDAR.is_school_day(day + timedelta(n))]


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert CALENDAR.school_days_between(date(2026, 11, 24), date(2026, 11, 20)) == 0


def test_the_end_of_the_librarys_knowledge_is_found_and_guarded() -> None:
    """`holidays` answers „no holiday“ beyond its end; the guard must be exactly there."""
    raw = holidays.country_holidays("DE", subdiv="NW", categories=("school",))
    assert HORIZON in raw
    assert not [n for n in range(1, 800) if HORIZON + timedelta(n) in raw]
    assert date(2029, 8, 14) <= HORIZON
    CALENDAR.is_school_day(HORIZON)
    with pytest.raises(CalendarRunOut):
        CALENDAR.is_school_day(HORIZON + timedelta(1))
    with pytest.raises(CalendarRunOut):
        CALENDAR.is_school_day(KNOWN_FROM - timedelta(1))


def test_every_way_beyond_the_end_is_loud() -> None:
    last = HORIZON
    evening = datetime.combine(last, time(22), BERLIN)
    for ask in (
        lambda: CALENDAR.next_school_day(last),
        lambda: CALENDAR.add_school_days(last, 3),
        lambda: CALENDAR.school_days_between(last, last + timedelta(1)),
        lambda: CALENDAR.add_school_hours(evening, 1),
        lambda: CALENDAR.break_after(last),
        lambda: CALENDAR.is_open(evening + timedelta(1)),
    ):
        with pytest.raises(CalendarRunOut):
            ask()


def test_a_gap_in_the_library_ends_its_knowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year without school holidays between two known ones must not be taken for a year without holidays."""
    real = holidays.country_holidays

    def with_gap(country: str, *, subdiv: str, categories: tuple[str, ...], years: range, expand: bool) -> object:
        found = real(country, subdiv=subdiv, categories=categories, years=years, expand=expand)
        return {day: name for day, name in found.items() if day.year != 2027 or categories != ("school",)}

    monkeypatch.setitem(sys.modules, "holidays", holidays)  # the program has let go of it
    monkeypatch.setattr(holidays, "country_holidays", with_gap)
    assert schooldays._days_off()[2].year == 2026


@pytest.mark.parametrize(
    ("start", "hours", "wanted"),
    [
        ("2026-11-24T09:20", 1, "2026-11-24T10:20"),
        ("2026-11-24T14:30", 1, "2026-11-25T08:30"),
        ("2026-11-24T14:00", 1, "2026-11-24T15:00"),  # to the minute of closing
        ("2026-11-24T23:10", 1, "2026-11-25T09:00"),  # at night nothing passes
        ("2026-11-24T03:00", 1, "2026-11-24T09:00"),
        ("2026-11-27T14:30", 1, "2026-11-30T08:30"),  # Friday to Monday
        ("2026-12-22T14:45", 1, "2027-01-07T08:45"),  # over Christmas
        ("2026-11-24T08:00", 14, "2026-11-25T15:00"),
        ("2026-11-28T12:00", 0, "2026-11-30T08:00"),
        ("2026-03-27T14:30", 1, "2026-04-13T08:30"),  # Easter, and the clocks go forward
    ],
)
def test_add_school_hours(start: str, hours: float, wanted: str) -> None:
    assert CALENDAR.add_school_hours(berlin(start), hours) == berlin(wanted)


@given(MOMENTS, st.integers(1, 40))
def test_many_hours_are_as_many_times_one_hour(moment: datetime, hours: int) -> None:
    due = CALENDAR.add_school_hours(moment, hours)
    step = moment
    for _each in range(hours):
        step = CALENDAR.add_school_hours(step, 1)
        assert CALENDAR.is_open(step - timedelta(seconds=1))  # school time has passed up to the end
    assert step == due
    assert CALENDAR.is_school_day(due.astimezone(BERLIN).date())
    assert time(8) < due.astimezone(BERLIN).time() <= time(15)


def test_school_hours_are_a_setting_and_half_days_end_at_noon() -> None:
    half = SchoolCalendar(half_days=[date(2026, 11, 24)], hours=SchoolHours(time(7, 30), time(16)))
    assert half.is_school_day(date(2026, 11, 24))
    assert half.add_school_hours(berlin("2026-11-24T11:30"), 1) == berlin("2026-11-25T08:00")
    assert half.is_open(berlin("2026-11-24T11:59"))
    assert not half.is_open(berlin("2026-11-24T12:00"))
    assert half.is_open(berlin("2026-11-25T15:30"))
    with pytest.raises(ValueError, match="school hours"):
        SchoolHours(time(15), time(8))


def test_counting_backwards_and_moments_without_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_school_days(date(2026, 11, 24), -1)
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add_school_hours(berlin("2026-11-24T09:00"), -1)
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add_school_hours(datetime(2026, 11, 24, 9), 1)


def test_a_break_begins_where_the_child_is_told_the_true_date() -> None:
    christmas = Break(date(2026, 12, 23), date(2027, 1, 6), date(2027, 1, 7))
    assert CALENDAR.break_after(date(2026, 12, 22)) == christmas
    assert CALENDAR.break_after(date(2026, 12, 28)) == christmas
    assert christmas.days == 15
    assert CALENDAR.break_after(date(2026, 11, 20)) is None  # a weekend
    assert CALENDAR.break_after(date(2026, 11, 24)) is None
    long_weekend = SchoolCalendar(free_days=[date(2026, 5, 15)]).break_after(date(2026, 5, 13))
    assert long_weekend == Break(date(2026, 5, 14), date(2026, 5, 17), date(2026, 5, 18))


@pytest.mark.parametrize(
    ("since", "today", "said"),
    [
        ("2026-11-24", "2026-11-24", "seit heute"),
        ("2026-11-23", "2026-11-24", "seit 1 Schultag"),
        ("2026-11-20", "2026-11-24", "seit 2 Schultagen"),
        ("2026-11-20", "2026-11-22", "noch keinen Schultag"),
        ("2026-12-22", "2027-01-07", "seit 1 Schultag"),
    ],
)
def test_waiting_words(since: str, today: str, said: str) -> None:
    assert CALENDAR.waiting_words(date.fromisoformat(since), date.fromisoformat(today)) == said


def test_waiting_words_can_be_translated() -> None:
    class Shouting(NullTranslations):
        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return "for %(num)d school days" if msgid2 and n > 1 else msgid1

    said = CALENDAR.waiting_words(date(2026, 11, 20), date(2026, 11, 24), Shouting())
    assert said == "for 2 school days"


def test_the_holidays_agree_with_another_source(shared: Path) -> None:
    """Every weekday from 2021 to the horizon against OpenHolidays, which other people keep.

    Not 2020: NRW shut its schools two days earlier that Christmas, which only one of the two sources knows.
    """
    free = _days(shared / "data/calendar/openholidays-school-nw.csv") | _days(
        shared / "data/calendar/openholidays-public-nw.csv"
    )
    first = date(2021, 1, 1)
    days = [first + timedelta(n) for n in range((HORIZON - first).days + 1)]
    ours = {day for day in days if day.weekday() < 5 and not CALENDAR.is_school_day(day)}
    theirs = {day for day in days if day.weekday() < 5 and day in free}
    assert len(ours) > 550
    assert ours == theirs, sorted(ours ^ theirs)


def _days(path: Path) -> set[date]:
    found: set[date] = set()
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if "Subdivisions" in row and row["Subdivisions"] and "NW" not in row["Subdivisions"].split(","):
                continue
            first = date.fromisoformat(row["StartDate"])
            last = date.fromisoformat(row["EndDate"]) if row["EndDate"] else first
            found |= {first + timedelta(n) for n in range((last - first).days + 1)}
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    start=st.datetimes(datetime(2025, 1, 1), datetime(2028, 11, 1), timezones=st.just(UTC)),
    count=st.integers(1, 12),
    own=st.sets(st.integers(0, 30), max_size=6),
    half=st.sets(st.integers(0, 30), max_size=6),
)
def test_days_and_hours_agree_with_counting_by_hand(
    shared: Path, start: datetime, count: int, own: set[int], half: set[int]
) -> None:
    """The clock over 2025–2028, with movable days and half-days, against the other source counted day by day."""
    today = start.astimezone(BERLIN).date()
    free, halves = ({today + timedelta(n) for n in days} for days in (own, half))
    calendar = SchoolCalendar(free, halves)

    def is_open(day: date) -> bool:
        return day.weekday() < 5 and day not in _other_source(shared) and day not in free

    ahead = [today + timedelta(n) for n in range(1, 160)]
    assert calendar.add_school_days(today, count) == [day for day in ahead if is_open(day)][count - 1]
    minutes, moment = count * 60, start.astimezone(BERLIN).replace(second=0, microsecond=0)
    for day in [today, *ahead]:
        closes = 12 * 60 if day in halves else 15 * 60
        begins = max(8 * 60, moment.hour * 60 + moment.minute if day == today else 0)
        there = max(closes - begins, 0) if is_open(day) else 0
        if there >= minutes:
            wanted = datetime.combine(day, time(), BERLIN) + timedelta(minutes=begins + minutes)
            break
        minutes -= there
    assert calendar.add_school_hours(moment, count) == wanted


def test_a_movable_day_and_a_half_day_in_the_clock() -> None:
    """Rose Monday is a school's own day; the day before Christmas ends at noon and is a school day all the same."""
    calendar = SchoolCalendar(free_days=[date(2027, 2, 8)], half_days=[date(2026, 12, 22)])
    assert calendar.add_school_days(date(2027, 2, 5), 1) == date(2027, 2, 9)
    assert calendar.add_school_days(date(2026, 12, 21), 1) == date(2026, 12, 22)
    assert calendar.add_school_hours(berlin("2026-12-22T11:30"), 1) == berlin("2027-01-07T08:30")


@cache
def _other_source(shared: Path) -> frozenset[date]:
    folder = shared / "data/calendar"
    return frozenset(_days(folder / "openholidays-school-nw.csv") | _days(folder / "openholidays-public-nw.csv"))
