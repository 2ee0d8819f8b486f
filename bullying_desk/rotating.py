"""Changing the pepper: values are lifted from under the old one and laid under the new one. No receipt is needed.

An operator does this where the pepper may have been seen: the paper left the safe, an administrator left, a disk was
stolen. Reports stay sealed to the same people; receipts and passwords stay the same. `COLUMNS` names every column under
the pepper, and a test compares it with `PepperPlace`.

The work runs in batches, each in its own transaction: memory stays bounded, and an interruption loses one batch. The
program runs with both peppers in between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import inspect, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from bullying_desk.accounts.models import Passkey, Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.database import Base, Database
from bullying_desk.keyring import Rotation, kept
from bullying_desk.keyring.models import InstanceKeys
from bullying_desk.reports.mailbox.models import AppointmentTime
from bullying_desk.reports.models import CaseEpoch, CaseGrant, PaperSlip, Report, ReportEpoch, ReportGrant
from bullying_desk.rights.checking import attach, hint, is_broken
from bullying_desk.rights.models import Right
from bullying_desk.rights.writing import retag
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
    Column(PepperPlace.PASSKEY_VAULT, Passkey.vault, lambda row: (row.person_id, row.id)),
    _person(PepperPlace.TOTP, Person.totp_secret),
    Column(PepperPlace.INSTANCE_KEYS, InstanceKeys.sealed, lambda row: (row.id,)),
    Column(PepperPlace.APPOINTMENT, AppointmentTime.claim, lambda _time: ()),
)


@dataclass
class Outcome:
    """How many values were laid again, and which are under neither pepper, as table and key."""

    laid: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate(
    database: Database,
    rotation: Rotation,
    salt: bytes,
    now: datetime,
    progress: Callable[[int], None] = lambda _count: None,
) -> Outcome:
    """Lay everything under the new pepper. Safe to interrupt and to repeat; the service must not run meanwhile.

    A value that is under neither pepper was changed in the database before, and nobody can open it. It stays unchanged,
    raises an alarm for a person who opens it, and is named in the outcome.
    """
    outcome, pepper_layer = Outcome(), rotation.pepper_layer
    attach(database, pepper_layer)
    for column in COLUMNS:
        _each_batch(database, column.value, partial(_lay_again, pepper_layer, outcome, column), progress)
    _each_batch(database, Person.directory_tag, partial(_tag_again, pepper_layer, outcome), progress)
    with database.transaction() as session:
        outcome.laid += retag(session, pepper_layer)
        kept.write(session, pepper_layer, kept.KeptKeys(salt, rotation.left))
        trail.record(session, Event.PEPPER_CHANGED, now, pepper=pepper_layer.current_id)
    return outcome


def _each_batch(
    database: Database,
    value: InstrumentedAttribute[Any],
    work: Callable[[Any], None],
    progress: Callable[[int], None],
) -> None:
    """Do something with each row that has the value, in the order of the key, BATCH rows to a transaction."""
    model = cast(type[Base], value.class_)
    keys = [getattr(model, str(each.key)) for each in inspect(model).primary_key]
    # Also rows whose right does not hold: `work` names them, and the batches must not end at one.
    query = hint(select(model).where(value.is_not(None)).order_by(*keys).limit(BATCH).with_for_update())
    after, count = query, BATCH
    while count == BATCH:
        with database.transaction() as session:
            rows = session.scalars(after).all()
            for row in rows:
                work(row)
            count = len(rows)
            if rows:
                after = query.where(tuple_(*keys) > inspect(rows[-1]).identity)
        progress(count)


def _lay_again(pepper_layer: PepperLayer, outcome: Outcome, column: Column, row: Any) -> None:
    value: bytes = getattr(row, column.value.key)
    if not value or _is_bad(outcome, row):
        return
    ids = column.ids(row)
    try:
        plain = pepper_layer.lift(value, column.place, *ids)
    except SealingError:
        if not column.mixed:  # else it is only sealed, and begins with the same byte
            outcome.unreadable.append(f"{column.model.__tablename__} {inspect(row).identity}")
        return
    if not pepper_layer.is_current(value):
        setattr(row, column.value.key, pepper_layer.lay(plain, column.place, *ids))
        outcome.laid += 1


def _is_bad(outcome: Outcome, row: Any) -> bool:
    """Whether a row's right does not hold: it stays as it is, and is named."""
    bad = isinstance(row, Right) and is_broken(row)
    if bad:
        outcome.unreadable.append(f"{row.__tablename__} {inspect(row).identity}")
    return bad


def _tag_again(pepper_layer: PepperLayer, outcome: Outcome, person: Person) -> None:
    """Make a valid directory tag again. A wrong one stays wrong: it is an alarm that must not be lost."""
    if is_broken(person):
        return
    try:
        check_directory_tag(pepper_layer, person.id, person.public_half or b"", person.directory_tag or b"")
    except DirectoryTagWrong:
        return
    tag = directory_tag(pepper_layer, person.id, person.public_half or b"")
    if tag != person.directory_tag:
        person.directory_tag = tag
        outcome.laid += 1
