"""The officer asks people of a school's team whether they know of a case, where no number of one is known.

A mother who asks what is kept about her son belongs to no number. The officer picks each person to ask. The question
is sealed to those persons and says nothing of a report. Each answer is sealed to the officer who asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import READER_ROLES, Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.reports.models import GrantState, Report, ReporterState, ReportGrant
from bullying_desk.resources import case_name
from bullying_desk.retention.asking import question_text
from bullying_desk.retention.models import Knows, PrivacyQuestion, PrivacyRequest, RequestState
from bullying_desk.retention.requests import LONGEST, RequestUnknown, TextTooLong
from bullying_desk.schools.models import School, SchoolState, Seat, SeatState
from bullying_desk.schools.notice_days import announce
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.notes import seal_note
from bullying_desk.sealing.pepper import PepperLayer


class NobodyPicked(ValueError):
    """No person was picked who can be asked."""


@dataclass(frozen=True, slots=True)
class Officer:
    """The officer who asks, and what their questions need."""

    session: Session
    pepper_layer: PepperLayer
    person_id: int
    now: datetime
    notice_times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be asked. `of_city`: of the city's team."""

    person_id: int
    name: str
    of_city: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answered. `case` is 0 where they named none."""

    knows: Knows
    case: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question to this person, with its request."""

    row: PrivacyQuestion
    request: PrivacyRequest


def schools(session: Session) -> list[School]:
    """Return the schools whose teams can be asked: also of those that pause or are closed, which may hold cases."""
    found = session.scalars(select(School).where(School.state != SchoolState.KNOWN))
    return sorted(found, key=lambda each: each.shown_name)


def candidates(session: Session, school_id: int) -> list[Candidate]:
    """Return who reads at a school, and the city's team, each once, by name."""
    rows = session.execute(
        select(Seat.person_id, Seat.role, Person.name)
        .join(Person, Person.id == Seat.person_id)
        .where(
            Seat.role.in_(READER_ROLES),
            Seat.state == SeatState.ACTIVE,
            or_(Seat.school_id == school_id, Seat.school_id.is_(None)),
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Person.name, Seat.role)
    )
    found: dict[int, Candidate] = {}
    for person_id, role, name in rows:
        found.setdefault(person_id, Candidate(person_id, name, role is Role.CITY_TEAM))
    return list(found.values())


def ask(me: Officer, row: PrivacyRequest, school_id: int, picked: Collection[int], text: str) -> int:
    """Ask each picked person once; returns how many are asked now. Nobody else learns that there is a question.

    Raises NoLongerOpen, TextMissing, TextTooLong, NobodyPicked.
    """
    tidy = question_text(row, text)
    ids = {one.person_id for one in candidates(me.session, school_id)} & set(picked)
    people = me.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()
    if not people:
        raise NobodyPicked
    asked = [person for person in people if _seal(me, row, person, tidy)]
    if asked:
        trail.record(me.session, Event.REQUEST_CHANGED, me.now, actor=me.person_id, subject=row.id, state="searched")
        told = [(one.id, one.email) for one in asked]
        announce(me.session, told, danger=False, now=me.now, times=me.notice_times)
    me.session.flush()
    return len(asked)


def _seal(me: Officer, row: PrivacyRequest, person: Person, text: str) -> bool:
    """Seal the question to one person, unless the same one waits or the key is not usable."""
    same = select(PrivacyQuestion.id).where(
        PrivacyQuestion.request_id == row.id,
        PrivacyQuestion.person_id == person.id,
        PrivacyQuestion.key_id == person.key_id,
        PrivacyQuestion.answered_on.is_(None),
    )
    if me.session.scalars(same).first() is not None:
        return False
    question_id = random_id()
    try:
        to = person_addressee(me.pepper_layer, person.id, person.public_half or b"", person.directory_tag or b"")
        sealed = seal_note(text, question_id, to)
    except SealingError:
        return False
    question = PrivacyQuestion(
        id=question_id,
        request_id=row.id,
        person_id=person.id,
        key_id=to.key_id,
        sealed=sealed,
        officer_id=me.person_id,
        asked_on=me.now.astimezone(BERLIN).date(),
    )
    me.session.add(question)
    return True


