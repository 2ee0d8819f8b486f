"""Writing grants: who gets a report's secret and a case's, at intake and later; releasing a stand-in.

Grants of the reporter and of stand-ins are under the pepper layer, so that nobody can test guessed words or passwords
with a stolen database (docs/sealing.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.erasing import drafts
from bullying_desk.reports.models import (
    Case,
    CaseGrant,
    GrantState,
    ReaderReason,
    Report,
    ReportEpoch,
    ReportGrant,
)
from bullying_desk.reports.readers.candidates import Candidate
from bullying_desk.sealing.format.encoding import REPORTER
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret
from bullying_desk.sealing.grants import case_commitment, report_commitment, seal_case_grant, seal_report_grant
from bullying_desk.sealing.keys import Addressee
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

CLOSED = (GrantState.STANDBY, GrantState.OFFERED)
"""Grants that lie under the pepper layer until they are released: nobody opens them with a password alone."""


class GrantMissing(Exception):
    """The person does not stand by in this report, and was not asked either."""


def report_epoch_row(pepper_layer: PepperLayer, secret: ReportSecret, report: int, epoch: int) -> dict[str, Any]:
    """Return the row with the commitment to a report's secret."""
    plain = report_commitment(secret, report, epoch)
    laid = pepper_layer.lay(plain, PepperPlace.REPORT_COMMITMENT, report, epoch)
    return {"report_id": report, "epoch": epoch, "commitment": laid}


def case_epoch_row(pepper_layer: PepperLayer, secret: CaseSecret, case: int, epoch: int) -> dict[str, Any]:
    """Return the row with the commitment to a case's secret."""
    laid = pepper_layer.lay(case_commitment(secret, case, epoch), PepperPlace.CASE_COMMITMENT, case, epoch)
    return {"case_id": case, "epoch": epoch, "commitment": laid}


def report_grant_row(
    pepper_layer: PepperLayer, secret: ReportSecret, report: int, epoch: int, to: Addressee, state: GrantState
) -> dict[str, Any]:
    """Return one reader's grant. Raises PublicHalfUnusable."""
    sealed = seal_report_grant(secret, report, epoch, to)
    person = to.reader if isinstance(to.reader, int) else None
    if person is None:
        sealed = pepper_layer.lay(sealed, PepperPlace.REPORTER_GRANT, report, epoch)
    elif state in CLOSED:
        sealed = pepper_layer.lay(sealed, PepperPlace.STANDBY_GRANT, report, epoch, person)
    return {
        "id": random_id(),
        "report_id": report,
        "epoch": epoch,
        "person_id": person,
        "key_id": to.key_id,
        "state": state,
        "sealed": sealed,
    }


def case_grant_row(
    pepper_layer: PepperLayer,
    secret: CaseSecret,
    case: int,
    epoch: int,
    to: Addressee,
    state: GrantState,
    hour: datetime,
) -> dict[str, Any]:
    """Return one member of staff's grant of the case. Raises PublicHalfUnusable."""
    sealed = seal_case_grant(secret, case, epoch, to)
    if state is GrantState.STANDBY:
        sealed = pepper_layer.lay(sealed, PepperPlace.STANDBY_GRANT, case, epoch, _person(to))
    return {
        "id": random_id(),
        "case_id": case,
        "epoch": epoch,
        "person_id": _person(to),
        "key_id": to.key_id,
        "state": state,
        "sealed": sealed,
        "since_hour": hour,
    }


def _person(to: Addressee) -> int:
    if to.reader is REPORTER or not isinstance(to.reader, int):
        raise TypeError("a case is never granted to a reporter")
    return to.reader


def open_new_epoch(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    grants: Iterable[tuple[Addressee, GrantState, Mapping[str, Any]]],
) -> ReportSecret:
    """Begin the report's next epoch: a fresh secret for those who stay, so that who left reads nothing new.

    Each grant comes with the columns that go on unchanged (since when, why, how far read).
    Raises PublicHalfUnusable.
    """
    epoch, secret = report.epoch + 1, ReportSecret.generate()
    rows = [
        {**more, **report_grant_row(pepper_layer, secret, report.id, epoch, to, state)} for to, state, more in grants
    ]
    session.add(ReportEpoch(**report_epoch_row(pepper_layer, secret, report.id, epoch)))
    for row in rows:
        session.add(ReportGrant(**row))
    report.epoch = epoch
    session.flush()
    return secret


