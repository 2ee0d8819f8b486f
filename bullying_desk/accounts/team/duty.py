"""Duty of the city's team: who answers there, above all in holidays, when every school is closed.

The city's coordinator enters it, never for themselves. `Seat.on_duty` says who is on duty today. It is set at once when
a period is entered or deleted, and by the night work on the days a period begins and ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.accounts.team.absences import OwnAppointment
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.night import Counts, Night
from bullying_desk.schooldays import Break, CalendarRunOut, SchoolCalendar
from bullying_desk.schools.models import DutyPeriod, Seat, SeatState

BREAKS_AHEAD = 6


class DutyUnknown(Exception):
    """There is no such living seat in the city's team, or no such period."""


class DutyDaysWrong(ValueError):
    """The last day is before the first, or all of it is over."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the city's team with their periods. `counts` is False until their key words were compared."""

    seat: Seat
    name: str
    counts: bool
    periods: tuple[DutyPeriod, ...]


@dataclass(frozen=True, slots=True)
class BreakLine:
    """One of the next long breaks, and who is on duty in it on every day of it, by name."""

    days: Break
    names: tuple[str, ...]


def members(session: Session, today: date) -> list[Member]:
    """Return the city's team with everybody's periods that are not over, by name."""
    query = (
        select(Seat, Person)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.school_id.is_(None), Seat.role == Role.CITY_TEAM, Seat.state != SeatState.ENDED)
        .order_by(Person.name, Seat.id)
    )
    rows = session.execute(query).all()
    periods: dict[int, list[DutyPeriod]] = {seat.id: [] for seat, _person in rows}
    for one in session.scalars(
        select(DutyPeriod).where(DutyPeriod.seat_id.in_(periods)).order_by(DutyPeriod.first_day)
    ):
        if one.last_day is None or one.last_day >= today:
            periods[one.seat_id].append(one)
    return [
        Member(seat, person.name, person.state is PersonState.ACTIVE, tuple(periods[seat.id])) for seat, person in rows
    ]


def long_breaks(team: list[Member], today: date) -> list[BreakLine]:
    """Return the next breaks of more than three days, and who answers in each: an empty line is a gap to fill."""
    found: list[BreakLine] = []
    calendar, day = SchoolCalendar(), today
    try:
        while len(found) < BREAKS_AHEAD:
            ahead = calendar.break_after(day)
            if ahead is not None:
                names = tuple(one.name for one in team if one.counts and _covers(one, ahead))
                found.append(BreakLine(ahead, names))
            day = ahead.next_school_day if ahead is not None else calendar.next_school_day(day)
    except CalendarRunOut:
        pass
    return found


def give(session: Session, seat_id: int, first: date, last: date | None, by: int, now: datetime) -> None:
    """Put a person on duty from a day to a day, or until further notice; entered twice, it is one period.

    Raises DutyUnknown, OwnAppointment, DutyDaysWrong.
    """
    seat, today = _seat(session, seat_id), now.astimezone(BERLIN).date()
    if seat.person_id == by:
        raise OwnAppointment
    if last is not None and (last < first or last < today):
        raise DutyDaysWrong
    session.flush()
    session.refresh(seat, with_for_update=True)  # of two submits at once, the second one finds the first
    same = select(DutyPeriod.id).where(
        DutyPeriod.seat_id == seat.id, DutyPeriod.first_day == first, DutyPeriod.last_day.is_not_distinct_from(last)
    )
    if session.scalars(same).first() is not None:
        return
    known = session.scalars(select(DutyPeriod.id).where(DutyPeriod.seat_id == seat.id).limit(1)).first()
    if (
        seat.on_duty and known is None and (first, last) != (today, None)
    ):  # on duty without dates so far: goes on until that is deleted
        session.add(DutyPeriod(seat_id=seat.id, first_day=today, last_day=None))
    session.add(DutyPeriod(seat_id=seat.id, first_day=first, last_day=last))
    facts: dict[str, int | str | None] = {
        "seat": seat.id, "day": first.isoformat(), "until": last.isoformat() if last else None
    }  # fmt: skip
    trail.record(session, Event.DUTY_GIVEN, now, actor=by, subject=seat.person_id, **facts)
    session.flush()
    settle(session, today)


def take(session: Session, period_id: int, by: int, now: datetime) -> dict[str, str]:
    """Take a period away; return the fields of the form that gives it again. Raises DutyUnknown."""
    period, today = session.get(DutyPeriod, period_id), now.astimezone(BERLIN).date()
    if period is None:
        raise DutyUnknown
    seat = session.get_one(Seat, period.seat_id)
    fields = {"seat": str(seat.id), "first_day": max(period.first_day, today).isoformat()}
    fields |= {"last_day": period.last_day.isoformat()} if period.last_day is not None else {}
    session.delete(period)
    session.flush()
    seat.on_duty = False
    facts: dict[str, int | str] = {"seat": seat.id, "day": today.isoformat()}
    trail.record(session, Event.DUTY_ENDED, now, actor=by, subject=seat.person_id, **facts)
    settle(session, today)
    return fields


def settle(session: Session, today: date) -> int:
    """Set who is on duty today by the periods; returns for how many that changed.

    A person without any period stays as they were: so a city without periods keeps the team it has.
    """
    changed = 0
    on_duty: dict[int, bool] = {}
    for period in session.scalars(select(DutyPeriod)):
        covers = period.first_day <= today and (period.last_day is None or period.last_day >= today)
        on_duty[period.seat_id] = on_duty.get(period.seat_id, False) or covers
    for seat in session.scalars(select(Seat).where(Seat.id.in_(on_duty), Seat.state != SeatState.ENDED)):
        if seat.on_duty is not on_duty[seat.id]:
            seat.on_duty = on_duty[seat.id]
            changed += 1
    session.flush()
    return changed


def _covers(one: Member, ahead: Break) -> bool:
    days = [ahead.first.toordinal() + n for n in range(ahead.days)]
    return all(
        any(
            period.first_day.toordinal() <= day and (period.last_day is None or day <= period.last_day.toordinal())
            for period in one.periods
        )
        for day in days
    ) or (one.seat.on_duty and not one.periods)


def _seat(session: Session, seat_id: int) -> Seat:
    seat = session.get(Seat, seat_id)
    if seat is None or seat.role is not Role.CITY_TEAM or seat.state is SeatState.ENDED:
        raise DutyUnknown
    return seat


def by_night(night: Night) -> Counts:
    """Set who of the city's team is on duty today."""
    with night.transaction() as session:
        settle(session, night.today)
    return {}
