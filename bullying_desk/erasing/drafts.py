"""Destroying drafts and offered times: they go when their person reads no longer, or when a child erases.

The models belong to rooms above. A draft needs no tombstone: no copy of the database holds it. Nor does a time: the
row says nothing, and the letter with the time goes with its report.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, column, delete, table
from sqlalchemy.orm import Session

from bullying_desk.erasing import rewriting

DRAFTS = table("draft", column("id"), column("person_id"), column("case_id"), column("report_id"))
TIMES = table("appointment", column("person_id"), column("report_id"))


def destroy_of_reader(session: Session, person_id: int, report_id: int, case_id: int, today: date) -> int:
    """Destroy a person's drafts of a report they read no longer, and of its case, and their times. Returns how many."""
    session.execute(delete(TIMES).where(TIMES.c.person_id == person_id, TIMES.c.report_id == report_id))
    of = (DRAFTS.c.report_id == report_id) | (DRAFTS.c.case_id == case_id)
    return _destroy(session, (DRAFTS.c.person_id == person_id) & of, today)


def destroy_of_report(session: Session, report_id: int, today: date) -> int:
    """Destroy everybody's drafts of answers to a report, and the times offered in it. Returns how many drafts."""
    session.execute(delete(TIMES).where(TIMES.c.report_id == report_id))
    return _destroy(session, DRAFTS.c.report_id == report_id, today)


def destroy_of_case(session: Session, case_id: int, today: date) -> int:
    """Destroy everybody's drafts in a case. Returns how many."""
    return _destroy(session, DRAFTS.c.case_id == case_id, today)


def destroy_of_person(session: Session, person_id: int, today: date) -> int:
    """Destroy all drafts and times of a person who leaves: nobody else could open the drafts. Returns how many."""
    session.execute(delete(TIMES).where(TIMES.c.person_id == person_id))
    return _destroy(session, DRAFTS.c.person_id == person_id, today)


def _destroy(session: Session, which: ColumnElement[bool], today: date) -> int:
    session.flush()
    gone = int(cast(Any, session.execute(delete(DRAFTS).where(which))).rowcount)
    if gone:
        rewriting.ask(session, today)
    return gone
