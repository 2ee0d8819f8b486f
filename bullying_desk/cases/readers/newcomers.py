"""A new team member gets the open cases that allow it, in one step.

This needs no question only where the child chose "Alle aus dem Team" (principle P6). A child that chose persons is
asked in the conversation and decides there. No child is asked while it waits for an answer: a question is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BindParameter, ColumnElement, Exists, exists, func, select
from sqlalchemy.orm import Session, aliased

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.cases.case_keys import open_case_secrets
from bullying_desk.cases.case_list import VISIBLE
from bullying_desk.cases.counsellor import Counsellor
from bullying_desk.cases.readers import admission
from bullying_desk.cases.readers.admission import OpenedByReader
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import (
    Case,
    CaseStatus,
    GrantState,
    ReaderReason,
    Report,
    ReporterState,
    ReportGrant,
    Writer,
)
from bullying_desk.reports.readers.explaining import newcomer_question
from bullying_desk.reports.readers.routing import Wish
from bullying_desk.reports.waiting import last_writer
from bullying_desk.schools.models import Seat, SeatState

NEW_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who came to a team in the last month, and does not read some open case of it."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Given:
    """The result of one step: cases given, children asked, and children who wait for an answer first."""

    let_in: int = 0
    asked: int = 0
    waiting: int = 0


def _unknown_to_person(mine: int | BindParameter[int], key_id: bytes | BindParameter[bytes]) -> ColumnElement[bool]:
    """Say that there is an open report one reads at this seat's school and the other never had a grant of."""
    own, theirs = aliased(ReportGrant), aliased(ReportGrant)
    return exists().where(
        Report.school_id == Seat.school_id,
        Report.case_id == Case.id,
        Case.status != CaseStatus.CLOSED,
        VISIBLE,
        own.report_id == Report.id,
        own.epoch == Report.epoch,
        own.person_id == mine,
        own.state == GrantState.OPEN,
        own.key_id == key_id,
        ~exists().where(theirs.report_id == Report.id, theirs.person_id == Person.id).correlate(Report, Person),
    )


def _newcomers(
    person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes], since: date | BindParameter[date]
) -> tuple[ColumnElement[bool], ...]:
    return (
        Seat.role == Role.CONTACT_PERSON,
        Seat.state == SeatState.ACTIVE,
        Seat.started_on >= since,
        Seat.person_id == Person.id,
        Person.id != person_id,
        Person.state == PersonState.ACTIVE,
        _unknown_to_person(person_id, key_id),
    )


def somebody_is_new(
    person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes], since: date | BindParameter[date]
) -> Exists:
    """Say, as a part of a query, whether somebody who began on the day `since` or later may be let in."""
    return exists().where(*_newcomers(person_id, key_id, since))


def newcomers(session: Session, person_id: int, key_id: bytes, today: date) -> list[Newcomer]:
    """Return who is new at one's schools and could be let in somewhere."""
    query = select(Person.id, Seat.shown_name).where(*_newcomers(person_id, key_id, today - NEW_FOR))
    found = {Newcomer(person, name) for person, name in session.execute(query)}
    return sorted(found, key=lambda one: one.name)


def let_in(me: Counsellor, person_id: int, my_name: str) -> Given:
    """Give a new member every open case one reads that allows it; ask where the child decides. Raises UnsealRefused.

    A second step finds the first one's work. A person left out of any report of a case is left out without a word.
    """
    counted = {"let_in": 0, "asked": 0, "waiting": 0}
    for case_id, reports in _cases(me, person_id).items():
        case = me.session.get_one(Case, case_id, with_for_update=True)
        mine = _mine(me, case_id)
        if len(mine) != me.session.scalar(select(func.count()).where(Report.case_id == case_id, VISIBLE)):
            continue  # a report one does not read may leave them out (decision D41)
        opened = [admission.open_to_admit(me, report) for report in mine]
        if any(person_id not in admission.may_be_asked(me, each) for each in opened):
            continue
        done = [_give_or_ask(me, each, person_id, my_name) for each in opened if each.report.id in reports]
        open_case_secrets(me, case)
        for what in set(done):
            counted[what] += 1
    return Given(**counted)


def _cases(me: Counsellor, person_id: int) -> dict[int, set[int]]:
    """Return the open reports by case that one reads at a school of the new member's, and they never had."""
    query = (
        select(Report.case_id, Report.id)
        .join(Seat, Seat.school_id == Report.school_id)
        .join(Case, Case.id == Report.case_id)
        .where(
            Seat.person_id == person_id,
            Seat.role == Role.CONTACT_PERSON,
            Seat.state == SeatState.ACTIVE,
            Case.status != CaseStatus.CLOSED,
            VISIBLE,
            _held(me),
            ~exists().where(ReportGrant.report_id == Report.id, ReportGrant.person_id == person_id),
        )
    )
    found: dict[int, set[int]] = {}
    for case_id, report_id in me.session.execute(query):
        found.setdefault(case_id, set()).add(report_id)
    return dict(sorted(found.items()))


def _held(me: Counsellor) -> ColumnElement[bool]:
    mine = aliased(ReportGrant)
    return exists().where(
        mine.report_id == Report.id,
        mine.epoch == Report.epoch,
        mine.person_id == me.person_id,
        mine.state == GrantState.OPEN,
        mine.key_id == me.key.key_id,
    )


def _mine(me: Counsellor, case_id: int) -> list[Report]:
    return list(me.session.scalars(select(Report).where(Report.case_id == case_id, VISIBLE, _held(me))))


def _give_or_ask(me: Counsellor, opened: OpenedByReader, person_id: int, my_name: str) -> str:
    report = opened.report
    if report.emptied_on is not None:  # the child's choice is destroyed, and so is the way to ask
        return "waiting"
    answers = opened.opened.answers
    if answers.wish == Wish.TEAM.value:
        known, reason = opened.staff.by_person(), ReaderReason.NEW_IN_TEAM
        admission.add(me, report, opened.secrets, known, [person_id], opened.banned, reason)
        return "let_in"
    if last_writer(report, me.now) is Writer.REPORTER or report.reporter_state is not ReporterState.OPEN:
        return "waiting"
    entries = trail.entries_about(me.session, report.case_id, Event.NEWCOMER_ASKED)
    if not any((each.facts["report"], each.facts["person"]) == (report.id, person_id) for each in entries):
        name = opened.staff.by_person()[person_id].name
        text = newcomer_question(name, polite=answers.polite)
        author = (me.person_id, my_name)
        letters.write_letter(me.session, opened.secrets, report, text, now=me.now, author=author)
        facts = {"report": report.id, "person": person_id}
        trail.record(me.session, Event.NEWCOMER_ASKED, me.now, actor=me.person_id, subject=report.case_id, **facts)
    return "asked"
