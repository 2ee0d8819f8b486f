"""Paper slips from the box on the wall: printed in numbered sheets, typed in under their number, once each.

A person who types a slip in seals it to the stored public half and never sees the words; only the child's half has
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.reports.filing.intake import Filed, Terms, file_report
from bullying_desk.reports.models import PaperSlip, Report, SlipSheet, SlipState
from bullying_desk.reports.offline.on_behalf import Author, Told
from bullying_desk.sealing import receipts as sealed_slips
from bullying_desk.sealing.format.secret_types import ReceiptLocator
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

A_SHEET: Final = 3
MOST_SHEETS: Final = 10


class SlipRefused(Exception):
    """This number cannot be typed in."""


class SlipUnknown(SlipRefused):
    """No slip of this school has this number."""


class SlipUsed(SlipRefused):
    """The slip was typed in before."""


class SlipVoid(SlipRefused):
    """Its sheet was declared void: lost, torn, or never cut."""


class NumbersTaken(Exception):
    """A colleague of the same school has printed at this very moment; nothing was stored."""


@dataclass(frozen=True, slots=True)
class SlipHalf:
    """The stored part of one slip: enough to seal to it, and nothing that opens anything."""

    locator: ReceiptLocator
    public_half: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One printed sheet as the contact persons see it.

    It does not say how many of its slips came back: a left-out person must not see that there is one.
    """

    number: int
    first: int
    printed_on: date
    printed_by: int
    last: int
    void: bool


def next_sheet(session: Session, school_id: int) -> int:
    """Return the number the next sheet of a school gets."""
    return (session.scalar(select(func.max(SlipSheet.number)).where(SlipSheet.school_id == school_id)) or 0) + 1


def numbers_of(sheet: int) -> range:
    """Return the numbers of a sheet's slips."""
    return range((sheet - 1) * A_SHEET + 1, sheet * A_SHEET + 1)


def keep_sheets(
    session: Session,
    pepper_layer: PepperLayer,
    school_id: int,
    first_sheet: int,
    made: Sequence[sealed_slips.PaperSlip],
    person_id: int,
    now: datetime,
) -> None:
    """Put printed slips on file, without their words. Raises NumbersTaken; the caller then throws the print away."""
    day, sheets = now.astimezone(BERLIN).date(), len(made) // A_SHEET
    try:
        with session.begin_nested():
            for sheet in range(first_sheet, first_sheet + sheets):
                row = SlipSheet(id=random_id(), school_id=school_id, number=sheet, printed_on=day, printed_by=person_id)
                session.add(row)
                session.flush()
                offset = (sheet - first_sheet) * A_SHEET
                for number, slip in zip(numbers_of(sheet), made[offset : offset + A_SHEET], strict=True):
                    session.add(_row(pepper_layer, row, number, slip))
                session.flush()
    except IntegrityError as taken:
        raise NumbersTaken from taken
    trail.record(
        session, Event.SLIPS_PRINTED, now, actor=person_id, subject=school_id, sheet=first_sheet, sheets=sheets
    )


def _row(pepper_layer: PepperLayer, sheet: SlipSheet, number: int, slip: sealed_slips.PaperSlip) -> PaperSlip:
    slip_id = random_id()
    return PaperSlip(
        id=slip_id,
        sheet_id=sheet.id,
        school_id=sheet.school_id,
        number=number,
        locator=pepper_layer.lay(slip.locator.reveal(), PepperPlace.LOCATOR),
        public_half=pepper_layer.lay(slip.public_half, PepperPlace.SLIP_PUBLIC_HALF, slip_id),
    )


def sheets_of(session: Session, school_id: int) -> list[SheetLine]:
    """Return a school's sheets, the newest first."""
    void = select(PaperSlip.sheet_id).where(PaperSlip.school_id == school_id, PaperSlip.state == SlipState.VOID)
    gone = set(session.scalars(void))
    sheets = select(SlipSheet).where(SlipSheet.school_id == school_id).order_by(SlipSheet.number.desc())
    return [
        SheetLine(
            sheet.number,
            numbers_of(sheet.number)[0],
            sheet.printed_on,
            sheet.printed_by,
            numbers_of(sheet.number)[-1],
            sheet.id in gone,
        )
        for sheet in session.scalars(sheets)
    ]


def void_sheet(session: Session, school_id: int, sheet: int, person_id: int, now: datetime) -> int:
    """Declare the open slips of a sheet void; returns how many. Typed-in ones stay unchanged."""
    query = (
        select(PaperSlip)
        .join(SlipSheet, SlipSheet.id == PaperSlip.sheet_id)
        .where(SlipSheet.school_id == school_id, SlipSheet.number == sheet, PaperSlip.state == SlipState.OPEN)
    )
    rows = list(session.scalars(query.with_for_update()))
    for row in rows:
        row.state, row.locator, row.public_half = SlipState.VOID, None, None
    if rows:
        trail.record(session, Event.SLIPS_VOIDED, now, actor=person_id, subject=school_id, sheet=sheet, slips=len(rows))
        session.flush()
    return len(rows)


def type_in(
    session: Session, pepper_layer: PepperLayer, told: Told, number: int, author: Author, now: datetime, terms: Terms
) -> Filed:
    """Seal a slip's text to its readers and to the child's own words, and take the number out of use.

    Raises SlipUnknown, SlipUsed, SlipVoid, NobodyCanRead.
    """
    half = _take(session, pepper_layer, told.school_id, number)
    filed = file_report(session, pepper_layer, told.submission(author, None), half, now, terms)
    report = session.get_one(Report, filed.report_id)
    report.receipt_kept = True  # the child has the words already
    trail.record(
        session, Event.REPORT_WRITTEN_DOWN, now, actor=author.person_id, subject=report.case_id, report=report.id
    )
    session.flush()
    return filed


def _take(session: Session, pepper_layer: PepperLayer, school_id: int, number: int) -> SlipHalf:
    query = select(PaperSlip).where(PaperSlip.school_id == school_id, PaperSlip.number == number)
    row = session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise SlipUnknown
    if row.state is SlipState.USED:
        raise SlipUsed
    if row.locator is None or row.public_half is None:
        raise SlipVoid
    locator = ReceiptLocator(pepper_layer.lift(row.locator, PepperPlace.LOCATOR))
    half = SlipHalf(locator, pepper_layer.lift(row.public_half, PepperPlace.SLIP_PUBLIC_HALF, row.id))
    row.state, row.locator, row.public_half = SlipState.USED, None, None
    session.flush()
    return half
