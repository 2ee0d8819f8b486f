"""Destroying drafts: what staff have typed and not sent goes when they read no longer, or when a child erases.

The model belongs to a room above. A draft needs no tombstone: no copy of the database holds it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, column, delete, table
from sqlalchemy.orm import Session

from bullying_desk.erasing import rewriting

DRAFTS = table("draft", column("id"), column("person_id"), column("case_id"), column("report_id"))


def destroy_of_reader(session: Session, person_id: int, report_id: int, case_id: int, today: date) -> int:
    """Destroy a person's drafts of a report they read no longer, and of its case. Returns how many."""
    of = (DRAFTS.c.report_id == report_id) | (DRAFTS.c.case_id == case_id)
    return _destroy(session, (DRAFTS.c.person_id == person_id) & of, today)


def destroy_of_report(session: Session, report_id: int, today: date) -> int:
    """Destroy everybody's drafts of answers to a report. Returns how many."""
    return _destroy(session, DRAFTS.c.report_id == report_id, today)


def destroy_of_case(session: Session, case_id: int, today: date) -> int:
    """Destroy everybody's drafts in a case. Returns how many."""
    return _destroy(session, DRAFTS.c.case_id == case_id, today)


def destroy_of_person(session: Session, person_id: int, today: date) -> int:
    """Destroy all drafts of a person who leaves: nobody else could ever open them. Returns how many."""
    return _destroy(session, DRAFTS.c.person_id == person_id, today)


def _destroy(session: Session, which: ColumnElement[bool], today: date) -> int:
    session.flush()
    gone = int(cast(Any, session.execute(delete(DRAFTS).where(which))).rowcount)
    if gone:
        rewriting.ask(session, today)
    return gone