def add_reader(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    secrets: Mapping[int, ReportSecret],
    who: Candidate,
    to: Addressee,
    reason: ReaderReason,
    hour: datetime,
    granted_by: int | None = None,
    state: GrantState = GrantState.OPEN,
) -> None:
    """Let one more person read everything in `secrets` (by epoch), and show the child the `reason`.

    A former stand-in or reader is a plain reader again. `state` OFFERED: they read once they have said yes.
    Raises PublicHalfUnusable.
    """
    known = {
        grant.epoch: grant
        for grant in session.scalars(
            select(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.person_id == who.person_id)
        )
    }
    for epoch, secret in secrets.items():
        row = report_grant_row(pepper_layer, secret, report.id, epoch, to, state)
        grant = known.get(epoch) or ReportGrant(id=row["id"], report_id=report.id, epoch=epoch, person_id=who.person_id)
        grant.key_id, grant.sealed, grant.state, grant.own = row["key_id"], row["sealed"], state, None
        grant.reason, grant.granted_by, grant.since_hour, grant.until_hour = reason, granted_by, hour, None
        grant.because_of = None
        session.add(grant)
    session.flush()


def release_standby(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    person_id: int,
    reason: ReaderReason,
    hour: datetime,
    because_of: int | None = None,
) -> None:
    """Let a stand-in read: the pepper layer comes off, and the child sees since when, why, and who is away.

    Needs no secret, so the clock may do it. Raises GrantMissing where the person does not stand by.
    """
    release(session, pepper_layer, report, person_id, (GrantState.STANDBY,), reason, hour, because_of)


def release(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    person_id: int,
    states: tuple[GrantState, ...],
    reason: ReaderReason,
    hour: datetime,
    because_of: int | None = None,
) -> None:
    """Open a person's closed grants of these states. Raises GrantMissing where there is none."""
    grants = session.scalars(
        select(ReportGrant).where(
            ReportGrant.report_id == report.id,
            ReportGrant.person_id == person_id,
            ReportGrant.state.in_(states),
        )
    ).all()
    if not grants:
        raise GrantMissing(person_id)
    for grant in grants:
        place = (PepperPlace.STANDBY_GRANT, report.id, grant.epoch, person_id)
        grant.sealed, grant.state = pepper_layer.lift(grant.sealed, *place), GrantState.OPEN
        grant.reason, grant.since_hour, grant.because_of = reason, hour, because_of
    session.flush()
    _release_case(session, pepper_layer, report.case_id, person_id, hour)


def _release_case(session: Session, pepper_layer: PepperLayer, case_id: int, person_id: int, hour: datetime) -> None:
    """Open the case's file to a person who now reads every report of it: a note may speak of any of them."""
    closed = (
        select(ReportGrant.id)
        .join(Report, (Report.id == ReportGrant.report_id) & (Report.epoch == ReportGrant.epoch))
        .where(Report.case_id == case_id, ReportGrant.person_id == person_id, ReportGrant.state.in_(CLOSED))
    )
    if session.scalars(closed.limit(1)).first() is not None:
        return
    of_case = select(CaseGrant).where(CaseGrant.case_id == case_id, CaseGrant.person_id == person_id)
    for shell in session.scalars(of_case.where(CaseGrant.state == GrantState.STANDBY)):
        place = (PepperPlace.STANDBY_GRANT, case_id, shell.epoch, person_id)
        shell.sealed, shell.state, shell.since_hour = pepper_layer.lift(shell.sealed, *place), GrantState.OPEN, hour
    session.flush()


def end_reader(session: Session, report: Report, person_id: int, hour: datetime) -> None:
    """Take a person's grants of a report and of its case: the rows stay for the child to see, the bytes go."""
    of_report = (ReportGrant.report_id == report.id, ReportGrant.person_id == person_id)
    # Also the file of the case a linked report came from, which waits for it.
    of_case = (CaseGrant.case_id.in_((report.case_id, report.home_case_id)), CaseGrant.person_id == person_id)
    grants = session.scalars(select(ReportGrant).where(*of_report, ReportGrant.state != GrantState.ENDED)).all()
    shells = session.scalars(select(CaseGrant).where(*of_case, CaseGrant.state != GrantState.ENDED)).all()
    taken: list[ReportGrant | CaseGrant] = [*grants, *shells]
    for grant in taken:
        grant.state, grant.until_hour, grant.sealed, grant.own = GrantState.ENDED, hour, b"", None
    disown(session, report.case_id, person_id)
    drafts.destroy_of_reader(session, person_id, report.id, report.case_id, hour.astimezone(BERLIN).date())


def disown(session: Session, case_id: int, person_id: int) -> None:
    """Let nobody be responsible for a case any more where it was this person."""
    for case in session.scalars(select(Case).where(Case.id == case_id, Case.owner_id == person_id)):
        case.owner_id = None
    session.flush()


def enter_readers(session: Session, case_id: int, grants: Iterable[Mapping[str, Any]], hour: datetime) -> None:
    """Record in the trail who reads or stands by from the first hour on, like every later reader."""
    names = {"report": "report_id", "person": "person_id", "reason": "reason", "state": "state"}
    readers = [{key: one[name] for key, name in names.items()} for one in grants if one["person_id"] is not None]
    trail.record_many(session, Event.READER_AT_INTAKE, hour, readers, subject=case_id)
