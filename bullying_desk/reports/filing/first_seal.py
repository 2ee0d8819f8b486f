"""How a new report is sealed: its secrets, one grant each, and its first three texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bullying_desk.reports import record_kinds
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.models import GrantState, ReaderReason
from bullying_desk.reports.readers import granting
from bullying_desk.reports.readers.routing import PlannedReader
from bullying_desk.reports.readers.slip_epoch import slip_records
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret
from bullying_desk.sealing.keys import reporter_addressee
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.receipts import ReceiptHalf
from bullying_desk.sealing.records import RecordPlace, Side, seal_name, seal_record

FIRST: Final = 1  # the first epoch, and the report's own number in the conversation
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sealing:
    """The secrets of a new report and its case, and how they are handed to a reader.

    A report has one epoch; of a slip's two, the reporter holds the second only (`beneath`).
    """

    layer: PepperLayer
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
        half = self.layer.lay(receipt.public_half, PepperPlace.RECEIPT_PUBLIC_HALF, self.report_id)
        return {
            "id": self.report_id,
            "case_id": self.case_id,
            "school_id": school_id,
            "arrived_hour": self.hour,
            "danger": danger,
            "epoch": self.epoch,
            "locator": self.layer.lay(receipt.locator.reveal(), PepperPlace.LOCATOR),
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
            {**granting.report_grant_row(self.layer, secret, self.report_id, epoch, reader.to, state), **more}
            for epoch, secret in found
        ]

    def shell(self, reader: PlannedReader, state: GrantState) -> dict[str, Any]:
        """Return a reader's grant of the case."""
        return granting.case_grant_row(self.layer, self.case, self.case_id, FIRST, reader.to, state, self.hour)

    def reporter(self, receipt: ReceiptHalf) -> dict[str, Any]:
        """Return the reporter's grant, of the conversation's epoch alone."""
        to = reporter_addressee(receipt.public_half)
        secret, state = self.report[self.epoch], GrantState.OPEN
        row = granting.report_grant_row(self.layer, secret, self.report_id, self.epoch, to, state)
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
