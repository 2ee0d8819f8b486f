"""What a child is told about the day it was promised: that it is true, also where holidays lie in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.reports.models import GrantState, Report, ReportGrant
from bullying_desk.schooldays import HORIZON, Break, CalendarRunOut
from bullying_desk.schools.models import DutyPeriod, Seat, SeatState
from bullying_desk.schools.team import school_calendar


@dataclass(frozen=True, slots=True)
class Outlook:
    """`day` is what was promised; not `sure` where no holidays are known for it; `late` once it was missed.

    `holidays`: the break of more than three days that runs now or lies before the day (`now` says which);
    `city_answers`: of the city's team, somebody on duty reads then.
    """

    day: date
    sure: bool
    late: bool
    holidays: Break | None = None
    now: bool = False
    city_answers: bool = False


def outlook(session: Session, report: Report, today: date) -> Outlook:
    """Return what is true about a report's promised day."""
    found = _holidays(session, report, today)
    now = found is not None and found.first <= today
    answers = found is not None and _city_on_duty(session, report, found, today)
    return Outlook(report.answer_due, report.answer_due <= HORIZON, report.escalation > 0, found, now, answers)


def _holidays(session: Session, report: Report, today: date) -> Break | None:
    calendar, day = school_calendar(session, report.school_id), today
    try:
        while day <= max(report.answer_due, today):
            found = calendar.break_after(day)
            if found is not None and found.first <= max(report.answer_due, today):
                return found
            day = calendar.next_school_day(day)
    except CalendarRunOut:
        return None
    return None


def _city_on_duty(session: Session, report: Report, holidays: Break, today: date) -> bool:
    """Whether somebody on duty then reads, or stands by and will be let in (`standing_in`) within the minute."""
    query = (
        select(Seat.on_duty, DutyPeriod.first_day, DutyPeriod.last_day)
        .join(ReportGrant, ReportGrant.person_id == Seat.person_id)
        .outerjoin(DutyPeriod, DutyPeriod.seat_id == Seat.id)
        .where(ReportGrant.report_id == report.id, ReportGrant.epoch == report.epoch)
        .where(ReportGrant.state != GrantState.ENDED)
        .where(Seat.role == Role.CITY_TEAM, Seat.state == SeatState.ACTIVE)
    )
    begins = max(holidays.first, today)
    rows: Sequence[Any] = session.execute(query).all()  # an outer join: whoever has no period comes with None
    return any(
        on_duty if first is None else first <= holidays.last and (last is None or last >= begins)
        for on_duty, first, last in rows
    )
