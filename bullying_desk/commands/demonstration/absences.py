"""In the demonstration city one person is away next week, and the city's team has duty over the next holidays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.team import absences, duty
from bullying_desk.accounts.team.absences import Days
from bullying_desk.clock import Clock
from bullying_desk.commands.demonstration.people import Invented
from bullying_desk.schools.models import Seat

AWAY, STANDS_IN, ON_DUTY, COORDINATOR = "Paul", "Fatou", "Viktor", "Karin"


def fill_absences(session: Session, people: dict[str, Invented], clock: Clock) -> None:
    """Enter an absence as the person would, and duty as the city's coordinator would."""
    now, today = clock.now(), clock.today()
    away = people[AWAY].person.id
    seat = session.scalars(select(Seat).where(Seat.person_id == away, Seat.role == Role.CONTACT_PERSON)).one()
    days = Days(today + timedelta(days=7), today + timedelta(days=9))
    absences.enter(session, seat, days, people[STANDS_IN].person.id, away, now)
    breaks = duty.long_breaks([], today)
    office = session.scalars(select(Seat).where(Seat.person_id == people[ON_DUTY].person.id)).one()
    if breaks:
        ahead = breaks[0].days
        duty.give(session, office.id, ahead.first, ahead.last, people[COORDINATOR].person.id, now)
