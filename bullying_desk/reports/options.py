"""Whether a school takes reports today, and whom a reporter there can choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from sqlalchemy.orm import Session

from bullying_desk.reports import readers
from bullying_desk.reports.explaining import names
from bullying_desk.reports.readers import Candidate
from bullying_desk.schools.models import School, SchoolState


class Openness(Enum):
    """What a school's page offers (decisions 1)."""

    FULL = "the school's own team reads"
    CITY = "only the city's office reads, because the city has switched that on"
    SHUT = "a kind page with help lines"


def openness(school: School, today: date, *, reach_city: bool) -> Openness:
    """Say whether a school takes reports: from the day it joined; a known or resting one only through the city."""
    if school.state is SchoolState.JOINED and school.joined_on is not None and school.joined_on <= today:
        return Openness.FULL
    return Openness.SHUT if school.state is SchoolState.CLOSED or not reach_city else Openness.CITY


def reader_options(session: Session, school: School, how: Openness, city_office: str) -> ReaderOptions:
    """Return whom a reporter of this school can choose from."""
    team = readers.school_candidates(session, school.id) if how is Openness.FULL else []
    city = bool(readers.city_candidates(session))
    return ReaderOptions(tuple(team), city, city_office, readers.heads(session, school.id))


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """Whom a reporter of this school can choose from. `city`: whether the city's office has anybody."""

    team: tuple[Candidate, ...]
    city: bool
    city_office: str
    heads: frozenset[int]

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
        """What each person does at the school, by the value of their choice."""
        return {str(one.seat_id): one.function for one in self.team}
