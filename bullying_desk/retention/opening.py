"""Opening what an officer wrote down about the person who asks: one's own sealed copy, and nothing else."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.retention.knowing import Answer
from bullying_desk.retention.models import Knows, PrivacyAsk, PrivacyQuestion, PrivacyRequestText
from bullying_desk.sealing import unseal
from bullying_desk.sealing.format.errors import UnsealRefused
from bullying_desk.sealing.keys import PersonKey


def text_of(session: Session, request_id: int, person_id: int, key: PersonKey) -> str | None:
    """Return who asks, or None where this officer has no copy that opens: it is older than their role or their key."""
    query = select(PrivacyRequestText).where(
        PrivacyRequestText.request_id == request_id,
        PrivacyRequestText.person_id == person_id,
        PrivacyRequestText.key_id == key.key_id,
    )
    row = session.scalars(query).first()
    if row is None:
        return None
    try:
        return unseal.open_note(row.sealed, key, person_id, row.id)
    except UnsealRefused:
        return None


def asked_text(ask: PrivacyAsk, key: PersonKey) -> str | None:
    """Return what an officer wrote to the person responsible for a case, or None where this key does not open it."""
    try:
        return unseal.open_note(ask.sealed, key, ask.person_id, ask.id)
    except UnsealRefused:
        return None


def question_text(question: PrivacyQuestion, key: PersonKey) -> str | None:
    """Return what an officer asks this person, or None where this key does not open it."""
    try:
        return unseal.open_note(question.sealed, key, question.person_id, question.id)
    except UnsealRefused:
        return None


def answer_of(question: PrivacyQuestion, person_id: int, key: PersonKey) -> Answer | None:
    """Return an answer, for the officer who asked; None for everybody else, and while there is none."""
    if question.answer is None or question.officer_id != person_id or question.answer_key_id != key.key_id:
        return None
    try:
        first, _break, text = unseal.open_note(question.answer, key, person_id, question.id).partition("\n")
    except UnsealRefused:
        return None
    knows, _space, case = first.partition(" ")
    return Answer(Knows(knows), int(case, 16), text)
