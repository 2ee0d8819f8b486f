"""Nobody answered in time: whoever stood by reads now, and the child is shown who and why.

The form promises it ("Ist gerade niemand davon da? Dann darf lesen …"), so it must not wait for a person: the night
work releases grants that were written when the report came in. It never makes one (sealing.md, Keys).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.reports import granting, telling
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    ReaderReason,
    Report,
    ReporterState,
    ReportGrant,
    Writer,
)
from bullying_desk.schooldays import CalendarRunOut
from bullying_desk.schools.team import school_calendar
from bullying_desk.sealing.errors import SealingError
from bullying_desk.sealing.pepper import PepperLayer

DANGER_GRACE = timedelta(hours=1)  # a school hour of the day an answer was promised for (decisions 5)


def release_overdue(session: Session, layer: PepperLayer, now: datetime, times: tuple[str, ...]) -> int:
    """Let stand-ins read where a promise was missed; returns how many persons were let in.

    At danger one school hour into the promised day, else at the end of one more school day. A grant that does not
    open under the pepper is left as it is: the others are released all the same.
    """
    released = 0
    for report, person in _standing_by_too_long(session, now):
        try:
            with session.begin_nested():
                reason = ReaderReason.OVERDUE
                granting.release_standby(session, layer, report, person, reason, full_hour(now))
        except (SealingError, granting.GrantMissing):
            continue
        facts: dict[str, Any] = {"report": report.id, "person": person, "reason": reason.value}
        trail.record(session, Event.STANDBY_RELEASED, now, subject=report.case_id, **facts)
        telling.tell_readers(session, report, now, times)
        released += 1
    return released


def _standing_by_too_long(session: Session, now: datetime) -> list[tuple[Report, int]]:
    today = now.astimezone(BERLIN).date()
    query = (
        select(Report, ReportGrant.person_id)
        .join(Case, Case.id == Report.case_id)
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .where(
            Report.last_writer == Writer.REPORTER,
            Report.reporter_state == ReporterState.OPEN,
            Report.answer_due <= today,
            Case.status != CaseStatus.CLOSED,
            ReportGrant.state == GrantState.STANDBY,
            ReportGrant.person_id.is_not(None),
        )
    )
    rows = [(report, person) for report, person in session.execute(query) if person is not None]
    return [(report, person) for report, person in rows if now >= _patience_ends(session, report)]


def _patience_ends(session: Session, report: Report) -> datetime:
    calendar = school_calendar(session, report.school_id)
    try:
        if report.danger:
            return calendar.opening(report.answer_due)[0] + DANGER_GRACE
        return calendar.opening(calendar.add_school_days(report.answer_due, 1))[1]
    except CalendarRunOut:  # better too early than never
        return datetime.combine(report.answer_due + timedelta(days=2), datetime.min.time(), BERLIN)
