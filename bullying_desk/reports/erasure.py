"""Erasing what a child wrote: closed at once, destroyed after seven days, unless the team has to keep it.

Danger and a hold by staff are the two reasons to keep (§ 4 KKG, § 42 (6) SchulG NRW); the page says so, and until
when, before the press.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.reports.mailbox import end_sessions
from bullying_desk.reports.models import (
    Case,
    CaseEpoch,
    CaseGrant,
    Record,
    Report,
    ReportEpoch,
    ReporterState,
    ReportGrant,
)

UNDO_FOR = timedelta(days=7)
DANGER_KEPT_FOR = timedelta(days=365)  # a year of school, so that what followed can be answered for


class NotErased(Exception):
    """There is nothing to undo: the report was not erased."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What erasing means for this report today. `destroyed_on`: the day the bytes go."""

    destroyed_on: date
    kept: bool
    because_of_danger: bool


def outlook(report: Report, today: date) -> Outlook:
    """Say, before the press, when the text would be destroyed and whether the team keeps it until then."""
    danger_until = report.arrived_hour.astimezone(BERLIN).date() + DANGER_KEPT_FOR if report.danger else today
    until = max(danger_until, report.hold_until or today)
    soon = today + UNDO_FOR
    kept = until > soon
    return Outlook(until if kept else soon, kept, kept and danger_until == until)


def erase(session: Session, report: Report, today: date) -> Outlook:
    """Close the report for the child; hide it from the desk at once unless the team has to keep it."""
    result = outlook(report, today)
    report.reporter_state = ReporterState.ERASING
    report.erase_on, report.kept_for_team = result.destroyed_on, result.kept
    session.flush()
    return result


def undo(session: Session, report: Report) -> None:
    """Take an erasure back. Raises NotErased."""
    if report.reporter_state is not ReporterState.ERASING:
        raise NotErased
    report.reporter_state, report.erase_on, report.kept_for_team = ReporterState.OPEN, None, False
    session.flush()


def is_hidden(report: Report) -> bool:
    """Whether the desk must not show the report any more."""
    return report.reporter_state is ReporterState.ERASING and not report.kept_for_team


def destroy_due(session: Session, today: date) -> int:
    """Destroy every report whose day has come, and its case where no other report is left in it.

    Returns how many. The caller then makes the database drop the bytes (`Database.forget_deleted`).
    """
    query = select(Report).where(Report.reporter_state == ReporterState.ERASING, Report.erase_on <= today)
    due = [report for report in session.scalars(query.with_for_update(skip_locked=True)) if _is_due(report, today)]
    for report in due:
        _destroy(session, report)
    return len(due)


def _is_due(report: Report, today: date) -> bool:
    """A hold that staff set after the press still counts."""
    if report.hold_until is not None and report.hold_until > today:
        report.erase_on, report.kept_for_team = report.hold_until, True
        return False
    return True


def _destroy(session: Session, report: Report) -> None:
    end_sessions(session, report)
    for table in (ReportGrant, ReportEpoch):
        session.execute(delete(table).where(table.report_id == report.id))
    session.execute(delete(Record).where(Record.owner_id == report.id))
    case_id = report.case_id
    session.delete(report)
    session.flush()
    if session.scalars(select(Report.id).where(Report.case_id == case_id).limit(1)).first() is not None:
        return
    for shell in (CaseGrant, CaseEpoch):
        session.execute(delete(shell).where(shell.case_id == case_id))
    session.execute(delete(Record).where(Record.owner_id == case_id))
    session.execute(delete(Case).where(Case.id == case_id))
