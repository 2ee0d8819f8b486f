"""The one notice a year that asks a school's coordinators to check their pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.clock import BERLIN
from bullying_desk.notices.outbox import announce
from bullying_desk.schooldays import SchoolCalendar
from bullying_desk.schools import year
from bullying_desk.schools.breaks import is_school_day
from bullying_desk.schools.models import Seat, SeatState, YearPart


def remind(session: Session, now: datetime, times: tuple[str, ...]) -> int:
    """Write the notice from the first school day of the year on; returns for how many schools.

    It says no more than any other notice. A school without an active coordinator waits until it has one.
    """
    today = now.astimezone(BERLIN).date()
    if not year.FIRST_MONTH <= today.month <= year.LAST_MONTH or not is_school_day(SchoolCalendar(), today):
        return 0
    asked = 0
    for school in year.to_be_asked(session, today):
        query = (
            select(Person.id, Person.email)
            .join(Seat, Seat.person_id == Person.id)
            .where(
                Seat.school_id == school.id,
                Seat.role == Role.SCHOOL_COORDINATOR,
                Seat.state == SeatState.ACTIVE,
                Person.state == PersonState.ACTIVE,
            )
        )
        people = [(person, address) for person, address in session.execute(query)]
        if people:
            announce(session, people, danger=False, now=now, times=times)
            year.confirm(session, school.id, YearPart.ASKED, today)
            asked += 1
    return asked
