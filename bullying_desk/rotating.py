"""Changing the pepper: values are lifted from under the old one and laid under the new one. No receipt is needed.

An operator does this where the pepper may have been seen: the paper left the safe, an administrator left, a disk was
stolen. Reports stay sealed to the same people; receipts and passwords stay the same. `COLUMNS` names every column under
the pepper, and a test compares it with `PepperPlace`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.database import Base
from bullying_desk.reports.models import CaseEpoch, CaseGrant, PaperSlip, Report, ReportEpoch, ReportGrant
from bullying_desk.sealing.directory import check_directory_tag, directory_tag
from bullying_desk.sealing.format.errors import DirectoryTagWrong, SealingError
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace

BATCH = 500


@dataclass(frozen=True)
class Column:
    """One column under the pepper. `ids` are the row ids it is bound to; a `mixed` one also holds plain values."""

    place: PepperPlace
    value: InstrumentedAttribute[Any]
    ids: Callable[[Any], tuple[int, ...]]
    mixed: bool = False

    @property
    def model(self) -> type[Base]:
        """The table."""
        return cast(type[Base], self.value.class_)


def _person(place: PepperPlace, value: InstrumentedAttribute[Any]) -> Column:
    return Column(place, value, lambda person: (person.id,))


COLUMNS: tuple[Column, ...] = (
    Column(PepperPlace.LOCATOR, Report.locator, lambda _report: ()),
    Column(PepperPlace.LOCATOR, PaperSlip.locator, lambda _slip: ()),
    Column(PepperPlace.SLIP_PUBLIC_HALF, PaperSlip.public_half, lambda slip: (slip.id,)),
    Column(PepperPlace.RECEIPT_PUBLIC_HALF, Report.receipt_public_half, lambda report: (report.id,)),
    Column(PepperPlace.REPORT_COMMITMENT, ReportEpoch.commitment, lambda row: (row.report_id, row.epoch)),
    Column(PepperPlace.CASE_COMMITMENT, CaseEpoch.commitment, lambda row: (row.case_id, row.epoch)),
    Column(PepperPlace.REPORTER_GRANT, ReportGrant.sealed, lambda row: (row.report_id, row.epoch), mixed=True),
    Column(
        PepperPlace.STANDBY_GRANT,
        ReportGrant.sealed,
        lambda row: (row.report_id, row.epoch, row.person_id or 0),
        mixed=True,
    ),
    Column(
        PepperPlace.STANDBY_GRANT, CaseGrant.sealed, lambda row: (row.case_id, row.epoch, row.person_id), mixed=True
    ),
    _person(PepperPlace.VERIFIER, Person.verifier),
    _person(PepperPlace.PASSWORD_VAULT, Person.password_vault),
    _person(PepperPlace.RECOVERY_VAULT, Person.recovery_vault),
    _person(PepperPlace.TOTP, Person.totp_secret),
)


def rotate(
    session: Session, layer: PepperLayer, now: datetime, progress: Callable[[int], None] = lambda _count: None
) -> int:
    """Lay every value under the layer's current pepper; returns how many. Safe to repeat.

    It is one transaction: either everything is under the new pepper, or nothing is. The service must not run
    meanwhile. Raises SealBroken where a value is under neither pepper; then nothing is changed.
    """
    count = 0
    for column in COLUMNS:
        for row in _rows(session, column):
            if _lay_again(layer, column, row):
                count += 1
                progress(1)
    count += _tag_again(session, layer)
    if count:
        trail.record(session, Event.PEPPER_CHANGED, now, pepper=layer.current_id)
    session.flush()
    return count


def _rows(session: Session, column: Column) -> Iterator[Any]:
    query = select(column.model).where(column.value.is_not(None)).execution_options(yield_per=BATCH)
    for batch in session.scalars(query).partitions():
        yield from batch
        session.flush()
        session.expunge_all()


def _lay_again(layer: PepperLayer, column: Column, row: Any) -> bool:
    value: bytes = getattr(row, column.value.key)
    if not value:
        return False
    ids = column.ids(row)
    if column.mixed and not _lies(layer, value, column.place, ids):
        return False
    if layer.is_current(value):
        layer.lift(value, column.place, *ids)  # from an interrupted run, or not ours
        return False
    setattr(row, column.value.key, layer.relay(value, column.place, *ids))
    return True


def _lies(layer: PepperLayer, value: bytes, place: PepperPlace, ids: tuple[int, ...]) -> bool:
    """Whether a value is under a pepper at this place. A grant that is only sealed begins with the same byte."""
    try:
        layer.lift(value, place, *ids)
    except SealingError:
        return False
    return True


def _tag_again(session: Session, layer: PepperLayer) -> int:
    """Make every valid directory tag again. A wrong one stays wrong: it is an alarm that must not be lost."""
    count = 0
    for person in session.scalars(select(Person).where(Person.directory_tag.is_not(None))):
        try:
            check_directory_tag(layer, person.id, person.public_half or b"", person.directory_tag or b"")
        except DirectoryTagWrong:
            continue
        tag = directory_tag(layer, person.id, person.public_half or b"")
        if tag != person.directory_tag:
            person.directory_tag = tag
            count += 1
    return count
