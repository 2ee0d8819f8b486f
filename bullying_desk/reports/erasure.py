"""Erasing a child's text: closed at once, destroyed after seven days, unless the team must keep it.

Danger and a hold by staff are the two reasons to keep it (§ 4 KKG, § 42 (6) SchulG NRW). The page says so before the
press, with the last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.erasing import drafts
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.night import Counts, Night
from bullying_desk.reports.models import Report, ReporterState, Urgency
from bullying_desk.sealing.pepper import PepperLayer

UNDO_FOR = timedelta(days=7)
DANGER_KEPT_FOR = timedelta(days=365)  # a year of school, so that the team can account for what followed


class NotErased(Exception):
    """There is nothing to undo: the report was not erased."""


@dataclass(frozen=True, slots=True)
class ErasureOutlook:
    """What erasing means for this report today. `destroyed_on`: the day the bytes are destroyed."""

    destroyed_on: date
    kept: bool
    because_of_danger: bool


def outlook(report: Report, today: date) -> ErasureOutlook:
    """Return, before the press, when the text would be destroyed and whether the team keeps it until then."""
    danger_until = _danger_kept_until(report) or today
    until = max(danger_until, held_until(report) or today)
    soon = today + UNDO_FOR
    kept = until > soon
    return ErasureOutlook(until if kept else soon, kept, kept and danger_until == until)


def _danger_kept_until(report: Report) -> date | None:
    """Return until when a report is kept because danger was declared, or its case judged acute."""
    hours = [report.arrived_hour] if report.danger else []
    if report.case.urgency is Urgency.ACUTE:
        hours.append(report.case.urgency_hour or report.arrived_hour)
    return max(hour.astimezone(BERLIN).date() for hour in hours) + DANGER_KEPT_FOR if hours else None


def erased_by_child_on(report: Report) -> date | None:
    """Return the day on which the child erased a report that nobody sees any more, while it can be called back."""
    hidden = report.reporter_state is ReporterState.ERASING and not report.kept_for_team
    return report.erase_on - UNDO_FOR if hidden and report.erase_on is not None else None


def erase(session: Session, report: Report, today: date) -> ErasureOutlook:
    """Close the report for the child; hide it from the desk at once unless the team has to keep it."""
    result = outlook(report, today)
    report.reporter_state = ReporterState.ERASING
    report.erase_on, report.kept_for_team = result.destroyed_on, result.kept
    session.flush()
    drafts.destroy_of_report(session, report.id, today)
    others = select(Report.id).where(Report.case_id == report.case_id, Report.reporter_state != ReporterState.ERASING)
    if not result.kept and session.scalars(others.limit(1)).first() is None:
        drafts.destroy_of_case(session, report.case_id, today)
    return result


def undo(session: Session, report: Report) -> None:
    """Take an erasure back. Raises NotErased."""
    if report.reporter_state is not ReporterState.ERASING:
        raise NotErased
    report.reporter_state, report.erase_on, report.kept_for_team = ReporterState.OPEN, None, False
    session.flush()


def destroy_due(session: Session, pepper_layer: PepperLayer, now: datetime) -> int:
    """Destroy every report whose day has come, and its case where no other report is left in it.

    Returns how many. The night work then makes the database drop the bytes.
    """
    today = now.astimezone(BERLIN).date()
    query = select(Report).where(Report.reporter_state == ReporterState.ERASING, Report.erase_on <= today)
    due = [report for report in session.scalars(query.with_for_update(skip_locked=True)) if _is_due(report, today)]
    gone = [(report.id, report.case_id) for report in due]
    destroyer = Destroyer(session, pepper_layer, today)
    for report_id, case_id in gone:
        destroyer.report(report_id)
        trail.record(session, Event.REPORT_DESTROYED, full_hour(now), subject=case_id, report=report_id, why="child")
    return len(gone)


def _is_due(report: Report, today: date) -> bool:
    """A hold that staff set after the press still counts."""
    held = held_until(report)
    if held is not None and held > today:
        report.erase_on, report.kept_for_team = held, True
        return False
    return True


def held_until(report: Report) -> date | None:
    """Return the day until which staff keep a report, by a hold on it or on the case it is in now."""
    return max((day for day in (report.hold_until, report.case.hold_until) if day is not None), default=None)


def by_night(night: Night) -> Counts:
    """Destroy the reports whose reporters wanted it and did not take it back."""
    with night.transaction() as session:
        return {"reports destroyed": destroy_due(session, night.pepper_layer, night.now)}
