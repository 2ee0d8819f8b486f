"""Coming back with the six words: the report and its standing, the own name, a new code, danger declared later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.erasing import periods_in_force
from bullying_desk.reports import opening, promised_dates, record_kinds
from bullying_desk.reports.doors.answers import NameGiven
from bullying_desk.reports.erasure import held_until
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.reporter import Reporter
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    PaperSlip,
    ReaderReason,
    Record,
    Report,
    ReporterState,
    ReportGrant,
    Writer,
)
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.candidates import Candidate, addressee, staff_of
from bullying_desk.reports.readers.routing import FEWEST
from bullying_desk.reports.waiting import last_writer
from bullying_desk.schools.models import School
from bullying_desk.schools.notice_days import Calendars, announce
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.keys import reporter_addressee
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import Receipt
from bullying_desk.sealing.records import RecordPlace, Side, seal_name
from bullying_desk.web.models import WebSession


class ReceiptUnknown(Exception):
    """No report belongs to these six words."""


class SlipWaits(ReceiptUnknown):
    """The words are of a paper slip that is still in the box, or in a pocket."""


class Standing(Enum):
    """The standing of a report, as the reporter reads it: the text for children, and for adults."""

    ARRIVED = "arrived"
    READ = "read"
    WORKING = "working"
    ANSWERED = "answered"
    DONE = "done"


def find_report(session: Session, pepper_layer: PepperLayer, receipt: Receipt) -> Report:
    """Return the report of a receipt. Raises ReceiptUnknown, or SlipWaits for a paper slip nobody has typed in yet."""
    locators = pepper_layer.lay_with_each(receipt.locator.reveal(), PepperPlace.LOCATOR)
    report = session.scalars(select(Report).where(Report.locator.in_(locators))).one_or_none()
    if report is None:
        waits = session.scalar(select(PaperSlip.id).where(PaperSlip.locator.in_(locators)))
        raise ReceiptUnknown if waits is None else SlipWaits
    half = pepper_layer.lift(report.receipt_public_half, PepperPlace.RECEIPT_PUBLIC_HALF, report.id)
    if half != receipt.key.public_half:
        raise ReceiptUnknown
    return report


def standing(session: Session, report: Report, now: datetime) -> Standing:
    """Return the standing of a report, from what the program may read: an answer counts once it is shown."""
    answered = last_writer(report, now) is Writer.STAFF
    case = session.get_one(Case, report.case_id)
    if case.status is CaseStatus.CLOSED and answered:
        return Standing.DONE
    if answered:
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
    talk_on, _case_on = periods_in_force.load(session, today).days_of(case.closed_hour, case.outcome, authority)
    return max(talk_on - timedelta(days=1), held_until(report) or today, today)


def mark_read(report: Report) -> None:
    """Note that the reporter has seen everything there is."""
    report.reporter_read = report.letters


def say_name(me: Reporter, name: NameGiven, *, after: int) -> None:
    """Seal the name the reporter has now given, beside the text, and mail the readers that there is one.

    Raises ConversationClosed.
    """
    report = me.report
    if report.reporter_state is ReporterState.ERASING:
        raise letters.ConversationClosed
    revision = opening.latest_revision(me.session, report, record_kinds.NAME) + 1
    place = RecordPlace(report.id, report.epoch, record_kinds.NAME, Side.REPORTER, 0, revision)
    sealed = seal_name(me.secrets[report.epoch], place, name.to_text())
    me.session.execute(insert(Record), [record_kinds.record_row(place, me.hour, sealed)])
    letters.write_as_reporter(me, "", after=after, fact=letters.Fact.NAME)


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


def stand_ins(me: Reporter) -> list[Candidate]:
    """Return who of the city's team would stand by from now on; nobody where there is a stand-in already."""
    grants = readership.current_grants(me.session, me.report)
    if any(grant.state is GrantState.STANDBY for grant in grants.values()):
        return []
    banned = opening.read_left_out(me.session, me.secrets, me.report).people | grants.keys()
    return [one for one in staff_of(me.session, me.report.school_id).city if one.person_id not in banned][:FEWEST]


def declare_danger(me: Reporter, *, after: int) -> None:
    """Declare danger later than at first, with the rights of the receipt: „Ich bin jetzt in Gefahr“.

    It counts as danger declared in the form: the case stands first, its clock runs in school hours, readers
    and stand-ins get a mail at once, and there must be a stand-in, also where the reporter had let the message wait.
    A second submit changes nothing. Raises ConversationClosed, PublicHalfUnusable.
    """
    session, report, times = me.session, me.report, me.rules.notice_times
    case = session.get_one(Case, report.case_id)
    known = report.danger and case.danger
    report.danger = case.danger = True
    _let_stand_by(me)
    letters.write_as_reporter(me, "", after=after, fact=letters.Fact.DANGER)
    if known:
        return
    report.unseen_step = report.escalation = 0
    report.answer_due = min(report.answer_due, promised_dates.letter_day(session, report, me.now, me.rules.clocks))
    session.flush()
    people = [person for person, grant in readership.current_grants(session, report).items() if _is_told(grant.state)]
    rows = session.execute(select(Person.id, Person.email).where(Person.id.in_(people))).all()
    told = [(person, email) for person, email in rows]
    announce(session, told, danger=True, now=me.now, times=times, calendars=Calendars(session, report.school_id))


def _is_told(state: GrantState) -> bool:
    return state in {GrantState.OPEN, GrantState.STANDBY}


def _let_stand_by(me: Reporter) -> None:
    session, report, secrets, rule = me.session, me.report, me.secrets, ReaderReason.STAND_BY_RULE
    for who in stand_ins(me):
        to = addressee(me.pepper_layer, who)
        if to is None:
            continue
        state = GrantState.STANDBY
        granting.add_reader(session, me.pepper_layer, report, secrets, who, to, rule, me.hour, state=state)
        facts: dict[str, Any] = {"report": report.id, "person": who.person_id, "reason": rule.value}
        trail.record(session, Event.READER_ADDED, me.hour, subject=report.case_id, **facts)
    listed = opening.read_left_out(session, secrets, report)
    if listed.alone:
        readership.write_left_out(session, report, secrets, replace(listed, alone=False), me.hour)
