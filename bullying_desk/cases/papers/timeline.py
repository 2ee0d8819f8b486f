"""The course of a case: everything that happened, in order of time, as far as its reader may open it.

It is built from sealed records whose secrets this person holds, and from rows that are readable anyway. A kind of entry
that this page does not know shows with its own keys as words: nothing in the file is ever left out. Private notes are
never part of it: they belong to their writer alone (§ 203 StGB).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bullying_desk.accounts.trail.trail_words import BY_CODE
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.cases import colleagues, departures, file_entries
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.ending.case_words import DOOR, REASON, REPORTER
from bullying_desk.cases.papers import entry_words
from bullying_desk.clock import BERLIN, full_hour
from bullying_desk.reports.doors.answers import Answers, NameGiven
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.mailbox.asking_words import voice_of
from bullying_desk.reports.mailbox.letters import Fact, Letter
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportGrant, Writer
from bullying_desk.reports.opening import open_report_secrets, read_name
from bullying_desk.reports.readers.readership import ReaderLine, readers_of
from bullying_desk.web.language import _, short_date

Pairs = tuple[tuple[str, str], ...]
MOST_ACTS = 2_000
PRINT: Final = "print"  # the kind of the file's entry about a print

_EVER_READING: Final = select(ReportGrant.person_id)
# Acts that the timeline shows by their own record or a grant, or that say only who looked.
_ELSEWHERE: Final = frozenset(
    event.code
    for event in (
        Event.REPORT_OPENED,
        Event.NAME_OPENED,
        Event.LETTER_SENT,
        Event.NOTE_WRITTEN,
        Event.READER_AT_INTAKE,
        Event.READER_ADDED,
        Event.READER_REMOVED,
        Event.STANDBY_RELEASED,
        Event.CASE_PRINTED,
        Event.SHEET_WRITTEN,
        Event.CASE_ASSESSED,
        Event.KEY_ALARM,
    )
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `key` names it within the case; `by` is the person, in words.

    `what` is report, letter, entry (a record of the team), print, act (of the trail) or reader. `report_id` is set
    for a part of one report. `text` is None where the record does not open for this reader; `closed` then says what to
    do (not on paper, which others read).
    """

    key: str
    hour: datetime
    what: str
    title: str
    by: str = ""
    pairs: Pairs = ()
    text: str | None = ""
    report_id: int | None = None
    from_reporter: bool = False
    closed: str = ""

    @property
    def when(self) -> str:
        """The day and the full hour, fit for paper too."""
        return _("%(day)s, %(hour)s Uhr") % {"day": short_date(self.hour), "hour": self.hour.astimezone(BERLIN).hour}


@dataclass(frozen=True, slots=True)
class Course:
    """The whole: moments from the first to the last, and the people they name.

    `given` are the reporters' names (never shown by the timeline itself) and `doors` the door, by report.
    """

    moments: tuple[Moment, ...]
    given: dict[int, NameGiven]
    doors: dict[int, int]


def open_course(me: Counsellor, found: FoundCase) -> Course:
    """Open everything of a case this person may read; each report's opening is entered in the trail.

    Raises UnsealRefused, ReaderExcluded, RecordMissing, AnswersUnreadable.
    """
    departures.renew(me.session, me.pepper_layer, found.reports)
    moments, given, doors = list[Moment](), dict[int, NameGiven](), dict[int, int]()
    for number, report in enumerate(found.reports, 1):
        for moment in _of_report(me, report, number if len(found.reports) > 1 else 0, given, doors):
            moments.append(moment)
        moments += _of_readers(me, report)
    opened = [{"report": report.id} for report in found.reports if report.emptied_on is None]
    trail.record_many(me.session, Event.REPORT_OPENED, me.now, opened, actor=me.person_id, subject=found.case.id)
    moments += _entries(me, found)
    moments += _acts(me, found)
    return Course(tuple(sorted(moments, key=_order)), given, doors)


def _order(moment: Moment) -> tuple[datetime, int, str]:
    first = ("report", "reader", "letter", "entry", "print", "act").index(moment.what)
    return full_hour(moment.hour), first, moment.key.rjust(24)


def _of_report(
    me: Counsellor, report: Report, number: int, given: dict[int, NameGiven], doors: dict[int, int]
) -> Iterator[Moment]:
    title = _("Meldung %(n)s eingegangen") % {"n": number} if number else _("Meldung eingegangen")
    if report.emptied_on is not None:
        gone = ((_("Gespräch"), _("gelöscht am %(day)s") % {"day": short_date(report.emptied_on)}),)
        yield Moment(f"r{report.id}-1", report.arrived_hour, "report", title, pairs=gone, report_id=report.id)
        return
    secrets = open_report_secrets(me.session, me.pepper_layer, me.key, me.person_id, report, hour=me.hour)
    given[report.id] = read_name(me.session, secrets, report)
    answers: Answers | None = None  # the report is the first letter; it is missing only where its epoch is not ours
    for letter in letters.read_conversation(me.session, secrets, report):
        if letter.answers is not None:
            doors[report.id], answers = letter.answers.door, letter.answers
        yield _of_letter(report, letter, title, answers)


