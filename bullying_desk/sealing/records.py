"""The texts themselves: the report, each letter, the list of people left out, notes and plans of the case.

Each is sealed for one place (whose, which epoch, what kind, which side wrote it, which number, which revision). So no
text can be moved, swapped, replayed or passed off as the other side's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bullying_desk.sealing.format import contexts
from bullying_desk.sealing.format.errors import FieldRefused
from bullying_desk.sealing.format.padding import pad_text
from bullying_desk.sealing.format.primitives import hkdf, symmetric_seal
from bullying_desk.sealing.format.secret_types import CaseSecret, ReportSecret

_KIND: Final = re.compile(r"[a-z][a-z-]{0,30}", re.ASCII)


class Side(StrEnum):
    """Who wrote a record."""

    REPORTER = "reporter"
    STAFF = "staff"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record belongs. `owner` is the id of its report or case; `kind` is a constant of the caller."""

    owner: int
    epoch: int
    kind: str
    side: Side
    sequence: int
    revision: int = 0

    def __post_init__(self) -> None:
        """Refuse a kind with other characters. Raises FieldRefused."""
        if not _KIND.fullmatch(self.kind) or not isinstance(self.side, Side):
            raise FieldRefused("a kind is one to 31 letters a-z or hyphens, a side one of Side")

    def binding(self) -> bytes:
        """Return the context of this place."""
        return contexts.record(self.owner, self.epoch, self.kind, self.side, self.sequence, self.revision)


def seal_record(secret: ReportSecret | CaseSecret, place: RecordPlace, text: str) -> bytes:
    """Seal a text for its place, padded to 1, 2, 4 … KiB: 1,073, 2,097, 4,145 … bytes."""
    return symmetric_seal(pad_text(text.encode("utf-8")), content_key(secret, place), place.binding())


def seal_name(secret: ReportSecret, place: RecordPlace, name: str) -> bytes:
    """Seal the reporter's name under a key of its own, so that a name can stay closed where the text is open."""
    return symmetric_seal(pad_text(name.encode("utf-8")), name_key(secret, place), place.binding())


def content_key(secret: ReportSecret | CaseSecret, place: RecordPlace) -> bytes:
    """Return the key of a report's conversation or a case's file for one epoch."""
    if isinstance(secret, ReportSecret):
        return hkdf(secret.reveal(), contexts.report_key("conversation", place.owner, place.epoch))
    return hkdf(secret.reveal(), contexts.case_key("file", place.owner, place.epoch))


def name_key(secret: ReportSecret, place: RecordPlace) -> bytes:
    """Return the key of the reporter's name for one epoch."""
    return hkdf(secret.reveal(), contexts.report_key("name", place.owner, place.epoch))
