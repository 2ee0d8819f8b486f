"""The duty roster of a school's yard: who has duty in which break, kept week by week.

A week is written once and carried on from week to week; days without school are left out. Pupils are in it by the
number of their pair and by their sign, never by name (decision D45).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools.breaks import duties_between, is_school_day
from bullying_desk.schools.models import Absence, BreakTime, Duty, DutyKind, School
from bullying_desk.schools.team import readable_seats

LONGEST_WORDS = 40  # characters of a sign, a place or a break's name
MOST_PAIRS = 20
_WEEK = timedelta(days=7)
_FAR = 12  # weeks that are looked over for a full one: longer than the summer holidays


class BreakWrong(Exception):
    """The break ends before it begins."""


class BreakUnknown(Exception):
    """The school has no such break."""


class DutyUnknown(Exception):
    """No duty was named, or not two of them to swap."""


class DutyGone(DutyUnknown):
    """A colleague has changed the roster meanwhile: a duty of the form is no longer there."""


class SeatUnknown(Exception):
    """Nobody of the school's team sits there."""


class NothingPutBack(Exception):
    """What was taken away cannot be entered again: a person or a break is gone, or the text was altered."""


class NothingToCopy(Exception):
    """The week is empty, or no school week is near that it could go to."""


@dataclass(frozen=True, slots=True)
class DutyWish:
    """The coordinator's change for some days of a week."""

    kind: DutyKind
    seat_id: int | None
    pair: int
    heads: int
    sign: str
    spot: str


def one_at_a_time(session: Session, school: School) -> None:
    """Make changes of this school's roster wait for each other: two submits at once enter one duty.

    Reports and other rows of the school do not wait.
    """
    session.execute(select(School.id).where(School.id == school.id).with_for_update(key_share=True))


def own_duty(session: Session, school: School, duty_id: int) -> Duty | None:
    """Return one duty of a school, or None."""
    return session.scalars(select(Duty).where(Duty.school_id == school.id, Duty.id == duty_id)).one_or_none()


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def breaks(session: Session, school_id: int) -> list[BreakTime]:
    """Return the breaks of a school, earliest first."""
    query = select(BreakTime).where(BreakTime.school_id == school_id).order_by(BreakTime.starts, BreakTime.id)
    return list(session.scalars(query))


def add_break(session: Session, school: School, name: str, starts: time, ends: time) -> None:
    """Add a break; one of the same name gets new times (the timetable has changed). Raises BreakWrong."""
    if ends <= starts:
        raise BreakWrong
    query = select(BreakTime).where(BreakTime.school_id == school.id, BreakTime.name == name.strip())
    found = session.scalars(query).first()
    if found is None:
        session.add(BreakTime(school_id=school.id, name=name.strip(), starts=starts, ends=ends))
    else:
        found.starts, found.ends = starts, ends
    session.flush()


def remove_break(session: Session, school: School, break_id: int) -> str:
    """Take a break away with all duties in it, and return what `put_back` takes. Raises BreakUnknown."""
    found = _break(session, school, break_id)
    duties = session.scalars(select(Duty).where(Duty.break_id == found.id).order_by(Duty.day, Duty.id)).all()
    kept = _kept(duties, [found.name, f"{found.starts:%H:%M}", f"{found.ends:%H:%M}"])
    session.execute(delete(Duty).where(Duty.break_id == found.id))
    session.delete(found)
    session.flush()
    return kept


def week(session: Session, school_id: int, monday: date) -> list[Duty]:
    """Return a week's duties by day, break and kind."""
    return duties_between(session, school_id, monday, monday + timedelta(days=4))


def gaps(session: Session, school_id: int, first: date, last: date) -> list[Duty]:
    """Return the duties of some days whose person is entered as absent that day: nobody stands there."""
    query = select(Absence).where(Absence.school_id == school_id, Absence.first_day <= last, Absence.last_day >= first)
    away = [(one.seat_id, one.first_day, one.last_day) for one in session.scalars(query)]
    duties = duties_between(session, school_id, first, last) if away else []
    return [one for one in duties if any(seat == one.seat_id and f <= one.day <= to for seat, f, to in away)]


