"""Before unread text would be destroyed, its readers get a mail without content and see it on their desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ScalarSelect, Select, delete, exists, func, select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.reports import reader_notices
from bullying_desk.reports.models import Case, GrantState, Report, ReporterState, ReportGrant
from bullying_desk.retention import due
from bullying_desk.retention.changing_periods import load
from bullying_desk.retention.models import RetentionWarning

AHEAD = timedelta(days=14)
AGAIN = timedelta(days=14)  # repeated this often while it stays unread
MOST = 200  # cases warned of in one pass; the rest on the next day


def warn(session: Session, now: datetime, notice_times: tuple[str, ...]) -> int:
    """Warn the readers of every case that would go within two weeks if it were read. Returns the number of cases."""
    today = now.astimezone(BERLIN).date()
    periods = load(session, today)
    session.execute(delete(RetentionWarning).where(RetentionWarning.case_id.in_(select(Case.id).where(~due.UNREAD))))
    over = due.closed_before(periods, Kind.CONVERSATION, today, ahead=AHEAD) | due.case_over(
        periods, today, ahead=AHEAD
    )
    fresh = select(RetentionWarning.case_id).where(RetentionWarning.warned_on > today - AGAIN)
    query = select(Case.id).where(over, due.UNREAD, due.not_held(today), Case.id.not_in(fresh)).limit(MOST)
    ids = session.scalars(query).all()
    for case_id in ids:
        session.merge(RetentionWarning(case_id=case_id, warned_on=today))
        trail.record(session, Event.UNREAD_WARNED, full_hour(now), subject=case_id)
        for report in session.scalars(select(Report).where(Report.case_id == case_id)):
            reader_notices.tell_readers(session, report, now, notice_times)
    session.flush()
    return len(ids)


def warned(session: Session, person_id: int, key_id: bytes) -> list[int]:
    """Return the cases a person reads in which unread text keeps a case that would be over, for their desk."""
    return sorted(session.scalars(_warned(person_id, key_id).distinct()))


def count_warned(person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]) -> ScalarSelect[int]:
    """Return their number, as a part of another query."""
    return _warned(person_id, key_id).with_only_columns(func.count()).scalar_subquery()


def _warned(person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]) -> Select[int]:
    # The few warned cases first: joined, SQLite would begin with every grant a person ever got (0.2 s in each inbox).
    read = exists().where(
        Report.case_id == RetentionWarning.case_id,
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.person_id == person_id,
        ReportGrant.state == GrantState.OPEN,
        ReportGrant.key_id == key_id,
        Report.reporter_state != ReporterState.ERASING,
    )
    known = select(RetentionWarning.case_id).join(Case, Case.id == RetentionWarning.case_id)
    return known.where(due.UNREAD, read)
