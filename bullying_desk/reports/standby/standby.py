"""Which readers of a report are there, and who stands by: the night work checks it before it lets anybody in.

Grants of stand-ins were written when the report came in, to nobody who was left out. Here they are only released. The
clock never makes a grant (docs/sealing.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.clock import full_hour
from bullying_desk.reports.models import GrantState, ReaderReason, Report, ReportGrant
from bullying_desk.reports.readers import granting
from bullying_desk.schools.models import Absence, Seat, SeatState
from bullying_desk.schools.notice_days import Calendars, announce
from bullying_desk.sealing.format.errors import SealingError
from bullying_desk.sealing.pepper import PepperLayer

LET_IN = "stand-ins let in"
"""What the night work calls its count of released grants."""
Away = Mapping[tuple[int, int], int | None]
"""Who of a school is away on a day, by school and person; the value is who stands in, None is the city's team."""


@dataclass(frozen=True, slots=True)
class StandbyRound:
    """The people around one report. `team` reads or stands by from the school, everybody else from the city."""

    report: Report
    reading: frozenset[int] = frozenset()
    waiting: tuple[int, ...] = ()
    team: frozenset[int] = frozenset()
    on_duty: frozenset[int] = frozenset()
    away: Mapping[int, int | None] = field(default_factory=dict)
    entered: Mapping[int, int | None] = field(default_factory=dict)

    @property
    def there(self) -> frozenset[int]:
        """Who reads and is there; the city's team always is."""
        return self.reading - set(self.away)

    @property
    def deputies(self) -> tuple[int, ...]:
        """The stand-ins of the school's team who are there: the reporter has named them for it."""
        return tuple(person for person in self.waiting if person in self.team and person not in self.away)

    @property
    def appointing(self) -> frozenset[int]:
        """Who has entered that a reader is away: by their own word nobody reads (decision D74)."""
        return frozenset(by for person, by in self.entered.items() if by and person in self.reading and by != person)

    @property
    def city(self) -> tuple[int, ...]:
        """The stand-ins of the city's team."""
        return tuple(person for person in self.waiting if person not in self.team)


def away_on(session: Session, day: date) -> Away:
    """Return who is away on a day, by school and person, and their stand-ins."""
    return _absent_on(session, day, Absence.stand_in_id)


def entered_on(session: Session, day: date) -> Away:
    """Return who is away on a day, by school and person, and who has entered it."""
    return _absent_on(session, day, Absence.entered_by)


def _absent_on(session: Session, day: date, whom: InstrumentedAttribute[int | None]) -> Away:
    found = session.execute(_absences(whom.key), {"day": day})
    return {(school, person): other for school, person, other in found}


@cache
def _absences(whom: str) -> Select[int, int, int | None]:
    """Return the query, with one column of the absence: each inbox asks it, so it is built once."""
    day = bindparam("day", type_=Date)
    return (
        select(Absence.school_id, Seat.person_id, getattr(Absence, whom))
        .join(Seat, Seat.id == Absence.seat_id)
        .where(Absence.first_day <= day, Absence.last_day >= day, Seat.state == SeatState.ACTIVE)
        .order_by(Absence.first_day, Absence.id)
    )


def rounds(session: Session, reports: Iterable[Report], away: Away, entered: Away | None = None) -> list[StandbyRound]:
    """Return the people around each report, with the grants of its present epoch. People who have left do not count."""
    wanted = {report.id: report for report in reports}
    query = (
        select(ReportGrant.report_id, ReportGrant.person_id, ReportGrant.state)
        .join(Report, (Report.id == ReportGrant.report_id) & (Report.epoch == ReportGrant.epoch))
        .join(Person, Person.id == ReportGrant.person_id)
        .where(ReportGrant.report_id.in_(wanted), ReportGrant.state != GrantState.ENDED)
        .where(Person.state == PersonState.ACTIVE)
        .order_by(ReportGrant.person_id)
    )
    reading: dict[int, set[int]] = {report: set() for report in wanted}
    waiting: dict[int, list[int]] = {report: [] for report in wanted}
    for report_id, person, state in session.execute(query):
        if state is GrantState.OPEN:
            reading[report_id].add(person or 0)
        elif state is GrantState.STANDBY:  # a person who was only asked by a colleague stands by for nobody
            waiting[report_id].append(person or 0)
    team, on_duty = _seats(session, {person for each in (*reading.values(), *waiting.values()) for person in each})
    return [
        StandbyRound(
            report,
            frozenset(reading[report.id]),
            tuple(sorted(waiting[report.id], key=lambda person: (person not in on_duty, person))),
            frozenset(person for school, person in team if school == report.school_id),
            on_duty,
            {person: stand_in for (school, person), stand_in in away.items() if school == report.school_id},
            {person: by for (school, person), by in (entered or {}).items() if school == report.school_id},
        )
        for report in wanted.values()
    ]


def _seats(session: Session, people: set[int]) -> tuple[set[tuple[int, int]], frozenset[int]]:
    """Return who sits in which school's team, and who of the city's is on duty today."""
    query = select(Seat.school_id, Seat.person_id, Seat.role, Seat.on_duty).where(
        Seat.person_id.in_(people), Seat.state == SeatState.ACTIVE
    )
    rows = session.execute(query).all()
    team = {(school, person) for school, person, role, _duty in rows if role is Role.CONTACT_PERSON and school}
    return team, frozenset(person for _school, person, role, duty in rows if role is Role.CITY_TEAM and duty)


def let_in(
    session: Session,
    pepper_layer: PepperLayer,
    report: Report,
    people: Iterable[int],
    reason: ReaderReason,
    now: datetime,
    because_of: int | None = None,
) -> list[int]:
    """Release these stand-ins, each one in the trail, and return them. The child sees reason and name.

    A grant that does not open under the pepper stays closed; the others are released all the same.
    """
    released: list[int] = []
    for person in people:
        try:
            with session.begin_nested():
                granting.release_standby(session, pepper_layer, report, person, reason, full_hour(now), because_of)
        except (SealingError, granting.GrantMissing):
            continue
        facts: dict[str, Any] = {"report": report.id, "person": person, "reason": reason.value}
        trail.record(session, Event.STANDBY_RELEASED, now, subject=report.case_id, **facts)
        released.append(person)
    return released


def tell(session: Session, people: Iterable[int], report: Report, now: datetime, times: tuple[str, ...]) -> None:
    """Write content-free notices about a report to these persons."""
    wanted = set(people)
    rows = session.execute(select(Person.id, Person.email).where(Person.id.in_(wanted))) if wanted else ()
    told = [(person, email) for person, email in rows]
    announce(session, told, danger=report.danger, now=now, times=times, calendars=Calendars(session, report.school_id))
