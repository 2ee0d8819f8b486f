"""What is due, as queries: closed long enough, not held, not waiting for the archive, everything read.

Time alone never makes unread text due. If a reporter wrote something that no reader has opened, or that still waits for
an answer, the whole case stays, however old it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from bullying_desk.clock import BERLIN
from bullying_desk.erasing.default_periods import Kind
from bullying_desk.erasing.periods_in_force import EVERYBODY, MISTAKE, Periods
from bullying_desk.reports import record_kinds
from bullying_desk.reports.models import Case, CaseStatus, Record, Report, ReporterState, ReportGrant, Writer
from bullying_desk.schools.models import School
from bullying_desk.sealing.records import Side

QUIET = timedelta(days=182)
OFFER = "offer"  # Case.archive while the archive has not answered

_SEEN = (
    select(func.coalesce(func.max(ReportGrant.seen_letters), 0))
    .where(ReportGrant.report_id == Report.id, ReportGrant.person_id.is_not(None))
    .correlate(Report)
    .scalar_subquery()
)
_UNOPENED = (
    select(Record.id)
    .where(
        Record.owner_id == Report.id,
        Record.kind.in_((record_kinds.REPORT, record_kinds.LETTER)),
        Record.side == Side.REPORTER.value,
        Record.sequence > _SEEN,
    )
    .correlate(Report)
    .exists()
)
_WAITS = and_(Report.last_writer == Writer.REPORTER, Report.reporter_state == ReporterState.OPEN)
# Text the child has erased itself is not unread any more: it is destroyed on the day the child was shown.
UNREAD: ColumnElement[bool] = (
    exists()
    .where(Report.case_id == Case.id, Report.reporter_state != ReporterState.ERASING, or_(_WAITS, _UNOPENED))
    .correlate(Case)
)
"""Whether something in a case is unread or waits for an answer."""


def free(today: date) -> ColumnElement[bool]:
    """Return the condition that nothing but its period keeps a case."""
    return and_(not_held(today), Case.archive != OFFER, ~UNREAD)


def not_held(today: date) -> ColumnElement[bool]:
    """Return the condition that no hold of staff keeps a case today."""
    return or_(Case.hold_until.is_(None), Case.hold_until <= today)


def closed_before(periods: Periods, kind: Kind, today: date, *, ahead: timedelta = timedelta()) -> ColumnElement[bool]:
    """Return the condition that a case was closed so long ago that a kind of data is over, now or within `ahead`."""
    parts = [
        and_(schools, Case.closed_hour < _midnight(today + ahead - timedelta(days=periods.days(kind, authority))))
        for authority, schools in _scopes(periods)
    ]
    return and_(Case.status == CaseStatus.CLOSED, or_(*parts))


def case_over(periods: Periods, today: date, *, ahead: timedelta = timedelta()) -> ColumnElement[bool]:
    """Return the condition that a whole case is over: by its own period, or earlier where it was a mistake."""
    mistake = and_(Case.outcome == MISTAKE, closed_before(periods, Kind.MISTAKE, today, ahead=ahead))
    return or_(closed_before(periods, Kind.CASE, today, ahead=ahead), mistake)


def quiet(today: date) -> ColumnElement[bool]:
    """Return the condition that a case is open though nobody has written for half a year: its periods never begin."""
    since = _midnight(today - QUIET)
    lately = exists().where(Report.case_id == Case.id, Report.last_hour >= since).correlate(Case)
    return and_(Case.status != CaseStatus.CLOSED, Case.opened_hour < since, ~lately, ~UNREAD)


def has_conversation() -> ColumnElement[bool]:
    """Return the condition that a case still holds its conversation."""
    return exists().where(Report.case_id == Case.id, Report.emptied_on.is_(None)).correlate(Case)


def _scopes(periods: Periods) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Yield each school authority with numbers of its own, then all others."""
    own = sorted(periods.authorities)
    for authority in own:
        yield authority, Case.school_id.in_(select(School.id).where(School.authority_number == authority))
    others = Case.school_id.not_in(select(School.id).where(School.authority_number.in_(own)))
    yield EVERYBODY, others if own else Case.id.is_not(None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)
