"""Sheets of the case file: what staff fill in about a case, one sealed text for each sheet, whatever its kind.

The database shows that there is a sheet, its author and the hour, but not its kind: nobody can see that a person has
weighed whether the home is safe (decision D49). Sheets are never changed; a later one is added.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import file_entries
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.notes import LONGEST, NoCaseKey, NoteTooLong
from bullying_desk.reports.doors.answers import Said
from bullying_desk.reports.models import Case

SHEET: Final = "sheet"
VERSION = 1
Secrets = file_entries.Secrets


class Kind(StrEnum):
    """What a sheet is; sealed with it."""

    OUTCOME = "outcome"
    CLOSING = "closing"
    GATE = "gate"  # the safety gate ("Sicherheitsabfrage"), with the consent in it
    REVOKED = "revoked"  # a gate that counts no longer: `of` is its number
    TOLD = "told"  # an outsider was informed
    STEP = "step"  # one decided step of a wizard
    TALK = "talk"
    OBSERVATION = "observation"
    EVIDENCE = "evidence"
    NAME = "name"  # why a person looked at the reporter's name
    PRINTED = "printed"  # a pseudonymised print was confirmed and made
    ASSESSMENT = "assessment"  # a judgement, which counts from then on
    PROPOSAL = "proposal"  # a judgement, or a closing, that waits for a second person
    DECISION = "decision"  # the second person's yes or no: `of` is the proposal's number
    CARRIED = "carried"  # level and flags of a case whose report was linked into this one
    MEASURE = "measure"  # one step of the plan
    DONE = "done"  # the result of a step, or that it is dropped: `of` is its number


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One opened sheet."""

    number: int
    kind: Kind
    hour: datetime
    author_id: int | None
    said: Mapping[str, Said]

    def text(self, name: str) -> str:
        """Return one answer as text, or nothing."""
        value = self.said.get(name, "")
        return value if isinstance(value, str) else ", ".join(value)

    def many(self, name: str) -> tuple[str, ...]:
        """Return an answer of several."""
        value = self.said.get(name, ())
        return value if isinstance(value, tuple) else (value,) if value else ()


@dataclass(frozen=True, slots=True)
class ClosedSheet:
    """A sheet that does not open for its reader. Its kind is inside; `closed` says what to do."""

    number: int
    hour: datetime
    author_id: int | None
    closed: str


@dataclass(frozen=True, slots=True)
class Pile:
    """All sheets of a case: those that open, and those that do not."""

    opened: tuple[CaseSheet, ...]
    closed: tuple[ClosedSheet, ...]

    def of(self, *kinds: Kind) -> list[CaseSheet]:
        """Return the opened sheets of some kinds (of all, where none is named), the newest first."""
        return [sheet for sheet in self.opened if not kinds or sheet.kind in kinds]

    def and_then(self, sheet: CaseSheet) -> Pile:
        """Return the pile with one more sheet on top; a sheet found by a second submit is there already."""
        return self if sheet in self.opened else Pile((sheet, *self.opened), self.closed)

    def closed_after(self, number: int) -> bool:
        """Whether a later sheet stays closed: it may say the opposite."""
        return any(sheet.number > number for sheet in self.closed)


def write(
    me: Counsellor,
    case: Case,
    secrets: Secrets,
    kind: Kind,
    said: Mapping[str, Said],
    *,
    before: Pile | None = None,
) -> CaseSheet:
    """Seal one sheet for everybody on the case. A second submit in the same hour finds it and writes none.

    `before` is the file's content, if it is open already. The case's row must be locked. Raises NoCaseKey,
    NoteTooLong.
    """
    filled = tidy(said)
    if case.epoch not in secrets:
        raise NoCaseKey
    text = json.dumps({"v": VERSION, "kind": kind.value, "said": filled}, ensure_ascii=False)
    if len(text) > LONGEST:
        raise NoteTooLong(len(text))
    last = next(iter((before or pile(me, case, secrets)).of(kind)), None)
    if last is not None and (dict(last.said), last.author_id, last.hour) == (filled, me.person_id, me.hour):
        return last
    number = file_entries.put(me, case, secrets[case.epoch], SHEET, text)
    trail.record(me.session, Event.SHEET_WRITTEN, me.now, actor=me.person_id, subject=case.id)
    me.session.flush()
    return CaseSheet(number, kind, me.hour, me.person_id, filled)


def pile(me: Counsellor, case: Case, secrets: Secrets) -> Pile:
    """Open every sheet of a case, the newest first, and keep those that stay closed."""
    opened, closed = list[CaseSheet](), list[ClosedSheet]()
    for entry in file_entries.entries(me, case, secrets, SHEET):
        record, sheet = entry.record, _sheet(entry)
        if sheet is not None:
            opened.append(sheet)
        else:
            why = entry.closed or file_entries.damaged()
            closed.append(ClosedSheet(record.sequence, record.hour, record.author_id, why))
    return Pile(tuple(opened), tuple(closed))


def read(me: Counsellor, case: Case, secrets: Secrets, *kinds: Kind) -> list[CaseSheet]:
    """Open the sheets of some kinds (of all, where none is given), the newest first.

    A sheet that does not open is left out: nothing may be decided on what nobody can read.
    """
    return pile(me, case, secrets).of(*kinds)


def _sheet(entry: file_entries.Entry) -> CaseSheet | None:
    record, value = entry.record, entry.value
    if value is None or value.get("v") != VERSION:
        return None
    try:
        return CaseSheet(record.sequence, Kind(value["kind"]), record.hour, record.author_id, _frozen(value["said"]))
    except (ValueError, KeyError):
        return None


def tidy(said: Mapping[str, Said]) -> dict[str, Said]:
    """Return answers as a sheet gives them back: nothing empty, lists that do not change."""
    return _frozen({name: value for name, value in said.items() if value})


def _frozen(said: Mapping[str, object]) -> dict[str, Said]:
    return {
        name: tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)
        for name, value in said.items()
    }