def questions_of(session: Session, request_id: int) -> list[tuple[PrivacyQuestion, str]]:
    """Return the questions of one request with the names of those asked, for the officers."""
    rows = session.execute(
        select(PrivacyQuestion, Person.name)
        .join(Person, Person.id == PrivacyQuestion.person_id)
        .where(PrivacyQuestion.request_id == request_id)
        .order_by(PrivacyQuestion.asked_on, Person.name, PrivacyQuestion.id)
    )
    return [(question, name) for question, name in rows]


# The person who is asked.


def waiting(session: Session, person_id: int, key_id: bytes) -> list[Question]:
    """Return the questions that wait for this person, the earliest due day first."""
    rows = session.execute(_waiting(person_id, key_id).order_by(PrivacyRequest.due_on, PrivacyQuestion.id))
    return [Question(question, request) for question, request in rows]


def count_waiting(person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]) -> ScalarSelect[int]:
    """Return their number, as a part of another query."""
    return _waiting(person_id, key_id).with_only_columns(func.count()).scalar_subquery()


def _waiting(
    person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]
) -> Select[PrivacyQuestion, PrivacyRequest]:
    query = select(PrivacyQuestion, PrivacyRequest).join(PrivacyRequest)
    return query.where(
        PrivacyQuestion.person_id == person_id,
        PrivacyQuestion.key_id == key_id,
        PrivacyQuestion.answered_on.is_(None),
        PrivacyRequest.state == RequestState.OPEN,
    )


def find(session: Session, question_id: int, person_id: int, key_id: bytes) -> Question:
    """Return a question to this person. Raises RequestUnknown for any other, and for one that is answered or over."""
    found = session.execute(_waiting(person_id, key_id).where(PrivacyQuestion.id == question_id)).first()
    if found is None:
        raise RequestUnknown
    return Question(found[0], found[1])


def own_cases(session: Session, person_id: int, key_id: bytes) -> dict[int, str]:
    """Return the cases this person reads, with their two words, by name: one of them may be the answer."""
    rows = session.scalars(
        select(Report.case_id)
        .join(ReportGrant, ReportGrant.report_id == Report.id)
        .where(
            ReportGrant.epoch == Report.epoch,
            ReportGrant.person_id == person_id,
            ReportGrant.key_id == key_id,
            ReportGrant.state == GrantState.OPEN,
            Report.reporter_state != ReporterState.ERASING,
        )
        .distinct()
    )
    return dict(sorted(((case, case_name(case)) for case in rows), key=lambda pair: pair[1]))


def answer(session: Session, pepper_layer: PepperLayer, question: Question, said: Answer, now: datetime) -> None:
    """Seal the answer to the officer who asked; a case in it is one that this person reads.

    Raises TextTooLong, and SealingError where nothing can be sealed to the officer any more.
    """
    tidy, row = said.text.replace("\r\n", "\n").strip(), question.row
    if len(tidy) > LONGEST:
        raise TextTooLong(len(tidy))
    officer = session.get_one(Person, row.officer_id)
    to = person_addressee(pepper_layer, officer.id, officer.public_half or b"", officer.directory_tag or b"")
    row.answer = seal_note(f"{said.knows.value} {said.case:x}\n{tidy}", row.id, to)
    row.answer_key_id, row.answered_on = to.key_id, now.astimezone(BERLIN).date()
    trail.record(session, Event.REQUEST_CHANGED, now, actor=row.person_id, subject=question.request.id, state="told")
    session.flush()


def case_called(session: Session, words: str) -> int | None:
    """Return the number of the one case in the trail with these two words; None where there is none, or several.

    The officer reads both in the trail: the name stands on every row about a case.
    """
    wanted = " ".join(words.split()).casefold()
    about = or_(*(AuditEntry.event.like(f"{kind}.%") for kind in ("report", "case", "key")))
    subjects = session.scalars(
        select(AuditEntry.subject_id).where(about, AuditEntry.subject_id.is_not(None)).distinct()
    )
    found = [each for each in subjects if each is not None and case_name(each).casefold() == wanted]
    return found[0] if len(found) == 1 else None
