"""A report comes in: sealed to its readers and stored in one transaction, once, however often it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.database import Base, random_id
from bullying_desk.reports import record_kinds
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.models import (
    Case,
    CaseEpoch,
    CaseGrant,
    GrantState,
    ReaderReason,
    Record,
    Report,
    ReportEpoch,
    ReportGrant,
)
from bullying_desk.reports.promised_dates import promised_date
from bullying_desk.reports.reader_notices import TIMES
from bullying_desk.reports.readers import granting
from bullying_desk.reports.readers.routing import (
    KeyAlarm,
    PlannedReader,
    ReaderChoice,
    ReaderPlan,
    WaitingNotOffered,
    plan_readers,
)
from bullying_desk.reports.readers.slip_epoch import CONVERSATION, slip_records
from bullying_desk.rights.models import Right, RightSet
from bullying_desk.rights.sets import sets_of_new
from bullying_desk.rights.tags import Tagger
from bullying_desk.rights.writing import tagged
from bullying_desk.schools.notice_days import Calendars, announce
from bullying_desk.sealing.format.errors import PublicHalfUnusable
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret
from bullying_desk.sealing.keys import reporter_addressee
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import ReceiptHalf
from bullying_desk.sealing.records import RecordPlace, Side, seal_name, seal_record

# Built once: building a statement costs more than running it, and a report must be cheap to take.
_TABLES: tuple[type[Base], ...] = (Case, Report, ReportEpoch, CaseEpoch, ReportGrant, CaseGrant, Record, RightSet)
_INSERT = {model: insert(cast(Table, model.__table__)) for model in _TABLES}
_BY_LOCATOR = select(
    Report.id, Report.danger, Report.arrived_hour, Report.answer_due, Report.receipt_kept, Report.locator
).where(Report.locator.in_(bindparam("locators", expanding=True)))


@dataclass(frozen=True, slots=True)
class Submission:
    """One sending. `known_as`: the list of people left out as it is sealed with the report.

    `case_id`: the case it joins, else it begins one. `by`: the staff member who wrote it down and needs no notice.
    """

    school_id: int
    answers: Answers
    name: NameGiven
    choice: ReaderChoice
    known_as: LeftOut
    case_id: int | None = None
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """The report in the database. `new` is False where an earlier send had filed it already."""

    report_id: int
    new: bool
    danger: bool
    arrived_hour: datetime
    answer_due: date
    receipt_kept: bool
    locator: bytes


@dataclass(frozen=True, slots=True)
class Terms:
    """What the city promises and when it sends notices (settings)."""

    answer_school_days: int = 3
    notice_times: tuple[str, ...] = TIMES


def file_report(
    session: Session, pepper_layer: PepperLayer, sent: Submission, receipt: ReceiptHalf, now: datetime, terms: Terms
) -> Filed:
    """Seal and store a report, or find the one that an earlier send has stored.

    A report that joins a case leaves the case's secret unchanged: the next opening corrects who holds it. The
    receipt's locator is unique, so two sends at once end in one report. Raises NobodyCanRead, TeamNotOffered,
    WaitingNotOffered. Flushes; the report is safe only after the caller's commit.
    """
    if (found := find_filed(session, pepper_layer, receipt)) is not None:
        return found
    if session.connection().dialect.name == "sqlite":
        # SQLite's one writer has just looked: nobody can have filed it since, so no way back is needed.
        return _file(session, pepper_layer, sent, receipt, full_hour(now), now, terms)
    try:
        with session.begin_nested():
            return _file(session, pepper_layer, sent, receipt, full_hour(now), now, terms)
    except IntegrityError:
        found = find_filed(session, pepper_layer, receipt)
        if found is None:
            raise
        return found


def find_filed(session: Session, pepper_layer: PepperLayer, receipt: ReceiptHalf) -> Filed | None:
    """Return the report a receipt belongs to, or None."""
    locators = pepper_layer.lay_with_each(receipt.locator.reveal(), PepperPlace.LOCATOR)
    row = session.execute(_BY_LOCATOR, {"locators": list(locators)}).one_or_none()
    return None if row is None else Filed(row[0], False, *row[1:])


def _file(
    session: Session,
    pepper_layer: PepperLayer,
    sent: Submission,
    receipt: ReceiptHalf,
    hour: datetime,
    now: datetime,
    terms: Terms,
) -> Filed:
    report_id, case_id, danger = random_id(), sent.case_id or random_id(), sent.answers.danger
    if danger and sent.choice.waits:
        raise WaitingNotOffered
    today = now.astimezone(BERLIN).date()
    pressing = danger or (sent.case_id is not None and session.get_one(Case, case_id).is_acute)
    calendars = Calendars(session, sent.school_id, all_here=True)
    due = promised_date(calendars.of(sent.school_id), today, danger=pressing, school_days=terms.answer_school_days)
    epochs = range(FIRST, (CONVERSATION if sent.answers.paper else FIRST) + 1)
    case_secret, secrets = CaseSecret.generate(), {epoch: ReportSecret.generate() for epoch in epochs}
    sealing = Sealing(pepper_layer, report_id, case_id, secrets, case_secret, hour)
    plan, grants, shells = _seal_grants(session, pepper_layer, sent, sealing)
    grants.append(sealing.reporter(receipt))
    report = sealing.report_row(sent.school_id, danger, receipt, due)
    made: dict[type[Base], Rows] = {}
    if sent.case_id is None:
        made[Case] = [{"id": case_id, "school_id": sent.school_id, "danger": danger, "opened_hour": hour}]
        made[CaseEpoch] = [granting.case_epoch_row(pepper_layer, case_secret, case_id, FIRST)]
        made[CaseGrant] = shells
    elif danger:
        session.get_one(Case, case_id).danger = True
    rows = [granting.report_epoch_row(pepper_layer, secrets[epoch], report_id, epoch) for epoch in epochs]
    records = first_records(sealing, sent.answers, sent.name, sent.known_as)
    made |= {Report: [report], ReportEpoch: rows, ReportGrant: grants, Record: records}
    _put(session, Tagger(pepper_layer), made)
    _raise_alarms(session, plan.alarms, sent.school_id, hour)
    granting.enter_readers(session, case_id, [one for one in grants if one["epoch"] == epochs[-1]], hour)
    told = [*plan.at_once, *(plan.standby if danger else ())]
    people = [(one.who.person_id, one.who.email) for one in told if one.who.person_id != sent.by]
    announce(session, people, danger=danger, now=now, times=terms.notice_times, calendars=calendars)
    return Filed(report_id, True, danger, hour, due, False, report["locator"])


def _put(session: Session, tagger: Tagger, made: dict[type[Base], Rows]) -> None:
    """Write rows past the ORM, which has nothing to add to rows that are made; rights get their tags and sums here."""
    connection = session.connection()
    for model, rows in made.items():
        if issubclass(model, Right):
            made[model] = tagged(tagger, model, rows)
        connection.execute(_INSERT[model], made[model])
    connection.execute(_INSERT[RightSet], sets_of_new(tagger, made))


def _seal_grants(
    session: Session, pepper_layer: PepperLayer, sent: Submission, sealing: Sealing
) -> tuple[ReaderPlan, Rows, Rows]:
    """Seal to everybody in the plan. A key that fails at sealing is an alarm, and the plan is made again without it."""
    unusable: frozenset[int] = frozenset()
    while True:
        plan = plan_readers(session, pepper_layer, sent.school_id, sent.choice, unusable=unusable)
        grants: Rows = []
        shells: Rows = []
        readers = [(one, GrantState.OPEN) for one in plan.at_once] + [(one, GrantState.STANDBY) for one in plan.standby]
        for reader, state in readers:
            try:
                grants += sealing.grants(reader, state)
                shells.append(sealing.shell(reader, state))
            except PublicHalfUnusable:
                unusable |= {reader.who.person_id}
                break
        else:
            return plan, grants, shells


def _raise_alarms(session: Session, alarms: tuple[KeyAlarm, ...], school_id: int, hour: datetime) -> None:
    for alarm in alarms:
        trail.record(session, Event.KEY_ALARM, hour, subject=school_id, person=alarm.person_id, what=alarm.what)


# How a new report is sealed: its secrets, one grant each, and its first three texts.


FIRST: Final = 1  # the first epoch, and the report's own number in the conversation
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sealing:
    """The secrets of a new report and its case, and how they are handed to a reader.

    A report has one epoch; of a slip's two, the reporter holds the second only (`slip_epoch`).
    """

    pepper_layer: PepperLayer
    report_id: int
    case_id: int
    report: dict[int, ReportSecret]
    case: CaseSecret
    hour: datetime

    @property
    def epoch(self) -> int:
        """The epoch the conversation begins in."""
        return max(self.report)

    def report_row(self, school_id: int, danger: bool, receipt: ReceiptHalf, due: date) -> dict[str, Any]:
        """Return the report's own row."""
        half = self.pepper_layer.lay(receipt.public_half, PepperPlace.RECEIPT_PUBLIC_HALF, self.report_id)
        return {
            "id": self.report_id,
            "case_id": self.case_id,
            "school_id": school_id,
            "arrived_hour": self.hour,
            "danger": danger,
            "epoch": self.epoch,
            "locator": self.pepper_layer.lay(receipt.locator.reveal(), PepperPlace.LOCATOR),
            "receipt_public_half": half,
            "answer_due": due,
            "last_hour": self.hour,
            "letters": FIRST,
        }

    def grants(self, reader: PlannedReader, state: GrantState) -> list[dict[str, Any]]:
        """Return a reader's grants, one an epoch."""
        more = {"reason": reader.reason, "since_hour": self.hour}
        found = self.report.items()
        return [
            {**granting.report_grant_row(self.pepper_layer, secret, self.report_id, epoch, reader.to, state), **more}
            for epoch, secret in found
        ]

    def shell(self, reader: PlannedReader, state: GrantState) -> dict[str, Any]:
        """Return a reader's grant of the case."""
        return granting.case_grant_row(self.pepper_layer, self.case, self.case_id, FIRST, reader.to, state, self.hour)

    def reporter(self, receipt: ReceiptHalf) -> dict[str, Any]:
        """Return the reporter's grant, of the conversation's epoch alone."""
        to = reporter_addressee(receipt.public_half)
        secret, state = self.report[self.epoch], GrantState.OPEN
        row = granting.report_grant_row(self.pepper_layer, secret, self.report_id, self.epoch, to, state)
        return {**row, "reason": ReaderReason.CHOSEN, "since_hour": self.hour}


def first_records(sealing: Sealing, answers: Answers, name: NameGiven, known_as: LeftOut) -> Rows:
    """Seal a new report: its text, the name, the people left out; of a slip, its text apart."""
    epoch, hour, slip = sealing.epoch, sealing.hour, Rows()
    if answers.paper:
        slip = slip_records(answers, name, sealing.report_id, sealing.report[FIRST], hour)
        answers, name = answers.without_what_was_said(), NameGiven()
    secret = sealing.report[epoch]
    report = RecordPlace(sealing.report_id, epoch, record_kinds.REPORT, Side.REPORTER, FIRST)
    name_place = RecordPlace(sealing.report_id, epoch, record_kinds.NAME, Side.REPORTER, 0)
    left_out = RecordPlace(sealing.report_id, epoch, record_kinds.LEFT_OUT, Side.SERVICE, 0)
    return [
        record_kinds.record_row(report, hour, seal_record(secret, report, answers.to_text())),
        record_kinds.record_row(name_place, hour, seal_name(secret, name_place, name.to_text())),
        record_kinds.record_row(left_out, hour, seal_record(secret, left_out, known_as.to_text())),
        *slip,
    ]
