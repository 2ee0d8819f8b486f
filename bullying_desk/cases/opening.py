"""Opening what is sealed to the desk: the case's secret, notes of the team, private notes.

It is the only module of this floor that opens anything itself; `reports.opening` opens reports.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import Draft, PrivateNote
from bullying_desk.database import may_write
from bullying_desk.reports import opening_many
from bullying_desk.reports.models import CaseEpoch, CaseGrant, GrantState, Record
from bullying_desk.reports.record_kinds import place_of
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.format.secret_types import CaseSecret
from bullying_desk.sealing.grants import wrap_own_case_grant
from bullying_desk.sealing.notes import DraftPlace
from bullying_desk.sealing.pepper import PepperPlace


class EntryUnreadable(Exception):
    """The opened text is no entry of a file at all."""


def open_case_secret(me: Counsellor, grant: CaseGrant, commitment: bytes) -> CaseSecret:
    """Open one of one's own grants of a case; the first time it is re-wrapped for its reader, where a write may follow.

    Raises UnsealRefused.
    """
    if grant.own is not None:
        own = grant.own
        return unseal.open_own_case_grant(own, me.key, grant.case_id, grant.epoch, me.person_id, commitment)
    secret = unseal.open_case_grant(grant.sealed, me.key, grant.case_id, grant.epoch, me.person_id, commitment)
    if may_write(me.session):
        grant.own = wrap_own_case_grant(secret, grant.case_id, grant.epoch, me.key, me.person_id)
    return secret


def open_entry(secret: CaseSecret, record: Record) -> dict[str, Any]:
    """Open any entry of the case file, whatever its kind. Raises UnsealRefused, EntryUnreadable."""
    try:
        found = json.loads(unseal.open_record(secret, place_of(record), record.sealed))
    except json.JSONDecodeError as error:
        raise EntryUnreadable from error
    if not isinstance(found, dict):
        raise EntryUnreadable
    return found


def file_texts(me: Counsellor, cases: Sequence[int], kinds: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Open the files of many cases for a search: (case, every typed text). What does not open is left out.

    The caller names only cases of which this person reads every report.
    """
    secrets = _own_secrets(me, cases)
    for record, place in opening_many.rows(me.session, sorted({case for case, _epoch in secrets}), kinds):
        if (record.owner_id, record.epoch) in secrets:
            with suppress(UnsealRefused):
                secret = secrets[(record.owner_id, record.epoch)]
                yield record.owner_id, opening_many.typed(unseal.open_record(secret, place, record.sealed))


def newest_entries(me: Counsellor, cases: Sequence[int], kind: str) -> dict[int, dict[str, Any]]:
    """Open the newest entry of one kind in each of many cases. What does not open is left out."""
    secrets, newest = _own_secrets(me, cases), dict[int, tuple[int, dict[str, Any]]]()
    for record, place in opening_many.rows(me.session, sorted({case for case, _epoch in secrets}), (kind,)):
        secret = secrets.get((record.owner_id, record.epoch))
        if secret is None or record.sequence < newest.get(record.owner_id, (0, {}))[0]:
            continue
        with suppress(UnsealRefused, json.JSONDecodeError):
            newest[record.owner_id] = record.sequence, json.loads(unseal.open_record(secret, place, record.sealed))
    return {case: value for case, (_number, value) in newest.items()}


def _own_secrets(me: Counsellor, cases: Sequence[int]) -> dict[tuple[int, int], CaseSecret]:
    secrets: dict[tuple[int, int], CaseSecret] = {}
    for some in opening_many.batches(cases):
        query = select(CaseGrant, CaseEpoch.commitment).join(
            CaseEpoch, (CaseEpoch.case_id == CaseGrant.case_id) & (CaseEpoch.epoch == CaseGrant.epoch)
        )
        query = query.where(CaseGrant.case_id.in_(some), CaseGrant.key_id == me.key.key_id)
        mine = (CaseGrant.person_id == me.person_id, CaseGrant.state == GrantState.OPEN)
        for grant, laid in me.session.execute(query.where(*mine)):
            commitment = me.pepper_layer.lift(laid, PepperPlace.CASE_COMMITMENT, grant.case_id, grant.epoch)
            with suppress(UnsealRefused):
                secrets[(grant.case_id, grant.epoch)] = open_case_secret(me, grant, commitment)
    return secrets


def open_from_colleague(me: Counsellor, offer_id: int, sealed: bytes | None) -> str:
    """Open a colleague's message about a question; empty where there is none, or an older key."""
    if sealed is None:
        return ""
    try:
        return unseal.open_note(sealed, me.key, me.person_id, offer_id)
    except UnsealRefused:
        return ""


def open_private_note(me: Counsellor, note: PrivateNote) -> str | None:
    """Open a private note; None for one from before a lost key, which stays closed. Raises UnsealRefused."""
    if note.key_id != me.key.key_id:
        return None
    return unseal.open_note(note.sealed, me.key, me.person_id, note.id)


def open_case_draft(me: Counsellor, draft: Draft, place: DraftPlace) -> str:
    """Open one's own draft. Raises UnsealRefused."""
    return unseal.open_case_draft(draft.sealed, me.key, me.person_id, place)
