"""The case page: one report of a case opened, its conversation, the notes, and everybody who reads or has read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import update

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import case_list, colleagues, departures, notes, sheets
from bullying_desk.cases.assessment import assessing
from bullying_desk.cases.assessment.rubric import CRISIS_LEVELS, KIND_WORDS, URGENCY_WORDS, CaseKind
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.deadlines import SchoolClocks
from bullying_desk.cases.ending.case_words import GRANT, REASON
from bullying_desk.cases.plan import planning
from bullying_desk.cases.plan.planning import Measure
from bullying_desk.cases.sheets import CaseSheet, Kind, Secrets
from bullying_desk.clock import full_hour
from bullying_desk.reports import waiting
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven, NameLevel
from bullying_desk.reports.mailbox import appointments, letters
from bullying_desk.reports.mailbox.asking_words import Voice, voice_of
from bullying_desk.reports.mailbox.letters import Letter
from bullying_desk.reports.mailbox.meetings import Meeting, lapsed
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    ReaderReason,
    Report,
    ReporterState,
    ReportGrant,
    Urgency,
)
from bullying_desk.reports.opening import ConversationGone, OpenedReport, read_whole
from bullying_desk.reports.readers import readership, slip_epoch
from bullying_desk.reports.readers.readership import ReaderLine
from bullying_desk.schools.models import School, SchoolState
from bullying_desk.sealing.format import signs
from bullying_desk.web.language import _, german_date

Written = Letter | notes.TeamNote | notes.OwnNote
"""What stands in the conversation of the desk: letters, and notes that the reporter never sees."""


class FirstAct(StrEnum):
    """What is to be done first; its button is the only solid one of the page."""

    NONE = ""
    ANSWER = "answer"
    TALK = "talk"
    SECOND_YES = "second yes"
    ASSESS = "assess"
    PLAN = "plan"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything the page shows. `conversation` is newest first and without the report itself."""

    case: Case
    reports: tuple[Report, ...]
    report: Report
    answers: Answers
    conversation: tuple[Letter, ...]
    name_level: NameLevel
    left_out: LeftOut
    readers: tuple[ReaderLine, ...]
    team_notes: tuple[notes.TeamNote, ...]
    own_notes: tuple[notes.OwnNote, ...]
    lookers: tuple[colleagues.Looker, ...]
    work: WorkInShort | None  # None for a person who reads only a part of the case
    names: dict[int, str]
    place: School
    held: tuple[int, ...]  # the letters that the reporter does not see yet
    waiting: str  # „seit 2 Schultagen“, or nothing where nobody waits
    answer_by: date | None
    cover: str  # who is responsible while the owner is away
    meetings: tuple[Meeting, ...]  # offered and agreed times
    lapsed: letters.Slot | None  # one that the reporter has taken and that counts no more

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Question and answer, without what the page shows by itself: the story, who may read, the language."""
        said = {code: value for code, value in self.answers.said.items() if code != "text"}
        return replace(self.answers, said=said, readers="", left_out="", language="").pairs()

    @property
    def at_field(self) -> tuple[Letter, ...]:
        """The letters that stand at the answer's field, newest first: all that wait for an answer, else the newest."""
        waiting = next((n for n, one in enumerate(self.conversation) if one.author_id), len(self.conversation))
        return self.conversation[: max(waiting, 1)]

    @property
    def earlier(self) -> list[Written]:
        """The letters before those at the field, and all notes; newest first, within an hour the notes first."""
        written: list[tuple[datetime, int, int, Written]] = [
            *((one.hour, 0, one.number, one) for one in self.conversation[len(self.at_field) :]),
            *((one.hour, 1, one.number, one) for one in self.team_notes),
            *((full_hour(one.written_at), 2, one.id, one) for one in self.own_notes),
        ]
        return [one for *_order, one in sorted(written, key=lambda each: each[:3], reverse=True)]

    @property
    def is_answered(self) -> bool:
        """Whether anybody of us has ever written to this reporter."""
        return any(one.author_id for one in self.conversation)

    @property
    def first_act(self) -> FirstAct:
        """What is to be done first in this case: the child's answer goes before all work on the file."""
        if self.waiting and not self.held:
            return FirstAct.ANSWER
        if self.case.status is CaseStatus.CLOSED or self.work is None:
            return FirstAct.NONE
        if self.case.in_person_due:
            return FirstAct.TALK
        if self.work.waits or not self.work.judged:
            return FirstAct.SECOND_YES if self.work.waits else FirstAct.ASSESS
        return FirstAct.STEP if self.work.step else FirstAct.PLAN

    @property
    def has_case_key(self) -> bool:
        """Whether the reader holds the case's secret: notes, assessment and plan."""
        return self.work is not None

    @property
    def voice(self) -> Voice:
        """How this reporter is asked whether it has stopped."""
        return voice_of(self.answers)

    @property
    def school(self) -> str:
        """The name of the school."""
        return self.place.shown_name

    @property
    def school_closed(self) -> bool:
        """Whether the school is no more: then the case needs another place."""
        return self.place.state is SchoolState.CLOSED

    @property
    def is_erased(self) -> bool:
        """Whether the child has erased it and the team keeps it until a day: nothing more is written to it."""
        return self.report.reporter_state is ReporterState.ERASING

    @property
    def reading(self) -> list[ReaderLine]:
        """Who reads now."""
        return [line for line in self.readers if line.state is GrantState.OPEN]


