"""The conversation: letters from both sides, sealed to the present readers, and read over all epochs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.config import ClockValues
from bullying_desk.erasing import rewriting
from bullying_desk.night import Counts, Night
from bullying_desk.reports import promised_dates, reader_notices, record_kinds, waiting
from bullying_desk.reports.doors.answers import LONGEST_TEXT, Answers, AnswersUnreadable
from bullying_desk.reports.mailbox.reporter import Reporter
from bullying_desk.reports.models import Record, Report, ReporterState, ReportGrant, Writer
from bullying_desk.reports.opening import ReaderExcluded, Secrets, read_text, read_texts, whole_answers
from bullying_desk.reports.record_kinds import record_row
from bullying_desk.sealing.format import signs
from bullying_desk.sealing.format.secret_types import ReportSecret
from bullying_desk.sealing.records import RecordPlace, Side, seal_record
from bullying_desk.web.language import _, long_date

VERSION = 1
USUAL = ClockValues()


class LetterTooLong(ValueError):
    """A letter has more than 20,000 characters."""


class LetterEmpty(ValueError):
    """There is nothing in the letter."""


class ConversationClosed(Exception):
    """The child has erased the report: nothing more is written to it."""


class Fact(StrEnum):
    """A fact of a letter besides its words."""

    NONE = ""
    BETTER = "better"  # "Mir geht es besser"
    NAME = "name"  # the reporter has given their name
    NEW_CODE = "new-code"
    DANGER = "danger"  # "Ich bin jetzt in Gefahr"
    HOW = "how"  # the answer to "Hat es aufgehört?"; `Letter.step` has the step
    MEETING = "meeting"  # the reporter takes an offered time, which is `Letter.slots`
    NO_MEETING = "no-meeting"  # a time that was agreed does not count any more


class Step(StrEnum):
    """The answer to "Hat es aufgehört?" in five steps; `unclear` only for a reporter who speaks of another child."""

    NONE = ""
    STOPPED = "stopped"
    MUCH_BETTER = "much_better"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNCLEAR = "unclear"


GOES_ON = frozenset({Step.SAME, Step.WORSE})
_CHANGE_NOTHING = frozenset({(Fact.MEETING, Writer.REPORTER), (Fact.NO_MEETING, Writer.STAFF)})
"""These letters ask for no answer and are none: who waits for whom stays as it was."""
_NOBODY_WAITS = frozenset({Step.STOPPED, Step.MUCH_BETTER, Step.UNCLEAR})


@dataclass(frozen=True, slots=True)
class Slot:
    """A time for a meeting. `start` is in Dortmund's time."""

    start: datetime
    place: str

    @property
    def time(self) -> str:
        """The time of the day: „9:35“."""
        return f"{self.start.hour}:{self.start:%M}"

    @property
    def words(self) -> str:
        """Day and time in the language of the page: „Dienstag, 1. Dezember, 9:35 Uhr“."""
        return _("%(day)s, %(time)s Uhr") % {"day": long_date(self.start), "time": self.time}


@dataclass(frozen=True, slots=True)
class Letter:
    """One text of the conversation, opened. `answers` is set for the report itself, which is number 1."""

    number: int
    writer: Writer
    hour: datetime
    text: str
    shown_from: datetime | None = None  # the reporter sees it only then
    by: str = ""  # the shown name of the member of staff who wrote it
    author_id: int | None = None
    fact: Fact = Fact.NONE
    answers: Answers | None = None
    step: Step = Step.NONE
    slots: tuple[Slot, ...] = ()  # offered by staff; or the one the reporter has taken, then those called off for it


def write_letter(
    session: Session,
    secrets: Secrets,
    report: Report,
    text: str,
    *,
    now: datetime,
    author: tuple[int, str] | None = None,
    fact: Fact = Fact.NONE,
    step: Step = Step.NONE,
    slots: tuple[Slot, ...] = (),
    values: ClockValues = USUAL,
    held: bool = False,
) -> Letter:
    """Seal one letter for the current epoch and put it at the end. `held`: ours, shown and counted in a minute only.

    `author`: (person id, shown name) of a member of staff; None is the reporter, who is promised a day of their own
    unless they wait for one already. Times are kept as full hours.
    Raises LetterEmpty, LetterTooLong, ConversationClosed, and ReaderExcluded where the child has begun an epoch that
    `secrets` do not hold (open them again). Tells nobody: see `telling`.
    """
    tidy = _checked(report, text, fact)
    # One writer at a time: both sides count the same numbers (a no-op on SQLite, which has one writer anyway).
    session.refresh(report, with_for_update=True)
    person, shown = author or (None, "")
    if report.epoch not in secrets:
        raise ReaderExcluded(person or "reporter")
    writer, hour = (Writer.REPORTER if author is None else Writer.STAFF), full_hour(now)
    waiting.settle(report, now)
    report.letters = max(report.letters, _last_number(session, report)) + 1  # a letter taken back leaves its number
    place, shown_from = _place(report, writer, report.letters), now + waiting.TAKE_BACK if held else None
    letter = Letter(report.letters, writer, hour, tidy, shown_from, shown, person, fact, step=step, slots=slots)
    sealed = seal_record(secrets[report.epoch], place, _to_text(letter))
    session.execute(insert(Record), [{**record_row(place, hour, sealed, person), "shown_from": shown_from}])
    if (fact, writer) in _CHANGE_NOTHING:
        session.flush()
        return letter
    if writer is Writer.REPORTER:
        content = fact is Fact.BETTER or (step in _NOBODY_WAITS and not (step is Step.UNCLEAR and tidy))
        _reporter_wrote(session, report, now, ReporterState.BETTER if content else ReporterState.OPEN, values)
    elif held:
        report.answer_from = report.answer_from or shown_from  # the first one that is shown answers
    else:
        waiting.answered(report, hour)
    session.flush()
    return letter


