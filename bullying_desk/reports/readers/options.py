"""Whether a school takes reports today, and the people a reporter there can choose from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from sqlalchemy.orm import Session

from bullying_desk.reports.readers import candidates
from bullying_desk.reports.readers.candidates import Candidate, Staff
from bullying_desk.reports.readers.explaining import names
from bullying_desk.schools.models import School, SchoolState


class Openness(Enum):
    """What a school's page offers (principle P1)."""

    FULL = "the school's own team reads"
    CITY = "only the city's office reads, because the city has switched that on"
    SHUT = "a kind page with help lines"


def openness(school: School, today: date, *, reach_city: bool) -> Openness:
    """Say whether a school takes reports: from the day it joined; a known or resting one only through the city."""
    if school.state is SchoolState.JOINED and school.joined_on is not None and school.joined_on <= today:
        return Openness.FULL
    return Openness.SHUT if school.state is SchoolState.CLOSED or not reach_city else Openness.CITY


def reader_options(session: Session, school: School, how: Openness, city_office: str) -> ReaderOptions:
    """Return the people a reporter of this school can choose from."""
    staff = candidates.staff_of(session, school.id)
    return ReaderOptions(staff if how is Openness.FULL else replace(staff, team=()), city_office)


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """Whom a reporter of this school can choose from, as the form and its page need it."""

    staff: Staff
    city_office: str

    @property
    def team(self) -> tuple[Candidate, ...]:
        """The school's contact persons."""
        return self.staff.team

    @property
    def city(self) -> bool:
        """Whether the city's office has anybody."""
        return bool(self.staff.city)

    @property
    def anybody(self) -> bool:
        """Whether there is anybody at all to seal to."""
        return self.city or bool(self.team)

    @property
    def shown(self) -> tuple[object, ...]:
        """Everything of this that a page shows: two that are equal look the same."""
        return (self.city, self.city_office, *((one.seat_id, one.name, one.function) for one in self.team))

    @property
    def seats(self) -> list[tuple[str, str]]:
        """The team as choices of a field."""
        return [(str(one.seat_id), one.name) for one in self.team]

    def people(self, seats: list[str] | None) -> frozenset[int]:
        """Return the persons behind chosen seats."""
        return frozenset(one.person_id for one in self.team if str(one.seat_id) in (seats or ()))

    def names(self, people: frozenset[int]) -> str:
        """Return the names of some persons of the team as one phrase."""
        return names(one.name for one in self.team if one.person_id in people)

    @property
    def all_names(self) -> str:
        """The whole team as one phrase."""
        return names(one.name for one in self.team)

    @property
    def functions(self) -> dict[str, str]:
        """The function of each person at the school, by the value of their choice."""
        return {str(one.seat_id): one.function for one in self.team}
