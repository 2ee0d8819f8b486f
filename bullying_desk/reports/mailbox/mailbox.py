"""Coming back with the six words: finding the report, its standing, giving one's name, a new code."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import Enum

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bullying_desk.clock import full_hour
from bullying_desk.config import Settings
from bullying_desk.erasing import periods
from bullying_desk.reports import opening, record_kinds
from bullying_desk.reports.doors.answers import NameGiven
from bullying_desk.reports.erasure import held_until
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    Record,
    Report,
    ReporterState,
    ReportGrant,
    Writer,
)
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers import granting, readership
from bullying_desk.schools.models import School
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.keys import reporter_addressee
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import Receipt
from bullying_desk.sealing.records import RecordPlace, Side, seal_name
from bullying_desk.web.models import WebSession


class ReceiptUnknown(Exception):
    """No report belongs to these six words."""


class Standing(Enum):
    """The standing of a report, as the reporter reads it: the text for children, and for adults."""

    ARRIVED = "arrived"
    READ = "read"
    WORKING = "working"
    ANSWERED = "answered"
    DONE = "done"


def find_report(session: Session, pepper_layer: PepperLayer, receipt: Receipt) -> Report:
    """Return the report of a receipt. Raises ReceiptUnknown."""
    locators = pepper_layer.lay_with_each(receipt.locator.reveal(), PepperPlace.LOCATOR)
    report = session.scalars(select(Report).where(Report.locator.in_(locators))).one_or_none()
    if report is None:
        raise ReceiptUnknown
    half = pepper_layer.lift(report.receipt_public_half, PepperPlace.RECEIPT_PUBLIC_HALF, report.id)
    if half != receipt.key.public_half:
        raise ReceiptUnknown
    return report


def standing(session: Session, report: Report) -> Standing:
    """Return the standing of a report, from what the program may read."""
    case = session.get_one(Case, report.case_id)
    if case.status is CaseStatus.CLOSED and report.last_writer is Writer.STAFF:
        return Standing.DONE
    if report.last_writer is Writer.STAFF:
        return Standing.ANSWERED
    if case.owner_id is not None:
        return Standing.WORKING
    read = select(ReportGrant.id).where(
        ReportGrant.report_id == report.id,
        ReportGrant.person_id.is_not(None),
        ReportGrant.first_read_hour.is_not(None),
        ReportGrant.state != GrantState.ENDED,
    )
    return Standing.READ if session.scalars(read.limit(1)).first() is not None else Standing.ARRIVED


def kept_until(session: Session, report: Report, today: date) -> date | None:
    """Return the last day on which a closed conversation is surely still there, or None while its case is open."""
    case = session.get_one(Case, report.case_id)
    if case.status is not CaseStatus.CLOSED or case.closed_hour is None:
        return None
    authority = session.get_one(School, report.school_id).authority_number
    talk_on, _case_on = periods.load(session, today).days_of(case.closed_hour, case.outcome, authority)
    return max(talk_on - timedelta(days=1), held_until(report) or today, today)


def mark_read(report: Report) -> None:
    """Note that the reporter has seen everything there is."""
    report.reporter_read = report.letters


def say_name(
    session: Session,
    secrets: Secrets,
    report: Report,
    name: NameGiven,
    *,
    after: int,
    now: datetime,
    rules: Settings,
) -> None:
    """Seal the name the reporter has now given, beside the text, and mail the readers that there is one.

    Raises ConversationClosed.
    """
    if report.reporter_state is ReporterState.ERASING:
        raise letters.ConversationClosed
    hour = full_hour(now)
    revision = opening.latest_revision(session, report, record_kinds.NAME) + 1
    place = RecordPlace(report.id, report.epoch, record_kinds.NAME, Side.REPORTER, 0, revision)
    sealed = seal_name(secrets[report.epoch], place, name.to_text())
    session.execute(insert(Record), [record_kinds.record_row(place, hour, sealed)])
    times, values, fact = rules.notice_times, rules.clocks, letters.Fact.NAME
    letters.write_as_reporter(session, secrets, report, "", after=after, now=now, times=times, fact=fact, values=values)


def keep_receipt(report: Report) -> None:
    """Note "Ich habe den Code": from now on nothing can show the words again."""
    report.receipt_kept = True


def renew_receipt(
    session: Session, pepper_layer: PepperLayer, report: Report, secrets: Secrets, receipt: Receipt
) -> dict[int, ReportSecret]:
    """Replace a receipt that another person has seen, and return the secrets with the new epoch's.

    The old words find nothing any more and open nothing that is written from now on, not even in an old copy. Every
    open conversation of this report ends.
    """
    to = reporter_addressee(receipt.key.public_half)
    report.locator = pepper_layer.lay(receipt.locator.reveal(), PepperPlace.LOCATOR)
    report.receipt_public_half = pepper_layer.lay(to.public_half, PepperPlace.RECEIPT_PUBLIC_HALF, report.id)
    report.receipt_kept = True
    own = select(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.person_id.is_(None))
    for grant in session.scalars(own):
        row = granting.report_grant_row(pepper_layer, secrets[grant.epoch], report.id, grant.epoch, to, GrantState.OPEN)
        grant.key_id, grant.sealed = row["key_id"], row["sealed"]
    session.flush()
    end_sessions(session, report)
    fresh = readership.begin_epoch(session, pepper_layer, report, readership.current_grants(session, report).values())
    return {**secrets, **fresh}


def end_sessions(session: Session, report: Report) -> None:
    """End every open conversation of a report."""
    session.execute(delete(WebSession).where(WebSession.report_id == report.id))
