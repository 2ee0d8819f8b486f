"""Many reports opened at once, for a search in what one may read: a few queries, no index, nothing kept.

Each report is opened by its own grant and checked against its own commitment, as one alone would be. One that does not
open is left out, since a search is no place for an alarm (the case's own page raises it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.reports import record_kinds
from bullying_desk.reports.models import GrantState, Record, ReportEpoch, ReportGrant
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.keys import PersonKey
from bullying_desk.sealing.pepper import PepperLayer, PepperPlace
from bullying_desk.sealing.records import RecordPlace, Side

AT_ONCE = 900  # ids in one question; SQLite takes no more than some thousands
Found = dict[tuple[int, int], ReportSecret]
"""Secrets by report and epoch."""


def open_secrets(
    session: Session, pepper_layer: PepperLayer, key: PersonKey, person_id: int, reports: Sequence[int]
) -> Found:
    """Open a person's own grants of these reports, all epochs they hold."""
    found: Found = {}
    for some in batches(reports):
        epochs = select(ReportEpoch.report_id, ReportEpoch.epoch, ReportEpoch.commitment)
        commitments = {row[:2]: row[2] for row in session.execute(epochs.where(ReportEpoch.report_id.in_(some)))}
        grants = select(ReportGrant.report_id, ReportGrant.epoch, ReportGrant.own, ReportGrant.sealed).where(
            ReportGrant.report_id.in_(some),
            ReportGrant.person_id == person_id,
            ReportGrant.state == GrantState.OPEN,
            ReportGrant.key_id == key.key_id,
        )
        for report, epoch, own, sealed in session.execute(grants):
            try:
                laid = commitments[(report, epoch)]
                commitment = pepper_layer.lift(laid, PepperPlace.REPORT_COMMITMENT, report, epoch)
                if own is not None:
                    secret = unseal.open_own_report_grant(own, key, report, epoch, person_id, commitment)
                else:
                    secret = unseal.open_report_grant(sealed, key, report, epoch, person_id, commitment)
            except (SealingError, KeyError):
                continue
            found[(report, epoch)] = secret
    return found


def texts(session: Session, secrets: Found) -> Iterator[tuple[int, str, str, frozenset[str]]]:
    """Open reports and letters: (report, kind, every typed text, what happened as codes)."""
    wanted = (record_kinds.REPORT, record_kinds.SLIP, record_kinds.LETTER)
    for record, place in rows(session, sorted({report for report, _epoch in secrets}), wanted):
        secret = secrets.get((record.owner_id, record.epoch))
        if secret is None:
            continue
        try:
            opened = unseal.open_record(secret, place, record.sealed)
        except SealingError:
            continue
        kind = record_kinds.REPORT if record.kind == record_kinds.SLIP else record.kind
        yield record.owner_id, kind, typed(opened), _what(opened) if kind == record_kinds.REPORT else frozenset()


def rows(session: Session, owners: Sequence[int], wanted: tuple[str, ...]) -> Iterator[tuple[Any, RecordPlace]]:
    """Return sealed records of some reports or cases, with the place each was sealed for."""
    columns = (Record.owner_id, Record.epoch, Record.kind, Record.side, Record.sequence, Record.revision, Record.sealed)
    for some in batches(owners):
        query = select(*columns).where(Record.owner_id.in_(some), Record.kind.in_(wanted))
        for row in session.execute(query):
            yield row, RecordPlace(row.owner_id, row.epoch, row.kind, Side(row.side), row.sequence, row.revision)


def _what(opened: str) -> frozenset[str]:
    try:
        said = json.loads(opened)["said"].get("was", ())
        return frozenset([said] if isinstance(said, str) else said)
    except (json.JSONDecodeError, KeyError, AttributeError, TypeError):
        return frozenset()


def typed(opened: str) -> str:
    """Return all words of an opened text, one after the other: its values, not their names."""
    try:
        return "\n".join(_values(json.loads(opened)))
    except json.JSONDecodeError:
        return ""


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _values(each)
    elif isinstance(value, list):
        for each in value:
            yield from _values(each)


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Return ids in batches that one question can name."""
    rest = iter(ids)
    while some := list(islice(rest, AT_ONCE)):
        yield some
