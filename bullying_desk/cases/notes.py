"""Notes: the team's, sealed under the case's secret for everybody on the case, and private ones for their writer.

The reporter never sees a note.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import file_entries, opening
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.file_entries import Secrets
from bullying_desk.cases.models import PrivateNote
from bullying_desk.database import random_id
from bullying_desk.erasing.destroying import Destroyer
from bullying_desk.reports.models import Case
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format import signs
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.keys import Addressee
from bullying_desk.sealing.notes import seal_note

NOTE: Final = "note"
VERSION = 1
LONGEST = 20_000


class NoteEmpty(ValueError):
    """There is nothing in the note."""


class NoteTooLong(ValueError):
    """A note has more than 20,000 characters."""


class NoCaseKey(Exception):
    """The person reads only some of the case's reports and so holds no secret of the case."""


class NoteUnknown(Exception):
    """There is no such note of this person."""


@dataclass(frozen=True, slots=True)
class TeamNote:
    """A note for everybody on the case. `text` is None where it does not open; `closed` then says what to do."""

    number: int
    hour: datetime
    author_id: int | None
    text: str | None
    closed: str = ""


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A private note. `text` is None for one from before a lost key."""

    id: int
    written_at: datetime
    text: str | None


def write_team_note(me: Counsellor, case: Case, secrets: Secrets, text: str) -> None:
    """Seal a note for everybody on the case. A second submit in the same hour finds it and writes none.

    Raises NoteEmpty, NoteTooLong, NoCaseKey.
    """
    tidy = _tidy(text)
    if case.epoch not in secrets:
        raise NoCaseKey
    last = max(team_notes(me, case, secrets), key=lambda note: note.number, default=None)
    if last is not None and (last.text, last.author_id, last.hour) == (tidy, me.person_id, me.hour):
        return
    file_entries.put(me, case, secrets[case.epoch], NOTE, json.dumps({"v": VERSION, "text": tidy}, ensure_ascii=False))
    trail.record(me.session, Event.NOTE_WRITTEN, me.now, actor=me.person_id, subject=case.id, private=False)
    me.session.flush()


def team_notes(me: Counsellor, case: Case, secrets: Secrets) -> list[TeamNote]:
    """Open the case's notes, the newest first. A person without a secret of the case finds none."""
    return [_team_note(entry) for entry in file_entries.entries(me, case, secrets, NOTE)]


def _team_note(entry: file_entries.Entry) -> TeamNote:
    record, value, closed = entry.record, entry.value, entry.closed
    text = str(value.get("text", "")) if value is not None and value.get("v") == VERSION else None
    if text is None:
        closed = closed or file_entries.damaged()
    return TeamNote(record.sequence, record.hour, record.author_id, text, closed)


def write_private_note(me: Counsellor, found: FoundCase, text: str) -> None:
    """Seal a note to its writer alone. Raises NoteEmpty, NoteTooLong, DirectoryTagWrong."""
    tidy, note_id = _tidy(text), random_id()
    last = next(iter(private_notes(me, found.case)), None)
    if last is not None and last.text == tidy:
        return
    note = PrivateNote(id=note_id, case_id=found.case.id, person_id=me.person_id, key_id=me.key.key_id)
    note.written_at, note.sealed = me.now, seal_note(tidy, note_id, _to_myself(me))
    me.session.add(note)
    trail.record(me.session, Event.NOTE_WRITTEN, me.now, actor=me.person_id, subject=found.case.id, private=True)
    me.session.flush()


def private_notes(me: Counsellor, case: Case) -> list[OwnNote]:
    """Open one's private notes about a case, the newest first."""
    query = select(PrivateNote).where(PrivateNote.case_id == case.id, PrivateNote.person_id == me.person_id)
    rows = me.session.scalars(query.order_by(PrivateNote.written_at.desc(), PrivateNote.id)).all()
    return [_own_note(me, note) for note in rows]


def all_private_notes(me: Counsellor) -> list[tuple[int, OwnNote]]:
    """Open one's private notes about all cases, each with its case, the newest first."""
    query = select(PrivateNote).where(PrivateNote.person_id == me.person_id)
    rows = me.session.scalars(query.order_by(PrivateNote.written_at.desc(), PrivateNote.id)).all()
    return [(note.case_id, _own_note(me, note)) for note in rows]


def _own_note(me: Counsellor, note: PrivateNote) -> OwnNote:
    try:
        return OwnNote(note.id, note.written_at, opening.open_private_note(me, note))
    except UnsealRefused:
        return OwnNote(note.id, note.written_at, None)


def destroy_private_note(me: Counsellor, case: Case, note_id: int) -> None:
    """Delete one of one's private notes. Raises NoteUnknown."""
    note = me.session.get(PrivateNote, note_id)
    if note is None or (note.person_id, note.case_id) != (me.person_id, case.id):
        raise NoteUnknown
    Destroyer(me.session, me.pepper_layer, me.today).note(note.id)


def _to_myself(me: Counsellor) -> Addressee:
    """Seal to the key one holds, not to the half in the row: a swapped half catches no note."""
    person = me.session.get_one(Person, me.person_id)
    return person_addressee(me.pepper_layer, me.person_id, me.key.public_half, person.directory_tag or b"")


def _tidy(text: str) -> str:
    tidy = signs.tidied(text)
    if not tidy:
        raise NoteEmpty
    if len(tidy) > LONGEST:
        raise NoteTooLong(len(tidy))
    return tidy
