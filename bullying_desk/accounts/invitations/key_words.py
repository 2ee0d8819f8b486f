"""Six key words, compared by voice or face: the one act that makes a new person a reader.

A thief of the invitation, or a contact invented by a coordinator, fails here: a colleague who really knows the person
hears other words, or finds nobody to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from itertools import groupby

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from bullying_desk.access.identity import Identity
from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.config import Settings
from bullying_desk.notices.outbox import write_mail
from bullying_desk.schools.models import Seat, SeatRole, SeatState
from bullying_desk.sealing.directory import check_directory_tag
from bullying_desk.sealing.format.errors import DirectoryTagWrong
from bullying_desk.sealing.keys import key_words
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.web.language import _


class ComparisonRefused(Exception):
    """The person may not confirm: it is themselves, the inviter, a stranger, or there is nothing to compare."""


SUBJECT = _("{service}: Jemand wartet auf Sie")
BODY = _(
    "Guten Tag {name},\n\n"
    "eine Person hat ihr Konto eingerichtet und wartet darauf, dass jemand sechs Wörter mit ihr vergleicht.\n"
    "Wer das ist, steht auf der Seite „Wörter vergleichen“. Rufen Sie die Person an.\n\n"
    "{base}/team/vergleichen\n"
)


def tell_colleagues(session: Session, config: Settings, person: Person, now: datetime) -> None:
    """Mail the active colleagues of a person's schools, but the inviter, that words wait; the mail names nobody.

    A person with seats of the city alone is compared by the city's people.
    """
    schools = {seat.school_id for seat in living_seats(session, person.id)}
    here = Seat.school_id.in_([one for one in schools if one]) if schools != {None} else Seat.school_id.is_(None)
    near = select(Seat.person_id).where(here, Seat.state == SeatState.ACTIVE)
    for one_id in sorted(set(session.scalars(near)) - {person.id, person.invited_by}):
        one = session.get(Person, one_id)
        if one is not None and one.state is PersonState.ACTIVE:
            body = BODY.format(name=one.name, base=config.base_url)
            write_mail(session, one.id, one.email, SUBJECT.format(service=config.service_name), body, now)


def words_of(person: Person) -> tuple[str, ...]:
    """Return the six key words of a person who has accepted."""
    if person.public_half is None:
        raise ComparisonRefused
    return key_words(person.id, person.public_half)


def heard_places(who: Identity, person: Person) -> tuple[int, int]:
    """Return which two words `who` must hear and type, counted from 1. They differ for each pair of people."""
    digest = sha256(f"{who.person_id}/{person.id}".encode() + (person.key_id or b"")).digest()
    first = digest[0] % 5 + 1
    return first, first + 1 + digest[1] % (6 - first)


def heard_right(who: Identity, person: Person, typed: Mapping[int, str]) -> bool:
    """Whether the two typed words are the person's; capitals, and ae, oe, ue for umlauts, do not matter."""
    words = words_of(person)
    return all(_plain(typed.get(place, "")) == _plain(words[place - 1]) for place in heard_places(who, person))


def _plain(word: str) -> str:
    small = word.strip().casefold()
    return small.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def may_compare(who: Identity, person: Person, seats: list[Seat]) -> bool:
    """Whether `who` is a second person who can know them: active, not themselves, not the inviter, same place.

    A school's people are compared by active people of that school, or by the city; the city's people by the city.
    """
    if not who.active or who.person_id in {person.id, person.invited_by}:
        return False
    if person.state is not PersonState.ACCEPTED:
        return False
    if any(role.of_city for role in (seat.role for seat in who.seats)):
        return True
    return any(seat.school_id in who.schools() for seat in seats if seat.school_id is not None)


def waiting_for(session: Session, who: Identity) -> list[tuple[Person, list[Seat]]]:
    """Return the people whom `who` may compare now, with their seats."""
    people = session.scalars(select(Person).where(Person.state == PersonState.ACCEPTED).order_by(Person.name)).all()
    found = []
    for person in people:
        seats = living_seats(session, person.id)
        if may_compare(who, person, seats):
            found.append((person, seats))
    return found


