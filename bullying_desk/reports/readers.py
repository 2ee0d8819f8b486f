"""Who could read: the active contact persons of a school and the city's team, with the keys to seal to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.schools.team import function_words
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.errors import DirectoryTagWrong
from bullying_desk.sealing.keys import Addressee
from bullying_desk.sealing.pepper import PepperLayer


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be given a grant: active, compared, with a seat that reads.

    `name` is what a pupil may see in public: the shown name where the person has said yes to it, else „Frau A.“.
    """

    person_id: int
    seat_id: int
    email: str
    name: str
    full_name: str
    function: str
    on_duty: bool
    public_half: bytes = field(repr=False)
    key_id: bytes = field(repr=False)
    tag: bytes = field(repr=False)


def school_candidates(session: Session, school_id: int) -> list[Candidate]:
    """Return the contact persons of a school who can be sealed to, in the order of their shown names."""
    query = select(Seat, Person).where(Seat.school_id == school_id, Seat.role == Role.CONTACT_PERSON)
    return sorted(_candidates(session, query), key=lambda one: (one.full_name, one.seat_id))


def city_candidates(session: Session) -> list[Candidate]:
    """Return the city's team, those on duty first."""
    query = select(Seat, Person).where(Seat.role == Role.CITY_TEAM)
    return sorted(_candidates(session, query), key=lambda one: (not one.on_duty, one.seat_id))


def heads(session: Session, school_id: int) -> frozenset[int]:
    """Return the persons who lead a school."""
    query = select(Seat.person_id).where(
        Seat.school_id == school_id, Seat.role == Role.SCHOOL_HEAD, Seat.state != SeatState.ENDED
    )
    return frozenset(session.scalars(query))


def _candidates(session: Session, query: object) -> Iterable[Candidate]:
    rows = session.execute(
        query.join(Person, Person.id == Seat.person_id).where(  # type: ignore[attr-defined]
            Seat.state == SeatState.ACTIVE, Person.state == PersonState.ACTIVE, Person.public_half.is_not(None)
        )
    )
    for seat, person in rows:
        yield Candidate(
            person_id=person.id,
            seat_id=seat.id,
            email=person.email,
            name=seat.shown_name if seat.public_since else shortened(seat.shown_name),
            full_name=seat.shown_name,
            function=function_words(seat),
            on_duty=seat.on_duty,
            public_half=person.public_half,
            key_id=person.key_id or b"",
            tag=person.directory_tag or b"",
        )


def shortened(shown_name: str) -> str:
    """Return a name as somebody is called who has not agreed to stand on a public page: „Frau A.“."""
    *first, last = shown_name.split() or ["?"]
    return " ".join([*first, f"{last[:1]}."])


def addressee(layer: PepperLayer, candidate: Candidate) -> Addressee | None:
    """Return the candidate as somebody to seal to, or None where the directory tag is bad or missing: an alarm."""
    try:
        return person_addressee(layer, candidate.person_id, candidate.public_half, candidate.tag)
    except DirectoryTagWrong:
        return None


def candidate_of_person(session: Session, school_id: int, person_id: int) -> Candidate | None:
    """Return a person as a reader of this school's reports: by a seat in its team, else in the city's."""
    everybody = [*school_candidates(session, school_id), *city_candidates(session)]
    return next((one for one in everybody if one.person_id == person_id), None)
