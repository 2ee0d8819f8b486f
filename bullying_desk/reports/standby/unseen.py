"""An acute report that nobody has opened: step by step the stand-ins read, long before an answer is overdue.

Acute must be seen within one school hour. Seen means opened by a present reader; a sent notice is not enough (decision
D70). When the hour has passed, the deputy is let in after one more, the city's team after two, by releasing grants that
were written when the report came in: the clock makes none (docs/sealing.md). `overdue` asks whether somebody has
answered, and takes steps of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Exists, exists, or_, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.config import ClockValues
from bullying_desk.reports import reader_notices
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report, ReportGrant, Urgency
from bullying_desk.reports.standby import standby
from bullying_desk.reports.standby.deputies import WAITS
from bullying_desk.reports.standby.overdue import CITY, whom
from bullying_desk.schooldays import CalendarRunOut, SchoolCalendar
from bullying_desk.schools.team import school_calendar, school_hours
from bullying_desk.sealing.pepper import PepperLayer


def release_unseen(
    session: Session,
    layer: PepperLayer,
    now: datetime,
    times: tuple[str, ...],
    values: ClockValues = ClockValues(),  # noqa: B008 - it cannot change
) -> int:
    """Take the steps for what is acute and unseen; returns how many persons were let in. Readers get a mail at once."""
    due = _due(session, now, values)
    if not due:
        return 0
    # Where another machine does the same, one of the two takes each report; what was opened meanwhile is seen.
    query = select(Report).where(Report.id.in_(due), ~_seen()).order_by(Report.id).with_for_update(skip_locked=True)
    reports = [report for report in session.scalars(query) if report.unseen_step < due[report.id]]
    released = 0
    for each in standby.rounds(session, reports, standby.away_on(session, now.astimezone(BERLIN).date())):
        step = due[each.report.id]
        people = whom(each, each.report.unseen_step + 1, step)
        let_in = standby.let_in(session, layer, each.report, people, ReaderReason.UNSEEN, now)
        each.report.unseen_step = step
        facts: dict[str, Any] = {"report": each.report.id, "step": step, "released": len(let_in)}
        trail.record(session, Event.UNSEEN, now, subject=each.report.case_id, **facts)
        session.flush()
        reader_notices.tell_readers(session, each.report, now, times, danger=True)
        released += len(let_in)
    return released


def _seen() -> Exists:
    """Return the condition that a reader has opened the newest letter."""
    return exists().where(
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.person_id.is_not(None),
        ReportGrant.state == GrantState.OPEN,
        ReportGrant.first_read_hour.is_not(None),
        ReportGrant.seen_letters >= Report.letters,
    )


def _due(session: Session, now: datetime, values: ClockValues) -> dict[int, int]:
    """Return the step that is due by report, where it is a later one than was taken."""
    query = (
        select(Report, Case)
        .join(Case, Case.id == Report.case_id)
        .where(WAITS, Report.unseen_step < CITY, ~_seen(), or_(Case.danger, Case.urgency == Urgency.ACUTE))
    )
    calendars: dict[int, SchoolCalendar] = {}
    found = {}
    for report, case in session.execute(query):
        school = report.school_id
        if school not in calendars:
            calendars[school] = school_calendar(session, school, school_hours(values))
        step = sum(now >= moment for moment in moments(calendars[school], report, case, values))
        if step > report.unseen_step:
            found[report.id] = step
    return found


def moments(calendar: SchoolCalendar, report: Report, case: Case, values: ClockValues) -> tuple[datetime, datetime]:
    """Return when the deputy and when the city's team is due.

    Counted from the full hour in which the child wrote, which is all that is known: never later than promised, and a
    reader has had a whole school hour at least.
    """
    begins, hours = report.last_hour, values.acute_school_hours
    if not case.danger and case.urgency_hour is not None:
        begins = max(begins, case.urgency_hour)  # an old letter, in a case that was judged acute just now
    first, second = hours + values.deputy_school_days, hours + values.city_school_days
    try:
        return calendar.add_school_hours(begins, first), calendar.add_school_hours(begins, second)
    except CalendarRunOut:  # better too early than never
        return begins + timedelta(hours=first), begins + timedelta(hours=second)
