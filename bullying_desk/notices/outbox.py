"""Mails are written in the transaction of the act they announce; notices leave at set times (docs/sealing.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import Insert
from sqlalchemy.orm import Session

from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schooldays import SchoolCalendar

NEWS_SUBJECT = "Im Portal gibt es etwas Neues"
NEWS_BODY = (
    "Guten Tag,\n\nim Portal gibt es etwas Neues. Bitte melden Sie sich an, sobald Sie können.\n\n"
    "Diese Nachricht sagt absichtlich nicht mehr. Sie enthält keinen Link.\n"
)
NO_REPLY = "\nBitte antworten Sie nicht auf diese E-Mail. Antworten liest niemand.\n"
NEWS = "news"
URGENT = "urgent"


def next_notice_time(now: datetime, times: Iterable[str], works_on: Callable[[date], bool] | None = None) -> datetime:
    """Return the next fixed time, strictly after `now`, of a day on which the person works; a school day by default.

    Only fixed times, so that neither the mail server nor anybody who sees the mail learns when a child wrote.
    """
    works_on = works_on or SchoolCalendar().is_school_day
    clock_times = sorted(time.fromisoformat(text) for text in times)
    local = now.astimezone(BERLIN)
    day = local.date()
    for _ in range(120):
        if works_on(day):
            for moment in clock_times:
                candidate = datetime.combine(day, moment, BERLIN)
                if candidate > local:
                    return candidate
        day += timedelta(days=1)
    return datetime.combine(day, clock_times[0], BERLIN)


def announce(
    session: Session,
    people: Iterable[tuple[int, str]],
    *,
    urgent: bool,
    moments: Mapping[int, datetime],
) -> None:
    """Mail people that there is something new, without a word of what or where.

    `people` are (id, mail address) of readers, `moments` their times (`schools.notice_days`). A person gets one
    mail for one time, however much has happened.
    """
    rows = [
        {
            "id": random_id(),
            "person_id": person,
            "kind": URGENT if urgent else NEWS,
            "address": address,
            "subject": NEWS_SUBJECT,
            "body": NEWS_BODY,
            "not_before": moments[person],
            "attempts": 0,
            "failure": "",
            "sent": 0,
        }
        for person, address in sorted(dict(people).items())  # one order: no two wait for each other
    ]
    if rows:
        connection = session.connection()
        connection.execute(_unless_waiting(connection.dialect.name), rows)


@cache
def _unless_waiting(dialect: str) -> Insert:
    """Return the statement that writes a notice unless the same one waits already.

    Two reports at the same moment may both want to write one person's single notice. The second finds it written, and
    that is enough (the unique index is on person, kind, moment and whether it was sent).
    """
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite

        return insert_sqlite(OutboxMail).on_conflict_do_nothing()
    from sqlalchemy.dialects.postgresql import insert as insert_postgresql

    return insert_postgresql(OutboxMail).on_conflict_do_nothing()


def write_mail(session: Session, person: int, address: str, subject: str, body: str, now: datetime) -> None:
    """Put one personal mail (an invitation, a reminder) into the outbox, to be sent at once."""
    session.add(
        OutboxMail(
            id=random_id(),
            person_id=person,
            kind=f"m{random_id():x}",
            address=address,
            subject=subject,
            body=body,
            not_before=now,
        )
    )
