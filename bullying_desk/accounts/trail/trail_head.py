"""The trail's head, once a day by mail to the data protection officers: kept where the program cannot change it."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit.chain import Head, head, newest_anchor
from bullying_desk.clock import BERLIN
from bullying_desk.database import random_id
from bullying_desk.notices.models import OutboxMail
from bullying_desk.schools.models import Seat, SeatState

KIND = "head"
MAILED_AT = time(6, 30)  # of the day in Dortmund: the same every day, so that it gives nothing away
SUBJECT = "Prüfwert des Protokolls"
BODY = """Guten Tag,

das ist der Prüfwert des Protokolls von heute:

{words}

Bitte heben Sie diese Nachricht auf. Mit dem Wert lässt sich später prüfen,
ob am Protokoll etwas geändert, entfernt oder eingefügt wurde.
"""
CUT = """
Am Anfang fehlt, was älter ist als die Frist. Bis dahin ist gekürzt:

{words}
"""


def mail_head(session: Session, now: datetime) -> int:
    """Put the day's head into the outbox, once for each active data protection officer. Returns how many mails.

    The caller holds the lock under which the chain is extended, so two machines do not mail twice.
    """
    moment = datetime.combine(now.astimezone(BERLIN).date(), MAILED_AT, BERLIN)
    newest = head(session)
    if now < moment or newest is None:
        return 0
    anchor = newest_anchor(session)
    cut = CUT.format(words=Head(anchor.number, anchor.seal).words) if anchor is not None else ""
    told = select(OutboxMail.person_id).where(OutboxMail.kind == KIND, OutboxMail.not_before == moment)
    waiting = [one for one in officers(session) if one.id not in set(session.scalars(told))]
    for one in waiting:
        session.add(
            OutboxMail(
                id=random_id(),
                person_id=one.id,
                kind=KIND,
                address=one.email,
                subject=SUBJECT,
                body=BODY.format(words=newest.words) + cut,
                not_before=moment,
            )
        )
    session.flush()
    return len(waiting)


def officers(session: Session) -> list[Person]:
    """Return the active data protection officers."""
    query = (
        select(Person)
        .join(Seat, Seat.person_id == Person.id)
        .where(
            Person.state == PersonState.ACTIVE,
            Seat.role == Role.DATA_PROTECTION_OFFICER,
            Seat.state == SeatState.ACTIVE,
        )
    )
    return list(session.scalars(query.distinct()))