def choose_report(me: Counsellor, found: FoundCase, wanted: int | None) -> Report:
    """Return the wanted report, else the one that has waited longest, else the one with the newest letter.

    Raises CaseUnknown for a report of another case or one this person does not read.
    """
    if wanted is not None:
        return found.report(wanted)
    unanswered = [report for report in found.reports if waiting.waits(report, me.now)]
    if unanswered:
        return min(unanswered, key=lambda report: report.last_hour)
    return max(found.reports, key=lambda report: report.last_hour)


def open_file(me: Counsellor, found: FoundCase, report: Report) -> CaseFile:
    """Open one report of a case for its reader: it is entered in the trail, and counts as seen from now on.

    Raises UnsealRefused, ReaderExcluded, RecordMissing, AnswersUnreadable, ConversationGone.
    """
    case, opened = found.case, _open(me, found, report)
    _mark_seen(me, case, report)
    whole = read_whole(me.session, opened.secrets, report)
    everything = letters.letters_of(whole.conversation, whole.answers)
    case_secrets = open_case_secrets(me, case)
    written = tuple(notes.team_notes(me, case, case_secrets))
    readers = tuple(readership.readers_of(me.session, report))
    looked = tuple(colleagues.lookers(me.session, case.id, (each.id for each in found.reports)))
    slip_epoch.hand_on(me.session, me.pepper_layer, report, opened.secrets, whole.left_out)
    work = work_in_short(me, case, case_secrets) if case_secrets else None
    return CaseFile(
        case=case,
        reports=found.reports,
        report=report,
        answers=whole.answers,
        conversation=tuple(letter for letter in reversed(everything) if letter.answers is None),
        name_level=whole.name.level,
        left_out=whole.left_out,
        readers=readers,
        team_notes=written,
        own_notes=tuple(notes.private_notes(me, case)),
        lookers=looked,
        work=work,
        names=colleagues.names_of(me.session, [*_ids(case, written, readers, looked, whole.left_out), *_owner(work)]),
        place=me.session.get_one(School, report.school_id),
        held=tuple(one.number for one in everything if waiting.is_held(one.shown_from, me.now)),
        cover=case_list.cover_of(me.session, case, me.today),
        **_times(me, opened, report, everything),
    )


def _times(me: Counsellor, opened: OpenedReport, report: Report, everything: list[Letter]) -> dict[str, Any]:
    waits = waiting.waits(report, me.now)
    meetings = appointments.living(me.session, opened.secrets, report, me.now)
    return {
        "waiting": _waiting_words(me, report) if waits else "",
        "answer_by": report.answer_due if waits else None,
        "meetings": meetings,
        "lapsed": lapsed(everything, meetings, me.now),
    }


def _open(me: Counsellor, found: FoundCase, report: Report) -> OpenedReport:
    if report.emptied_on is not None:
        raise ConversationGone("conversation")
    departures.renew(me.session, me.pepper_layer, found.reports)
    return me.open_report(report)


def _mark_seen(me: Counsellor, case: Case, report: Report) -> None:
    waiting.settle(report, me.now)
    trail.record(me.session, Event.REPORT_OPENED, me.now, actor=me.person_id, subject=case.id, report=report.id)
    own = (ReportGrant.report_id == report.id, ReportGrant.person_id == me.person_id)
    current = update(ReportGrant).where(*own, ReportGrant.epoch == report.epoch)
    me.session.execute(current.values(seen_letters=report.letters))
    me.session.flush()


def _waiting_words(me: Counsellor, report: Report) -> str:
    return SchoolClocks(me.session, [report.school_id]).waiting_words(report.school_id, report.last_hour, me.now)


def _owner(work: WorkInShort | None) -> Iterator[int]:
    if work is not None and work.step is not None:
        yield work.step.owner_id


def _ids(
    case: Case,
    written: tuple[notes.TeamNote, ...],
    readers: tuple[ReaderLine, ...],
    looked: tuple[colleagues.Looker, ...],
    left_out: LeftOut,
) -> Iterator[int | None]:
    yield case.owner_id
    yield from (note.author_id for note in written)
    yield from (line.person_id for line in readers)
    yield from (one.person_id for one in looked)
    yield from left_out.people


# The work on a case, beside the conversation: the assessment in a line, the plan's next step.