def add(
    session: Session,
    school: School,
    calendar: SchoolCalendar,
    monday: date,
    weekdays: Collection[int],
    break_id: int,
    wish: DutyWish,
) -> int:
    """Write a duty on some days of a week and return on how many; free days are left out, the same duty is one.

    Raises BreakUnknown, SeatUnknown.
    """
    one_at_a_time(session, school)
    pause = _break(session, school, break_id)
    if wish.kind is DutyKind.CONTACT and wish.seat_id not in {seat.id for seat in readable_seats(session, school.id)}:
        raise SeatUnknown
    days = [monday + timedelta(days=number) for number in sorted(weekdays)]
    return _write(session, school.id, calendar, [(day, pause.id, wish) for day in days])


def remove(session: Session, school: School, ids: Collection[int]) -> str:
    """Take duties away, and return what `put_back` takes. Raises DutyUnknown, DutyGone."""
    one_at_a_time(session, school)
    found = _own(session, school, ids)
    kept = _kept(found)
    for duty in found:
        session.delete(duty)
    session.flush()
    return kept


def _kept(duties: Iterable[Duty], pause: list[str] | None = None) -> str:
    rows = [
        [one.day.isoformat(), one.break_id, one.kind.value, one.seat_id, one.pair, one.heads, one.sign, one.spot]
        for one in duties
    ]
    return json.dumps([pause, rows], ensure_ascii=False, separators=(",", ":"))


def put_back(session: Session, school: School, calendar: SchoolCalendar, kept: str) -> None:
    """Enter again what was taken away: duties, and their break where that was taken. Raises NothingPutBack.

    The text comes back from a form: it can enter nothing that the form of a duty could not.
    """
    one_at_a_time(session, school)
    try:
        pause, rows = json.loads(kept)
        if pause is not None:
            name, starts, ends = (str(each) for each in pause)
            add_break(session, school, name[:LONGEST_WORDS], time.fromisoformat(starts), time.fromisoformat(ends))
        known = {each.id: each.id for each in breaks(session, school.id)}
        new = next((each.id for each in breaks(session, school.id) if pause is not None and each.name == name), None)
        people = {None, *(seat.id for seat in readable_seats(session, school.id))}
        wanted = [(date.fromisoformat(row[0]), new or known[row[1]], _read(row[2:], people)) for row in rows]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, BreakWrong) as error:
        raise NothingPutBack from error
    _write(session, school.id, calendar, wanted)


def _read(row: list[object], people: set[int | None]) -> DutyWish:
    kind, seat, pair, heads, sign, spot = row
    wish = DutyWish(DutyKind(str(kind)), seat if isinstance(seat, int) else None, _number(pair), _number(heads), "", "")
    wish = replace(wish, sign=str(sign)[:LONGEST_WORDS], spot=str(spot)[:LONGEST_WORDS])
    is_contact = wish.kind is DutyKind.CONTACT
    if wish.seat_id not in people or is_contact is (wish.seat_id is None) or not 1 <= wish.heads <= 6:
        raise ValueError(kind)
    return wish


def _number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= MOST_PAIRS:
        raise ValueError(value)
    return value


def swap(session: Session, school: School, ids: Collection[int]) -> None:
    """Let two duties, of whichever weeks, change their people: who, pair and sign go; day, break and place stay.

    Raises DutyUnknown, DutyGone.
    """
    one_at_a_time(session, school)
    if len(set(ids)) != 2:
        raise DutyUnknown
    found = _own(session, school, ids)
    first, second = (_wish(duty) for duty in found)
    for duty, other in zip(found, (second, first), strict=True):
        duty.kind, duty.seat_id, duty.pair = other.kind, other.seat_id, other.pair
        duty.heads, duty.sign = other.heads, other.sign
    session.flush()


