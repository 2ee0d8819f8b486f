"""Answering: a letter to the reporter, sealed to everybody who reads; nothing leaves the program.

Beginnings of answers for each door are in answering.yml, to be changed before sending. For bystanders and parents they
say nothing about the affected child.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases import deadlines, departures
from bullying_desk.cases.case_access import FoundCase
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.models import NAME
from bullying_desk.cases.page import drafts
from bullying_desk.reports.doors.answers import Answers
from bullying_desk.reports.mailbox import appointments, letters
from bullying_desk.reports.mailbox.letters import Letter, Slot
from bullying_desk.reports.models import Case, CaseStatus, Report
from bullying_desk.reports.opening import open_report_secrets
from bullying_desk.schooldays import SchoolHours
from bullying_desk.texts import Text, TextFile


@dataclass(frozen=True, slots=True)
class Start:
    """A beginning. `code` names it in an address, `title` on the page."""

    code: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class DoorStarts:
    """The beginnings for one door; `danger` comes first where danger was declared."""

    danger: Start
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class AnswerStarts:
    """The file. `did`: a child who did something itself; it comes by the door `me`."""

    me: DoorStarts
    did: DoorStarts
    saw: DoorStarts
    parent: DoorStarts
    teacher: DoorStarts
    staff: DoorStarts
    tryout: Text
    tryout_adults: Text


FILE: Final = TextFile(__file__, AnswerStarts)
STARTS: Final = FILE.read()
_BY_DOOR: Final = {1: STARTS.me, 2: STARTS.saw, 3: STARTS.parent, 4: STARTS.teacher, 5: STARTS.staff}
NOTHING_ABOUT_THE_CHILD: Final = frozenset({2, 3})
"""Doors whose reporter is never told anything about the affected child."""


def starts_for(answers: Answers) -> tuple[Start, ...]:
    """Return the beginnings that fit a report; where danger was declared, that one comes first."""
    did = answers.door == 1 and answers.said.get("wem") == "selbst"
    offered = STARTS.did if did else _BY_DOOR[answers.door]
    return (offered.danger, *offered.starts) if answers.danger else offered.starts


def filled(starts: tuple[Start, ...], code: str, name: str) -> str:
    """Return the text of one beginning with the writer's name in it; nothing for an unknown code."""
    return next((start.text.replace(NAME, name) for start in starts if start.code == code), "")


def tryout_letter(answers: Answers, name: str) -> str:
    """Return the letter with which a test or a joke is closed: it says how to go on if it was none."""
    return (STARTS.tryout_adults if answers.polite else STARTS.tryout).replace(NAME, name)


class SomethingNew(Exception):
    """There is a new letter since the page was shown: it must be read before the answer is sent."""

    def __init__(self, newer: tuple[Letter, ...]) -> None:
        super().__init__(len(newer))
        self.newer = newer


def answer(
    me: Counsellor,
    found: FoundCase,
    report: Report,
    text: str,
    *,
    after: int,
    shown_name: str,
    hours: SchoolHours | None = None,
    slots: tuple[Slot, ...] = (),
) -> bool:
    """Write to the reporter; an unowned case becomes one's own, a new one has begun, a closed one goes on.

    The reporter sees it in a minute, until which it can be taken back; where there is danger at once (decision D81).
    `after` is the number of the last letter the page showed, `hours` when schools of this city are open. A second
    submit finds its own letter, writes none and returns False. `slots` are times for a meeting, below the text.
    Raises SomethingNew, LetterEmpty, LetterTooLong, ConversationClosed, SlotsRefused, ReaderExcluded, UnsealRefused.
    """
    departures.renew(me.session, me.pepper_layer, found.reports)
    secrets = open_report_secrets(me.session, me.pepper_layer, me.key, me.person_id, report, hour=me.hour)
    newer = letters.read_conversation(me.session, secrets, report, after=after)
    tidy = text.replace("\r\n", "\n").strip()
    if tidy and slots:
        tidy = f"{tidy}\n\n{appointments.words_of(slots)}"
    if any(one.author_id == me.person_id and one.text == tidy for one in newer):
        return False
    if newer and tidy:
        raise SomethingNew(tuple(newer))
    author = (me.person_id, shown_name)
    held = not (report.danger or found.case.is_acute or slots)
    letter = letters.write_letter(me.session, secrets, report, tidy, now=me.now, author=author, slots=slots, held=held)
    if slots:
        appointments.enter(me.session, me.pepper_layer, report, letter, me.now)
    _go_on(me, found.case, hours)
    trail.record(me.session, Event.LETTER_SENT, me.now, actor=me.person_id, subject=found.case.id, report=report.id)
    me.session.flush()
    return True


def take_back(me: Counsellor, found: FoundCase, report: Report, number: int, field: str) -> None:
    """Put a letter that the reporter does not see yet back into the draft of its writer; `field` is its name there.

    The case stays one's own. Raises ShownAlready, DraftTooLong, UnsealRefused, ReaderExcluded.
    """
    secrets = open_report_secrets(me.session, me.pepper_layer, me.key, me.person_id, report, hour=me.hour)
    text = letters.take_back(me.session, secrets, report, number, me.person_id, me.now)
    drafts.put_back(me, found.case, report, field, text)
    of = {"subject": found.case.id, "report": report.id}
    trail.record(me.session, Event.LETTER_TAKEN_BACK, me.now, actor=me.person_id, **of)
    me.session.flush()


def _go_on(me: Counsellor, case: Case, hours: SchoolHours | None) -> None:
    if case.status is CaseStatus.NEW and case.is_acute:
        deadlines.see_today(me, case, hours)
    if case.owner_id is None:
        case.owner_id = me.person_id
        trail.record(me.session, Event.CASE_TAKEN, me.now, actor=me.person_id, subject=case.id)
    if case.status is not CaseStatus.RUNNING:
        case.status, case.closed_hour, case.outcome = CaseStatus.RUNNING, None, None
        state = CaseStatus.RUNNING.value
        trail.record(me.session, Event.CASE_STATE, me.now, actor=me.person_id, subject=case.id, state=state)
