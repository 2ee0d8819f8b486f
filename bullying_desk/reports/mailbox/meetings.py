"""Offered and agreed times as both sides read them, and what letters say of them.

The program's sentences are sealed in German, because staff read them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bullying_desk.reports.mailbox.letters import Fact, Letter, Slot
from bullying_desk.reports.models import Writer
from bullying_desk.reports.readers.explaining import question_words
from bullying_desk.web.language import _, in_german


class Decline(StrEnum):
    """What the reporter says instead of taking a time."""

    NONE_FITS = "keiner"
    WRITE = "schreiben"
    CANNOT_COME = "doch-nicht"


SAID: Final = {
    Decline.NONE_FITS: _("Keiner passt."),
    Decline.WRITE: _("Ich möchte lieber nur schreiben."),
    Decline.CANNOT_COME: _("Ich kann doch nicht kommen."),
}


class Off(StrEnum):
    """Why a time that was offered or agreed does not count."""

    AWAY = "away"  # its person is entered as absent on that day
    NO_SCHOOL = "no-school"  # a holiday, a free day of the school, or its free afternoon
    PAUSED = "paused"  # the school takes a break from the contact point
    TOLD = "told"  # none of these any more, but the reporter has been shown that it is off


@dataclass(frozen=True, slots=True)
class Meeting:
    """An offered or agreed time that is not over. `letter` is the number of the letter it stands in."""

    id: int
    person_id: int
    letter: int
    by: str
    slot: Slot
    agreed: bool
    off: Off | None

    @property
    def stands(self) -> bool:
        """Whether the reporter can take it, or can come."""
        return self.off is None


def words_of(slots: Iterable[Slot]) -> str:
    """Return the lines that stand below the letter, so that they are read wherever it is read."""
    lines = [f"– {slot.words}, {slot.place}" for slot in slots]
    return "\n".join([_("Diese Zeiten kann ich anbieten:"), *lines])


def off_words(slot: Slot) -> str:
    """Return what a letter says that calls a time off."""
    return _("Der Termin fällt aus: %(when)s.") % {"when": slot.words}


def coming_words(slots: tuple[Slot, ...]) -> str:
    """Return what a letter says that takes the first of these times, and calls the others off."""
    coming = _("Ich komme: %(when)s. Ort: %(place)s.") % {"when": slots[0].words, "place": slots[0].place}
    return "\n".join([*(off_words(each) for each in slots[1:]), coming])


def as_the_reporter_reads(letter: Letter, meetings: Iterable[Meeting]) -> str:
    """Return a letter's text: what a person typed as it is, what the program wrote in the language of the page.

    The program's sentences are sealed in German, because staff read them too. Of offered times only those stand there
    that can be taken at this moment; one that was taken is shown by the page itself.
    """
    if letter.writer is Writer.REPORTER:
        if letter.fact is Fact.MEETING and letter.slots:
            return coming_words(letter.slots)
        said, space, to = letter.text.partition(" (") if letter.slots else (letter.text, "", "")
        if said in SAID.values():
            return f"{_(said)}{space}{to}"
        return off_words(letter.slots[0]) if letter.fact is Fact.NO_MEETING and letter.slots else letter.text
    if not letter.slots:
        return question_words(letter.text)
    if letter.fact is Fact.NO_MEETING:
        return off_words(letter.slots[0])
    with in_german():
        german = words_of(letter.slots)
    typed = letter.text.removesuffix(german).rstrip()
    own = [one for one in meetings if one.letter == letter.number and one.stands]
    if any(one.agreed for one in own):
        return typed
    offered = words_of(one.slot for one in own) if own else _("Diese Zeiten gelten nicht mehr.")
    return f"{typed}\n\n{offered}"


def lapsed(written: Sequence[Letter], meetings: Iterable[Meeting], now: datetime) -> Slot | None:
    """Return a time the reporter has taken and that no longer counts, so that nobody comes for nothing.

    None where one of both sides has said so in a later letter, or where the same time is offered anew.
    """
    taken = [one for one in written if one.fact in {Fact.MEETING, Fact.NO_MEETING}]
    if not taken or taken[-1].fact is Fact.NO_MEETING or not taken[-1].slots:
        return None
    slot = taken[-1].slots[0]
    known = any((one.agreed or one.stands) and one.slot.start == slot.start for one in meetings)
    return None if known or slot.start <= now else slot


def counts(letter: Letter, meetings: Iterable[Meeting]) -> bool:
    """Whether the time that the reporter has taken in this letter stands at this moment."""
    return any(one.agreed and one.stands and one.slot in letter.slots[:1] for one in meetings)
