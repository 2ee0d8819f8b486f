"""What is known of the night work: when it last ran, what failed, whether mails go out, whose mails are refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bullying_desk.notices.models import NightWork, OutboxMail

_ONLY = 1
CERTIFICATE = "certificate_ends"  # beside the figures of the hour, in Unix seconds
LATE = timedelta(minutes=30)  # it runs each minute; an update of the program takes a few
AHEAD = timedelta(days=4)  # a machine may be off over a long weekend
BEHIND = timedelta(hours=1)
SHOWN_AFTER = timedelta(hours=1)  # greylisting refuses each first mail for some minutes


@dataclass(frozen=True, slots=True)
class RefusedPerson:
    """A person whose mails the mail server does not take, and since when."""

    person_id: int
    since: datetime


def note(session: Session, now: datetime, failed: Iterable[str]) -> None:
    """Write down that the night work ran, and which of its parts failed."""
    row = _row(session, now)
    row.ran_at, row.failed = now, " ".join(failed)
    session.flush()


def note_mails(session: Session, now: datetime, *, stuck: bool, sent: bool) -> None:
    """Write down since when the mail server takes no mail at all; forget it when one went out."""
    if not stuck and not sent:
        return
    row = _row(session, now)
    row.mails_stuck_since = (row.mails_stuck_since or now) if stuck else None
    session.flush()


def note_copy(session: Session, now: datetime) -> None:
    """Write down that a copy of the database was made."""
    _row(session, now).backed_up_at = now
    session.flush()


def note_drill(session: Session, now: datetime, day: date) -> None:
    """Write down the day on which a copy was tried out."""
    _row(session, now).drilled_on = day
    session.flush()


def note_certificate(session: Session, now: datetime, ends: datetime) -> None:
    """Write down when the front server's certificate ends, beside the figures of the hour."""
    row = _row(session, now)
    row.figures = json.dumps({**json.loads(row.figures or "{}"), CERTIFICATE: int(ends.timestamp())}, sort_keys=True)
    session.flush()


def jumped(known: NightWork | None, now: datetime) -> bool:
    """Whether the clock is far from where it was in the last pass: ahead by AHEAD, or behind by BEHIND.

    Nobody can tell a wrong clock from a machine that was off. So a person says which it was (`confirm-clock`).
    """
    return known is not None and not -BEHIND <= now - known.ran_at <= AHEAD


def confirm(session: Session, now: datetime) -> None:
    """Let the next pass go on from this moment: a person has looked at the clock."""
    _row(session, now).ran_at = now
    session.flush()


def last(session: Session) -> NightWork | None:
    """Return what is known, None where it never ran."""
    return session.get(NightWork, _ONLY)


def refused(session: Session, now: datetime) -> list[RefusedPerson]:
    """Return the people whose mails have been refused for an hour or longer, the longest wait first."""
    since = func.min(OutboxMail.refused_since)
    query = (
        select(OutboxMail.person_id, since)
        .where(OutboxMail.sent == 0, OutboxMail.refused_since <= now - SHOWN_AFTER)
        .group_by(OutboxMail.person_id)
        .order_by(since)
    )
    return [RefusedPerson(person, moment) for person, moment in session.execute(query) if moment]


def _row(session: Session, now: datetime) -> NightWork:
    session.execute(_unless_there(session, now))
    return session.get_one(NightWork, _ONLY)


def _unless_there(session: Session, now: datetime) -> Insert:
    row = {"id": _ONLY, "ran_at": now, "failed": ""}
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(NightWork).values(row).on_conflict_do_nothing()
    return sqlite.insert(NightWork).values(row).on_conflict_do_nothing()
