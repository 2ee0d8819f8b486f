"""Which school lacks what: the city coordinator's one page over all schools, without a word about any report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.schools.models import School, SchoolState, Seat, SeatState


class Lack(Enum):
    """What a school needs before its contact point can be relied on."""

    COORDINATOR = "Koordination"
    READERS = "zwei Lesende"
    ACCEPTED = "Einladungen offen"
    COMPARED = "Wörter nicht verglichen"
    MAIL = "E-Mails kommen nicht an"


@dataclass(slots=True)
class SchoolLine:
    """One school of the overview."""

    id: int
    number: str
    name: str
    key: str
    state: SchoolState
    joined_on: date | None
    coordinator: str = ""
    invited: int = 0
    accepted: int = 0
    compared: int = 0
    last_sign_in: date | None = None
    people: set[int] = field(default_factory=set)
    refused: bool = False  # the mail server does not take the mails of one of these people

    @property
    def lacks(self) -> list[Lack]:
        """The missing things; a school that has not joined and has invited nobody lacks nothing yet."""
        if self.state is SchoolState.CLOSED or (self.state is SchoolState.KNOWN and not self.people):
            return []
        checks = (
            (not self.coordinator, Lack.COORDINATOR),
            (self.compared < 2, Lack.READERS),
            (self.invited > 0, Lack.ACCEPTED),
            (self.accepted > 0, Lack.COMPARED),
            (self.refused, Lack.MAIL),
        )
        return [lack for missing, lack in checks if missing]


def school_lines(
    session: Session, municipality: str, *, only_lacking: bool = False, unreached: Collection[int] = ()
) -> list[SchoolLine]:
    """Return every school of the city by name, with seats of contact persons counted by how far they have come.

    `unreached`: people whose mails the mail server does not take.
    """
    schools = session.scalars(select(School).where(School.municipality == municipality))
    lines = {
        s.id: SchoolLine(s.id, s.number, s.shown_name, s.key, s.state, s.joined_on)
        for s in schools
        if s.school_form.has_pupils
    }
    seats = session.execute(
        select(Seat.school_id, Seat.role, Person.id, Person.name, Person.state, Person.last_sign_in_month)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.state != SeatState.ENDED, Seat.school_id.is_not(None))
    )
    for school_id, role, person_id, name, state, month in seats:
        line = lines.get(school_id or 0)
        if line is None:
            continue
        line.people.add(person_id)
        line.refused = line.refused or person_id in unreached
        if role is Role.SCHOOL_COORDINATOR:
            line.coordinator = name
        if role is Role.CONTACT_PERSON:
            line.invited += state is PersonState.INVITED
            line.accepted += state is PersonState.ACCEPTED
            line.compared += state is PersonState.ACTIVE
        if month is not None and (line.last_sign_in is None or month > line.last_sign_in):
            line.last_sign_in = month
    found = sorted(lines.values(), key=lambda line: line.name)
    return [line for line in found if line.lacks] if only_lacking else found
