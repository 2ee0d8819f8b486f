"""The day by which a reporter is promised an answer, and when that promise counts as missed; holidays do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.clock import BERLIN
from bullying_desk.config import ClockValues
from bullying_desk.reports.models import Case, GrantState, Report, ReportGrant, Urgency
from bullying_desk.schooldays import HORIZON, Break, CalendarRunOut, SchoolCalendar
from bullying_desk.schools.models import DutyPeriod, Seat, SeatState
from bullying_desk.schools.team import school_calendar, school_hours

WITHOUT_CALENDAR = timedelta(days=7)


def promised_date(calendar: SchoolCalendar, today: date, *, danger: bool, school_days: int) -> date:
    """Return the day by which the team answers: the next school day at danger, else after `school_days` of them."""
    try:
        return calendar.add_school_days(today, 1 if danger else school_days)
    except CalendarRunOut:  # no reason to lose a report; `doctor` warns the operator
        return today + WITHOUT_CALENDAR


@dataclass(frozen=True, slots=True)
class AnswerOutlook:
    """`day` is the promised one; not `sure` where no holidays are known for it; `late` once it was missed.

    `holidays`: the break of more than three days that runs now or comes before the day (`now` says which).
    `city_answers`: on each remaining day of it a member of the city's team is on duty and reads.
    `city_sometimes`: on some of them.
    """

    day: date
    sure: bool
    late: bool
    holidays: Break | None = None
    now: bool = False
    city_answers: bool = False
    city_sometimes: bool = False


def outlook(session: Session, report: Report, today: date) -> AnswerOutlook:
    """Return the truth about a report's promised day."""
    found = _holidays(session, report, today)
    now = found is not None and found.first <= today
    covered = _covered(session, report, found, today) if found is not None else []
    return AnswerOutlook(
        report.answer_due,
        sure=report.answer_due <= HORIZON,
        late=report.escalation > 0,
        holidays=found,
        now=now,
        city_answers=bool(covered) and all(covered),
        city_sometimes=any(covered),
    )


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


def _covered(session: Session, report: Report, holidays: Break, today: date) -> list[bool]:
    """For each day left of a break: whether a person on duty reads, or stands by and is let in within the minute."""
    query = (
        select(Seat.on_duty, DutyPeriod.first_day, DutyPeriod.last_day)
        .join(ReportGrant, ReportGrant.person_id == Seat.person_id)
        .outerjoin(DutyPeriod, DutyPeriod.seat_id == Seat.id)
        .where(ReportGrant.report_id == report.id, ReportGrant.epoch == report.epoch)
        .where(ReportGrant.state != GrantState.ENDED)
        .where(Seat.role == Role.CITY_TEAM, Seat.state == SeatState.ACTIVE)
    )
    begins = max(holidays.first, today)
    rows: Sequence[Any] = session.execute(query).all()  # an outer join: a seat without a period comes with None
    days = [begins + timedelta(days=n) for n in range((holidays.last - begins).days + 1)]

    def on_duty(day: date) -> bool:
        return any(
            always if first is None else first <= day and (last is None or day <= last) for always, first, last in rows
        )

    return [on_duty(day) for day in days]


# The day a reporter is promised, and from when a missed promise of an acute case counts.
#
# An acute case has a clock of its own, in school hours (principle P4). A child's new letter in it runs by it, as
# a report does that was judged acute: the promised day is the day the clock uses.


def acute_day(calendar: SchoolCalendar, now: datetime, values: ClockValues) -> date:
    """Return by when an acute case is answered: the day on which the school hours from now on have passed."""
    try:
        return calendar.add_school_hours(now, values.acute_school_hours).astimezone(BERLIN).date()
    except CalendarRunOut:
        return now.astimezone(BERLIN).date()


def letter_day(session: Session, report: Report, now: datetime, values: ClockValues) -> date:
    """Return the day promised for a letter that follows an answer: by how urgent its case is.

    Danger that was declared counts like one that was judged, until two people have lowered it.
    """
    case, today = session.get_one(Case, report.case_id), now.astimezone(BERLIN).date()
    calendar = school_calendar(session, report.school_id, school_hours(values))
    if case.is_acute:
        return acute_day(calendar, now, values)
    days = {Urgency.HIGH: values.high_school_days, Urgency.MEDIUM: values.medium_school_days}
    school_days = days.get(case.urgency, values.answer_school_days)
    return promised_date(calendar, today, danger=False, school_days=school_days)


def missed_from(calendar: SchoolCalendar, report: Report, case: Case, values: ClockValues) -> datetime:
    """Return the moment from which the promise of an acute case counts as missed.

    It is the morning of the promised day. On the day of the letter itself it is not before the promised school hours
    have passed, nor before a person has judged it acute. Raises CalendarRunOut.
    """
    begins = calendar.opening(report.answer_due)[0]
    if case.urgency is Urgency.ACUTE and case.urgency_hour is not None:
        begins = max(begins, case.urgency_hour)
    return max(begins, report.last_hour + timedelta(hours=values.acute_school_hours))