def _reporter_wrote(session: Session, report: Report, now: datetime, state: ReporterState, values: ClockValues) -> None:
    """Note that the newest letter is the reporter's: an answer that is not shown yet does not answer it."""
    waited = waiting.waits(report, now)
    report.last_writer, report.last_hour, report.answer_from = Writer.REPORTER, full_hour(now), None
    report.reporter_state = state
    if not waited:
        report.escalation = report.unseen_step = 0
    if not waited and waiting.waits(report, now):
        report.answer_due = promised_dates.letter_day(session, report, now, values)  # the earlier promise was kept


class ShownAlready(Exception):
    """The reporter has been shown this letter, or it is nobody's to take back."""


def take_back(session: Session, secrets: Secrets, report: Report, number: int, author_id: int, now: datetime) -> str:
    """Destroy a letter that the reporter was never shown, and return its text. Raises ShownAlready.

    It is decided under the lock, as in `show_conversation`: `now` may be a moment before a long wait for the lock.
    Its number is not given again: a page that knows it would miss the next letter. Whoever had read everything has.
    """
    session.refresh(report, with_for_update=True)
    of = Record.owner_id == report.id, Record.kind == record_kinds.LETTER
    query = select(Record).where(*of, Record.sequence == number, Record.author_id == author_id)
    record = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if record is None or not waiting.is_held(record.shown_from, now) or record.epoch not in secrets:
        raise ShownAlready
    text = _letter(record, read_text(secrets, record)).text
    session.delete(record)
    session.flush()
    waiting.settle(report, now)
    if report.answer_from is not None:
        theirs = select(func.coalesce(func.max(Record.sequence), 0)).where(
            Record.owner_id == report.id, Record.side == Side.REPORTER.value
        )
        ours = select(func.min(Record.shown_from)).where(*of, Record.sequence > theirs.scalar_subquery())
        report.answer_from = session.scalar(ours)
    seen = update(ReportGrant).where(ReportGrant.report_id == report.id, ReportGrant.seen_letters == number - 1)
    session.execute(seen.values(seen_letters=number))
    rewriting.ask(session, now.astimezone(BERLIN).date(), letters=True)
    session.flush()
    return text


def show_at_once(session: Session, report: Report, now: datetime) -> None:
    """Let the reporter see at once what could still be taken back: the case is closed or rests."""
    held = update(Record).where(Record.owner_id == report.id, Record.shown_from.is_not(None))
    session.execute(held.values(shown_from=None))
    if report.answer_from is not None:
        waiting.answered(report, full_hour(min(report.answer_from, now)))
        report.answer_from = None
    session.flush()


def by_night(night: Night) -> Counts:
    """Bring reports up to date whose answers have been shown, and forget the moments."""
    with night.transaction() as session:
        shown = session.scalars(select(Report).where(Report.answer_from <= night.now).with_for_update()).all()
        for report in shown:
            waiting.settle(report, night.now)
        session.execute(update(Record).where(Record.shown_from <= night.now).values(shown_from=None))
    return {"answers shown": len(shown)}


def _checked(report: Report, text: str, fact: Fact) -> str:
    tidy = signs.tidied(text)
    if not tidy and fact is Fact.NONE:
        raise LetterEmpty
    if len(tidy) > LONGEST_TEXT:
        raise LetterTooLong(len(tidy))
    if report.reporter_state is ReporterState.ERASING or report.emptied_on is not None:
        raise ConversationClosed
    return tidy