@dataclass(frozen=True, slots=True)
class WorkInShort:
    """`judged` is empty where nobody has assessed; `waits`: a second person is asked; `ahead`: how many steps."""

    judged: str
    waits: bool
    step: Measure | None
    ahead: int


def work_in_short(me: Counsellor, case: Case, secrets: Secrets) -> WorkInShort:
    """Return it for a person who holds the case's secret; None for anybody else."""
    now = assessing.standing(me, case, secrets)
    ahead = [one for one in planning.measures_in(now.file) if one.done is None]
    judged = _words(now.current) if now.current is not None else ""
    return WorkInShort(judged, now.proposed is not None, ahead[0] if ahead else None, len(ahead))


def _words(sheet: CaseSheet) -> str:
    kind, urgency, level = CaseKind(sheet.text("kind")), Urgency(sheet.text("urgency")), sheet.text("level")
    return " · ".join(_(words) for words in (KIND_WORDS[kind][0], URGENCY_WORDS[urgency][0], CRISIS_LEVELS[level][0]))


# The people of a case: who reads and why, who is left out, who has opened it.


UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class ReaderWords:
    """One person of "Wer kann das lesen?"."""

    name: str
    function: str
    state: str
    reason: str
    reads: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class LookerWords:
    """One person of "Wer hat hineingesehen?"."""

    name: str
    last_at: datetime
    saw_name: bool


def about_people(file: CaseFile, me: int) -> dict[str, object]:
    """Return the people of a case, by the names the template uses."""
    return {
        "readers": readers(file, me),
        "lookers": lookers(file),
        "left_out": left_out(file),
        "alone": file.left_out.alone,
    }


def readers(file: CaseFile, me: int) -> list[ReaderWords]:
    """Return everybody with a grant of the report: readers, stand-ins, former readers. `read_along` adds the asked."""
    return [
        ReaderWords(
            name=file.names.get(line.person_id, UNKNOWN),
            function=line.function,
            state=_state(line.state, line.since_hour, line.until_hour),
            reason=_(REASON[line.reason or ReaderReason.CHOSEN]) if line.state is not GrantState.ENDED else "",
            reads=line.state is GrantState.OPEN,
            is_me=line.person_id == me,
        )
        for line in file.readers
        if line.state is not GrantState.OFFERED
    ]


def _state(state: GrantState, since: datetime, until: datetime | None) -> str:
    if state is GrantState.OPEN:
        return _("liest seit %(day)s") % {"day": german_date(since)}
    if state is GrantState.ENDED and until is not None:
        return _("liest nicht mehr seit %(day)s") % {"day": german_date(until)}
    return _(GRANT[state])


def lookers(file: CaseFile) -> list[LookerWords]:
    """Return who has opened the case, the latest first."""
    return [LookerWords(file.names.get(one.person_id, UNKNOWN), one.last_at, one.saw_name) for one in file.lookers]


def left_out(file: CaseFile) -> list[str]:
    """Return who must not learn of the report: names, the head of school, an adult who is not in the list."""
    named = sorted(file.names.get(person, UNKNOWN) for person in file.left_out.people)
    head = [_("die Schulleitung")] if file.left_out.head else []
    return [*named, *head, *([_("eine andere erwachsene Person der Schule")] if file.left_out.somebody_else else [])]


# The reporter's name: one press for the person responsible where the child said "sprecht mich an", else a reason.
#
# The reason is sealed into the case's file; the trail says that the name was opened, not why.


class NameReasonMissing(ValueError):
    """This person needs a reason to see this name."""


def is_one_press(me: Counsellor, case: Case, level: NameLevel) -> bool:
    """Whether the name needs no reason: the responsible one, and a child who wants to be spoken to."""
    return case.owner_id == me.person_id and level is NameLevel.SCHOOL


def open_name(me: Counsellor, found: FoundCase, report: Report, reason: str) -> NameGiven:
    """Open the reporter's name: an entry in the trail, and the reason in the case's file where one is needed.

    A person who reads a part of the case holds no key of its file; their reason becomes a private note.
    Raises NameReasonMissing, NoteTooLong, UnsealRefused, ReaderExcluded, RecordMissing, AnswersUnreadable,
    ConversationGone.
    """
    given = _open(me, found, report).name
    if given.level is NameLevel.NONE:
        return given
    if not is_one_press(me, found.case, given.level):
        _keep_reason(me, found, signs.tidied(reason))
    case = found.case.id
    trail.record(me.session, Event.NAME_OPENED, me.now, actor=me.person_id, subject=case, report=report.id)
    return given


def _keep_reason(me: Counsellor, found: FoundCase, reason: str) -> None:
    if not reason:
        raise NameReasonMissing
    try:
        sheets.write(me, found.case, open_case_secrets(me, found.case), Kind.NAME, {"reason": reason})
    except notes.NoCaseKey:
        notes.write_private_note(me, found, _("Namen angesehen. Grund: %(reason)s") % {"reason": reason})
