"""Why a person reads, in plain words, for the receipt and the conversation (principle P6).

The sentences are in explaining.yml.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bullying_desk.reports.models import ReaderReason
from bullying_desk.texts import Every, Text, TextFile, mark
from bullying_desk.web.language import _, listed

NEWCOMER: Final = mark(
    "Bei uns im Team ist jemand neu: %(name)s. Soll die Person auch lesen, was du schreibst? "
    "Das bestimmst du. Drück auf „Sehen und ändern, wer das lesen darf“. Dort kannst du die Person ankreuzen."
)
NEWCOMER_POLITE: Final = mark(
    "Bei uns im Team ist jemand neu: %(name)s. Soll die Person mitlesen? Das entscheiden Sie: "
    "Unter „Sehen und ändern, wer das lesen darf“ können Sie die Person ankreuzen."
)


def newcomer_question(name: str, *, polite: bool) -> str:
    """Ask a reporter who has chosen the readers one by one whether a new member of the team may read too."""
    return _(NEWCOMER_POLITE if polite else NEWCOMER) % {"name": name}


def question_words(text: str) -> str:
    """Return the question about a newcomer in the language of the page; any other text as it is."""
    for question in (NEWCOMER, NEWCOMER_POLITE):
        before, _hole, behind = question.partition("%(name)s")
        if text.startswith(before) and text.endswith(behind):
            return _(question) % {"name": text[len(before) : len(text) - len(behind)]}
    return text


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
