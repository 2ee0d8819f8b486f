"""Telling readers that there is something new; a notice may fail, a report may not be lost over it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.reports.models import GrantState, Report, ReportGrant
from bullying_desk.schools.notice_days import Calendars, announce

TIMES = ("07:15", "10:00", "12:30", "15:00")


def tell_readers(
    session: Session, report: Report, now: datetime, times: tuple[str, ...], *, danger: bool = False
) -> None:
    """Tell everybody who reads a report that there is something: at danger at once, else at the next fixed time."""
    query = (
        select(Person.id, Person.email)
        .join(ReportGrant, ReportGrant.person_id == Person.id)
        .where(
            ReportGrant.report_id == report.id,
            ReportGrant.epoch == report.epoch,
            ReportGrant.state == GrantState.OPEN,
        )
    )
    people = [(person, email) for person, email in session.execute(query)]
    announce(session, people, danger=danger, now=now, times=times, calendars=Calendars(session, report.school_id))
