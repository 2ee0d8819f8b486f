"""Whether a reporter waits for us: one definition, for a row and for a query.

An answer that can still be taken back answers nobody. From the moment at which the reporter sees it, it does, by the
time alone (decision D81). The row is brought up to date by the next writer or by the night work.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, and_, or_

from bullying_desk.clock import full_hour
from bullying_desk.reports.models import Report, ReporterState, Writer

TAKE_BACK: Final = timedelta(seconds=60)
"""How long an answer can be taken back before the reporter sees it."""


def is_held(shown_from: datetime | None, now: datetime) -> bool:
    """Whether a letter is not shown yet. No date in a row hides it for longer than the minute."""
    return shown_from is not None and now < shown_from <= now + TAKE_BACK


def last_writer(report: Report, now: datetime) -> Writer:
    """Return whose letter is the newest that the reporter can see."""
    return Writer.STAFF if _is_answered(report, now) else report.last_writer


def waits(report: Report, now: datetime) -> bool:
    """Whether the reporter waits for us."""
    return last_writer(report, now) is Writer.REPORTER and report.reporter_state is ReporterState.OPEN


def waiting(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that a reporter waits for us."""
    return and_(
        Report.last_writer == Writer.REPORTER,
        Report.reporter_state == ReporterState.OPEN,
        or_(Report.answer_from.is_(None), Report.answer_from > now),
    )


def settle(report: Report, now: datetime) -> None:
    """Write down that an answer has been shown: the promise is kept, and no step over it was missed any more."""
    if _is_answered(report, now) and report.answer_from is not None:
        answered(report, full_hour(report.answer_from))
        report.answer_from = None


def answered(report: Report, hour: datetime) -> None:
    """Note that the newest letter is ours."""
    report.last_writer, report.last_hour = Writer.STAFF, hour
    report.escalation = report.unseen_step = 0


def _is_answered(report: Report, now: datetime) -> bool:
    return report.answer_from is not None and not is_held(report.answer_from, now)
