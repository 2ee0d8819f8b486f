"""Which school lacks what: the city coordinator's one page over all schools, without a word about any report."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.config import Settings
from bullying_desk.schools.models import ContactFunction, School, SchoolState, Seat, SeatState
from bullying_desk.schools.school_forms import form_of
from bullying_desk.web.language import _, short_date

# Trained to counsel: a counselling teacher by the course of BASS 12-21 Nr. 4, a school social worker by profession.
TRAINED = frozenset({ContactFunction.COUNSELLING_TEACHER, ContactFunction.SCHOOL_SOCIAL_WORKER})


FEWEST_READERS = 2
"""So many must be able to read at a school; and at the city's office, before it takes reports of others."""


def city_reads_for(session: Session, settings: Settings, school: School) -> bool:
    """Whether the city's office takes reports of a school without a team: the city says so, and two there can read.

    They are able to read once their key words were compared (decision D87).
    """
    if not settings.reaches_city(school.authority_number):
        return False
    able = (Seat.role == Role.CITY_TEAM, Seat.state == SeatState.ACTIVE, Person.state == PersonState.ACTIVE)
    query = select(Person, Seat).join(Seat, Seat.person_id == Person.id).where(*able, Person.public_half.is_not(None))
    return len({person.id for person, _seat in session.execute(query)}) >= FEWEST_READERS


class Lack(Enum):
    """What a school needs before its contact point can be relied on."""

    COORDINATOR = "Koordination der Schule"
    READERS = "zwei Lesende"
    TRAINED = "ausgebildete Ansprechperson"
    ACCEPTED = "Einladungen offen"
    COMPARED = "Wörter nicht verglichen"
    MAIL = "E-Mails kommen nicht an"


@dataclass(frozen=True, slots=True)
class SchoolPerson:
    """One seat of the school with its person; `since`: the day of the invitation to it."""

    person_id: int
    name: str
    role: Role
    function: ContactFunction | None
    state: PersonState
    since: date


@dataclass(slots=True)
class SchoolLine:
    """One school of the overview."""

    id: int
    number: str
    name: str
    key: str
    form: str
    state: SchoolState
    joined_on: date | None
    members: list[SchoolPerson] = field(default_factory=list)
    last_sign_in: date | None = None
    refused: frozenset[int] = frozenset()  # people whose mails the mail server does not take

    @property
    def coordinator(self) -> str:
        """The name of the school's coordinator; empty where there is none."""
        return next((one.name for one in self.members if one.role is Role.SCHOOL_COORDINATOR), "")

    @property
    def invited(self) -> int:
        """How many contact persons have not accepted yet."""
        return len(self._contacts(PersonState.INVITED))

    @property
    def accepted(self) -> int:
        """How many contact persons wait for the comparing of their words."""
        return len(self._contacts(PersonState.ACCEPTED))

    @property
    def compared(self) -> int:
        """How many contact persons can read."""
        return len(self._contacts(PersonState.ACTIVE))

    @property
    def lacks(self) -> list[tuple[Lack, str]]:
        """The missing things, each with names and dates.

        A school that has not joined and has invited nobody lacks nothing yet.
        """
        if self.state is SchoolState.CLOSED or (self.state is SchoolState.KNOWN and not self.members):
            return []
        readers = self._contacts(PersonState.ACTIVE)
        waiting = [one for one in self.members if one.state is PersonState.INVITED]
        accepted = [one for one in self.members if one.state is PersonState.ACCEPTED]
        unreached = [one for one in self.members if one.person_id in self.refused]
        alone = _("nur %(name)s") % {"name": readers[0].name} if readers else _("bisher niemand")
        untrained = readers and not any(one.function in TRAINED for one in readers)
        checks = (
            (not self.coordinator, Lack.COORDINATOR, _("niemand eingeladen")),
            (len(readers) < FEWEST_READERS, Lack.READERS, alone),
            (untrained, Lack.TRAINED, self._training),
            (waiting, Lack.ACCEPTED, _dated(waiting)),
            (accepted, Lack.COMPARED, _dated(accepted)),
            (unreached, Lack.MAIL, ", ".join(dict.fromkeys(one.name for one in unreached))),
        )
        return [(lack, words) for missing, lack, words in checks if missing]

    @property
    def _training(self) -> str:
        if form_of(self.form).has_counselling_teachers:
            return _("weder Beratungslehrkraft noch Schulsozialarbeit")
        return _("keine Schulsozialarbeit")

    def _contacts(self, state: PersonState) -> list[SchoolPerson]:
        return [one for one in self.members if one.role is Role.CONTACT_PERSON and one.state is state]


def _dated(members: Iterable[SchoolPerson]) -> str:
    days = {one.name: one.since for one in members}
    return ", ".join(_("%(name)s (eingeladen %(day)s)") % {"name": n, "day": short_date(d)} for n, d in days.items())


def school_lines(
    session: Session, municipality: str, *, only_lacking: bool = False, unreached: Collection[int] = (), words: str = ""
) -> list[SchoolLine]:
    """Return every school of the city by name, with its people and how far they have come.

    `unreached`: people whose mails the mail server does not take. `words`: each one stands in name, number, key or in
    the name of a person.
    """
    schools = session.scalars(select(School).where(School.municipality == municipality))
    lines = {
        s.id: SchoolLine(
            s.id, s.number, s.shown_name, s.key, s.form, s.state, s.joined_on, refused=frozenset(unreached)
        )
        for s in schools
        if s.school_form.has_pupils
    }
    seats = session.execute(
        select(
            Seat.school_id, Seat.role, Seat.function, Seat.started_on,
            Person.id, Person.name, Person.state, Person.last_sign_in_month,
        )
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.state != SeatState.ENDED, Seat.school_id.is_not(None))
        .order_by(Person.name)
    )  # fmt: skip
    for school_id, role, function, since, person_id, name, state, month in seats:
        line = lines.get(school_id or 0)
        if line is None:
            continue
        line.members.append(SchoolPerson(person_id, name, role, function, state, since))
        if month is not None and (line.last_sign_in is None or month > line.last_sign_in):
            line.last_sign_in = month
    found = sorted(lines.values(), key=lambda line: line.name)
    return [line for line in found if (line.lacks or not only_lacking) and _says(line, words)]


def _says(line: SchoolLine, words: str) -> bool:
    text = " ".join([line.name, line.number, line.key, *(one.name for one in line.members)]).casefold()
    return all(word in text for word in words.casefold().split())
