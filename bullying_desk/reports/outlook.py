"""What a child is told about the day it was promised: that it is true, also where holidays lie in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.reports.models import GrantState, Report, ReportGrant
from bullying_desk.schooldays import HORIZON, CalendarRunOut
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.schools.team import school_calendar


@dataclass(frozen=True, slots=True)
class Outlook:
    """`day` is what was promised; not `sure` where no holidays are known for it; `late` once it was missed.

    `break_until`: the next school day, where a break of more than three days runs now; `city_answers`: of the city's
    team, somebody on duty reads then.
    """

    day: date
    sure: bool
    late: bool
    break_until: date | None = None
    city_answers: bool = False


def outlook(session: Session, report: Report, today: date) -> Outlook:
    """Return what is true about a report's promised day."""
    until = _break_until(session, report.school_id, today)
    answers = until is not None and _city_on_duty(session, report)
    return Outlook(report.answer_due, report.answer_due <= HORIZON, report.escalation > 0, until, answers)


def _break_until(session: Session, school_id: int, today: date) -> date | None:
    calendar = school_calendar(session, school_id)
    try:
        found = None if calendar.is_school_day(today) else calendar.break_after(today)
    except CalendarRunOut:
        return None
    return found.next_school_day if found else None


def _city_on_duty(session: Session, report: Report) -> bool:
    """Whether somebody on duty reads, or stands by and will be let in (`standing_in`) within the minute."""
    query = (
        select(Seat.id)
        .join(ReportGrant, ReportGrant.person_id == Seat.person_id)
        .where(ReportGrant.report_id == report.id, ReportGrant.epoch == report.epoch)
        .where(ReportGrant.state != GrantState.ENDED)
        .where(Seat.role == Role.CITY_TEAM, Seat.state == SeatState.ACTIVE, Seat.on_duty)
    )
    return session.scalars(query.limit(1)).first() is not None
