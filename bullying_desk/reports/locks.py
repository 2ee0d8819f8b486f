"""Changes of a case wait for each other: always the case's row first, then its reports'.

A child who leaves a person out and a colleague who says yes change the same two rows. In two orders each would wait for
the other. PostgreSQL would then stop one of the two, and that person would see an error instead of their page. SQLite
has one writer anyway.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.reports.models import Case, Report


def take_turn(session: Session, *cases: int | None) -> None:
    """Lock the rows of some cases, the smaller id first, until the request ends; missing ones are skipped."""
    wanted = {case for case in cases if case}
    session.execute(select(Case.id).where(Case.id.in_(wanted)).order_by(Case.id).with_for_update())


def take_turn_for_report(session: Session, report_id: int) -> Report:
    """Lock the case of a report and the report itself, and return it as it is now."""
    take_turn(session, session.scalar(select(Report.case_id).where(Report.id == report_id)))
    return session.get_one(Report, report_id, with_for_update=True)


def case_and_home(session: Session, report_id: int) -> tuple[int | None, ...]:
    """Return the case a report is in and the one it came from, to lock both."""
    query = select(Report.case_id, Report.home_case_id).where(Report.id == report_id)
    row = session.execute(query).one_or_none()
    return tuple(row) if row is not None else ()
