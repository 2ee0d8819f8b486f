"""What a new contact person may do first, offered beside the inbox. It follows from data, and is gone when it is done.

It stands there for the first month at most: not everybody has office hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, Exists, and_, exists, or_, select
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
    """One's first steps at one school. `keepers` enter missing office hours; `stand_ins` may be named as stand-in."""

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


def something_open(person_id: BindParameter[int], since: BindParameter[date]) -> Exists:
    """Say, as a part of a query, whether this person began to read on the day `since` or later, and has a step to do.

    It decides nothing: `first_steps` asks again.
    """
    without_hours = and_(Seat.role == Role.CONTACT_PERSON, ~_HAS_HOURS)
    return exists().where(_is_new(person_id, since), or_(without_hours, ~_has_read(person_id)))


def first_steps(session: Session, who: Identity, today: date) -> FirstSteps | None:
    """Return what there is to do; None where all is done or the first month is over."""
    me = who.person_id
    query = (
        select(Seat, School, _HAS_HOURS, _has_read(me), Person.compared_by)
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(School, School.id == Seat.school_id)
        .where(_is_new(me, today - OFFERED_FOR))
        .order_by(School.short_name, Seat.id)
    )
    rows = session.execute(query).all()
    at = [(seat, school, hours) for seat, school, hours, *_rest in rows if seat.role is Role.CONTACT_PERSON]
    if not rows or (rows[0][3] and all(hours for _seat, _school, hours in at)):
        return None
    schools = tuple(_at(session, seat, school, me, has_hours=hours) for seat, school, hours in at)
    compared: int | None = rows[0][4]
    return FirstSteps(colleagues.names_of(session, [compared]).get(compared or 0, ""), rows[0][3], schools)


_HAS_HOURS: Final = exists().where(OfficeHour.seat_id == Seat.id)


def _has_read(person_id: BindParameter[int] | int) -> Exists:
    return exists().where(ReportGrant.person_id == person_id, ReportGrant.first_read_hour.is_not(None))


def _is_new(person_id: BindParameter[int] | int, since: BindParameter[date] | date) -> ColumnElement[bool]:
    return and_(
        Seat.person_id == person_id,
        Seat.role.in_(READER_ROLES),
        Seat.state == SeatState.ACTIVE,
        Seat.started_on >= since,
    )


def _at(session: Session, seat: Seat, school: School, me: int, *, has_hours: bool) -> AtSchool:
    keepers = select(Seat).where(
        Seat.school_id == school.id, Seat.role == Role.SCHOOL_COORDINATOR, Seat.state == SeatState.ACTIVE
    )
    names = (
        ()
        if has_hours
        else tuple(
            sorted(_("Sie selbst") if one.person_id == me else one.shown_name for one in session.scalars(keepers))
        )
    )
    stand_ins = tuple(name for _person, name in absences.stand_ins_for(session, seat, me) if name)
    return AtSchool(school.shown_name, school.key, has_hours, names, stand_ins)
