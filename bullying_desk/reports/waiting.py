"""Whether a reporter waits for us: one definition, for a row and for a query.

An answer that can still be taken back answers nobody. From the moment at which the reporter sees it, it does, by the
time alone (decision D81). The row is brought up to date by the next writer or by the night work.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.reports.models import Report, ReporterState, Writer

FEWEST_SHOWN: Final = 5
"""Below this number no count of late answers is shown, above it only multiples: no count tells of one report."""
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


@dataclass(frozen=True, slots=True)
class LateAnswers:
    """How many people wait longer than promised: `at_least` in the city and by school, 0 for fewer than five."""

    as_of: date
    at_least: int
    schools: dict[int, int]


def late_answers(session: Session, now: datetime) -> LateAnswers:
    """Count who still waits and was promised an answer before this week's Monday, rounded down to fives.

    A week and a step of five keep the count from telling of one report: somebody left out of it must not find it here.
    """
    today = now.astimezone(BERLIN).date()
    monday = today - timedelta(days=today.weekday())
    late = select(Report.school_id).where(waiting(now), Report.answer_due < monday)
    schools = Counter(session.scalars(late).all())
    shown = {school: _rounded(count) for school, count in schools.items() if count >= FEWEST_SHOWN}
    return LateAnswers(monday, _rounded(schools.total()), shown)


def _rounded(count: int) -> int:
    return count // FEWEST_SHOWN * FEWEST_SHOWN
