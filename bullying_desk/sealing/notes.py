"""What is sealed to its writer alone: private notes, and a text whose session ended during the writing.

Nobody inherits a counsellor's own note. A form that arrives after the end of its session is not lost either: it
waits, sealed to the writer, for the next sign-in.
"""

from __future__ import annotations

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.errors import FieldRefused
from bullying_desk.sealing.format.padding import pad_text
from bullying_desk.sealing.format.primitives import hpke_seal
from bullying_desk.sealing.keys import Addressee


def seal_note(text: str, note: int, to: Addressee) -> bytes:
    """Seal a private note to its writer; `note` is the id of its row. Raises PublicHalfUnusable, FieldRefused."""
    return _seal("note/private", text.encode("utf-8"), note, to)


def seal_draft(body: bytes, draft: int, to: Addressee) -> bytes:
    """Seal a form that came after its session's end to its writer; kept 24 hours. Raises the same as `seal_note`."""
    return _seal("draft", body, draft, to)


def _seal(label: str, content: bytes, row: int, to: Addressee) -> bytes:
    if not isinstance(to.reader, int):
        raise FieldRefused("notes and drafts belong to a person with an account")
    return hpke_seal(pad_text(content), to.public_half, contexts.to_writer(label, to.reader, to.key_id, row))