def write_as_reporter(
    me: Reporter,
    text: str,
    *,
    after: int,
    fact: Fact = Fact.NONE,
    step: Step = Step.NONE,
    slots: tuple[Slot, ...] = (),
) -> None:
    """Let the reporter write, once: a second submit after a lost answer finds its own letter and writes none.

    `after` is the number of the last letter the page showed. Readers get a content-free notice; the reporter gets a
    new date where none was waiting before.
    Raises LetterEmpty, LetterTooLong, ConversationClosed.
    """
    tidy = signs.tidied(text)
    shown = read_conversation(me.session, me.secrets, me.report, after=after)
    own = (one for one in shown if one.writer is Writer.REPORTER)
    if any((one.text, one.fact, one.step) == (tidy, fact, step) for one in own):
        return
    values = me.rules.clocks
    write_letter(me.session, me.secrets, me.report, tidy, now=me.now, fact=fact, step=step, slots=slots, values=values)
    reader_notices.tell_readers(me.session, me.report, me.now, me.rules.notice_times)


def read_conversation(
    session: Session, secrets: Secrets, report: Report, *, after: int = 0, shown_at: datetime | None = None
) -> list[Letter]:
    """Open the report and all letters above number `after`, oldest first, as far as the opener holds their epochs.

    `shown_at`: only what the reporter sees at this moment; None is for staff, who see answers that are held too.
    Raises UnsealRefused where a record was altered or moved.
    """
    query = select(Record).where(
        Record.owner_id == report.id,
        Record.kind.in_((record_kinds.REPORT, record_kinds.LETTER)),
        Record.sequence > after,
    )
    rows = [
        record
        for record in session.scalars(query.order_by(Record.sequence)).all()
        if record.epoch in secrets and not (shown_at and waiting.is_held(record.shown_from, shown_at))
    ]
    texts = list(zip(rows, read_texts(secrets, rows), strict=True))
    said = next((opened for record, opened in texts if record.kind == record_kinds.REPORT), None)
    return letters_of(texts, whole_answers(session, secrets, said, report) if said is not None else None)


def letters_of(texts: Iterable[tuple[Record, str]], answers: Answers | None) -> list[Letter]:
    """Return the letters of opened texts, in their order. `answers` are those of the report, if it is among them."""
    return [
        _letter(record, opened) if answers is None or record.kind == record_kinds.LETTER else _first(record, answers)
        for record, opened in texts
    ]


def show_conversation(session: Session, secrets: Secrets, report: Report, now: datetime) -> list[Letter]:
    """Return what the reporter is shown. What is due is noted under the report's lock: nobody takes it back any more.

    Raises UnsealRefused where a record was altered or moved.
    """
    due = (Record.owner_id == report.id, Record.shown_from <= now)
    if session.scalar(select(func.count()).select_from(Record).where(*due)):
        session.refresh(report, with_for_update=True)
        waiting.settle(report, now)
        session.execute(update(Record).where(*due).values(shown_from=None))
        session.flush()
    return read_conversation(session, secrets, report, shown_at=now)


def _last_number(session: Session, report: Report) -> int:
    query = select(func.max(Record.sequence)).where(
        Record.owner_id == report.id, Record.kind.in_((record_kinds.REPORT, record_kinds.LETTER))
    )
    return session.scalar(query) or 0


def _place(report: Report, writer: Writer, number: int) -> RecordPlace:
    side = Side.REPORTER if writer is Writer.REPORTER else Side.STAFF
    return RecordPlace(report.id, report.epoch, record_kinds.LETTER, side, number)


def _first(record: Record, answers: Answers) -> Letter:
    return Letter(record.sequence, Writer.REPORTER, record.hour, answers.text, answers=answers)


def open_letter(secret: ReportSecret, record: Record) -> Letter:
    """Open one letter. Raises UnsealRefused, AnswersUnreadable."""
    return _letter(record, read_text({record.epoch: secret}, record))


def _letter(record: Record, opened: str) -> Letter:
    writer = Writer.REPORTER if record.side == Side.REPORTER.value else Writer.STAFF
    found = json.loads(opened)
    if found.get("v") != VERSION:
        raise AnswersUnreadable("this letter was written by a newer version")
    times = ((datetime.fromisoformat(start), place) for start, place in found.get("slots", ()))
    return Letter(
        number=record.sequence,
        writer=writer,
        hour=record.hour,
        text=found["text"],
        shown_from=record.shown_from,
        by=found["by"],
        author_id=record.author_id,
        fact=Fact(found["fact"]),
        step=Step(found.get("step", "")),
        slots=tuple(Slot(start.replace(tzinfo=BERLIN), place) for start, place in times),
    )


def _to_text(letter: Letter) -> str:
    value: dict[str, object] = {"v": VERSION, "by": letter.by, "fact": letter.fact.value, "text": letter.text}
    if letter.step:
        value["step"] = letter.step.value
    if letter.slots:
        value["slots"] = [(f"{each.start:%Y-%m-%dT%H:%M}", each.place) for each in letter.slots]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
