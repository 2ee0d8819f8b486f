"""The day whoever writes is promised, and from when a missed promise of an acute case counts.

An acute case has a clock of its own, in school hours (principle P4). A child's new letter runs by it as a report that
was judged acute does: the day it is promised is the day the clock uses.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.config import ClockValues
from bullying_desk.reports.intake import promised_date
from bullying_desk.reports.models import Case, Report, Urgency
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar
from bullying_desk.schools.team import school_calendar, school_hours


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
    if case.is_acute:
        return acute_day(school_calendar(session, report.school_id, school_hours(values)), now, values)
    days = {Urgency.HIGH: values.high_school_days, Urgency.MEDIUM: values.medium_school_days}
    school_days = days.get(case.urgency, values.answer_school_days)
    return promised_date(session, report.school_id, today, danger=False, school_days=school_days)


def missed_from(calendar: SchoolCalendar, report: Report, case: Case, values: ClockValues) -> datetime:
    """Return the moment from which the promise of an acute case counts as missed.

    The morning of the promised day; on the day of the letter itself not before the school hours since it have passed,
    nor before somebody has judged it acute. Raises CalendarRunOut.
    """
    begins = calendar.opening(report.answer_due)[0]
    if case.urgency is Urgency.ACUTE and case.urgency_hour is not None:
        begins = max(begins, case.urgency_hour)
    return max(begins, report.last_hour + timedelta(hours=values.acute_school_hours))
