"""Has it stopped? What is known, from which source, and what a case may be closed on.

There are four sources: the affected person's own answer in the conversation, their own answer face to face, the
reporter's view, or that they cannot be reached, with the reason. Only the first two are the affected person's words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bullying_desk.cases import sheets
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.deadlines import follow_up_done
from bullying_desk.cases.sheets import CaseSheet, Kind, Secrets
from bullying_desk.clock import BERLIN
from bullying_desk.config import ClockValues
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.asking_words import voice_of
from bullying_desk.reports.mailbox.letters import Step
from bullying_desk.reports.models import Report


class Source(StrEnum):
    """The source of what is known."""

    OWN = "own"  # the affected person, in the conversation
    FACE = "face"  # the affected person, face to face; entered by staff with the day
    VIEW = "view"  # the reporter, who is not affected
    GONE = "gone"  # nobody can be asked, with the reason


OWN_WORDS = frozenset({Source.OWN, Source.FACE})
BY_HAND = (Source.FACE, Source.VIEW, Source.GONE)
"""What staff can enter; an own answer in the conversation comes from the child alone."""


class DayAhead(ValueError):
    """Nobody was asked on a day that is still to come."""


class StepMissing(ValueError):
    """An answer is one of the five steps; "not reachable" is none."""


class OutcomeReasonMissing(ValueError):
    """ "Not reachable" needs its reason."""


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known. `number`: of the letter or the sheet; `order` says which of two is newer."""

    source: Source
    step: Step
    day: date
    words: str
    author_id: int | None
    report_id: int
    number: int
    order: tuple[date, datetime, int]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What is known, the newest first; `fresh` is newer than the last closing of the case."""

    known: tuple[Known, ...]
    fresh: tuple[Known, ...]

    def newest(self, sources: Iterable[Source]) -> Known | None:
        """Return the newest that counts, of some sources; "I do not know" counts for nothing."""
        wanted = set(sources)
        return next((one for one in self.fresh if one.source in wanted and one.step is not Step.UNCLEAR), None)

    @property
    def deciding(self) -> Known | None:
        """What a case is closed on: own words before a view, a view before not reached."""
        return self.newest(OWN_WORDS) or self.newest({Source.VIEW}) or self.newest({Source.GONE})

    @property
    def in_own_words(self) -> bool:
        """Whether it is the affected person's word."""
        return self.deciding is not None and self.deciding.source in OWN_WORDS


def outcomes(me: Counsellor, found: FoundCase, secrets: Secrets) -> Outcomes:
    """Collect what is known: the answers of every report one reads, and the sheets."""
    written = sheets.read(me, found.case, secrets, Kind.OUTCOME, Kind.CLOSING)
    closing = next((sheet for sheet in written if sheet.kind is Kind.CLOSING), None)
    closed_at = _letters_at(closing)
    known: list[tuple[Known, bool]] = []
    for sheet in written:
        if sheet.kind is Kind.OUTCOME:
            known.append((_of_sheet(sheet), closing is None or sheet.number > closing.number))
    for report in found.reports:
        if report.emptied_on is not None:
            continue
        known += [(one, one.number > closed_at.get(report.id, 0)) for one in _of_letters(me, report)]
    known.sort(key=lambda each: each[0].order, reverse=True)
    return Outcomes(tuple(one for one, _new in known), tuple(one for one, new in known if new))


def enter(
    me: Counsellor,
    found: FoundCase,
    secrets: Secrets,
    source: Source,
    step: Step,
    day: date,
    words: str,
    values: ClockValues,
) -> CaseSheet:
    """Enter a word said face to face, the reporter's view, or why nobody can be reached.

    The affected person's own answer counts as the follow-up that is due. Raises DayAhead, StepMissing,
    OutcomeReasonMissing, NoCaseKey, NoteTooLong.
    """
    if day > me.today:
        raise DayAhead(day)
    if source is Source.GONE:
        step = Step.NONE
        if not words.strip():
            raise OutcomeReasonMissing
    elif step is Step.NONE or (step is Step.UNCLEAR and source is not Source.VIEW):
        raise StepMissing
    said = {"source": source.value, "step": step.value, "day": day.isoformat(), "words": words.strip()}
    before = sheets.read(me, found.case, secrets, Kind.OUTCOME)
    sheet = sheets.write(me, found.case, secrets, Kind.OUTCOME, said)
    if source is Source.FACE and all(sheet.number != one.number for one in before):
        follow_up_done(me, found.case, values)
    return sheet


def letters_now(found: FoundCase) -> tuple[str, ...]:
    """Return the last number of each conversation, for the closing sheet: a later answer is new."""
    return tuple(f"{report.id}:{report.letters}" for report in found.reports)


def _letters_at(closing: CaseSheet | None) -> dict[int, int]:
    pairs = (one.partition(":") for one in (closing.many("letters") if closing is not None else ()))
    return {int(report): int(number) for report, _colon, number in pairs}


def _of_sheet(sheet: CaseSheet) -> Known:
    day = date.fromisoformat(sheet.text("day"))
    source, step = Source(sheet.text("source")), Step(sheet.text("step"))
    return Known(source, step, day, sheet.text("words"), sheet.author_id, 0, sheet.number, (day, sheet.hour, 0))


def _of_letters(me: Counsellor, report: Report) -> list[Known]:
    opened = me.open_report(report)
    source = Source.OWN if voice_of(opened.answers).own else Source.VIEW
    return [
        Known(source, one.step, day, one.text, None, report.id, one.number, (day, one.hour, one.number))
        for one in letters.read_conversation(me.session, opened.secrets, report)
        if one.step
        for day in (one.hour.astimezone(BERLIN).date(),)
    ]
