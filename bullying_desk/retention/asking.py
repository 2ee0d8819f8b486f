"""A request reaches the person responsible for a case and comes back as a day. The officer learns nothing of the case.

What the officer writes is sealed to that one person. The trail speaks of the request, never of the case, so the case's
course shows nothing. The officer gets the same answer where there is no such case and where nobody is responsible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.reports.models import Case, GrantState, Report, ReporterState, ReportGrant
from bullying_desk.retention.models import PrivacyAsk, PrivacyRequest, RequestState
from bullying_desk.retention.requests import LONGEST, NoLongerOpen, RequestUnknown, TextTooLong
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.notes import seal_note
from bullying_desk.sealing.pepper import PepperLayer


class NobodyToAsk(Exception):
    """There is no such case, or nobody is responsible for it. The officer does not learn which."""


class TextMissing(ValueError):
    """The person who prepares an answer must know who asks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to this person, with its request."""

    ask: PrivacyAsk
    request: PrivacyRequest


def question_text(row: PrivacyRequest, text: str) -> str:
    """Return what the officer asks, tidied. Raises NoLongerOpen, TextMissing, TextTooLong."""
    tidy = text.replace("\r\n", "\n").strip()
    if row.state is not RequestState.OPEN:
        raise NoLongerOpen
    if not tidy:
        raise TextMissing
    if len(tidy) > LONGEST:
        raise TextTooLong(len(tidy))
    return tidy


def ask(
    session: Session, pepper_layer: PepperLayer, row: PrivacyRequest, case_id: int, text: str, by: int, now: datetime
) -> PrivacyAsk:
    """Ask the person responsible for a case to prepare the answer; a second submit finds the question.

    Raises NoLongerOpen, TextMissing, TextTooLong, NobodyToAsk.
    """
    tidy = question_text(row, text)
    person = _responsible(session, case_id)
    same = select(PrivacyAsk).where(PrivacyAsk.request_id == row.id, PrivacyAsk.case_id == case_id)
    known = session.scalars(same.where(PrivacyAsk.person_id == person.id, PrivacyAsk.done_on.is_(None))).first()
    if known is not None:
        return known
    made = PrivacyAsk(id=random_id(), request_id=row.id, case_id=case_id, person_id=person.id)
    try:
        to = person_addressee(pepper_layer, person.id, person.public_half or b"", person.directory_tag or b"")
        made.key_id, made.sealed = to.key_id, seal_note(tidy, made.id, to)
    except SealingError as error:
        raise NobodyToAsk from error
    made.asked_on = now.astimezone(BERLIN).date()
    session.add(made)
    trail.record(session, Event.REQUEST_CHANGED, now, actor=by, subject=row.id, state="asked")
    session.flush()
    return made


def _responsible(session: Session, case_id: int) -> Person:
    """Return the person who is responsible for the case today and reads it. Raises NobodyToAsk."""
    query = select(Person).join(Case, Case.owner_id == Person.id).where(Case.id == case_id)
    person = session.scalars(query.where(Person.state == PersonState.ACTIVE, _reads(case_id, Person.id))).first()
    if person is None:
        raise NobodyToAsk
    return person


def _reads(case_id: Any, person_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Report.case_id == case_id,
        Report.reporter_state != ReporterState.ERASING,
        ReportGrant.report_id == Report.id,
        ReportGrant.epoch == Report.epoch,
        ReportGrant.person_id == person_id,
        ReportGrant.state == GrantState.OPEN,
    )


def asks_of(session: Session, request_id: int) -> list[PrivacyAsk]:
    """Return the questions about one request, for the officer: their days, and nothing else."""
    query = select(PrivacyAsk).where(PrivacyAsk.request_id == request_id)
    return list(session.scalars(query.order_by(PrivacyAsk.asked_on, PrivacyAsk.id)))


def waiting(session: Session, person_id: int, key_id: bytes) -> list[Asked]:
    """Return the questions that wait for this person's answer, the earliest due day first."""
    rows = session.execute(_waiting(person_id, key_id).order_by(PrivacyRequest.due_on, PrivacyAsk.id))
    return [Asked(each, request) for each, request in rows]


def count_waiting(person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]) -> ScalarSelect[int]:
    """Return their number, as a part of another query."""
    return _waiting(person_id, key_id).with_only_columns(func.count()).scalar_subquery()


def days_of(session: Session, person_id: int, key_id: bytes) -> list[date]:
    """Return the days by which this person's answers are due."""
    return [one.request.due_on for one in waiting(session, person_id, key_id)]


def _waiting(
    person_id: int | BindParameter[int], key_id: bytes | BindParameter[bytes]
) -> Select[PrivacyAsk, PrivacyRequest]:
    query = select(PrivacyAsk, PrivacyRequest).join(PrivacyRequest, PrivacyRequest.id == PrivacyAsk.request_id)
    mine = query.where(PrivacyAsk.person_id == person_id, PrivacyAsk.key_id == key_id, PrivacyAsk.done_on.is_(None))
    return mine.where(PrivacyRequest.state == RequestState.OPEN, _reads(PrivacyAsk.case_id, person_id))


def find(session: Session, ask_id: int, person_id: int, key_id: bytes) -> Asked:
    """Return a question to this person. Raises RequestUnknown for any other, and once they no longer read the case."""
    found = session.execute(_waiting(person_id, key_id).where(PrivacyAsk.id == ask_id)).first()
    if found is None:
        raise RequestUnknown
    return Asked(found[0], found[1])


def done(session: Session, asked: Asked, by: int, now: datetime) -> None:
    """Say that the answer is prepared and was handed over."""
    asked.ask.done_on = now.astimezone(BERLIN).date()
    trail.record(session, Event.REQUEST_CHANGED, now, actor=by, subject=asked.request.id, state="prepared")
    session.flush()
