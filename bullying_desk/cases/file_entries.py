"""The file of a case: sealed texts for everybody on the case, written one by one and read together.

Notes, sheets, prints and the course of a case write and read in the same way. An entry that does not open is never left
out: it shows its author and what its reader can do. Only entries on a report that left the case show no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, insert, select

from bullying_desk.cases import colleagues, opening
from bullying_desk.cases.case_keys import holders, shut_epochs
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.reports.models import Case, Record
from bullying_desk.reports.record_kinds import record_row
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.format.secret_types import CaseSecret
from bullying_desk.sealing.records import RecordPlace, Side, seal_record
from bullying_desk.web.language import _

Secrets = Mapping[int, CaseSecret]
LINE: Final = "line"
"""The kind of the line by which readers recognise a case (`inbox.recognising`). It is no entry of the course."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the file: its content or, where it does not open, `closed`: the reason, and what to do."""

    record: Record
    value: Mapping[str, Any] | None
    closed: str = ""


def put(me: Counsellor, case: Case, secret: CaseSecret, kind: str, text: str) -> int:
    """Seal a text under the secret of the case's present epoch and store it; returns its number within the kind.

    The case's row must be locked, or two writers would take one number.
    """
    query = select(func.max(Record.sequence)).where(Record.owner_id == case.id, Record.kind == kind)
    place = RecordPlace(case.id, case.epoch, kind, Side.STAFF, (me.session.scalar(query) or 0) + 1)
    me.session.execute(insert(Record), [record_row(place, me.hour, seal_record(secret, place, text), me.person_id)])
    return place.sequence


def entries(me: Counsellor, case: Case, secrets: Secrets, *kinds: str) -> list[Entry]:
    """Open the file's entries of some kinds (of all but the line, where none is given), the newest first.

    A person without a secret of the case finds none.
    """
    if not secrets:
        return []
    query = select(Record).where(Record.owner_id == case.id).order_by(Record.sequence.desc())
    records = me.session.scalars(query.where(Record.kind.in_(kinds) if kinds else Record.kind != LINE)).all()
    hidden = shut_epochs(me, case) - secrets.keys()  # about a report that left the case: no trace
    opened = [(record, _value(secrets, record)) for record in records if record.epoch not in hidden]
    if all(value is not None for _record, value in opened):
        return [Entry(record, value) for record, value in opened]
    why = _why_closed(me, case, secrets, {record.epoch for record, value in opened if value is None})
    return [Entry(record, value, "" if value is not None else why[record.epoch]) for record, value in opened]


def damaged() -> str:
    """Say what to do where the key fits and this program cannot read the text."""
    return _(
        "Dieser Eintrag ist beschädigt oder neuer als dieses Programm. Fragen Sie die Person, die ihn geschrieben hat, "
        "und rufen Sie die Stelle der Stadt an."
    )


def _value(secrets: Secrets, record: Record) -> Mapping[str, Any] | None:
    if record.epoch not in secrets:
        return None
    try:
        return opening.open_entry(secrets[record.epoch], record)
    except (UnsealRefused, opening.EntryUnreadable):
        return None


def _why_closed(me: Counsellor, case: Case, secrets: Secrets, epochs: set[int]) -> dict[int, str]:
    held = holders(me, case)
    names = colleagues.names_of(me.session, {person for epoch in epochs for person in held[epoch]})
    return {epoch: damaged() if epoch in secrets else _ask(me, held[epoch], names) for epoch in epochs}


def _ask(me: Counsellor, holding: set[int], names: Mapping[int, str]) -> str:
    others = ", ".join(sorted(names.get(person, "?") for person in holding - {me.person_id}))
    if not others:
        return _(
            "Dieser Eintrag ist verschlossen, und niemand, der jetzt mitliest, kann ihn öffnen. Fragen Sie die Person, "
            "die ihn geschrieben hat."
        )
    if me.person_id in holding:
        return _(
            "Ihr Zugang öffnet diesen Eintrag nicht. Lesbar ist er für %(names)s. Fragen Sie dort nach dem Inhalt und "
            "rufen Sie die Stelle der Stadt an. Der Vorgang steht im Protokoll."
        ) % {"names": others}
    return _(
        "Dieser Eintrag ist für Sie noch verschlossen. Lesbar ist er für %(names)s. Bitten Sie darum, den Fall einmal "
        "aufzurufen. Danach lesen auch Sie ihn."
    ) % {"names": others}
