"""A small city for tests: one school with a team, its head, the city's office, and everybody's keys in memory.

Used by the tests of reports, of the desk, and by the browser's walks; nobody in it exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bullying_desk.access.roles import Role
from bullying_desk.accounts.models import Person, PersonState
from bullying_desk.clock import Clock
from bullying_desk.config import Settings
from bullying_desk.database import random_id
from bullying_desk.keyring import Keyring
from bullying_desk.reports.doors.answers import Answers, LeftOut, NameGiven
from bullying_desk.reports.filing.intake import Filed, Submission, Terms, file_report
from bullying_desk.reports.mailbox.reporter import Reporter
from bullying_desk.reports.models import Report
from bullying_desk.reports.opening import Secrets
from bullying_desk.reports.readers.routing import ReaderChoice, Wish
from bullying_desk.schools.models import ContactFunction, School, SchoolState, Seat, SeatState
from bullying_desk.sealing.directory import directory_tag
from bullying_desk.sealing.format.secret_types import ReceiptLocator
from bullying_desk.sealing.keys import PersonKey, ReceiptKey
from bullying_desk.sealing.pepper import PepperLayer
from bullying_desk.sealing.receipts import Receipt, ReceiptWords, derive_receipt
from bullying_desk.sealing.slow_hash import SlowHashGate

SINCE = date(2026, 8, 1)
GATE = SlowHashGate(at_once=2)
RULES = Settings(instance=Path())


@dataclass
class World:
    """Who there is. `keys` holds everybody's key pair by person id; persons are also attributes by first name."""

    session: Session
    pepper_layer: PepperLayer
    clock: Clock
    school: School
    keys: dict[int, PersonKey] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    salt: bytes = bytes(16)

    def person(self, name: str) -> Person:
        """Return a person by first name."""
        return self.people[name]

    def ids(self, *names: str) -> frozenset[int]:
        """Return the ids of some persons."""
        return frozenset(self.people[name].id for name in names)

    def key(self, name: str) -> PersonKey:
        """Return a person's key pair."""
        return self.keys[self.people[name].id]

    def add(
        self,
        name: str,
        shown: str,
        role: Role,
        *,
        function: ContactFunction | None = None,
        on_duty: bool = False,
        school: School | None = None,
        state: PersonState = PersonState.ACTIVE,
    ) -> Person:
        """Give the school, or the city for a city role, one more person with keys and a tag."""
        key, person_id = PersonKey.generate(), random_id()
        person = Person(
            id=person_id,
            email=f"{name.lower()}@example.org",
            name=f"{name} {shown.split()[-1]}",
            state=state,
            public_half=key.public_half,
            key_id=key.key_id,
            directory_tag=directory_tag(self.pepper_layer, person_id, key.public_half),
            made_on=SINCE,
        )
        seat = Seat(
            school_id=None if role.of_city else (school or self.school).id,
            person_id=person_id,
            role=role,
            function=function,
            shown_name=shown,
            public_since=SINCE,
            on_duty=on_duty,
            state=SeatState.ACTIVE,
            started_on=SINCE,
        )
        self.session.add(person)
        self.session.flush()
        self.session.add(seat)
        self.session.flush()
        self.people[name], self.seats[name], self.keys[person_id] = person, seat, key
        return person

    def receipt(self, words: ReceiptWords | None = None) -> Receipt:
        """Return the receipt of some words; without any, one that nobody can type: deriving is slow on purpose."""
        if words is None:
            return Receipt(ReceiptLocator.generate(), ReceiptKey.generate())
        return derive_receipt(words, self.salt, GATE, b"")

    def file(
        self,
        receipt: Receipt | None = None,
        *,
        choice: ReaderChoice | None = None,
        answers: Answers | None = None,
        name: NameGiven | None = None,
        now: datetime | None = None,
    ) -> tuple[Filed, Receipt]:
        """File a report; by default a child's, to the whole team."""
        choice = choice or ReaderChoice(Wish.TEAM)
        receipt = receipt or self.receipt()
        sent = Submission(
            self.school.id,
            answers or Answers(1, False, {"was": ("worte",), "text": "Sie lachen mich aus."}),
            name or NameGiven(),
            choice,
            LeftOut(choice.left_out),
        )
        return file_report(self.session, self.pepper_layer, sent, receipt, now or self.clock.now(), Terms()), receipt

    def report(self, filed: Filed) -> Report:
        """Return a filed report's row."""
        return self.session.get_one(Report, filed.report_id)

    def reporter(self, report: Report, secrets: Secrets, now: datetime | None = None) -> Reporter:
        """Return the reporter of a report in their conversation, under the usual settings."""
        return Reporter(self.session, self.pepper_layer, report, secrets, now or self.clock.now(), RULES)

    def remove(self, names: Iterable[str]) -> None:
        """End seats: these persons have left the team."""
        for name in names:
            self.seats[name].state, self.seats[name].ended_on = SeatState.ENDED, SINCE
        self.session.flush()


def make_school(session: Session, key: str = "K7M2", number: str = "198765", name: str = "Lindenpark") -> School:
    """Put one school into the register that takes part since August."""
    school = School(
        number=number,
        key=key,
        name=f"Gesamtschule {name}",
        form="15",
        street="Lindenstraße 12",
        postcode="44137",
        town="Dortmund",
        municipality="05913000",
        state=SchoolState.JOINED,
        joined_on=SINCE,
        joined_signatory="Renate Okonkwo",
    )
    session.add(school)
    session.flush()
    return school


def make_world(session: Session, pepper_layer: PepperLayer, clock: Clock, *, salt: bytes = bytes(16)) -> World:
    """Fill an empty database: a school with three contacts, a coordinator and a head, and a city's office of two.

    Flushes; the caller commits. `salt` is the service's salt where the whole program runs on the same database.
    """
    world = World(session, pepper_layer, clock, make_school(session), salt=salt)
    world.add("Selin", "Frau Aydin", Role.CONTACT_PERSON, function=ContactFunction.SCHOOL_SOCIAL_WORKER)
    world.add("Jan", "Herr Brandt", Role.CONTACT_PERSON, function=ContactFunction.COUNSELLING_TEACHER)
    world.add("Amara", "Frau Okafor", Role.CONTACT_PERSON, function=ContactFunction.TRUSTED_TEACHER)
    world.add("Renate", "Frau Okonkwo", Role.SCHOOL_HEAD)
    world.add("Piotr", "Herr Nowak", Role.SCHOOL_COORDINATOR)
    world.add("Leyla", "Frau Demir", Role.CITY_TEAM, on_duty=True)
    world.add("Tomasz", "Herr Wilk", Role.CITY_TEAM, on_duty=True)
    return world


def layer_of(keys: Keyring) -> PepperLayer:
    """Return the pepper layer of a program under test."""
    return keys.pepper_layer
