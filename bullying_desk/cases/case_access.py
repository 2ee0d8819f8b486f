"""Finding a case: only through a grant. For a person without one there is no such case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.cases.case_list import VISIBLE
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.erasure import erased_by_child_on
from bullying_desk.reports.models import Case, GrantState, Report, ReportGrant
from bullying_desk.resources import case_name


class CaseUnknown(Exception):
    """There is no such case for this person: it does not exist, was erased, or they hold no open grant of it."""


class AccessWaits(Exception):
    """The person's grants belong to a key they lost; `readers` are the persons who can give the access back."""

    def __init__(self, readers: frozenset[int]) -> None:
        super().__init__(len(readers))
        self.readers = readers


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case with the reports of it that this person reads, the oldest first."""

    case: Case
    reports: tuple[Report, ...]

    def report(self, report_id: int) -> Report:
        """Return one of the reports. Raises CaseUnknown for any other."""
        for report in self.reports:
            if report.id == report_id:
                return report
        raise CaseUnknown


def find_case(me: Counsellor, case_id: int) -> FoundCase:
    """Return a case as far as the person reads it, its row locked for the request.

    Raises CaseUnknown, AccessWaits.
    """
    # One at a time: a new epoch, a note's number or an owner is never given twice. The lock comes before any look, or
    # a report that a colleague has just taken out of the case would still be found in it.
    case = me.session.get(Case, case_id, with_for_update=True)
    query = (
        select(Report)
        .join(ReportGrant, (ReportGrant.report_id == Report.id) & (ReportGrant.epoch == Report.epoch))
        .where(
            Report.case_id == case_id,
            ReportGrant.person_id == me.person_id,
            ReportGrant.state == GrantState.OPEN,
            VISIBLE,
        )
    )
    reports = tuple(me.session.scalars(query.order_by(Report.arrived_hour, Report.id)))
    _refuse_without_key(me, case_id, reports)
    if case is None:
        raise CaseUnknown(case_id)
    return FoundCase(case, reports)


def erased_case(session: Session, person_id: int, case_id: int) -> tuple[str, date] | None:
    """Return name and day of a case the child has erased, for who was responsible for it and until it is destroyed."""
    case = session.get(Case, case_id)
    if case is None or case.owner_id != person_id:
        return None
    reports = session.scalars(select(Report).where(Report.case_id == case_id)).all()
    days = [erased_by_child_on(report) for report in reports]
    known = [day for day in days if day is not None]
    return (case_name(case_id), max(known)) if known and len(known) == len(days) else None


def _refuse_without_key(me: Counsellor, case_id: int, reports: tuple[Report, ...]) -> None:
    lost = (
        select(Report.id)
        .join(ReportGrant, ReportGrant.report_id == Report.id)
        .where(
            Report.case_id == case_id,
            ReportGrant.person_id == me.person_id,
            ReportGrant.state == GrantState.OPEN,
            ReportGrant.key_id != me.key.key_id,
            VISIBLE,
        )
    )
    waiting = set(me.session.scalars(lost))
    if waiting:
        raise AccessWaits(_readers(me.session, waiting) - {me.person_id})
    if not reports:
        raise CaseUnknown(case_id)


def _readers(session: Session, reports: set[int]) -> frozenset[int]:
    query = select(ReportGrant.person_id).where(
        ReportGrant.report_id.in_(reports), ReportGrant.state == GrantState.OPEN, ReportGrant.person_id.is_not(None)
    )
    return frozenset(person for person in session.scalars(query) if person is not None)
