"""The night work's part of following up: two and eight weeks after the last measure, the reporter is asked.

It writes two dates for each report and nothing else. The question shows when they come back (`mailbox.asking`).
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.cases.deadlines import follow_up_window
from bullying_desk.config import ClockValues
from bullying_desk.reports.mailbox import asking
from bullying_desk.reports.models import Case, CaseStatus, Report, ReporterState, ReportQuestion, Round
from bullying_desk.schools.team import school_calendar, school_hours

LONG_AGO = timedelta(days=120)
"""A measure older than this has had its questions; the night work need not look at it again."""


def plan_questions(session: Session, values: ClockValues, today: date) -> int:
    """Put down when each reporter of a case with a measure is asked; returns how many reports got new dates.

    Safe to run twice: a date that is known, and one that was answered, stays as it is.
    """
    query = (
        select(Report, Case.measure_on)
        .join(Case, Case.id == Report.case_id)
        .where(
            Case.measure_on.is_not(None),
            Case.measure_on > today - LONG_AGO,
            Case.status != CaseStatus.CLOSED,
            Report.reporter_state != ReporterState.ERASING,
        )
        .order_by(Report.id)
    )
    planned = 0
    for report, measure_on in session.execute(query).all():
        if measure_on is not None and plan_for(session, report, measure_on, values):
            planned += 1
    return planned


def plan_for(session: Session, report: Report, measure_on: date, values: ClockValues) -> bool:
    """Ask one reporter on the last days of the two windows after a measure; True where a date is new."""
    calendar = school_calendar(session, report.school_id, school_hours(values))
    two, eight = (follow_up_window(calendar, measure_on, number, values).last for number in (0, 1))
    known = session.execute(
        select(ReportQuestion.round, ReportQuestion.ask_on).where(ReportQuestion.report_id == report.id)
    )
    days = {row.round: row.ask_on for row in known}
    if (days.get(Round.TWO_WEEKS), days.get(Round.EIGHT_WEEKS)) == (two, eight):
        return False
    asking.plan(session, report, two, eight)
    return True
