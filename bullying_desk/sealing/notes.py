"""What is sealed to its writer alone: private notes, drafts, and a text whose session ended during the writing.

Nobody inherits a counsellor's own note. A form that arrives after the end of its session is not lost either: it
waits, sealed to the writer, for the next sign-in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.errors import FieldRefused
from bullying_desk.sealing.format.padding import pad_text
from bullying_desk.sealing.format.primitives import hpke_seal
from bullying_desk.sealing.keys import Addressee

_FIELD: Final = re.compile(r"[a-z][a-z-]{0,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where a draft belongs: its case, the report it answers (0: none), its field, and how often it was saved."""

    case: int
    report: int
    field: str
    revision: int

    def __post_init__(self) -> None:
        """Refuse a field with other characters. Raises FieldRefused."""
        if not _FIELD.fullmatch(self.field):
            raise FieldRefused("a field is one to 31 letters a-z or hyphens")

    def binding(self, person: int, key_id: bytes) -> bytes:
        """Return the context of this place for its writer."""
        return contexts.case_draft(person, key_id, self.case, self.report, self.field, self.revision)


def seal_note(text: str, note: int, to: Addressee) -> bytes:
    """Seal a private note to its writer; `note` is the id of its row. Raises PublicHalfUnusable, FieldRefused."""
    return _seal("note/private", text.encode("utf-8"), note, to)


def seal_draft(body: bytes, draft: int, to: Addressee) -> bytes:
    """Seal a form that came after its session's end to its writer; kept 24 hours. Raises the same as `seal_note`."""
    return _seal("draft", body, draft, to)


def seal_case_draft(text: str, place: DraftPlace, to: Addressee) -> bytes:
    """Seal what a person has typed and not sent to that person. Raises PublicHalfUnusable, FieldRefused."""
    return hpke_seal(pad_text(text.encode("utf-8")), to.recipient, place.binding(_writer(to), to.key_id))


def _seal(label: str, content: bytes, row: int, to: Addressee) -> bytes:
    return hpke_seal(pad_text(content), to.recipient, contexts.to_writer(label, _writer(to), to.key_id, row))


def _writer(to: Addressee) -> int:
    if not isinstance(to.reader, int):
        raise FieldRefused("notes and drafts belong to a person with an account")
    return to.reader