def somebody_accepted() -> ScalarSelect[int]:
    """Select whether anybody at all waits for a comparison, as part of another question: mostly nobody."""
    return select(func.count()).where(Person.state == PersonState.ACCEPTED).scalar_subquery()


def living_seats(session: Session, person_id: int) -> list[Seat]:
    """Return the seats of a person that have not ended."""
    return list(session.scalars(select(Seat).where(Seat.person_id == person_id, Seat.state != SeatState.ENDED)))


def confirm(session: Session, pepper_layer: PepperLayer, who: Identity, person: Person, today: date) -> list[Seat]:
    """Enter that the words were the same: from now on reports are sealed to this person too. Returns their seats.

    Raises ComparisonRefused where `who` may not, DirectoryTagWrong where the public half was swapped meanwhile.
    """
    seats = living_seats(session, person.id)
    if not may_compare(who, person, seats) or person.public_half is None:
        raise ComparisonRefused
    check_directory_tag(pepper_layer, person.id, person.public_half, person.directory_tag or b"")
    person.state, person.compared_by, person.compared_on = PersonState.ACTIVE, who.person_id, today
    for seat in seats:
        seat.state = SeatState.ACTIVE
    session.flush()
    return seats


def confirm_first(session: Session, person: Person, today: date) -> None:
    """Make the very first city coordinator active: there is nobody else yet, and the operator is at the machine.

    Only for a person whose sole seat is the city coordinator's, which reads no report. Raises ComparisonRefused
    otherwise, or where there is an active person already.
    """
    seats = living_seats(session, person.id)
    if any(seat.role is not Role.CITY_COORDINATOR for seat in seats) or not seats:
        raise ComparisonRefused
    if session.scalar(select(Person.id).where(Person.state == PersonState.ACTIVE).limit(1)) is not None:
        raise ComparisonRefused
    person.state, person.compared_on = PersonState.ACTIVE, today
    for seat in seats:
        seat.state = SeatState.ACTIVE
    session.flush()


# The key words of a whole school on one list, for a meeting that compares them all in a few minutes.
#
# Of a person whose words were compared before, the list has all six: a key that was exchanged since shows itself. Of a
# person who waits it has the first letters only. Whoever compares must hear the words and write them down, or a list
# in the wrong hand would do in place of the voice.


class Standing(Enum):
    """How far a person is with their key words."""

    COMPARED = "compared"
    WAITS = "waits"
    NO_KEY = "no_key"
    WRONG = "wrong"  # the key on record carries no valid tag: nothing of it is printed


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One person of the list. `words` has six words, six first letters, or nothing."""

    name: str
    roles: tuple[SeatRole, ...]
    standing: Standing
    words: tuple[str, ...] = ()


def list_of_school(session: Session, pepper_layer: PepperLayer, school_id: int) -> list[KeyLine]:
    """Return everybody with a living seat at a school, by name, each once."""
    query = (
        select(Seat, Person)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.school_id == school_id, Seat.state != SeatState.ENDED, Person.state != PersonState.LEFT)
        .order_by(Person.name, Person.id, Seat.role)
    )
    rows = [(person, seat.role) for seat, person in session.execute(query)]
    by_person = groupby(rows, key=lambda row: row[0])
    return [_line(pepper_layer, person, tuple(role for _person, role in each)) for person, each in by_person]


def _line(pepper_layer: PepperLayer, person: Person, roles: tuple[SeatRole, ...]) -> KeyLine:
    if person.public_half is None or person.state is PersonState.INVITED:
        return KeyLine(person.name, roles, Standing.NO_KEY)
    try:
        check_directory_tag(pepper_layer, person.id, person.public_half, person.directory_tag or b"")
    except DirectoryTagWrong:
        return KeyLine(person.name, roles, Standing.WRONG)
    words = words_of(person)
    if person.compared_on is None or person.state is PersonState.ACCEPTED:
        return KeyLine(person.name, roles, Standing.WAITS, tuple(word[:1] for word in words))
    return KeyLine(person.name, roles, Standing.COMPARED, words)
