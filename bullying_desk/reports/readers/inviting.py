"""A colleague is asked to read: the grant is closed until they say yes, and deleted where they do not.

The session that can open the list of people left out writes an asked person's grant. It is under the pepper layer like
a stand-in's. Saying yes takes the layer off; so no answer ever makes a grant (decision D40).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.reports.models import CaseGrant, GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.readers import granting
from bullying_desk.reports.readers.candidates import staff_of
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace


def say_yes(
    session: Session, pepper_layer: PepperLayer, report: Report, person_id: int, reason: ReaderReason, hour: datetime
) -> None:
    """Let a person read who was asked, or who stood by. Raises GrantMissing where they are neither."""
    granting.release(session, pepper_layer, report, person_id, granting.CLOSED, reason, hour)


def ask_no_longer(session: Session, report: Report, person_id: int) -> None:
    """Delete an offered grant of a person who has not said yes: they never read, so no row stays."""
    of_report = (ReportGrant.report_id == report.id, ReportGrant.person_id == person_id)
    asked = session.scalars(select(ReportGrant).where(*of_report, ReportGrant.state == GrantState.OFFERED)).all()
    for grant in asked:
        session.delete(grant)
    if asked:
        of_case = (CaseGrant.case_id == report.case_id, CaseGrant.person_id == person_id)
        for shell in session.scalars(select(CaseGrant).where(*of_case, CaseGrant.state == GrantState.STANDBY)):
            session.delete(shell)
    session.flush()


def stand_by_again(session: Session, pepper_layer: PepperLayer, report: Report, person_id: int, hour: datetime) -> None:
    """Close the grants of a reader who stood by before: they read no longer, and may be let in again when overdue.

    Their reason is again why they stood by: a colleague was named for it, the city's team stands by for everybody.
    `until_hour` says that they have left the present epoch: the next one is
    the caller's, or begins with the next opening (`cases.leavers.renew`).
    """
    of_team = {one.person_id for one in staff_of(session, report.school_id).team}
    reason = ReaderReason.CHOSEN if person_id in of_team else ReaderReason.STAND_BY_RULE
    of_report = select(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.person_id == person_id)
    for grant in session.scalars(of_report.where(ReportGrant.state == GrantState.OPEN)):
        place = (PepperPlace.STANDBY_GRANT, report.id, grant.epoch, person_id)
        grant.sealed, grant.state, grant.own = pepper_layer.lay(grant.sealed, *place), GrantState.STANDBY, None
        grant.reason, grant.granted_by, grant.until_hour = reason, None, hour
    of_case = select(CaseGrant).where(CaseGrant.case_id == report.case_id, CaseGrant.person_id == person_id)
    for shell in session.scalars(of_case.where(CaseGrant.state == GrantState.OPEN)):
        place = (PepperPlace.STANDBY_GRANT, report.case_id, shell.epoch, person_id)
        shell.sealed, shell.state, shell.own = pepper_layer.lay(shell.sealed, *place), GrantState.STANDBY, None
    granting.disown(session, report.case_id, person_id)