def _of_letter(report: Report, letter: Letter, title: str, answers: Answers | None) -> Moment:
    key, reporter = f"r{report.id}-{letter.number}", _(REPORTER[answers.door if answers is not None else 1])
    if letter.answers is not None:
        # Who was left out is never repeated, not even to those who read it on the case page. The language helps to
        # answer and is on no print: in a small class it is as good as a name.
        said = {code: value for code, value in letter.answers.said.items() if code != "text"}
        bare = replace(letter.answers, said=said, readers="", left_out="", language="")
        pairs = ((_("Gemeldet über"), _(DOOR[letter.answers.door])), *bare.pairs())
        return Moment(key, letter.hour, "report", title, reporter, pairs, letter.text, report.id, from_reporter=True)
    if letter.writer is Writer.STAFF:
        return Moment(key, letter.hour, "letter", _("Antwort"), letter.by, (), letter.text, report.id)
    return Moment(
        key,
        letter.hour,
        "letter",
        _("Nachricht"),
        reporter,
        _besides(letter, answers),
        letter.text,
        report.id,
        from_reporter=True,
    )


def _besides(letter: Letter, answers: Answers | None) -> Pairs:
    """Return what a letter holds besides its words."""
    if letter.step and answers is not None:
        voice = voice_of(answers)
        return ((_(voice.title), _(voice.steps[letter.step])),)
    told = {
        Fact.BETTER: _("Mir geht es besser."),
        Fact.NAME: _("Hat den Namen genannt."),
        Fact.NEW_CODE: _("Hat einen neuen Code."),
        Fact.DANGER: _("Hat gesagt: „Ich bin jetzt in Gefahr.“"),
    }
    return ((_("Dazu"), told[letter.fact]),) if letter.fact in told else ()


def _of_readers(me: Counsellor, report: Report) -> Iterator[Moment]:
    for line in readers_of(me.session, report):
        if line.state is GrantState.OPEN:
            why = ((_("Grund"), _(REASON[line.reason or ReaderReason.CHOSEN])),)
            yield _reader(report, line, line.since_hour, _("Liest mit"), why)
        elif line.until_hour is not None:
            yield _reader(report, line, line.until_hour, _("Liest nicht mehr"), ())


def _reader(report: Report, line: ReaderLine, hour: datetime, title: str, why: Pairs) -> Moment:
    return Moment(f"g{report.id}-{line.person_id}", hour, "reader", title, line.name, why, report_id=report.id)


def _entries(me: Counsellor, found: FoundCase) -> list[Moment]:
    """Open the team's entries of the file; a person who reads only some of the reports holds no secret of it."""
    secrets = open_case_secrets(me, found.case)
    if not secrets:
        return []
    there = file_entries.entries(me, found.case, secrets)
    readers = me.session.scalars(_EVER_READING.where(ReportGrant.report_id.in_([one.id for one in found.reports])))
    names = colleagues.names_of(me.session, {*readers, *(entry.record.author_id for entry in there)})
    return [_entry(entry, names) for entry in there]


def _entry(entry: file_entries.Entry, names: dict[int, str]) -> Moment:
    record, pairs, text = entry.record, tuple[tuple[str, str], ...](), None
    title = entry_words.title_of(record.kind, entry.value)
    if entry.value is not None:
        pairs, text = entry_words.words_of(entry.value, names)
    if record.revision:
        title = _("%(title)s (Fassung %(n)s)") % {"title": title, "n": record.revision + 1}
    key, what = f"e-{record.kind}-{record.sequence:06d}-{record.revision}", "print" if record.kind == PRINT else "entry"
    by = names.get(record.author_id or 0, "")
    return Moment(key, record.hour, what, title, by, pairs, text, closed=entry.closed)


def _acts(me: Counsellor, found: FoundCase) -> list[Moment]:
    """Return what the trail says of the case, without the reports that this person does not read."""
    mine = {report.id for report in found.reports}
    codes = [event for event in Event if event.code not in _ELSEWHERE]
    rows = trail.entries_about(me.session, found.case.id, *codes, limit=MOST_ACTS)
    shown = [row for row in rows if row.facts.get("report", None) in {None, *mine}]
    names = colleagues.names_of(me.session, _people(shown))
    return [
        Moment(
            key=f"a{row.id}",
            hour=full_hour(row.at),
            what="act",
            title=_(BY_CODE.get(row.event, row.event)),
            by=names.get(row.actor_id or 0, ""),
            pairs=entry_words.facts_of(row.facts, names),
            report_id=row.facts.get("report"),
        )
        for row in shown
    ]


def _people(rows: list[AuditEntry]) -> Iterator[int | None]:
    for row in rows:
        yield row.actor_id
        yield row.facts.get("person")