def carry_on(session: Session, school: School, calendar: SchoolCalendar, monday: date, *, to_holidays: bool) -> date:
    """Copy a week into the next week with school, or into each one until the holidays. Returns the last Monday.

    Weekdays stay, free days are left out, existing duties stay. A weekday that is free in the copied week comes from
    the last week that had it: no holiday leaves a gap in the plan. Raises NothingToCopy.
    """
    one_at_a_time(session, school)
    there = {None, *(seat.id for seat in readable_seats(session, school.id))}  # who has left is carried nowhere
    source = [each for each in _pattern(session, school.id, calendar, monday) if each[2].seat_id in there]
    target = next_school_week(calendar, monday)
    if not source or target is None:
        raise NothingToCopy
    while True:
        rows = [(target + timedelta(days=weekday), pause, wish) for weekday, pause, wish in source]
        _write(session, school.id, calendar, rows)
        last, target = target, target + _WEEK
        if not to_holidays or not _has_school(calendar, target):
            return last


def carry_into_year(session: Session, school: School, calendar: SchoolCalendar, today: date) -> date:
    """Carry last year's plan over the summer into the weeks until the autumn holidays. Raises NothingToCopy."""
    first = monday_of(today) if _has_school(calendar, monday_of(today)) else next_school_week(calendar, today)
    if first is None:
        raise NothingToCopy
    return carry_on(session, school, calendar, first - _WEEK, to_holidays=True)


def _pattern(
    session: Session, school_id: int, calendar: SchoolCalendar, monday: date
) -> list[tuple[int, int, DutyWish]]:
    """Return the duties of each weekday (0 to 4), from the last week in which it was a school day."""
    found: list[tuple[int, int, DutyWish]] = []
    for weekday in range(5):
        days = (monday + timedelta(days=weekday) - back * _WEEK for back in range(_FAR))
        day = next((each for each in days if is_school_day(calendar, each)), None)
        duties = duties_between(session, school_id, day, day) if day else []
        found += [(weekday, duty.break_id, _wish(duty)) for duty in duties]
    return found


def next_school_week(calendar: SchoolCalendar, after: date) -> date | None:
    """Return the Monday of the next week that has a school day, where one is near."""
    monday = monday_of(after)
    weeks = (monday + number * _WEEK for number in range(1, _FAR))
    return next((each for each in weeks if _has_school(calendar, each)), None)


def _has_school(calendar: SchoolCalendar, monday: date) -> bool:
    return any(is_school_day(calendar, monday + timedelta(days=number)) for number in range(5))


def _write(
    session: Session, school_id: int, calendar: SchoolCalendar, wanted: Iterable[tuple[date, int, DutyWish]]
) -> int:
    rows = [(day, pause, wish) for day, pause, wish in wanted if is_school_day(calendar, day)]
    if not rows:
        return 0
    days = [day for day, _pause, _wish_ in rows]
    there = {
        (each.day, each.break_id, _wish(each)) for each in duties_between(session, school_id, min(days), max(days))
    }
    for day, pause, wish in rows:
        if (day, pause, wish) not in there:
            session.add(
                Duty(school_id=school_id, day=day, break_id=pause, kind=wish.kind, seat_id=wish.seat_id,
                     pair=wish.pair, heads=wish.heads, sign=wish.sign, spot=wish.spot)
            )  # fmt: skip
    session.flush()
    return len(rows)


def _wish(duty: Duty) -> DutyWish:
    return DutyWish(duty.kind, duty.seat_id, duty.pair, duty.heads, duty.sign, duty.spot)


def _break(session: Session, school: School, break_id: int) -> BreakTime:
    found = session.get(BreakTime, break_id)
    if found is None or found.school_id != school.id:
        raise BreakUnknown
    return found


def _own(session: Session, school: School, ids: Collection[int]) -> list[Duty]:
    if not ids:
        raise DutyUnknown
    query = select(Duty).where(Duty.school_id == school.id, Duty.id.in_(ids))
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    if len(found) != len(set(ids)):
        raise DutyGone
    return found
