"""What a new contact person may do first, offered beside the inbox. It follows from data, and is gone when it is done.

It stands there for the first month at most: not everybody has office hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import BindParameter, Exists, exists, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import READER_ROLES, Role
from bullying_desk.accounts.models import Person
from bullying_desk.accounts.team import absences
from bullying_desk.cases import colleagues
from bullying_desk.reports.models import ReportGrant
from bullying_desk.schools.models import OfficeHour, School, Seat, SeatState
from bullying_desk.web.language import _

OFFERED_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AtSchool:
    """One's first steps at one school. `keepers` enter office hours; `stand_ins` are who may be named as stand-in."""

    name: str
    key: str
    has_hours: bool
    keepers: tuple[str, ...]
    stand_ins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """`compared_by` is empty where nobody had to compare: the first people of a city. `has_read`: a report at all."""

    compared_by: str
    has_read: bool
    schools: tuple[AtSchool, ...]


def somebody_new(person_id: BindParameter[int], since: BindParameter[date]) -> Exists:
    """Say, as a part of a query, whether this person began to read on the day `since` or later."""
    return exists().where(
        Seat.person_id == person_id,
        Seat.role.in_(READER_ROLES),
        Seat.state == SeatState.ACTIVE,
        Seat.started_on >= since,
    )


def first_steps(session: Session, who: Identity, today: date) -> FirstSteps | None:
    """Return what there is to do; None where all is done or the first month is over."""
    query = select(Seat).where(Seat.person_id == who.person_id, Seat.state == SeatState.ACTIVE)
    seats = [
        seat for seat in session.scalars(query) if seat.role in READER_ROLES and seat.started_on >= today - OFFERED_FOR
    ]
    schools = tuple(_at(session, seat, who.person_id) for seat in seats if seat.role is Role.CONTACT_PERSON)
    read = select(ReportGrant).where(ReportGrant.person_id == who.person_id, ReportGrant.first_read_hour.is_not(None))
    has_read = session.scalars(read.limit(1)).first() is not None
    if not seats or (has_read and all(one.has_hours for one in schools)):
        return None
    compared = session.get_one(Person, who.person_id).compared_by
    return FirstSteps(colleagues.names_of(session, [compared]).get(compared or 0, ""), has_read, schools)


def _at(session: Session, seat: Seat, me: int) -> AtSchool:
    school = session.get_one(School, seat.school_id)
    hour = session.scalars(select(OfficeHour.id).where(OfficeHour.seat_id == seat.id).limit(1)).first()
    keepers = select(Seat).where(
        Seat.school_id == school.id, Seat.role == Role.SCHOOL_COORDINATOR, Seat.state == SeatState.ACTIVE
    )
    names = tuple(
        sorted(_("Sie selbst") if one.person_id == me else one.shown_name for one in session.scalars(keepers))
    )
    stand_ins = tuple(name for _person, name in absences.stand_ins_for(session, seat, me) if name)
    return AtSchool(school.shown_name, school.key, hour is not None, names, stand_ins)
