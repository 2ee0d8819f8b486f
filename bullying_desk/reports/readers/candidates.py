"""Who could read: the active contact persons of a school and the city's team, with the keys to seal to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.rights.checking import broken as rights_broken
from bullying_desk.schools.models import Seat, SeatState
from bullying_desk.schools.team import FUNCTION_WORDS
from bullying_desk.sealing.directory import person_addressee
from bullying_desk.sealing.format.errors import DirectoryTagWrong
from bullying_desk.sealing.keys import Addressee
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.language import _


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may get a grant: active, compared, with a seat that reads.

    `name` is the public name: the shown name where the person has said yes to it, else „Frau A.“.
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


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody a report of one school could go to. `city`: those on duty first; `heads`: who leads the school."""

    team: tuple[Candidate, ...]
    city: tuple[Candidate, ...]
    heads: frozenset[int]
    broken: frozenset[int] = frozenset()  # persons of the school or the city whose right carries no valid tag

    def by_person(self) -> dict[int, Candidate]:
        """Return the candidates by person id; a seat at the school comes before one in the city."""
        return {one.person_id: one for one in (*self.city, *self.team)}


# Built once: a form page and every send ask this, and building a statement costs more than running it.
_STAFF = (
    select(
        Seat.role,
        Seat.id,
        Seat.shown_name,
        Seat.shown_function,
        Seat.function,
        Seat.public_since,
        Seat.on_duty,
        Seat.state,
        Person.id,
        Person.email,
        Person.state,
        Person.public_half,
        Person.key_id,
        Person.directory_tag,
    )
    .join(Person, Person.id == Seat.person_id)
    .where(
        Seat.state != SeatState.ENDED,
        or_(
            and_(Seat.school_id == bindparam("school"), Seat.role.in_((Role.CONTACT_PERSON, Role.SCHOOL_HEAD))),
            and_(Seat.school_id.is_(None), Seat.role == Role.CITY_TEAM),
        ),
    )
)


def staff_of(session: Session, school_id: int) -> Staff:
    """Return who could read a report of this school: active, key words compared, with a key.

    The team is in the order of shown names; the city's office has those on duty first.
    """
    heads: set[int] = set()
    found: dict[Role, list[Candidate]] = {Role.CONTACT_PERSON: [], Role.CITY_TEAM: []}
    for role, *seat, person_id, email, state, half, key_id, tag in session.execute(_STAFF, {"school": school_id}):
        seat_id, shown, function, kind, public_since, on_duty, seat_state = seat
        if role is Role.SCHOOL_HEAD:
            heads.add(person_id)
        elif seat_state is SeatState.ACTIVE and state is PersonState.ACTIVE and half is not None:
            name = shown if public_since else shortened(shown)
            does = function or (_(FUNCTION_WORDS[kind]) if kind else "")
            one = Candidate(person_id, seat_id, email, name, shown, does, on_duty, half, key_id or b"", tag or b"")
            found[role].append(one)
    team = sorted(found[Role.CONTACT_PERSON], key=attrgetter("full_name", "seat_id"))
    city = sorted(found[Role.CITY_TEAM], key=lambda one: (not one.on_duty, one.full_name, one.seat_id))
    broken, claimed = _broken(session, school_id)
    return Staff(tuple(team), tuple(city), frozenset(heads | claimed), broken)


def _broken(session: Session, school_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """Return whose rights here were written past the program, and who of them may lead the school."""
    people, heads = set[int](), set[int]()
    for each in rights_broken(session):
        if each.kind == Person.__tablename__ and isinstance(each.row_id, int):
            people.add(each.row_id)
        elif each.kind == Seat.__tablename__ and each.says["school_id"] in {school_id, None}:
            people.add(each.says["person_id"])
            heads |= {each.says["person_id"]} if each.says["role"] is Role.SCHOOL_HEAD else set()
    return frozenset(people), frozenset(heads)


def known_to(session: Session, school_id: int, asked: Iterable[int | None] = ()) -> dict[int, Candidate]:
    """Return who could read a report of this school, by person; also who was asked and sits at another school."""
    known = staff_of(session, school_id).by_person()
    elsewhere = {person for person in asked if person is not None and person not in known}
    if elsewhere:
        seats = select(Seat.person_id, Seat.school_id).where(
            Seat.person_id.in_(elsewhere), Seat.role == Role.CONTACT_PERSON, Seat.state == SeatState.ACTIVE
        )
        for person, school in session.execute(seats):
            found = staff_of(session, school or 0).by_person().get(person)
            if found is not None:
                known[person] = found
    return known


def shortened(shown_name: str) -> str:
    """Return the name of a person who has not agreed to be on a public page: „Frau A.“."""
    *first, last = shown_name.split() or ["?"]
    return " ".join([*first, f"{last[:1]}."])


def addressee(pepper_layer: PepperLayer, candidate: Candidate) -> Addressee | None:
    """Return the candidate as an addressee, or None where the directory tag is bad or missing: an alarm.

    The key must also be the one whose words were compared: its name is in the person's right.
    """
    try:
        found = person_addressee(pepper_layer, candidate.person_id, candidate.public_half, candidate.tag)
    except DirectoryTagWrong:
        return None
    return found if found.key_id == candidate.key_id else None
