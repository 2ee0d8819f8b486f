"""Why a person reads, in plain words, for the receipt and the conversation (principle P6).

The sentences are in explaining.yml.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bullying_desk.reports.models import ReaderReason
from bullying_desk.texts import Every, Text, TextFile
from bullying_desk.web.language import _, listed


def names(people: Iterable[str]) -> str:
    """Join names as people say them: „Frau Aydin, Herr Brandt und Frau Okafor“."""
    return listed(people)


@dataclass(frozen=True, slots=True)
class Explaining:
    """The file: each reason, to a child and to an adult."""

    reasons: Every[ReaderReason, tuple[Text, Text]]


FILE: Final = TextFile(__file__, Explaining)
REASONS: Final = FILE.read().reasons


def reason_words(reason: ReaderReason | None, *, polite: bool = False, instead_of: str = "") -> str:
    """Say why a person reads; `instead_of` is the chosen reader who is away."""
    if reason is ReaderReason.ABSENCE and instead_of:
        return _("%(name)s ist nicht da.") % {"name": instead_of}
    return _(REASONS[reason or ReaderReason.CHOSEN][1 if polite else 0])
