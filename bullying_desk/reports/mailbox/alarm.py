""" "Ich bin jetzt in Gefahr": the reporter declares danger later than at first, with the rights of the receipt.

It counts as danger declared in the form: the case stands first, its clock runs in school hours, whoever reads or stands
by is told at once, and somebody must be able to stand in, also where the reporter had let the message wait.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.accounts.models import Person
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import full_hour
from bullying_desk.config import Settings
from bullying_desk.reports import opening, promised_dates
from bullying_desk.reports.mailbox import letters
from bullying_desk.reports.models import Case, GrantState, ReaderReason, Report
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers import granting, readership
from bullying_desk.reports.readers.candidates import Candidate, addressee, staff_of
from bullying_desk.reports.readers.routing import FEWEST
from bullying_desk.schools.notice_days import announce
from bullying_desk.sealing.pepper import PepperLayer


def stand_ins(session: Session, report: Report, secrets: Secrets) -> list[Candidate]:
    """Return who of the city's team would stand by from now on; nobody where somebody stands by already."""
    grants = readership.current_grants(session, report)
    if any(grant.state is GrantState.STANDBY for grant in grants.values()):
        return []
    banned = opening.read_left_out(session, secrets, report).people | grants.keys()
    return [one for one in staff_of(session, report.school_id).city if one.person_id not in banned][:FEWEST]


def declare(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    secrets: Secrets,
    *,
    after: int,
    now: datetime,
    rules: Settings,
) -> None:
    """Declare danger; a second press changes nothing. Raises ConversationClosed, PublicHalfUnusable."""
    case = session.get_one(Case, report.case_id)
    known = report.danger and case.danger
    report.danger = case.danger = True
    _let_stand_by(session, pepper_layer, report, secrets, now)
    letters.write_as_reporter(
        session, secrets, report, "", after=after, now=now, times=rules.notice_times, fact=letters.Fact.DANGER,
        values=rules.clocks,
    )  # fmt: skip
    if known:
        return
    report.unseen_step = report.escalation = 0
    report.answer_due = min(report.answer_due, promised_dates.letter_day(session, report, now, rules.clocks))
    session.flush()
    people = [person for person, grant in readership.current_grants(session, report).items() if _is_told(grant.state)]
    rows = session.execute(select(Person.id, Person.email).where(Person.id.in_(people))).all()
    told = [(person, email) for person, email in rows]
    announce(session, told, danger=True, now=now, times=rules.notice_times, school_id=report.school_id)


def _is_told(state: GrantState) -> bool:
    return state in {GrantState.OPEN, GrantState.STANDBY}


def _let_stand_by(session: Session, pepper_layer: PepperLayer, report: Report, secrets: Secrets, now: datetime) -> None:
    hour = full_hour(now)
    for who in stand_ins(session, report, secrets):
        to = addressee(pepper_layer, who)
        if to is None:
            continue
        rule = ReaderReason.STAND_BY_RULE
        granting.add_reader(session, pepper_layer, report, secrets, who, to, rule, hour, state=GrantState.STANDBY)
        facts: dict[str, Any] = {"report": report.id, "person": who.person_id, "reason": rule.value}
        trail.record(session, Event.READER_ADDED, hour, subject=report.case_id, **facts)
    listed = opening.read_left_out(session, secrets, report)
    if listed.alone:
        readership.write_left_out(session, report, secrets, replace(listed, alone=False), hour)
